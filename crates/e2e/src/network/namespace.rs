//! One network namespace: programs in it, and the way in for the test.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener as BlockingListener, TcpStream as BlockingStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::process::Watcher;

/// Removes a namespace when this process is gone, as long as it takes: one that has
/// programs in it lives on without a name until they have ended.
const REMOVE: &str = r#"
trap '' INT TERM HUP
read -r line
ip netns delete "$1" 2>/dev/null
"#;

/// A network namespace with nothing but 127.0.0.1 in it. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Namespace {
    name: String,
    _watcher: Watcher,
}

impl Namespace {
    pub(crate) fn make(name: &str) -> Result<Self> {
        run(Command::new("ip").args(["netns", "add", name]), "")?;
        let watcher = Watcher::start(REMOVE, &[name.as_ref()])?;
        let namespace = Self { name: name.to_owned(), _watcher: watcher };
        // A cut would leave a way over IPv6, which links have by themselves.
        namespace.run("sysctl", &["-q", "-w", "net.ipv6.conf.all.disable_ipv6=1"])?;
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// `ip` with such arguments.
    pub(crate) fn ip(&self, arguments: &str) -> Result<()> {
        let mut ip = Command::new("ip");
        ip.args(["-netns", &self.name]).args(arguments.split(' '));
        run(&mut ip, "")
    }

    /// A program in here. What it is started as is what runs: the process keeps its id.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Runs a program in here, and waits.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        self.run_with(program, arguments, "")
    }

    /// The same with something to read.
    pub(crate) fn run_with(&self, program: &str, arguments: &[&str], input: &str) -> Result<()> {
        run(self.command(program.as_ref()).args(arguments), input)
    }

    /// Does something short in here, like making a socket.
    pub(crate) async fn inside<T: Send + 'static>(
        &self,
        action: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        inside(self.name.clone(), action).await
    }

    /// What comes to a port outside goes to the same port of 127.0.0.1 in here.
    pub(crate) fn forward(&self, listener: BlockingListener) -> Result<Forward> {
        let port = listener.local_addr()?.port();
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let name = self.name.clone();
        let task = tokio::spawn(async move {
            // Dropped with this task, and all connections with it.
            let mut connections = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let name = name.clone();
                connections.spawn(async move {
                    // One that breaks is for whoever asked to notice.
                    if let Ok(mut onward) = connect(name, port).await {
                        let _ = copy_bidirectional(&mut stream, &mut onward).await;
                    }
                });
            }
        });
        Ok(Forward(task.abort_handle()))
    }
}

/// A way into a namespace. Dropping it closes what goes through it.
#[derive(Debug)]
pub(crate) struct Forward(AbortHandle);

impl Drop for Forward {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn connect(name: String, port: u16) -> Result<TcpStream> {
    let connect = move || {
        let stream = BlockingStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(stream)
    };
    Ok(TcpStream::from_std(inside(name, connect).await?)?)
}

/// Does something inside a namespace. A socket belongs to where it was made, and may then
/// be used from anywhere.
async fn inside<T: Send + 'static>(
    name: String,
    action: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (done, outcome) = tokio::sync::oneshot::channel();
    // A thread of its own: it is in there for good.
    thread::spawn(move || {
        // Who asked may be gone by now.
        let _ = done.send(enter(&name).and_then(|()| action()));
    });
    outcome.await.context("a thread ended early")?
}

/// This thread is inside from now on.
#[cfg(target_os = "linux")]
fn enter(name: &str) -> Result<()> {
    use std::os::fd::AsFd;

    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

    let namespace = std::fs::File::open(Path::new("/run/netns").join(name))?;
    let kind = Some(LinkNameSpaceType::Network);
    Ok(move_into_link_name_space(namespace.as_fd(), kind)?)
}

#[cfg(not(target_os = "linux"))]
fn enter(name: &str) -> Result<()> {
    Err(anyhow!("{name} can't be entered: only Linux has network namespaces"))
}

/// Runs a command to its end; what it had to say is the error.
fn run(command: &mut Command, input: &str) -> Result<()> {
    let shown = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{shown} can't be started"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that has ended already says why below.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(anyhow!("{shown} failed: {}", error.trim()))
}

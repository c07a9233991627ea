//! `cargo xtask`: set-up, run, test, bench and checks.
//!
//! Each command is a module. Whatever is missing is brought by [`setup`] into the
//! workspace's `.tools` folder; what can't be brought is named with the command
//! that brings it.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

mod app;
mod bench;
mod children;
mod dev;
mod project;
mod run;
mod setup;
mod sh;
mod simulate;
mod size;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use project::Project;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run [--no-open] [-- OPTIONS FOR sightline]
                 builds the app and the relay for release and serves them;
                 `cargo xtask run -- --help` lists the relay's options
  dev            the app with reload on http://127.0.0.1:8081, and a relay for it
  test [WORD…]   every check and test, or the steps whose name has one of the words
  test --list    the names of the steps
  size           what a first load of /receiver transfers, by file, and its limit
  bench first-frame|recovery|relay [OPTIONS]
                 measures; see docs/benchmarks.md
  simulate [--seeds N | --seed N]
                 whole sessions in virtual time, with every fault: N of them (a million), or
                 one, step by step
  tidy           the rules of the code base that no compiler checks
  setup          brings everything that the other commands need, and ends

What is missing is brought once: the wasm32 target by rustup, Trunk, wasm-bindgen
and geckodriver into .tools, browsers by apt-get where that can be. To use your
own: CHROMIUM, CHROMEDRIVER, FIREFOX, GECKODRIVER (paths).
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> anyhow::Result<ExitCode> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    if matches!(command, "help" | "--help" | "-h") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let project = Project::find()?;
    match command {
        "run" => run::run(&project, rest),
        "dev" => dev::dev(&project, rest),
        "test" => test::test(&project, rest),
        "bench" => bench::bench(&project, rest),
        "simulate" => simulate::simulate(&project, rest),
        "size" => no_arguments(rest).and_then(|()| size::size(&project)),
        "tidy" => no_arguments(rest).and_then(|()| tidy::tidy(&project)),
        "setup" => no_arguments(rest).and_then(|()| setup::everything(&project)),
        other => anyhow::bail!("There is no command `{other}`.\n\n{HELP}"),
    }
}

fn no_arguments(rest: &[String]) -> anyhow::Result<()> {
    match rest.first() {
        Some(extra) => anyhow::bail!("`{extra}` is not an option of this command."),
        None => Ok(()),
    }
}

//! `cargo xtask test`: everything that is checked, step by step, with a table at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::app;
use crate::project::Project;
use crate::setup::{self, Browser, Browsers};
use crate::sh;
use crate::size;
use crate::steps::Report;
use crate::tidy;

/// The crates that are for the browser: the others are for the host.
const BROWSER_CRATES: [&str; 3] = ["sightline-web", "sightline-client", "sightline-app"];
/// What the browser's crates are built on; they have to compile for it as well.
const SHARED_CRATES: [&str; 2] = ["sightline-session", "sightline-protocol"];
const JOURNEYS: &str = "sightline-e2e";
/// These take half of all the journeys' time.
const LONG_JOURNEYS: [&str; 3] = ["recovery_", "hostile::", "relay_lost::"];
const WASM: &str = "wasm32-unknown-unknown";
/// Seconds for the wasm tests of one crate, all together; each wait in them has its own end.
const WASM_TEST_SECONDS: &str = "900";

/// What a step can't do without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// rustfmt and clippy.
    Checks,
    /// The wasm32 target, Trunk, wasm-bindgen.
    App,
    /// That and both browsers.
    Browsers,
}

type Work = fn(&Project, &Ready) -> Result<()>;

/// In this order: what fails fast comes first, and what the relay embeds is built
/// before the relay is, so that nothing is built twice.
const STEPS: [(&str, Needs, Work); 12] = [
    ("format", Needs::Checks, |project, _| format(project)),
    ("tidy", Needs::Nothing, |project, _| tidy::check(project)),
    ("app build", Needs::App, |project, _| app::build_app(project)),
    ("clippy host", Needs::Checks, |project, _| clippy_host(project)),
    ("clippy wasm32", Needs::App, |project, _| clippy_wasm(project)),
    ("host tests", Needs::Nothing, |project, _| host_tests(project)),
    ("doc tests", Needs::Nothing, |project, _| doc_tests(project)),
    ("rustdoc", Needs::App, |project, _| rustdoc(project)),
    ("wasm tests", Needs::Browsers, wasm_tests),
    ("relay binary", Needs::App, |project, _| app::build_relay(project).map(drop)),
    ("size", Needs::App, |project, _| size::check(project, &built(project)?)),
    ("browser journeys", Needs::Browsers, journeys),
];

/// What the set-up brought.
struct Ready {
    checks: Result<()>,
    app: Result<()>,
    browsers: Option<Browsers>,
}

/// Runs every step, or those whose name has one of the words.
pub(crate) fn test(project: &Project, words: &[String]) -> Result<ExitCode> {
    if words.iter().any(|word| word == "--list") {
        for (name, _, _) in STEPS {
            println!("{name}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let steps: Vec<_> = STEPS.into_iter().filter(|(name, _, _)| wanted(name)).collect();
    anyhow::ensure!(!steps.is_empty(), "No step has such a name: see `cargo xtask test --list`.");

    let ready = Ready::for_steps(project, &steps);
    let mut report = Report::default();
    for (name, needs, work) in steps {
        match ready.missing(needs) {
            Some(why) => report.could_not_run(name, &why),
            None => report.step(name, || work(project, &ready)),
        }
    }
    println!("\n{report}");
    Ok(if report.all_passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Ready {
    /// Brings what the steps need and no more. What can't be brought stops only the
    /// steps that need it.
    fn for_steps(project: &Project, steps: &[(&str, Needs, Work)]) -> Self {
        let any = |wanted: &[Needs]| steps.iter().any(|(_, needs, _)| wanted.contains(needs));
        let browsers = any(&[Needs::Browsers]);
        if browsers {
            setup::for_networks();
        }
        let ready = Self {
            checks: if any(&[Needs::Checks]) { setup::for_checks(project) } else { Ok(()) },
            app: if any(&[Needs::App]) || browsers { setup::for_app(project) } else { Ok(()) },
            browsers: browsers.then(|| setup::for_browsers(project)),
        };
        for error in [&ready.checks, &ready.app].into_iter().filter_map(|part| part.as_ref().err())
        {
            println!("  {error:#}");
        }
        ready
    }

    /// Why a step can't run.
    fn missing(&self, needs: Needs) -> Option<String> {
        let why = |part: &Result<()>| part.as_ref().err().map(|error| format!("{error:#}"));
        let browsers = |check: &dyn Fn(&Browsers) -> Result<()>| {
            why(&self.app).or_else(|| why(&check(self.browsers.as_ref()?)))
        };
        match needs {
            Needs::Nothing => None,
            Needs::Checks => why(&self.checks),
            Needs::App => why(&self.app),
            Needs::Browsers => browsers(&Browsers::all),
        }
    }

    fn browsers(&self) -> Result<&Browsers> {
        self.browsers.as_ref().context("no browsers were looked for")
    }
}

fn format(project: &Project) -> Result<()> {
    sh::run(sh::cargo(&project.root).args(["fmt", "--all", "--check"]))
        .context("Run `cargo fmt --all`.")
}

fn clippy_host(project: &Project) -> Result<()> {
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["clippy", "--workspace", "--all-targets"]);
    for name in BROWSER_CRATES {
        cargo.args(["--exclude", name]);
    }
    sh::run(cargo.args(["--", "-D", "warnings"]))
}

fn clippy_wasm(project: &Project) -> Result<()> {
    let clippy = |targets, names: &[&str]| {
        let mut cargo = sh::cargo(&project.root);
        cargo.args(["clippy", "--target", WASM, targets]);
        packages(&mut cargo, names.iter().copied());
        sh::run(cargo.args(["--", "-D", "warnings"]))
    };
    clippy("--all-targets", &BROWSER_CRATES)?;
    // Their tests are the host's: what those use does not compile for the browser.
    clippy("--lib", &SHARED_CRATES)
}

/// Unit and integration tests. The browser's crates take part where they have tests
/// of plain logic; building them for the host is not worth it otherwise.
fn host_tests(project: &Project) -> Result<()> {
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["test", "--no-fail-fast", "--tests"]);
    packages(&mut cargo, tested_on_the_host(project, |line| line.trim() == "#[test]"));
    sh::run(&mut cargo)
}

fn doc_tests(project: &Project) -> Result<()> {
    let example = |line: &str| {
        let line = line.trim_start();
        line.starts_with("/// ```") || line.starts_with("//! ```")
    };
    let mut names = tested_on_the_host(project, example);
    // Only libraries have doc tests; cargo refuses to look for them elsewhere.
    names.retain(|name| {
        project.packages().any(|one| one.name == *name && one.dir.join("src/lib.rs").is_file())
    });
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["test", "--no-fail-fast", "--doc"]);
    packages(&mut cargo, names);
    sh::run(&mut cargo)
}

/// The host's crates, and those of the browser's that have such a line.
fn tested_on_the_host(project: &Project, line: impl Fn(&str) -> bool) -> Vec<&str> {
    let has = |dir: &Path| {
        let files = tidy::files(&dir.join("src"), &["rs"]);
        files.iter().filter_map(|file| fs::read_to_string(file).ok()).any(|t| t.lines().any(&line))
    };
    project
        .packages()
        .filter(|one| one.name != JOURNEYS)
        .filter(|one| !BROWSER_CRATES.contains(&one.name) || has(one.dir))
        .map(|one| one.name)
        .collect()
}

fn rustdoc(project: &Project) -> Result<()> {
    let doc = || {
        let mut cargo = sh::cargo(&project.root);
        // The doc comments of options are the help in a terminal, where the angle
        // brackets of a link would show.
        let flags = "-D warnings -A rustdoc::bare-urls";
        cargo.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", flags);
        cargo
    };
    let mut host = doc();
    host.arg("--workspace");
    for name in BROWSER_CRATES {
        host.args(["--exclude", name]);
    }
    sh::run(&mut host)?;
    let mut wasm = doc();
    wasm.args(["--target", WASM]);
    packages(&mut wasm, BROWSER_CRATES);
    sh::run(&mut wasm)
}

/// In both browsers at once: most of the time the tests wait. What Chromium's print is shown
/// when Firefox's have ended.
fn wasm_tests(project: &Project, ready: &Ready) -> Result<()> {
    // So that neither waits for the other's build.
    sh::run(wasm_test_command(project).arg("--no-run"))?;
    let mut chromium = wasm_tests_in(project, ready, Browser::Chromium)?;
    let mut firefox = wasm_tests_in(project, ready, Browser::Firefox)?;
    at_once(project, &mut chromium, "wasm-tests-chromium", &mut firefox)
}

fn wasm_test_command(project: &Project) -> Command {
    let mut cargo = sh::cargo(&project.root);
    cargo.args(["test", "--no-fail-fast", "--target", WASM, "--tests"]);
    packages(&mut cargo, BROWSER_CRATES);
    cargo
}

fn wasm_tests_in(project: &Project, ready: &Ready, browser: Browser) -> Result<Command> {
    let (program, driver) = ready.browsers()?.get(browser)?;
    let mut cargo = wasm_test_command(project);
    cargo
        .env("PATH", project.path())
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        // A test that forgets to say so would run in Node, and pass for a browser's.
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_SECONDS)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(project, browser, program)?);
    // The runner takes the first driver that it is told of.
    for variable in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        cargo.env_remove(variable).env_remove(format!("{variable}_REMOTE"));
    }
    let variable = match browser {
        Browser::Chromium => "CHROMEDRIVER",
        Browser::Firefox => "GECKODRIVER",
    };
    cargo.env(variable, driver);
    Ok(cargo)
}

/// The browser's part of crates/web/webdriver.json, with the browser that was found:
/// a driver would look for its own.
fn capabilities(project: &Project, browser: Browser, program: &Path) -> Result<PathBuf> {
    let source = project.root.join("crates/web/webdriver.json");
    let text = fs::read_to_string(&source)
        .with_context(|| format!("{} can't be read", source.display()))?;
    let (key, name) = match browser {
        Browser::Chromium => ("goog:chromeOptions", "chromium"),
        Browser::Firefox => ("moz:firefoxOptions", "firefox"),
    };
    let options = with_binary(&text, key, program)?;
    fs::create_dir_all(project.scratch())?;
    let file = project.scratch().join(format!("webdriver-{name}.json"));
    fs::write(&file, options.to_string())?;
    Ok(file)
}

fn with_binary(text: &str, key: &str, program: &Path) -> Result<Value> {
    let mut all: Value = serde_json::from_str(text).context("webdriver.json is not JSON")?;
    let options = all.get_mut(key).and_then(Value::as_object_mut);
    let mut options =
        std::mem::take(options.with_context(|| format!("webdriver.json has no {key}"))?);
    options.insert("binary".to_owned(), json!(program));
    Ok(json!({ key: options }))
}

/// In two halves at once, each a browser after the other: a half waits most of the time, for
/// networks and relays that come back. What the first prints is shown when the second has ended.
fn journeys(project: &Project, ready: &Ready) -> Result<()> {
    let relay = built(project)?;
    let half = |long: bool| -> Result<Command> {
        let mut cargo = sh::cargo(&project.root);
        cargo.args(["test", "--no-fail-fast", "-p", JOURNEYS]);
        cargo.args(if long { ["--test", "journeys"].as_slice() } else { &["--tests"] });
        // Several journeys of a half at once would make each other late.
        cargo.args(["--", "--test-threads=1"]);
        for name in LONG_JOURNEYS {
            let skip = (!long).then_some("--skip");
            cargo.args(skip.into_iter().chain([name]));
        }
        ready.browsers()?.tell(&mut cargo);
        cargo.env("SIGHTLINE_BIN", &relay);
        Ok(cargo)
    };
    // So that neither waits for the other's build.
    sh::run(sh::cargo(&project.root).args(["test", "-p", JOURNEYS, "--tests", "--no-run"]))?;
    let mut long = half(true)?;
    let mut rest = half(false)?;
    at_once(project, &mut long, "journeys-long", &mut rest)
}

/// Runs two commands at once, and shows what the first printed when the second has ended.
fn at_once(project: &Project, first: &mut Command, name: &str, second: &mut Command) -> Result<()> {
    let log = project.scratch().join(format!("{name}.log"));
    let mut running = sh::start(first, &log)?;
    let second = sh::run(second);
    let status = running.wait()?;
    println!("{}", fs::read_to_string(&log)?);
    anyhow::ensure!(status.success(), "{name} failed ({status})");
    second
}

/// The relay with the app in it, of what the sources are now. Takes no time where the
/// steps before have built it.
fn built(project: &Project) -> Result<PathBuf> {
    app::build_app(project)?;
    app::build_relay(project)
}

fn packages<'a>(cargo: &mut Command, names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        cargo.args(["-p", name]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_gets_its_own_options_and_the_browser() {
        let text = r#"{"goog:chromeOptions": {"args": ["a"]}, "moz:firefoxOptions": {}}"#;
        let options = with_binary(text, "goog:chromeOptions", Path::new("/bin/x")).unwrap();
        assert_eq!(options, json!({"goog:chromeOptions": {"args": ["a"], "binary": "/bin/x"}}));
        assert!(with_binary("{}", "goog:chromeOptions", Path::new("/bin/x")).is_err());
    }
}

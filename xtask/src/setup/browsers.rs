//! Chromium, Firefox and their drivers: found, installed by apt-get where that can
//! be, or named with what to install.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use super::tools;
use crate::project::Project;
use crate::sh;
use crate::steps::step;

/// A browser that tests run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Chromium,
    Firefox,
}

/// A program that is there, or the sentence that says what to do.
type Found = Result<PathBuf, String>;

/// Where the browsers and their drivers are.
pub(crate) struct Browsers {
    chromium: Found,
    chromedriver: Found,
    firefox: Found,
    geckodriver: Found,
}

/// A program of the system: where to look for it and what brings it.
struct System {
    title: &'static str,
    variable: &'static str,
    names: &'static [&'static str],
    places: &'static [&'static str],
    debian: &'static str,
    fedora: &'static str,
    mac: &'static str,
}

const CHROMIUM: System = System {
    title: "Chromium",
    variable: "CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: &[
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    debian: "chromium",
    fedora: "chromium",
    mac: "--cask google-chrome",
};

const CHROMEDRIVER: System = System {
    title: "chromedriver",
    variable: "CHROMEDRIVER",
    names: &["chromedriver", "chromium.chromedriver"],
    places: &[
        "/usr/lib/chromium/chromedriver",
        "/usr/lib/chromium-browser/chromedriver",
        "/usr/lib64/chromium-browser/chromedriver",
    ],
    debian: "chromium-driver",
    fedora: "chromedriver",
    mac: "--cask chromedriver",
};

const FIREFOX: System = System {
    title: "Firefox",
    variable: "FIREFOX",
    names: &["firefox", "firefox-esr"],
    places: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    debian: "firefox-esr",
    fedora: "firefox",
    mac: "--cask firefox",
};

impl System {
    /// Where it is, if anywhere. A path by variable that is not there is an error,
    /// not a reason to take another.
    fn find(&self) -> Result<Option<PathBuf>, String> {
        if let Some(path) = env::var_os(self.variable).map(PathBuf::from) {
            return if path.is_file() {
                Ok(Some(path))
            } else {
                Err(format!("{} names {}, which is not there.", self.variable, path.display()))
            };
        }
        let place = self.places.iter().map(PathBuf::from).find(|path| path.is_file());
        Ok(self.names.iter().find_map(|name| sh::which(name)).or(place))
    }

    fn found(&self) -> Found {
        self.find()?.ok_or_else(|| self.advice())
    }

    fn advice(&self) -> String {
        format!(
            "{name} is missing. Install it (Debian: `sudo apt-get install {debian}`; Ubuntu: \
             `sudo snap install {snap}`; Fedora: `sudo dnf install {fedora}`; macOS: `brew install \
             {mac}`), or set {variable} to its path.",
            name = self.title,
            debian = self.debian,
            // Ubuntu's packages of these are snaps; Chromium's brings its driver.
            snap = if self.variable == "FIREFOX" { "firefox" } else { "chromium" },
            fedora = self.fedora,
            mac = self.mac,
            variable = self.variable,
        )
    }
}

impl Browsers {
    /// Looks for them all, and brings what is missing where that can be.
    pub(crate) fn ensure(project: &Project) -> Self {
        let missing: Vec<&str> = [&CHROMIUM, &CHROMEDRIVER, &FIREFOX]
            .into_iter()
            .filter(|program| matches!(program.find(), Ok(None)))
            .map(|program| program.debian)
            .collect();
        if !missing.is_empty()
            && let Some(apt) = AptGet::find()
        {
            let installed = step("install browsers with apt-get", || apt.install(&missing));
            if let Err(error) = installed {
                println!("  {error:#}");
            }
        }
        let geckodriver = match env::var_os("GECKODRIVER").map(PathBuf::from) {
            Some(path) if path.is_file() => Ok(path),
            Some(path) => Err(format!("GECKODRIVER names {}, which is not there.", path.display())),
            None => tools::geckodriver(project).map_err(|error| format!("{error:#}")),
        };
        Self {
            chromium: CHROMIUM.found(),
            chromedriver: CHROMEDRIVER.found(),
            firefox: FIREFOX.found(),
            geckodriver,
        }
    }

    /// A browser and its driver.
    pub(crate) fn get(&self, browser: Browser) -> Result<(&PathBuf, &PathBuf)> {
        let (program, driver) = match browser {
            Browser::Chromium => (&self.chromium, &self.chromedriver),
            Browser::Firefox => (&self.firefox, &self.geckodriver),
        };
        match (program, driver) {
            (Ok(program), Ok(driver)) => Ok((program, driver)),
            (Err(why), Ok(_)) | (Ok(_), Err(why)) => Err(anyhow!("{why}")),
            (Err(one), Err(two)) => Err(anyhow!("{one}\n{two}")),
        }
    }

    /// Whether all are there, or what to do.
    pub(crate) fn all(&self) -> Result<()> {
        let whys: Vec<String> = [Browser::Chromium, Browser::Firefox]
            .into_iter()
            .filter_map(|browser| self.get(browser).err())
            .map(|error| error.to_string())
            .collect();
        if whys.is_empty() { Ok(()) } else { bail!("{}", whys.join("\n")) }
    }

    /// Tells a command where they are, by the variables that we read ourselves.
    pub(crate) fn tell(&self, command: &mut Command) {
        for (variable, found) in self.list() {
            if let Ok(path) = found {
                command.env(variable, path);
            }
        }
    }

    /// Shows where they are.
    pub(crate) fn print(&self) {
        for (variable, found) in self.list() {
            match found {
                Ok(path) => println!("  {variable:12} {}", path.display()),
                Err(_) => println!("  {variable:12} missing"),
            }
        }
    }

    fn list(&self) -> [(&'static str, &Found); 4] {
        [
            (CHROMIUM.variable, &self.chromium),
            (CHROMEDRIVER.variable, &self.chromedriver),
            (FIREFOX.variable, &self.firefox),
            ("GECKODRIVER", &self.geckodriver),
        ]
    }
}

/// Debian's package manager, where we may use it without asking for a password.
pub(crate) struct AptGet {
    sudo: bool,
}

impl AptGet {
    /// Whether it is there and we may.
    pub(crate) fn find() -> Option<Self> {
        sh::which("apt-get")?;
        let root = Self::is_root();
        let sudo = !root && sh::succeeds(Command::new("sudo").args(["-n", "true"]));
        (root || sudo).then_some(Self { sudo })
    }

    /// Whether we may do all.
    pub(crate) fn is_root() -> bool {
        sh::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
    }

    /// Installs packages, with nothing that they merely recommend.
    pub(crate) fn install(&self, packages: &[&str]) -> Result<()> {
        sh::run(self.command().args(["-q", "update"]))?;
        let mut command = self.command();
        command.args(["-q", "install", "-y", "--no-install-recommends"]).args(packages);
        sh::run(&mut command)
    }

    fn command(&self) -> Command {
        // Nobody is there to answer the questions of a package.
        let quiet = "DEBIAN_FRONTEND=noninteractive";
        let mut command = Command::new(if self.sudo { "sudo" } else { "env" });
        if self.sudo {
            command.arg("-n");
        }
        command.args([quiet, "apt-get"]);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_command_for_each_system() {
        let advice = CHROMEDRIVER.advice();
        for part in [
            "apt-get install chromium-driver",
            "dnf install chromedriver",
            "brew install --cask chromedriver",
            "CHROMEDRIVER",
        ] {
            assert!(advice.contains(part), "{part}: {advice}");
        }
    }

    #[test]
    fn what_is_missing_on_either_side_is_told() {
        let browsers = Browsers {
            chromium: Ok("/usr/bin/chromium".into()),
            chromedriver: Err("No driver.".into()),
            firefox: Err("No Firefox.".into()),
            geckodriver: Err("No geckodriver.".into()),
        };
        assert_eq!(browsers.get(Browser::Chromium).unwrap_err().to_string(), "No driver.");
        let both = browsers.all().unwrap_err().to_string();
        assert_eq!(both, "No driver.\nNo Firefox.\nNo geckodriver.");
    }
}

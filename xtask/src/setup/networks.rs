//! What journeys make networks of their own with: `ip` and `nft`, and root. Linux alone has
//! them; what is missing is no failure, as those journeys are skipped then and say so.

use std::env;

use super::browsers::AptGet;
use crate::sh;
use crate::steps::step;

/// Each program with the package of Debian that has it.
const PROGRAMS: [(&str, &str); 2] = [("ip", "iproute2"), ("nft", "nftables")];

/// Installs what is missing, where that can be and is of use.
pub(super) fn ensure() {
    if env::consts::OS != "linux" || !AptGet::is_root() {
        return;
    }
    let missing: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(program, _)| sh::which(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return;
    }
    if let Some(apt) = AptGet::find() {
        let installed = step("install what makes networks with apt-get", || apt.install(&missing));
        if let Err(error) = installed {
            println!("  {error:#}");
        }
    }
}

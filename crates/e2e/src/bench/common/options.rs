//! What every benchmark can be told.

use std::time::Duration;

use super::machine::Quiet;

/// Options of all benchmarks.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// For how many minutes to wait for other programs to be calm before runs, and to repeat
    /// runs that they disturbed.
    #[arg(long, value_name = "MINUTES", default_value_t = 10)]
    patience: u64,

    /// Leave docs/benchmarks.md as it is.
    #[arg(long)]
    pub(crate) dry: bool,
}

impl Common {
    /// From now on.
    pub(crate) fn quiet(&self) -> Quiet {
        Quiet::new(Duration::from_secs(self.patience.saturating_mul(60)))
    }
}

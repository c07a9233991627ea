//! Waiting for something to become true: never for a fixed time, never for ever.

use std::fmt::Display;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Longer than anything takes, even on a small machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks until there is something, and gives it back.
///
/// # Errors
/// When [`PATIENCE`] is over, with what was waited for and the last thing that `look`
/// had against it; and where a single look doesn't come to an end.
pub async fn until<T>(
    what: impl Display,
    look: impl AsyncFnMut() -> Result<Result<T, String>>,
) -> Result<T> {
    until_within(PATIENCE, what, look).await
}

/// [`until`] with a deadline of its own.
///
/// # Errors
/// As [`until`].
pub async fn until_within<T>(
    patience: Duration,
    what: impl Display,
    mut look: impl AsyncFnMut() -> Result<Result<T, String>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        let seen = soon(&what, look()).await?.with_context(|| format!("while waiting: {what}"))?;
        match seen {
            Ok(found) => return Ok(found),
            Err(instead) if start.elapsed() > patience => {
                bail!("waited {patience:?} in vain: {what}; last seen: {instead}")
            }
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// Awaits something that has to end within [`PATIENCE`].
///
/// # Errors
/// When it doesn't.
pub async fn soon<T>(what: impl Display, future: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(PATIENCE, future)
        .await
        .map_err(|_| anyhow::anyhow!("no answer within {PATIENCE:?}: {what}"))
}

//! Whether the relay answers, for a page that has not joined a room: it has no connection to the
//! relay that would tell.

use std::time::Duration;

use leptos::prelude::*;
use sightline_web::is_reachable;

/// How often it is asked.
const PERIOD: Duration = Duration::from_secs(5);

/// The relay's health, which it tells everybody.
const HEALTH: &str = "/healthz";

/// Whether the relay doesn't answer. It is asked only while `wanted` says so.
pub(crate) fn relay_is_away(wanted: impl Fn() -> bool + 'static) -> ReadSignal<bool> {
    let (away, set_away) = signal(false);
    let ask = move || {
        if wanted() {
            // None where the page is gone.
            is_reachable(HEALTH, move |reachable| {
                let _ = set_away.try_set(!reachable);
            });
        } else {
            set_away.set(false);
        }
    };
    ask();
    if let Ok(timer) = set_interval_with_handle(ask, PERIOD) {
        on_cleanup(move || timer.clear());
    }
    away
}

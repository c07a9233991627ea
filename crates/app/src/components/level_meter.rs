//! How loud the page's own microphone is.

use std::time::Duration;

use leptos::prelude::*;

use crate::room::use_room;

/// How often the level is read: as often as an eye can follow.
const PERIOD: Duration = Duration::from_millis(100);

/// The microphone's level. It is hidden while the browser does not measure it.
#[component]
pub(crate) fn LevelMeter() -> impl IntoView {
    let room = use_room();
    let (level, set_level) = signal(None::<f32>);
    let read = move || {
        let now = room.microphone_level();
        if level.get_untracked() != now {
            set_level.set(now);
        }
    };
    if let Ok(timer) = set_interval_with_handle(read, PERIOD) {
        on_cleanup(move || timer.clear());
    }
    view! {
        <meter
            class="level"
            min="0"
            max="1"
            aria-label="Microphone level"
            class:measured=move || level.get().is_some()
            prop:value=move || f64::from(level.get().unwrap_or(0.0))
        ></meter>
    }
}

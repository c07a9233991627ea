//! The page's own camera.

use leptos::prelude::*;
use sightline_web::{Facing, VideoSink};

use crate::room::use_room;

/// Scripts rely on it, and so does `index.html`.
const ID: &str = "local-video";

/// How the own video is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnVideoState {
    /// Not at all: a note is in its place.
    Off,
    /// The person sees themselves.
    Preview,
    /// The same, marked as seen by others.
    Live,
}

impl OwnVideoState {
    /// The value of `data-look`, which the style sheet uses.
    const fn layout(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Preview => "preview",
            Self::Live => "live",
        }
    }
}

/// The own video, or a note in its place, and a badge in its corner.
#[component]
pub(crate) fn OwnVideo(
    /// The element's classes.
    #[prop(default = "stage")]
    class: &'static str,
    /// How it is shown.
    #[prop(into)]
    state: Signal<OwnVideoState>,
    /// What is shown while the video is off.
    #[prop(into)]
    note: Signal<String>,
    /// What is shown in the corner of the video.
    #[prop(into)]
    badge: Signal<String>,
) -> impl IntoView {
    let room = use_room();
    // People know themselves from mirrors. A rear camera sees text, which a mirror would reverse.
    let is_mirrored = room.memo(|state| state.facing != Some(Facing::Environment));
    Effect::new(move |_| room.show_own_video(VideoSink::find(ID)));
    view! {
        <section
            class=class
            aria-label="Your video"
            data-look=move || state.get().layout()
            data-mirrored=move || is_mirrored.get().to_string()
        >
            <video id=ID playsinline autoplay muted></video>
            <div class="stage-note">
                <p>{note}</p>
            </div>
            <span class="badge">{badge}</span>
        </section>
    }
}

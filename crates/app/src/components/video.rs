//! What somebody else sends.

use leptos::prelude::*;
use sightline_protocol::PeerId;
use sightline_web::VideoSink;

use crate::room::use_room;

/// Plays what others send.
#[component]
pub(crate) fn Video(
    /// The element's id.
    #[prop(into)]
    id: String,
    /// What screen readers call it.
    label: &'static str,
    /// Whose video it is. If it is left out, the video of whoever sends one.
    #[prop(optional)]
    peer: Option<PeerId>,
) -> impl IntoView {
    let room = use_room();
    let element = id.clone();
    Effect::new(move |_| room.play_in(peer, VideoSink::find(&element)));
    view! { <video id=id playsinline autoplay aria-label=label></video> }
}

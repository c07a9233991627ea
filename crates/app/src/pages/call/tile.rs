//! One of the others: video, name, and what is to be said about them.

use leptos::prelude::*;
use sightline_protocol::{PeerId, TrackState};
use sightline_session::{PeerView, Status};

use crate::components::Video;
use crate::room::use_room;
use crate::text;

/// Somebody's tile. Scripts rely on its `data-state` and `data-speaking`.
#[component]
pub(super) fn Tile(
    /// Whose it is.
    peer: PeerId,
) -> impl IntoView {
    let room = use_room();
    let id = peer.to_string();
    // There is nothing to say of somebody who has left. Their tile is removed in a moment.
    let view = room.memo(move |state| state.peer(peer).cloned());
    let show = move |part: fn(&PeerView) -> &'static str| {
        move || view.with(|view| view.as_ref().map_or("", part))
    };
    let name = move || text::guest(view.with(|view| view.as_ref().map_or(0, |view| view.seat)));
    view! {
        <div
            class="tile"
            role="group"
            aria-label=name
            data-peer=id
            data-state=show(|view| view.status.name())
            data-speaking=show(|view| if view.speaking { "true" } else { "false" })
            data-video=show(video)
        >
            <Video id=format!("video-{id}") label="The guest's video" peer />
            <p class="tile-note">{show(text::tile)}</p>
            <p class="tile-name">
                <strong>{name}</strong>
                " "
                {show(microphone)}
            </p>
        </div>
    }
}

/// Whether the video is shown, or its last picture held.
const fn video(peer: &PeerView) -> &'static str {
    match (peer.status, peer.video) {
        (Status::Waiting | Status::Live, TrackState::On | TrackState::Unknown) => "shown",
        (Status::Reconnecting, TrackState::On | TrackState::Unknown) => "held",
        _ => "none",
    }
}

/// What is to be said about somebody's microphone.
const fn microphone(peer: &PeerView) -> &'static str {
    if peer.speaking { "speaking" } else { text::microphone(peer.audio) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_its_owner_has_taken_away_is_not_shown_again() {
        use Status::{Connecting, Live, Reconnecting, Waiting};
        use TrackState::{Off, On, Paused};
        for (status, state, shown) in [
            (Live, On, "shown"),
            (Waiting, On, "shown"),
            (Reconnecting, On, "held"),
            (Live, Off, "none"),
            (Live, Paused, "none"),
            (Reconnecting, Off, "none"),
            (Reconnecting, Paused, "none"),
            (Connecting, On, "none"),
        ] {
            let peer = PeerView {
                peer: PeerId::from_bytes([1; 16]),
                seat: 1,
                present: true,
                connected: true,
                seen: true,
                status,
                notice: None,
                video: state,
                audio: On,
                speaking: false,
            };
            assert_eq!(video(&peer), shown, "{status:?} {state:?}");
        }
    }
}

//! One of the others: picture, name, and what is to be said about them.

use leptos::prelude::*;
use sightline_protocol::{PeerId, TrackState};
use sightline_session::{PeerView, Status};
use sightline_web::VideoSink;

use crate::page::{Page, effect};
use crate::parts::{tag, text as changing_text, video, words};
use crate::text;

/// Somebody's tile. `data-state` and `data-speaking` are kept stable for scripts.
pub(super) fn tile(page: Page, peer: PeerId) -> AnyView {
    let id = peer.to_string();
    let element = format!("video-{id}");
    let shown = video(element.clone(), "The guest's picture".to_owned());
    let name =
        move || page.see(&|model| text::guest(model.peer(peer).map_or(0, |shown| shown.seat)));
    effect(move || {
        page.drive(&|driver| driver.playback().attach(Some(peer), VideoSink::find(&element)));
    });
    // When they have gone there is nothing to say, and the tile goes, too.
    let says = move |say: fn(&PeerView) -> &'static str| {
        move || page.see(&|model| model.peer(peer).map_or("", say).to_owned())
    };
    tag("div", &[("class", "tile"), ("role", "group")])
        .shows("aria-label", name)
        .has("data-peer", id)
        .shows("data-state", says(|peer| peer.status.name()))
        .shows("data-speaking", says(|peer| if peer.speaking { "true" } else { "false" }))
        .shows("data-picture", says(picture))
        .of(vec![
            shown,
            tag("p", &[("class", "tile-note")]).of(vec![changing_text(says(text::tile))]),
            tag("p", &[("class", "tile-name")]).of(vec![
                tag("strong", &[]).of(vec![changing_text(name)]),
                words(" "),
                changing_text(says(sign)),
            ]),
        ])
}

/// Whether the picture is to be seen, or the last one of it.
const fn picture(peer: &PeerView) -> &'static str {
    match (peer.status, peer.picture) {
        (Status::Waiting | Status::Live, TrackState::On | TrackState::Unknown) => "shown",
        (Status::Reconnecting, TrackState::On | TrackState::Unknown) => "held",
        _ => "none",
    }
}

const fn sign(peer: &PeerView) -> &'static str {
    if peer.speaking { "speaking" } else { text::microphone(peer.sound) }
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
                picture: state,
                sound: On,
                speaking: false,
            };
            assert_eq!(picture(&peer), shown, "{status:?} {state:?}");
        }
    }
}

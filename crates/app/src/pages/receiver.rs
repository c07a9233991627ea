//! Watching a camera.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::VideoSink;

use crate::app::Place;
use crate::model::Model;
use crate::page::{Page, effect};
use crate::parts::{
    RoomForm, button, card, fixed_alert, fixed_status, notices, other_kind, room_form, room_hint,
    sound_button, status_line, switch, tag, video, when, words,
};
use crate::route::{Visit, call_path, receiver_path};
use crate::text;

/// Where the name of a room to watch is typed.
pub(super) const WATCH: RoomForm =
    RoomForm { id: "room", problem: "room-problem", label: "Watch", path: receiver_path };

/// The receiver's page: asks for a room where the address has none.
pub(crate) fn receiver(place: Place, visit: Visit) -> AnyView {
    match visit.room {
        Some(Ok(room)) => screen(place, room, visit.autostart),
        Some(Err(error)) => ask(place, Some(format!("{error} Check the link, or type the name."))),
        None => ask(place, None),
    }
}

/// Asks for a room's name.
fn ask(place: Place, problem: Option<String>) -> AnyView {
    let status = if problem.is_some() { Status::Failed } else { Status::Idle };
    let line = text::status(Role::Receiver, &View::default());
    let mut content = vec![fixed_status(status, line)];
    content.extend(problem.map(fixed_alert));
    content.push(room_form(place, WATCH));
    card(place, "Watch a room", content)
}

/// The picture, and what is to be said while there is none.
fn screen(place: Place, room: RoomName, autostart: bool) -> AnyView {
    let name = room.to_string();
    let title = format!("Watching room {name}");
    let call = call_path(&room);
    let page = Page::new(Role::Receiver, room);
    effect(move || {
        page.drive(&|driver| driver.playback().attach(None, VideoSink::find("remote-video")));
        page.tell(Event::Start);
    });

    let status = move || page.see(&|model| model.view.status);
    page.follow_title();
    let showing = move || page.see(&Model::shows_picture);
    let watching = move || showing() || status() == Status::Live;
    let look = move || {
        let (kiosk, showing) = (if autostart { "kiosk " } else { "" }, showing());
        [kiosk, if showing { "showing" } else { "" }].concat()
    };
    let retry = move || match (page.see(&Model::notice), status()) {
        (Some(Notice::Replaced), _) => 1,
        (Some(Notice::RelayLost | Notice::RelayUnreachable | Notice::RelayFull), _) => 2,
        (_, Status::Ended) => 3,
        (_, Status::Failed) => 4,
        _ => 0,
    };
    let retry_button = move |why| {
        let label = match why {
            1 => "Take over here",
            2 => "Try now",
            3 => "Watch again",
            _ => "Try again",
        };
        button("retry", "button", label, move || page.tell(Event::Start))
    };
    let mut said = vec![status_line(status, move || {
        page.see(&|model| text::status(Role::Receiver, &model.view))
    })];
    said.extend(notices(page, |_| Vec::new()));
    said.push(other_kind(place, page, call, "Join the call"));
    said.push(switch(retry, retry_button));
    said.push(room_hint("hint room", name, Vec::new()));

    tag("main", &[("class", "screen")])
        .shows("data-look", look)
        .has("aria-label", title.clone())
        .of(vec![
            tag("h1", &[("class", "unseen")]).of(vec![words(&title)]),
            video("remote-video".to_owned(), "The sender's picture".to_owned()),
            tag("div", &[("class", "overlay")])
                .of(vec![tag("div", &[("class", "overlay-box")]).of(said)]),
            tag("div", &[("class", "controls")]).of(vec![
                sound_button(page, || true),
                when(watching, move || {
                    button("leave", "button quiet", "Stop watching", move || page.tell(Event::Stop))
                }),
            ]),
        ])
}

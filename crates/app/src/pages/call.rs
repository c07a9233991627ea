//! A call: everybody sees and hears everybody.

mod guests;
mod tile;

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName, TrackState};
use sightline_session::{Event, LinkStatus, Notice, Status, Urgency};
use sightline_web::{Device, Location, VideoSink, has_focus};

use self::guests::{Guests, SEATS};
use self::tile::tile;
use super::new_room;
use crate::app::{Place, link};
use crate::camera::CameraState;
use crate::model::Model;
use crate::page::{Page, effect};
use crate::parts::{
    alert, bad_room, button, device_alert, device_button, frame, nothing, notices, other_kind,
    room_hint, share_link, sound_button, stage, status_line, switch, tag, text as changing_text,
    toggle, turn_button, when, words,
};
use crate::relay_watch::relay_is_away;
use crate::route::{Visit, call_path, receiver_path};
use crate::settled::settled;
use crate::text;

/// The call's page: makes a room's name where the address has none.
pub(crate) fn call(place: Place, visit: Visit) -> AnyView {
    let Visit { room, autostart } = visit;
    match room {
        Some(Err(error)) => bad_room(place, error, new_call(place, "button primary")),
        Some(Ok(room)) => meeting(place, room, autostart),
        None => meeting(place, new_room(call_path, autostart), autostart),
    }
}

fn new_call(place: Place, class: &'static str) -> AnyView {
    link(place, "/call", class, vec![words("Start a new call")])
}

/// The own picture, with a button to join; then the others.
fn meeting(place: Place, room: RoomName, autostart: bool) -> AnyView {
    let name = room.to_string();
    let address = format!("{}{}", Location::current().origin, call_path(&room));
    let watch = receiver_path(&room);
    let page = Page::new(Role::Member, room);
    effect(move || {
        page.drive(&|driver| {
            driver.devices().attach(VideoSink::find("local-video"));
            driver.devices().start();
            if autostart || driver.was_in() {
                driver.handle(Event::Start);
            }
        });
    });
    effect(move || place.set_on_air(page.see(&has_joined)));
    page.follow_title();
    let (guests, news) = (RwSignal::new(Guests::default()), RwSignal::new(String::new()));
    effect(move || {
        let followed = page.see(&|model| {
            let mut now = guests.get_untracked();
            let said = now.follow(&model.view);
            // Who leaves, or is sent away, knows that the others are gone.
            (now, if has_joined(model) { said } else { said.map(|_| String::new()) })
        });
        if let (now, Some(said)) = followed {
            guests.set(now);
            news.set(said);
        }
    });

    // One after the other, so that each can be heard.
    let announced = settled(move || news.get(), |_, _| Urgency::Soon);

    let count = move || guests.with(Guests::count);
    let look = move || match (page.see(&has_joined), count()) {
        (false, _) => "lobby".to_owned(),
        (true, count) => format!("call of-{count}"),
    };
    // Before, and while nobody else is there, the link is what is wanted next. Who is about
    // to copy it when the first one comes still finds it where it was.
    let invited = move || match page.see(&has_joined) {
        false => 0,
        true if count() > 0 && !has_focus(".bar > .share") => 2,
        true => 1,
    };
    let in_lobby = address.clone();
    let invitation = move |which| {
        let link = share_link("Link for whoever should join", address.clone());
        if which == 1 {
            return link;
        }
        let summary = tag("summary", &[("class", "button")]).of(vec![words("Invite")]);
        tag("details", &[]).of(vec![summary, link])
    };
    let seat = move |seat| {
        let turn = move || guests.with(|guests| guests.turn(seat));
        switch(turn, move |_| {
            let peer = guests.with_untracked(|guests| guests.at(seat));
            peer.map_or_else(nothing, |peer| tile(page, peer))
        })
    };

    let mut panel = vec![
        status_line(
            move || page.see(&|model| model.view.status),
            move || page.see(&text::call_status),
        ),
        tag("p", &[("class", "unseen"), ("role", "status")])
            .of(vec![changing_text(move || announced.get().unwrap_or_default())]),
        device_alert(page, text::in_call),
    ];
    panel.extend(notices(page, move |notice| way_on(place, page, notice)));
    let away = relay_is_away(move || page.peek(&is_out));
    panel.push(alert(
        move || (away.get() && page.see(&is_out)).into(),
        || text::RELAY_AWAY_IN_LOBBY.to_owned(),
        |_| Vec::new(),
    ));
    panel.push(other_kind(place, page, watch, "Watch"));
    panel.push(sound_button(page, || true));
    // Where the relay doesn't let us in, the alert has the way on.
    let join_button = when(move || page.see(&is_out), move || join_button(page));
    let asked = |model: &Model| model.camera != CameraState::Off;
    let device = move |device| when(move || page.see(&asked), move || device_button(page, device));
    let bar = tag("div", &[("class", "bar")]).of(vec![
        device(Device::Microphone),
        device(Device::Camera),
        turn_button(page),
        // In the lobby the link is below, where it takes no room from the buttons.
        switch(invited, invitation),
        when(
            move || page.see(&has_joined),
            move || button("leave", "button stop", "Leave", move || page.tell(Event::Stop)),
        ),
    ]);
    panel.push(tag("div", &[("class", "actions")]).of(vec![join_button, bar]));
    panel.push(when(
        move || !page.see(&has_joined),
        move || share_link("Link for whoever should join", in_lobby.clone()),
    ));
    panel.push(room_hint("hint room", name, Vec::new()));
    frame(
        place,
        vec![tag("div", &[("class", "call")]).shows("data-look", look).of(vec![
        tag("h1", &[("class", "unseen")]).of(vec![words("Call")]),
        tag("section", &[("class", "tiles"), ("aria-label", "The others")])
            .of((0..SEATS).map(seat).collect()),
        stage(
            page,
            "stage own",
            move || if page.see(&shows_own) { "preview" } else { "off" },
            move || page.see(&own_note).to_owned(),
            move || page.see(&own_badge),
        ),
        tag("section", &[("class", "panel"), ("aria-label", "The call")]).of(panel),
    ])],
    )
}

fn join(page: Page) {
    if page.peek(&|model| model.camera == CameraState::Off) {
        page.drive(&|driver| driver.devices().start());
    }
    page.tell(Event::Start);
}

fn join_button(page: Page) -> AnyView {
    let label = |model: &Model| match (model.view.status, &model.camera) {
        (Status::Ended, _) => "Join again",
        (_, CameraState::Failed) => "Join without a camera",
        (_, CameraState::On) if !model.has_picture() => "Join without a camera",
        _ => "Join",
    };
    toggle("join", "button primary wide", move || page.see(&label), move || join(page))
}

/// What can be done about a notice.
fn way_on(place: Place, page: Page, notice: Notice) -> Vec<AnyView> {
    vec![match notice {
        Notice::Replaced => button("retry", "button", "Take over here", move || join(page)),
        Notice::InvalidRoom => new_call(place, "button"),
        // There is a button for it already.
        Notice::WasAway => return Vec::new(),
        _ if page.peek(&|model| model.view.link == LinkStatus::Refused) => {
            button("retry", "button", "Try again", move || join(page))
        }
        _ => button("retry", "button", "Try now", move || page.tell(Event::Start)),
    }]
}

/// In the lobby.
fn is_out(model: &Model) -> bool {
    model.view.link == LinkStatus::Off
}

fn has_joined(model: &Model) -> bool {
    matches!(model.view.link, LinkStatus::Connecting | LinkStatus::Joined)
}

fn shows_own(model: &Model) -> bool {
    model.has_picture() && !model.off.camera
}

/// What stands in the place of the own picture.
fn own_note(model: &Model) -> &'static str {
    match (&model.camera, model.devices.camera) {
        (CameraState::Asking, _) => "Waiting for the browser to allow camera and microphone…",
        (CameraState::Off, _) | (_, TrackState::Paused) => "Your camera is off",
        _ => "No camera",
    }
}

/// What stands in a corner of it.
fn own_badge(model: &Model) -> String {
    let muted = !model.is_on(Device::Microphone) && model.devices.microphone != TrackState::Off;
    match (has_joined(model), muted) {
        (false, true) => text::you(0, true),
        (false, false) => "Preview: only you see this".to_owned(),
        (true, muted) => text::you(model.view.seat, muted),
    }
}

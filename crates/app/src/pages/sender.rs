//! Sharing a camera.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, LinkStatus, Notice, Status};
use sightline_web::{Device, Location, VideoSink};

use super::new_room;
use crate::app::{Place, link};
use crate::claim::Claim;
use crate::model::Model;
use crate::page::{Page, effect};
use crate::parts::{
    LevelMeter, alert, bad_room, button, device_alert, device_button, frame, notices, room_hint,
    share_link, stage, status_line, switch, tag, text as changing_text, turn_button, when, words,
};
use crate::route::{Visit, receiver_path, sender_path};
use crate::text;

/// The sender's page: makes a room's name where the address has none.
pub(crate) fn sender(place: Place, visit: Visit) -> AnyView {
    let Visit { room, autostart } = visit;
    match room {
        Some(Err(error)) => bad_room(place, error, another_room(place, "button primary")),
        Some(Ok(room)) => studio(place, room, autostart),
        None => studio(place, new_room(sender_path, autostart), autostart),
    }
}

fn another_room(place: Place, class: &'static str) -> AnyView {
    link(place, "/sender", class, vec![words("Share in a new room")])
}

/// The owner's preview, and what they can do with it.
fn studio(place: Place, room: RoomName, autostart: bool) -> AnyView {
    let name = room.to_string();
    let (address, watch) =
        (format!("{}{}", Location::current().origin, receiver_path(&room)), receiver_path(&room));
    // Kept as long as the page is.
    let claim = StoredValue::new_local(Claim::new(&room));
    let page = Page::new(Role::Sender, room);
    let begin = move || {
        page.drive(&|driver| driver.devices().start());
        page.tell(Event::Start);
        if autostart {
            page.tell(Event::GoLive);
        }
    };
    let request = move || claim.with_value(|claim| claim.request(begin));
    let take_over = move || claim.with_value(|claim| claim.take_over(begin));
    effect(move || {
        page.drive(&|driver| driver.devices().attach(VideoSink::find("local-video")));
        request();
    });
    effect(move || {
        if page.see(&|model| model.view.status == Status::Ended) {
            claim.with_value(Claim::release);
        }
    });
    effect(move || place.set_on_air(page.see(&|model| model.view.live)));

    effect(move || {
        // Where nobody sits in front of it, nobody could go live again.
        let away = page.see(&|model| model.view.notice == Some(Notice::WasAway));
        if autostart && away {
            page.tell(Event::GoLive);
        }
    });
    page.follow_title();

    let live = move || page.see(&|model| model.view.live);
    let ready = move || page.see(&Model::has_media);
    let shown = move || page.see(&|model| model.is_on(Device::Camera));
    let refused = move || page.see(&is_refused);
    let elsewhere = move || claim.with_value(Claim::is_elsewhere);
    let line = move || page.see(&text::sender_status);
    // What the stage shows: nothing, the preview, or what others see.
    let look = move || match (shown(), live()) {
        (false, _) => "off",
        (true, false) => "preview",
        (true, true) => "live",
    };
    let note = move || match (page.see(&text::own_picture), line()) {
        ("", line) => line,
        (note, _) => note.to_owned(),
    };
    let badge = move || if live() { "On air" } else { "Preview: only you see this" }.to_owned();
    // The one thing to do next.
    let action = move || match (page.see(&|model| model.view.status), live(), ready()) {
        _ if refused() || elsewhere() => 0,
        (Status::Ended, ..) => 1,
        (_, true, _) => 2,
        (_, false, true) => 3,
        (_, false, false) => 4,
    };
    let action_button = move |which| match which {
        1 => button("again", "button primary wide", "Share again", request),
        2 => button("stop", "button stop wide", "Stop sharing", move || page.tell(Event::Stop)),
        3 => button("go-live", "button primary wide", "Go live", move || page.tell(Event::GoLive)),
        _ => {
            tag("button", &[("id", "go-live"), ("class", "button primary wide"), ("disabled", "")])
                .of(vec![words("Go live")])
        }
    };
    let relay_action = move |notice| match notice {
        Notice::Replaced => vec![button("retry", "button", "Take over here", take_over)],
        Notice::SenderPresent => vec![
            link(place, watch.clone(), "button", vec![words("Watch this room")]),
            another_room(place, "button"),
        ],
        Notice::InvalidRoom => vec![another_room(place, "button")],
        // There is a button for it already.
        Notice::WasAway => Vec::new(),
        _ if page.peek(&is_refused) => vec![button("retry", "button", "Try again", request)],
        _ => vec![button("retry", "button", "Try now", move || page.tell(Event::Start))],
    };
    let asks = alert(
        move || elsewhere().into(),
        || {
            "You are sharing in this room in another tab or window. Close it, or take over here: \
             those who watch then see what this one shows."
                .to_owned()
        },
        move |_| vec![button("take-over", "button", "Take over here", take_over)],
    );

    let mut panel = vec![
        status_line(move || page.see(&Model::sender_status), line),
        asks,
        device_alert(page, text::sharing),
    ];
    panel.extend(notices(page, relay_action));
    let controls = move || {
        vec![
            device_button(page, Device::Microphone),
            device_button(page, Device::Camera),
            turn_button(page),
        ]
        .into_any()
    };
    panel.push(tag("div", &[("class", "actions")]).of(vec![
        switch(action, action_button),
        tag("div", &[("class", "bar")]).of(vec![when(ready, controls)]),
    ]));
    panel.push(when(ready, move || {
        let muted = move || page.see(&|model| !model.is_on(Device::Microphone));
        view! {
            <div class="sharing">
                <p id="shares" class="hint">{move || page.see(&text::shares)}</p>
                <Show when=move || !muted()>
                    <LevelMeter page />
                </Show>
            </div>
        }
        .into_any()
    }));
    panel.push(when(
        move || !refused() && !elsewhere(),
        move || invitation(address.clone(), name.clone(), page),
    ));
    frame(
        place,
        vec![
            tag("h1", &[("class", "unseen")]).of(vec![words("Share a camera")]),
            tag("div", &[("class", "studio")]).of(vec![
                stage(page, "stage", look, note, badge),
                tag("section", &[("class", "panel"), ("aria-label", "Sharing")]).of(panel),
            ]),
        ],
    )
}

/// Whether the relay doesn't let this page in, for now or for good.
fn is_refused(model: &Model) -> bool {
    matches!(model.view.link, LinkStatus::Refused | LinkStatus::WaitingForPlace)
}

/// How to let somebody watch, and who has come.
fn invitation(address: String, room: String, page: Page) -> AnyView {
    let opened = move || page.see(&|model| text::opened(&model.view));
    vec![
        share_link("Link for whoever should watch", address),
        room_hint(
            "hint",
            room,
            vec![words(". "), tag("span", &[("id", "watching")]).of(vec![changing_text(opened)])],
        ),
    ]
    .into_any()
}

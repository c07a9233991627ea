//! Sharing a camera.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName, RoomNameError};
use sightline_session::{Event, LinkStatus, Notice, Status};
use sightline_web::{Location, VideoSink, open_path};

use crate::app::link;
use crate::camera::CameraState;
use crate::driver::Driver;
use crate::model::Model;
use crate::parts::{
    alert, button, changing, fixed_alert, fixed_status, frame, share_link, status_line, switch,
    text as changing_text, when,
};
use crate::route::{Visit, receiver_path, sender_path};
use crate::{identity, text};

/// The sender's page: makes a room's name where the address has none.
pub(crate) fn sender(visit: Visit) -> AnyView {
    let Visit { room, autostart } = visit;
    match room {
        Some(Err(error)) => bad_room(error),
        Some(Ok(room)) => studio(room, autostart),
        None => {
            let room = identity::new_room();
            let autostart_part = if autostart { "&autostart=1" } else { "" };
            // So that a reload, or a link kept, is the same room.
            open_path(&format!("{}{autostart_part}", sender_path(&room)), true);
            studio(room, autostart)
        }
    }
}

fn bad_room(error: RoomNameError) -> AnyView {
    let content = view! {
        <section class="card narrow">
            <h1>"This room can't be used"</h1>
            {fixed_status(Status::Failed, "Not connected".to_owned())}
            {fixed_alert(format!("{error} Choose another, or take a new room."))}
            {new_room("button primary")}
        </section>
    };
    frame(content.into_any())
}

fn new_room(class: &'static str) -> AnyView {
    link("/sender", class, "Share in a new room".into_any())
}

/// The owner's preview, and what they can do with it.
fn studio(room: RoomName, autostart: bool) -> AnyView {
    let name = room.to_string();
    let address = format!("{}{}", Location::current().origin, receiver_path(&room));
    let model = RwSignal::new(Model::default());
    // Given up when the page is left: the camera goes off, everything is closed.
    let driver = StoredValue::new_local(Driver::new(Role::Sender, room, model));
    let tell = move |event| driver.with_value(|driver| driver.handle(event));
    let start_camera = move || driver.with_value(|driver| driver.camera().start());
    let begin = move || {
        start_camera();
        tell(Event::Start);
        if autostart {
            tell(Event::GoLive);
        }
    };
    Effect::new(move || {
        driver.with_value(|driver| driver.camera().attach(VideoSink::find("local-video")));
        begin();
    });

    let notice = move || model.with(|model| model.view.notice);
    let ended = move || model.with(|model| model.view.status == Status::Ended);
    let ready = move || model.with(|model| model.camera == CameraState::On);
    let live = move || model.with(|model| model.view.live);
    let line = move || model.with(text::sender_status);
    // What the stage shows: nothing, the preview, or what others see.
    let stage = move || match (ready(), live()) {
        (false, _) => "off",
        (true, false) => "preview",
        (true, true) => "live",
    };
    let badge = move || if live() { "On air" } else { "Preview: only you see this" }.to_owned();
    // The one thing to do next.
    let refused = move || model.with(|model| model.view.link == LinkStatus::Refused);
    let action = move || match (ended(), live(), ready()) {
        _ if refused() => 0,
        (true, ..) => 1,
        (false, true, _) => 2,
        (false, false, true) => 3,
        (false, false, false) => 4,
    };
    let action_button = move |which| match which {
        1 => button("again", "button primary wide", "Share again", begin),
        2 => button("stop", "button stop wide", "Stop sharing", move || tell(Event::Stop)),
        3 => button("go-live", "button primary wide", "Go live", move || tell(Event::GoLive)),
        _ => view! {
            <button id="go-live" class="button primary wide" disabled="">"Go live"</button>
        }
        .into_any(),
    };
    // Made anew with the alert, when the notice changes.
    let relay_action = move |_| match model.with_untracked(|model| model.view.notice) {
        Some(Notice::Replaced) => button("retry", "button", "Take over here", begin),
        Some(Notice::SenderPresent) => {
            let again = button("retry", "button", "Try again", begin);
            view! { {again} {new_room("button")} }.into_any()
        }
        Some(Notice::InvalidRoom) => new_room("button"),
        Some(_) if refused() => button("retry", "button", "Try again", begin),
        _ => button("retry", "button", "Try now", move || tell(Event::Start)),
    };

    let content = view! {
        <h1 class="unseen">"Share a camera"</h1>
        <div class="studio">
            <section class="stage" data-look=changing(move || stage().to_owned()) aria-label="Your picture">
                <video id="local-video" playsinline="" autoplay="" muted=""></video>
                <div class="stage-note"><p>{changing_text(line)}</p></div>
                <span class="badge">{changing_text(badge)}</span>
            </section>
            <section class="panel" aria-label="Sharing">
                {status_line(move || model.with(Model::sender_status), line)}
                {alert(
                    move || model.with(|model| text::camera(model).is_some()).into(),
                    move || model.with(|model| text::camera(model).unwrap_or_default()),
                    move |_| button("camera-retry", "button", "Try again", start_camera),
                )}
                {alert(
                    move || text::notice_number(notice()),
                    move || notice().map_or("", text::notice).to_owned(),
                    relay_action,
                )}
                {switch(action, action_button)}
                {when(move || !refused(), move || invitation(address.clone(), name.clone(), model))}
            </section>
        </div>
    };
    frame(content.into_any())
}

/// How to let somebody watch, and who has come.
fn invitation(address: String, room: String, model: RwSignal<Model>) -> AnyView {
    view! {
        {share_link(address)}
        <p class="hint">
            "Room " <strong>{room}</strong> ". "
            <span id="watching">
                {changing_text(move || model.with(|model| text::opened(model.view.present)))}
            </span>
        </p>
    }
    .into_any()
}

//! Sharing a camera.

use leptos::html;
use leptos::prelude::*;
use sightline_protocol::{Role, RoomName, RoomNameError};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::{Location, VideoSink, open_path};

use crate::app::Link;
use crate::camera::{Camera, CameraState};
use crate::driver::Driver;
use crate::parts::{Frame, ShareLink, alert, button, enabled_button, status_line, text, when};
use crate::route::{Visit, receiver_path, sender_path};
use crate::{identity, text as sentences};

/// The sender's page: makes a room's name where the address has none.
#[component]
pub(crate) fn SenderPage(visit: Visit) -> impl IntoView {
    let Visit { room, autostart } = visit;
    let room = match room {
        Some(Err(error)) => return bad_room(error),
        Some(Ok(room)) => room,
        None => {
            let room = identity::new_room();
            let autostart = if autostart { "&autostart=1" } else { "" };
            // So that a reload, or a link kept, is the same room.
            open_path(&format!("{}{autostart}", sender_path(&room)), true);
            room
        }
    };
    view! { <Studio room autostart/> }.into_any()
}

fn bad_room(error: RoomNameError) -> AnyView {
    let problem = format!("{error} Choose another, or take a new room.");
    view! {
        <Frame>
            <section class="card narrow">
                <h1>"This room can't be used"</h1>
                {status_line(Signal::stored(Status::Failed), "Not connected".into_any())}
                {alert(Signal::stored(Some(problem)), || ().into_any())}
                {new_room_link("button primary")}
            </section>
        </Frame>
    }
    .into_any()
}

fn new_room_link(class: &'static str) -> AnyView {
    view! { <Link path="/sender".to_owned() class>"Share in a new room"</Link> }.into_any()
}

/// The owner's preview, and what they can do with it.
#[component]
fn Studio(room: RoomName, autostart: bool) -> impl IntoView {
    let view = RwSignal::new(View::default());
    let camera_state = RwSignal::new(CameraState::Off);
    let camera = Camera::new(camera_state);
    let driver =
        Driver::new(Role::Sender, room.clone(), camera.clone(), view, RwSignal::new_local(None));
    let link = format!("{}{}", Location::current().origin, receiver_path(&room));

    // Both are given up when the page is left.
    let camera = StoredValue::new_local(camera);
    let driver = StoredValue::new_local(driver);
    let tell = move |event| driver.with_value(|driver| driver.handle(event));

    let video = NodeRef::<html::Video>::new();
    let sink = StoredValue::new_local(None::<VideoSink>);
    Effect::new(move |_| {
        let state = camera_state.get();
        let Some(element) = video.get() else { return };
        match state {
            CameraState::On => {
                let shown = VideoSink::new(element);
                camera.with_value(|camera| camera.with(|media| shown.preview(media)));
                sink.set_value(Some(shown));
                tell(Event::CameraReady);
                if autostart {
                    tell(Event::GoLive);
                }
            }
            CameraState::Lost => {
                sink.set_value(None);
                tell(Event::CameraGone);
            }
            CameraState::Off | CameraState::Asking | CameraState::Failed(_) => sink.set_value(None),
        }
    });

    let begin = move || {
        camera.with_value(Camera::start);
        tell(Event::Start);
    };
    let stop = move || {
        camera.with_value(Camera::stop);
        tell(Event::Stop);
    };
    begin();

    let notice = Signal::derive(move || view.with(|view| view.notice));
    let ended = move || view.with(|view| view.status == Status::Ended);
    let ready = Signal::derive(move || camera_state.with(|state| *state == CameraState::On));
    let live = move || view.with(|view| view.live);
    // The page's state is the session's, unless there is nothing to share.
    let status = Signal::derive(move || match camera_state.get() {
        CameraState::Failed(_) | CameraState::Lost if !ended() => Status::Failed,
        _ => view.with(|view| view.status),
    });
    let line = Signal::derive(move || match camera_state.get() {
        CameraState::Asking if !ended() => {
            "Waiting for the browser to allow the camera…".to_owned()
        }
        CameraState::Failed(_) | CameraState::Lost if !ended() => "The camera is off".to_owned(),
        _ => view.with(|view| sentences::status(Role::Sender, view)),
    });
    let camera_problem = Signal::derive(move || sentences::camera(&camera_state.get()));
    let relay_problem =
        Signal::derive(move || notice.get().map(|notice| sentences::notice(notice).to_owned()));
    let relay_action = move || match notice.get() {
        Some(Notice::SenderPresent | Notice::InvalidRoom) => new_room_link("button"),
        Some(Notice::Replaced) => button("retry", "button", || "Take over here".to_owned(), begin),
        _ => button("retry", "button", || "Try now".to_owned(), move || tell(Event::Start)),
    };
    let video_class = Signal::derive(move || if ready.get() { "" } else { "hidden" }.to_owned());
    let badge_class =
        Signal::derive(move || if live() { "badge on-air" } else { "badge" }.to_owned());
    let badge = move || if live() { "On air" } else { "Preview: only you see this" }.to_owned();
    let opened = move || sentences::opened(view.with(|view| view.present));

    view! {
        <Frame>
            <div class="studio">
                <section class="stage" aria-label="Your picture">
                    <video id="local-video" node_ref=video class=video_class playsinline=""
                        autoplay="" muted=""></video>
                    {when(move || !ready.get(), move || view! {
                        <div class="stage-note"><p>{text(move || line.get())}</p></div>
                    }.into_any())}
                    {when(move || ready.get(), move || view! {
                        <span class=badge_class>{text(badge)}</span>
                    }.into_any())}
                </section>
                <section class="panel" aria-label="Sharing">
                    {status_line(status, text(move || line.get()))}
                    {alert(camera_problem, move || {
                        let again = move || camera.with_value(Camera::start);
                        button("camera-retry", "button", || "Try again".to_owned(), again)
                    })}
                    {alert(relay_problem, relay_action)}
                    {when(move || !ended() && !live(), move || {
                        let go = move || tell(Event::GoLive);
                        enabled_button("go-live", "button primary wide", ready, || "Go live".to_owned(), go)
                    })}
                    {when(move || !ended() && live(), move || {
                        button("stop", "button stop wide", || "Stop sharing".to_owned(), stop)
                    })}
                    {when(move || ended() && notice.get().is_none(), move || {
                        button("again", "button primary wide", || "Share again".to_owned(), begin)
                    })}
                    <ShareLink link=link/>
                    <p class="hint">
                        "Room " <strong>{room.to_string()}</strong> ". "
                        <span id="watching">{text(opened)}</span>
                    </p>
                </section>
            </div>
        </Frame>
    }
}

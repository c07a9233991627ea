//! Watching a camera.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::{Played, VideoSink, spawn_local};

use crate::camera::Camera;
use crate::driver::Driver;
use crate::parts::{Frame, RoomForm, alert, button, status_line, text, when};
use crate::route::Visit;
use crate::text as sentences;

/// The receiver's page: asks for a room where the address has none.
#[component]
pub(crate) fn ReceiverPage(visit: Visit) -> impl IntoView {
    let Visit { room, autostart } = visit;
    match room {
        Some(Ok(room)) => view! { <Screen room autostart/> }.into_any(),
        Some(Err(error)) => ask(Some(format!("{error} Check the link, or type the name."))),
        None => ask(None),
    }
}

/// Asks for a room's name.
fn ask(problem: Option<String>) -> AnyView {
    let status = if problem.is_some() { Status::Failed } else { Status::Idle };
    let line = sentences::status(Role::Receiver, &View::default());
    view! {
        <Frame>
            <section class="card narrow">
                <h1>"Watch a room"</h1>
                {status_line(Signal::stored(status), line.into_any())}
                {alert(Signal::stored(problem), || ().into_any())}
                <RoomForm/>
            </section>
        </Frame>
    }
    .into_any()
}

/// The picture, and what is to be said while there is none.
#[component]
fn Screen(room: RoomName, autostart: bool) -> impl IntoView {
    let view = RwSignal::new(View::default());
    let remote = RwSignal::new_local(None);
    // A receiver has no camera; the driver never asks for one.
    let camera = Camera::new(RwSignal::default());
    let driver = Driver::new(Role::Receiver, room.clone(), camera, view, remote);
    // Given up when the page is left.
    let driver = StoredValue::new_local(driver);
    let tell = move |event| driver.with_value(|driver| driver.handle(event));

    let video = NodeRef::<html::Video>::new();
    // Holds the element; given up with the page, which takes the stream off it.
    let sink = StoredValue::new_local(None::<Rc<VideoSink>>);
    let muted = RwSignal::new(false);
    let play = move || {
        let (Some(sink), Some(stream)) = (sink.get_value(), remote.get_untracked()) else { return };
        spawn_local(async move {
            match sink.play(&stream).await {
                Played::WithSound => drop(muted.try_set(false)),
                Played::Muted => drop(muted.try_set(true)),
                Played::Not => {}
            }
        });
    };
    Effect::new(move |_| {
        let Some(element) = video.get() else { return };
        if sink.with_value(Option::is_none) {
            sink.set_value(Some(Rc::new(VideoSink::new(element))));
        }
        if remote.with(Option::is_some) {
            play();
        }
    });

    tell(Event::Start);

    let status = Signal::derive(move || view.with(|view| view.status));
    let notice = Signal::derive(move || view.with(|view| view.notice));
    let showing = move || matches!(status.get(), Status::Live | Status::Reconnecting);
    let relay_away = move || {
        matches!(
            notice.get(),
            Some(Notice::RelayLost | Notice::RelayUnreachable | Notice::RelayFull)
        )
    };
    let retry = move || matches!(status.get(), Status::Failed | Status::Ended) || relay_away();
    let retry_label = move || {
        let label = match notice.get() {
            Some(Notice::Replaced) => "Take over here",
            _ if relay_away() => "Try now",
            _ if status.get() == Status::Ended => "Watch again",
            _ => "Try again",
        };
        label.to_owned()
    };
    let class = Signal::derive(move || {
        let kiosk = if autostart { " kiosk" } else { "" };
        let showing = if showing() { " showing" } else { "" };
        format!("screen{kiosk}{showing}")
    });
    let line = text(move || view.with(|view| sentences::status(Role::Receiver, view)));
    let problem =
        Signal::derive(move || notice.get().map(|notice| sentences::notice(notice).to_owned()));

    view! {
        <main class=class>
            <video id="remote-video" node_ref=video playsinline="" autoplay=""
                aria-label="The sender's picture"></video>
            <div class="overlay">
                <div class="overlay-box">
                    {status_line(status, line)}
                    {alert(problem, || ().into_any())}
                    {when(retry, move || button("retry", "button", retry_label, move || tell(Event::Start)))}
                    <p class="hint room">"Room " <strong>{room.to_string()}</strong></p>
                </div>
            </div>
            <div class="controls">
                {when(move || muted.get() && showing(), move || {
                    button("sound", "button primary", || "Turn the sound on".to_owned(), play)
                })}
                {when(showing, move || {
                    button("leave", "button quiet", || "Stop watching".to_owned(), move || tell(Event::Stop))
                })}
            </div>
        </main>
    }
}

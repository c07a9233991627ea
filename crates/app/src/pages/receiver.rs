//! Watching a camera.

use leptos::html;
use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::{Played, VideoSink, spawn_local};

use crate::camera::Camera;
use crate::driver::Driver;
use crate::parts::{Alert, Frame, RoomForm, StatusLine};
use crate::route::Visit;
use crate::text;

/// The receiver's page: asks for a room where the address has none.
#[component]
pub(crate) fn ReceiverPage(visit: Visit) -> impl IntoView {
    let Visit { room, autostart } = visit;
    let problem = match room {
        Some(Ok(room)) => return view! { <Screen room autostart/> }.into_any(),
        Some(Err(error)) => Some(error.to_string()),
        None => None,
    };
    let failed = problem.is_some();
    view! {
        <Frame>
            <section class="card narrow">
                <h1>"Watch a room"</h1>
                <StatusLine
                    status=move || if failed { Status::Failed } else { Status::Idle }
                    line=move || text::status(Role::Receiver, &View::default())
                />
                <Alert message=move || {
                    problem.as_ref().map(|problem| format!("{problem} Check the link, or type the name."))
                }/>
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
    let muted = RwSignal::new(false);
    let play = move || {
        let (Some(element), Some(stream)) = (video.get_untracked(), remote.get_untracked()) else {
            return;
        };
        let sink = VideoSink::new(element);
        spawn_local(async move {
            match sink.play(&stream).await {
                Played::WithSound => drop(muted.try_set(false)),
                Played::Muted => drop(muted.try_set(true)),
                Played::Not => {}
            }
        });
    };
    Effect::new(move |_| {
        if remote.with(Option::is_some) && video.get().is_some() {
            play();
        }
    });

    tell(Event::Start);

    let status = Memo::new(move |_| view.with(|view| view.status));
    let showing = Memo::new(move |_| matches!(status.get(), Status::Live | Status::Reconnecting));
    let ended = move || status.get() == Status::Ended;
    let notice = Memo::new(move |_| view.with(|view| view.notice));
    let line = move || view.with(|view| text::status(Role::Receiver, view));
    let problem = move || notice.get().map(|notice| text::notice(notice).to_owned());
    let retry = move || {
        matches!(status.get(), Status::Failed | Status::Ended)
            || matches!(notice.get(), Some(Notice::RelayLost | Notice::RelayUnreachable))
    };
    let retry_label = move || match notice.get() {
        Some(Notice::Replaced) => "Take over here",
        Some(Notice::RelayLost | Notice::RelayUnreachable | Notice::RelayFull) => "Try now",
        _ if ended() => "Watch again",
        _ => "Try again",
    };

    view! {
        <main class="screen" class:kiosk=autostart class:showing=move || showing.get()>
            <video id="remote-video" node_ref=video playsinline=true autoplay=true
                aria-label="The sender's picture"></video>
            <div class="overlay">
                <div class="overlay-box">
                    <StatusLine status=move || status.get() line/>
                    <Alert message=problem>
                        <span></span>
                    </Alert>
                    <Show when=retry>
                        <button id="retry" class="button" on:click=move |_| tell(Event::Start)>
                            {retry_label}
                        </button>
                    </Show>
                    <p class="hint room">"Room " <strong>{room.to_string()}</strong></p>
                </div>
            </div>
            <div class="controls">
                <Show when=move || muted.get() && showing.get()>
                    <button id="sound" class="button primary" on:click=move |_| play()>
                        "Turn the sound on"
                    </button>
                </Show>
                <Show when=move || showing.get()>
                    <button id="leave" class="button quiet" on:click=move |_| tell(Event::Stop)>
                        "Stop watching"
                    </button>
                </Show>
            </div>
        </main>
    }
}

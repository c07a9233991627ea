//! Sharing a camera.

use leptos::html;
use leptos::prelude::*;
use sightline_protocol::{Role, RoomName, RoomNameError};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::{Location, VideoSink, open_path};

use crate::app::Link;
use crate::camera::{Camera, CameraState};
use crate::driver::Driver;
use crate::parts::{Alert, Frame, ShareLink, StatusLine};
use crate::route::{Visit, receiver_path, sender_path};
use crate::{identity, text};

/// The sender's page: makes a room's name where the address has none.
#[component]
pub(crate) fn SenderPage(visit: Visit) -> impl IntoView {
    let Visit { room, autostart } = visit;
    match room {
        Some(Err(error)) => bad_room(error).into_any(),
        Some(Ok(room)) => view! { <Studio room autostart/> }.into_any(),
        None => {
            let room = identity::new_room();
            let autostart_part = if autostart { "&autostart=1" } else { "" };
            // So that a reload, or a link kept, is the same room.
            open_path(&format!("{}{autostart_part}", sender_path(&room)), true);
            view! { <Studio room autostart/> }.into_any()
        }
    }
}

fn bad_room(error: RoomNameError) -> impl IntoView {
    view! {
        <Frame>
            <section class="card narrow">
                <h1>"This room can't be used"</h1>
                <StatusLine status=|| Status::Failed line=|| "Not connected".to_owned()/>
                <Alert message=move || Some(format!("{error} Choose another, or take a new room."))/>
                <Link path="/sender".to_owned() class="button primary">"Share in a new room"</Link>
            </section>
        </Frame>
    }
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
    let sink = StoredValue::new_local(None);
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
                sink.set_value(None::<VideoSink>);
                tell(Event::CameraGone);
            }
            CameraState::Off | CameraState::Asking | CameraState::Failed(_) => sink.set_value(None),
        }
    });

    let begin = move || {
        camera.with_value(Camera::start);
        tell(Event::Start);
    };
    let stop = move |_| {
        camera.with_value(Camera::stop);
        tell(Event::Stop);
    };
    begin();

    let status = Memo::new(move |_| view.with(|view| view.status));
    let ended = move || status.get() == Status::Ended;
    let ready = move || camera_state.with(|state| *state == CameraState::On);
    let live = Memo::new(move |_| view.with(|view| view.live));
    let line = move || match camera_state.get() {
        _ if ended() => view.with(|view| text::status(Role::Sender, view)),
        CameraState::Asking => "Waiting for the browser to allow the camera…".to_owned(),
        CameraState::Failed(_) | CameraState::Lost => "The camera is off".to_owned(),
        CameraState::Off | CameraState::On => view.with(|view| text::status(Role::Sender, view)),
    };
    // The page's state is the session's, unless there is nothing to share.
    let shown_status = move || match camera_state.get() {
        CameraState::Failed(_) | CameraState::Lost if !ended() => Status::Failed,
        _ => status.get(),
    };
    let camera_problem = move || match camera_state.get() {
        CameraState::Failed(error) => Some(text::capture(&error)),
        CameraState::Lost => Some(
            "The camera was disconnected, or its permission withdrawn. Connect it again, then try \
             again."
                .to_owned(),
        ),
        _ => None,
    };
    let notice = Memo::new(move |_| view.with(|view| view.notice));
    let relay_problem = move || notice.get().map(|notice| text::notice(notice).to_owned());

    view! {
        <Frame>
            <div class="studio">
                <section class="stage" aria-label="Your picture">
                    <video id="local-video" node_ref=video playsinline=true autoplay=true muted=true
                        class:hidden=move || !ready()></video>
                    <Show when=move || !ready()>
                        <div class="stage-note"><p>{line}</p></div>
                    </Show>
                    <Show when=move || ready() && !live.get()>
                        <span class="badge">"Preview: only you see this"</span>
                    </Show>
                    <Show when=move || ready() && live.get()>
                        <span class="badge on-air">"On air"</span>
                    </Show>
                </section>
                <section class="panel" aria-label="Sharing">
                    <StatusLine status=shown_status line/>
                    <Alert message=camera_problem>
                        <button class="button" on:click=move |_| camera.with_value(Camera::start)>
                            "Try again"
                        </button>
                    </Alert>
                    <Alert message=relay_problem>
                        {move || match notice.get() {
                            Some(Notice::SenderPresent | Notice::InvalidRoom) => view! {
                                <Link path="/sender".to_owned() class="button">"Share in a new room"</Link>
                            }.into_any(),
                            Some(Notice::Replaced) => view! {
                                <button class="button" on:click=move |_| begin()>"Take over here"</button>
                            }.into_any(),
                            _ => view! {
                                <button class="button" on:click=move |_| tell(Event::Start)>"Try now"</button>
                            }.into_any(),
                        }}
                    </Alert>
                    <Show when=move || !ended() && !live.get()>
                        <button id="go-live" class="button primary wide" disabled=move || !ready()
                            on:click=move |_| tell(Event::GoLive)>
                            "Go live"
                        </button>
                    </Show>
                    <Show when=move || !ended() && live.get()>
                        <button id="stop" class="button stop wide" on:click=stop>"Stop sharing"</button>
                    </Show>
                    <Show when=move || ended() && notice.get().is_none()>
                        <button id="again" class="button primary wide" on:click=move |_| begin()>
                            "Share again"
                        </button>
                    </Show>
                    <ShareLink link=link.clone()/>
                    <p class="hint">
                        "Room " <strong>{room.to_string()}</strong>
                        <span id="watching">
                            {move || match view.with(|view| view.present) {
                                0 => ". Nobody has opened the link yet.".to_owned(),
                                1 => ". 1 has opened the link.".to_owned(),
                                n => format!(". {n} have opened the link."),
                            }}
                        </span>
                    </p>
                </section>
            </div>
        </Frame>
    }
}

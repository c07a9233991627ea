//! Watching a camera.

use leptos::prelude::*;
use sightline_protocol::{Role, RoomName};
use sightline_session::{Event, Notice, Status, View};
use sightline_web::VideoSink;

use crate::driver::Driver;
use crate::model::{Click, Model};
use crate::parts::{
    alert, button, changing, fixed_alert, fixed_status, frame, room_form, status_line, switch, when,
};
use crate::route::Visit;
use crate::text;

/// The receiver's page: asks for a room where the address has none.
pub(crate) fn receiver(visit: Visit) -> AnyView {
    match visit.room {
        Some(Ok(room)) => screen(room, visit.autostart),
        Some(Err(error)) => ask(Some(format!("{error} Check the link, or type the name."))),
        None => ask(None),
    }
}

/// Asks for a room's name.
fn ask(problem: Option<String>) -> AnyView {
    let status = if problem.is_some() { Status::Failed } else { Status::Idle };
    let line = text::status(Role::Receiver, &View::default());
    let content = view! {
        <section class="card narrow">
            <h1>"Watch a room"</h1>
            {fixed_status(status, line)}
            {problem.map_or_else(|| ().into_any(), fixed_alert)}
            {room_form()}
        </section>
    };
    frame(content.into_any())
}

/// The picture, and what is to be said while there is none.
fn screen(room: RoomName, autostart: bool) -> AnyView {
    let name = room.to_string();
    let title = format!("Watching room {name}");
    let model = RwSignal::new(Model::default());
    // Given up when the page is left: it leaves the room and closes everything.
    let driver = StoredValue::new_local(Driver::new(Role::Receiver, room, model));
    let tell = move |event| driver.with_value(|driver| driver.handle(event));
    let play = move || driver.with_value(|driver| driver.player().play());
    Effect::new(move || {
        driver.with_value(|driver| driver.player().attach(VideoSink::find("remote-video")));
        tell(Event::Start);
    });

    let status = move || model.with(|model| model.view.status);
    let notice = move || model.with(|model| model.view.notice);
    let showing = move || matches!(status(), Status::Live | Status::Reconnecting);
    let look = move || {
        let kiosk = if autostart { "kiosk " } else { "" };
        let showing = if showing() { "showing" } else { "" };
        format!("{kiosk}{showing}")
    };
    let retry = move || match (notice(), status()) {
        (Some(Notice::Replaced), _) => 1,
        (Some(Notice::RelayLost | Notice::RelayUnreachable | Notice::RelayFull), _) => 2,
        (_, Status::Ended) => 3,
        (_, Status::Failed) => 4,
        _ => 0,
    };
    let click = move || match model.with(|model| model.click) {
        Click::ForSound if showing() => 1,
        Click::ForAll if showing() => 2,
        _ => 0,
    };
    let retry_button = move |why| {
        let label = match why {
            1 => "Take over here",
            2 => "Try now",
            3 => "Watch again",
            _ => "Try again",
        };
        button("retry", "button", label, move || tell(Event::Start))
    };

    view! {
        <main class="screen" data-look=changing(look) aria-label=title>
            <h1 class="unseen">"Watching room " {name.clone()}</h1>
            <video id="remote-video" playsinline="" autoplay="" aria-label="The sender's picture">
            </video>
            <div class="overlay">
                <div class="overlay-box">
                    {status_line(status, move || model.with(|model| text::status(Role::Receiver, &model.view)))}
                    {alert(
                        move || text::notice_number(notice()),
                        move || notice().map_or("", text::notice).to_owned(),
                        |_| ().into_any(),
                    )}
                    {switch(retry, retry_button)}
                    <p class="hint room">"Room " <strong>{name}</strong></p>
                </div>
            </div>
            <div class="controls">
                {switch(click, move |what| {
                    let label = if what == 1 { "Turn the sound on" } else { "Play" };
                    button("sound", "button primary", label, play)
                })}
                {when(showing, move || {
                    button("leave", "button quiet", "Stop watching", move || tell(Event::Stop))
                })}
            </div>
        </main>
    }
    .into_any()
}

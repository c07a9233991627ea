//! What is to be said about what is wrong: an alert with a way on, or a quiet line.

use leptos::prelude::*;
use sightline_session::Notice;
use sightline_web::user_agent;

use super::alert::alert;
use super::copy::details;
use super::dynamic::{button, switch};
use super::element::{tag, words};
use crate::model::{Calm, Model};
use crate::page::Page;
use crate::settled::{comes_settled, settled};
use crate::text;

/// What the session has to say, with what can be done about it.
pub(crate) fn notices(
    page: Page,
    action: impl Fn(Notice) -> Vec<AnyView> + Send + Sync + 'static,
) -> Vec<AnyView> {
    let role = page.role;
    let notice = move || page.see(&Model::notice);
    // Made anew with the alert, when what can be done is something else.
    let actions = move |_| {
        let Some(notice) = page.peek(&Model::notice) else { return Vec::new() };
        let mut actions = action(notice);
        if matches!(notice, Notice::CannotConnect(_)) {
            actions.extend(details(move || page.report() + "\n" + &user_agent()));
        }
        actions
    };
    let sentence = move || notice().map_or("", |notice| text::notice(role, notice)).to_owned();
    let calm = move |which| {
        let what = match which {
            1 => Calm::RelayAway,
            2 => Calm::RelayAwayUnseen,
            _ => Calm::SoundLost,
        };
        let hint = tag("p", &[("class", "hint calm"), ("role", "status")]);
        hint.of(vec![words(text::calm(role, what))])
    };
    let which = move |model: &Model| match model.calm(role) {
        None => 0,
        Some(Calm::RelayAway) => 1,
        Some(Calm::RelayAwayUnseen) => 2,
        Some(Calm::SoundLost) => 3,
    };
    let calm_now = settled(move || page.see(&which), comes_settled);
    vec![
        alert(move || notice().map_or(0, kind), sentence, actions),
        switch(move || calm_now.get().unwrap_or(0), calm),
    ]
}

/// What the person should know about their own camera and microphone.
pub(crate) fn device_alert(page: Page, say: fn(&Model) -> (u8, String)) -> AnyView {
    let again = move || page.drive(&|driver| driver.devices().again());
    alert(
        move || page.see(&say).0,
        move || page.see(&say).1,
        move |which| match which {
            text::TO_TRY => vec![button("camera-retry", "button", "Try again", again)],
            _ => Vec::new(),
        },
    )
}

/// A number for each way on.
const fn kind(notice: Notice) -> u8 {
    match notice {
        Notice::RelayUnreachable | Notice::RelayLost | Notice::RelayFull => 1,
        Notice::Refused => 2,
        Notice::InvalidRoom => 3,
        Notice::SenderPresent => 4,
        Notice::RoomFull => 5,
        Notice::Replaced => 6,
        Notice::SenderLeft => 7,
        Notice::CannotConnect(_) => 8,
        Notice::CameraLost | Notice::CameraPaused | Notice::PictureStopped => 9,
        Notice::WasAway => 10,
    }
}

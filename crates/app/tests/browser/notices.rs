//! Every way in which things go wrong has its sentence, its state and a way to try
//! again without a reload.

use std::time::Duration;

use sightline_protocol::{
    AttemptId, ClientMessage, ErrorCode, LeaveReason, RelayMessage, Role, Signal,
};
use sightline_web::now;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::Page;
use crate::relay::{Relay, info, peer};
use crate::support::{Clipboard, Devices, SETTLE, Sockets, throughout, until};

/// A page of this role, once it has asked the relay to let it in.
async fn joining(relay: &Relay, role: Role) -> Page {
    let page = Page::open(match role {
        Role::Sender => "/sender?room=demo",
        Role::Receiver => "/receiver?room=demo",
        Role::Member => "/call?room=demo&autostart=1",
    });
    if role == Role::Sender {
        until("the picture is there", || page.has_video("#local-video")).await;
    }
    relay.joins(0).await;
    page
}

#[wasm_bindgen_test]
async fn refusals() {
    use {ErrorCode as E, Role as R};
    let (again, new_room) = (("#retry", "Try again"), ("a[href='/sender']", "Share in a new room"));
    let take_over = ("#retry", "Take over here");
    let cases = [
        (R::Sender, E::InvalidRoom, "doesn't accept this room name", new_room),
        (R::Sender, E::Replaced, "another tab or window", take_over),
        (R::Sender, E::TooLarge, "The server refused the connection", again),
        (R::Receiver, E::InvalidRoom, "doesn't accept this room name", again),
        (R::Receiver, E::Replaced, "another tab or window", take_over),
        (R::Receiver, E::NotText, "The server refused the connection", again),
    ];
    for (role, code, sentence, (way_on, label)) in cases {
        let (relay, devices) = (Relay::new(), Devices::new());
        let page = joining(&relay, role).await;
        relay.refuse(0, code);
        page.until_alert(sentence).await;
        let state = if code == E::Replaced { "ended" } else { "failed" };
        page.until_state(state).await;
        until("nobody's camera is on for nothing", || devices.live() == 0).await;
        let way_on = format!("main {way_on}");
        assert_eq!(page.text(&way_on), label, "{role:?} {code:?}");
        assert!(page.find("#go-live, #link").is_none(), "there is nobody to invite");
        throughout(SETTLE, "not by itself", || relay.sockets.made() == 1).await;
        page.click(&way_on);
        relay.welcomes(1, &[]).await;
        page.until_no_alert().await;
        page.until_state(if role == R::Sender { "idle" } else { "waiting" }).await;
    }
}

/// A call's name typed where a room to watch is asked for, and the other way round.
#[wasm_bindgen_test]
async fn who_waits_in_a_room_of_another_kind_is_shown_the_way() {
    for (path, roles, sentence, way_in, label) in [
        (
            "/receiver?room=demo",
            vec![Role::Receiver, Role::Member],
            "there is a call",
            "/call?room=demo",
            "Join the call",
        ),
        (
            "/call?room=demo&autostart=1",
            vec![Role::Member, Role::Sender],
            "Somebody is sharing a camera in this room",
            "/receiver?room=demo",
            "Watch",
        ),
    ] {
        let (relay, _devices) = (Relay::new(), Devices::new());
        let page = Page::open(path);
        relay.welcomes(0, &[]).await;
        page.until_state("waiting").await;
        page.stays_without_alert().await;
        relay.say(0, &RelayMessage::Room { roles });
        page.until_alert(sentence).await;
        assert_eq!(page.text(&format!("a[href='{way_in}']")), label);
        relay.say(0, &RelayMessage::Room { roles: Vec::new() });
        until("that is over", || page.alerts().is_empty()).await;
    }
}

/// The same person on another device, or one who watches too many: they need do nothing.
#[wasm_bindgen_test]
async fn a_place_that_is_taken_is_waited_for() {
    for (role, code, sentence, way_on) in [
        (Role::Sender, ErrorCode::SenderPresent, "continues automatically", "/receiver?room=demo"),
        (Role::Receiver, ErrorCode::RoomFull, "join automatically when somebody leaves", ""),
    ] {
        let (relay, devices) = (Relay::new(), Devices::new());
        let page = joining(&relay, role).await;
        relay.refuse(0, code);
        page.until_alert(sentence).await;
        page.until_state("failed").await;
        if role == Role::Sender {
            assert_eq!(page.text(&format!("main a[href='{way_on}']")), "Watch this room");
            assert_eq!(devices.live(), 2, "the preview goes on");
            assert!(page.find("#go-live, #link").is_none(), "not before there is a place");
        }
        relay.joins(1).await;
        relay.refuse(1, code);
        relay.joins(2).await;
        assert!(page.alerts().contains(sentence), "it says so all the while");
        relay.welcome(2, &[]);
        page.until_no_alert().await;
        page.until_state(if role == Role::Sender { "idle" } else { "waiting" }).await;
    }
}

#[wasm_bindgen_test]
async fn a_live_sender_that_is_replaced() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = joining(&relay, Role::Sender).await;
    relay.welcome(0, &[]);
    page.click("#go-live");
    page.until_state("waiting").await;
    relay.refuse(0, ErrorCode::Replaced);
    page.until_state("ended").await;
    until("its camera is off, as it says", || devices.live() == 0).await;
    page.until_status("Stopped. Your camera is off").await;
    page.until_there("#retry").await;
    page.click("#retry");
    relay.welcomes(1, &[]).await;
    until("the picture is back", || page.has_video("#local-video")).await;
    page.until_state("idle").await;
    assert_eq!(page.text(".badge"), "Preview: only you see this", "it goes live by a click");
}

#[wasm_bindgen_test]
async fn a_relay_that_comes_back() {
    for role in [Role::Sender, Role::Receiver] {
        for code in [ErrorCode::RelayFull, ErrorCode::Idle, ErrorCode::Restarting] {
            let (relay, _devices) = (Relay::new(), Devices::new());
            let page = joining(&relay, role).await;
            relay.refuse(0, code);
            let sentence = match code {
                ErrorCode::RelayFull => "The server is full",
                _ => "can't be reached",
            };
            page.until_alert(sentence).await;
            // A sender who is not live yet misses nothing but the number of watchers.
            let calm = role == Role::Sender && code == ErrorCode::RelayFull;
            page.until_state(if calm { "idle" } else { "failed" }).await;
            assert_eq!(page.text("#retry"), "Try now");
            // By itself, and sooner or later with success.
            relay.asked(1).await;
            relay.sockets.end(1, 1006);
            relay.welcomes(2, &[]).await;
            page.until_no_alert().await;
            // Later it is no new beginning.
            relay.sockets.end(2, 1012);
            page.until_alert("Lost the connection to the server. Retrying automatically").await;
            page.until_state(if role == Role::Sender { "idle" } else { "reconnecting" }).await;
            let look =
                page.find("main[data-look]").and_then(|main| main.get_attribute("data-look"));
            assert_ne!(look.as_deref(), Some("showing"), "there never was a picture");
            relay.welcomes(3, &[]).await;
            page.until_no_alert().await;
        }
    }
}

#[wasm_bindgen_test]
async fn no_relay_at_all() {
    // The browser's own sockets: the tests' server has no relay.
    drop(Sockets::new());
    let _devices = Devices::new();
    for path in ["/sender?room=demo", "/receiver?room=demo"] {
        let page = Page::open(path);
        page.until_alert("can't be reached").await;
        page.until_state("failed").await;
        page.click("#retry");
        page.until_alert("can't be reached").await;
    }
}

#[wasm_bindgen_test]
async fn trying_now_waits_for_nothing() {
    let relay = Relay::new();
    let page = Page::open("/receiver?room=demo");
    // The waits become longer; a click begins at once, whatever the wait is.
    let begin = now();
    for n in 0..10 {
        relay.asked(n).await;
        relay.sockets.end(n, 1006);
        page.until_alert("can't be reached").await;
        until("it tries again", || {
            if relay.sockets.made() == n + 1 {
                page.click("#retry");
            }
            relay.sockets.made() == n + 2
        })
        .await;
    }
    assert!(now() - begin < Duration::from_secs(10), "by itself it takes longer");
}

#[wasm_bindgen_test]
async fn a_network_that_is_back_is_tried_at_once() {
    let relay = Relay::new();
    let page = Page::open("/receiver?room=demo");
    let begin = now();
    for n in 0..10 {
        relay.asked(n).await;
        relay.sockets.end(n, 1006);
        page.until_alert("can't be reached").await;
        until("it tries again", || {
            if relay.sockets.made() == n + 1 {
                let online = web_sys::Event::new("online").unwrap();
                web_sys::window().unwrap().dispatch_event(&online).unwrap();
            }
            relay.sockets.made() == n + 2
        })
        .await;
    }
    assert!(now() - begin < Duration::from_secs(10), "by itself it takes longer");
}

#[wasm_bindgen_test]
async fn the_sender_comes_and_goes() {
    let relay = Relay::new();
    let page = Page::open("/receiver?room=demo");
    page.until_status("Looking for the room…").await;
    assert_eq!(page.state(), "connecting");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    page.until_status("Waiting for the sender").await;
    for _ in 0..2 {
        let sender = info(7, Role::Sender);
        relay.say(0, &RelayMessage::PeerJoined { peer: sender });
        until("it is seen", || page.status().contains("about to go live")).await;
        page.until_no_alert().await;
        assert_eq!(page.state(), "waiting");
        relay.say(0, &RelayMessage::PeerLeft { peer: peer(7), reason: LeaveReason::Left });
        page.until_alert("The sender has left").await;
        assert_eq!(page.state(), "waiting");
    }
}

/// What is known can be given to whoever is to help; it names nobody.
async fn copies_details(page: &Page) {
    let clipboard = Clipboard::working();
    page.click("#details");
    until("it says so", || page.text(".details") == "Copied.").await;
    let copied = clipboard.text().unwrap();
    for part in ["Sightline", "Mozilla/5.0"] {
        assert!(copied.contains(part), "{copied}");
    }
    assert!(!copied.contains("demo") && !copied.contains("127.0.0.1"), "{copied}");
    drop(clipboard);
    // Where the browser has no clipboard, it is shown.
    let _clipboard = Clipboard::absent();
    page.click("#details");
    until("it is shown", || page.text(".details").contains("Mozilla/5.0")).await;
}

/// Descriptions that no browser takes, three times over.
#[wasm_bindgen_test]
async fn two_that_cannot_be_connected() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = joining(&relay, Role::Sender).await;
    relay.welcome(0, &[(7, Role::Receiver)]);
    let offer = |message: &ClientMessage| match message {
        ClientMessage::Signal { payload, .. } => match payload.signal {
            Some(Signal::CreateOffer { attempt, round, .. }) => Some((attempt, round)),
            _ => None,
        },
        _ => None,
    };
    let mut answered: Vec<AttemptId> = Vec::new();
    while answered.len() < 3 {
        let fresh =
            |message: &ClientMessage| offer(message).is_some_and(|(id, _)| !answered.contains(&id));
        let (attempt, round) = offer(&relay.says(0, fresh).await).unwrap();
        relay.tell(0, 7, Signal::CreateAnswer { attempt, round, sdp: "no description".into() });
        answered.push(attempt);
    }
    page.until_alert("does not answer").await;
    assert_eq!(page.text("#retry"), "Try now");
    copies_details(&page).await;
    page.click("#retry");
    relay.says(0, |message| offer(message).is_some()).await;
    drop(page);
    drop(relay);

    let relay = Relay::new();
    let page = joining(&relay, Role::Receiver).await;
    relay.welcome(0, &[(7, Role::Sender)]);
    for attempt in (1..=3).map(AttemptId) {
        relay.tell(0, 7, Signal::CreateOffer { attempt, round: 1, sdp: "no description".into() });
    }
    page.until_alert("does not answer").await;
    page.until_state("failed").await;
    copies_details(&page).await;
    page.click("#retry");
    // It asks the other side to begin anew.
    relay
        .says(0, |message| {
            matches!(message, ClientMessage::Signal { payload, .. }
                if matches!(payload.signal, Some(Signal::ConnectionFailed { .. })))
        })
        .await;
    page.until_state("connecting").await;
}

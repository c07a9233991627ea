//! The page of a call: who joins sees themselves first, can do so without a camera, and
//! then sees who else is there, each in a place of their own.

use sightline_protocol::{
    ClientMessage, ErrorCode, LeaveReason, RelayMessage, Role, RoomName, Signal, TrackState,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlMediaElement};

use crate::page::{Page, address, document};
use crate::relay::{Relay, info, peer};
use crate::support::{Connections, Devices, Handle, SETTLE, throughout, until};

/// A page that has joined, with its picture.
pub(crate) async fn joined(relay: &Relay, others: &[u32]) -> Page {
    let page = Page::open("/call?room=demo&autostart=1");
    let others: Vec<(u32, Role)> = others.iter().map(|&n| (n, Role::Member)).collect();
    relay.welcomes(0, &others).await;
    until("the picture is there", || page.has_video("#local-video")).await;
    page
}

fn look(page: &Page) -> String {
    page.the::<Element>(".call").get_attribute("data-look").unwrap()
}

fn tiles(page: &Page) -> usize {
    page.all(".tile").len()
}

/// A guest's tile, by the number of the test's peer.
fn tile(page: &Page, n: u32) -> Element {
    page.the(&format!("[data-peer='{}']", peer(n)))
}

#[wasm_bindgen_test]
async fn it_shows_oneself_before_anybody_else_can() {
    let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    devices.hold();
    let page = Page::open("/call?room=Demo");
    until("the camera is asked for", || devices.asked() == 1).await;
    assert_eq!((page.state().as_str(), look(&page).as_str()), ("idle", "lobby"));
    until("it says why", || page.status().contains("allow camera and microphone")).await;
    devices.allow_all();
    until("the picture is there", || page.has_video("#local-video")).await;
    assert!(page.the::<HtmlMediaElement>("#local-video").muted());
    page.until_status("Ready to join").await;
    assert_eq!(page.text(".badge"), "Preview: only you see this");
    let origin = web_sys::window().unwrap().location().origin().unwrap();
    assert_eq!(page.the::<HtmlInputElement>("#link").value(), format!("{origin}/call?room=demo"));
    page.stays_without_alert().await;
    throughout(SETTLE, "nobody is told", || relay.sockets.made() == 0).await;

    assert_eq!(page.text("#join"), "Join");
    page.click("#join");
    let ClientMessage::Join { room, role, .. } = relay.joins(0).await else { panic!() };
    assert_eq!((room.as_str(), role), ("demo", Role::Member));
    relay.welcome(0, &[]);
    page.until_state("waiting").await;
    assert_eq!(page.status(), "Nobody else is here");
    assert_eq!(look(&page), "call of-0");
    assert!(page.find("#join").is_none() && page.find("#link").is_some(), "somebody is invited");
    assert_eq!((devices.asked(), connections.made()), (1, 0));
}

#[wasm_bindgen_test]
async fn without_a_room_it_makes_one() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let _page = Page::open("/call");
    let made = address();
    assert!(RoomName::parse(made.strip_prefix("/call?room=").unwrap()).is_ok(), "{made}");
    let page = Page::open("/call?room=a%2Fb");
    assert_eq!(page.state(), "failed");
    assert!(page.alerts().starts_with("A room name can have"), "{}", page.alerts());
    page.click("main a[href='/call']");
    until("there is a new room", || page.find("#local-video").is_some()).await;
}

#[wasm_bindgen_test]
async fn whoever_has_no_camera_can_join() {
    for (case, alert, sources) in [
        ("denied", "didn't allow the camera", ""),
        ("insecure", "https://", ""),
        ("no camera", "", "microphone-1"),
        ("no microphone", "", "camera-1"),
    ] {
        let (relay, devices) = (Relay::new(), Devices::new());
        match case {
            "denied" => devices.refuse("NotAllowedError"),
            "insecure" => devices.hide(),
            "no camera" => devices.no_camera(),
            _ => devices.no_microphone(),
        }
        let page = Page::open("/call?room=demo");
        let label = if sources == "camera-1" { "Join" } else { "Join without a camera" };
        until(label, || page.text("#join") == label && devices.sources() == sources).await;
        if alert.is_empty() {
            page.stays_without_alert().await;
        } else {
            page.until_alert(alert).await;
        }
        page.click("#join");
        relay.welcomes(0, &[]).await;
        page.until_state("waiting").await;
        // That is known.
        page.until_no_alert().await;
    }
}

#[wasm_bindgen_test]
async fn who_comes_and_goes_disturbs_nobody_else() {
    let (relay, _devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    let page = joined(&relay, &[7]).await;
    until("there is a tile", || tiles(&page) == 1).await;
    assert_eq!(look(&page), "call of-1");
    assert_eq!(tile(&page, 7).get_attribute("aria-label").as_deref(), Some("Guest 7"));
    assert_eq!(tile(&page, 7).get_attribute("data-state").as_deref(), Some("connecting"));
    assert!(tile(&page, 7).text_content().unwrap().contains("Connecting…"));
    let first: JsValue = page.the::<Element>(".tile video").into();
    until("it is announced", || page.text("p.unseen[role=status]") == "Guest 7 has joined.").await;

    relay.say(0, &RelayMessage::PeerJoined { peer: info(8, Role::Member) });
    relay.say(0, &RelayMessage::PeerJoined { peer: info(9, Role::Member) });
    until("there are three", || tiles(&page) == 3).await;
    until("they are connected to", || connections.open() == 3).await;
    assert_eq!(look(&page), "call of-3");
    relay.say(0, &RelayMessage::PeerLeft { peer: peer(8), reason: LeaveReason::Left });
    until("one is gone", || tiles(&page) == 2).await;
    until("it is announced", || page.text("p.unseen[role=status]") == "Guest 8 has left.").await;
    assert!(page.all(".tile video").iter().any(|video| JsValue::from(video.clone()) == first));
    assert_eq!(tile(&page, 9).get_attribute("aria-label").as_deref(), Some("Guest 9"));
    until("its connection is closed", || connections.open() == 2).await;
}

/// A video that is taken out of the page stops, even if it is put back at once.
#[wasm_bindgen_test]
async fn a_free_place_is_taken_without_moving_the_others() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[7, 8, 9]).await;
    until("there are three", || tiles(&page) == 3).await;
    let watch = Handle::new(
        "(() => {
            const removed = [];
            const watch = (records) => {
                const nodes = records.flatMap(({ removedNodes }) => [...removedNodes]);
                removed.push(...nodes.map((node) => node.dataset?.peer).filter((peer) => peer));
            };
            new MutationObserver(watch).observe(document.querySelector('.tiles'), { childList: true });
            return { removed: () => removed.join() };
        })()",
    );
    relay.say(0, &RelayMessage::PeerLeft { peer: peer(8), reason: LeaveReason::Left });
    until("one is gone", || tiles(&page) == 2).await;
    relay.say(0, &RelayMessage::PeerJoined { peer: info(6, Role::Member) });
    until("there is another", || tiles(&page) == 3).await;
    let shown: Vec<_> =
        page.all(".tile").iter().map(|tile| tile.get_attribute("data-peer")).collect();
    assert_eq!(shown, [7, 6, 9].map(|n| Some(peer(n).to_string())));
    assert_eq!(watch.call("removed", &[]).as_string().unwrap(), peer(8).to_string());
}

#[wasm_bindgen_test]
async fn what_they_say_of_themselves_is_shown() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[7]).await;
    until("there is a tile", || tiles(&page) == 1).await;
    for (audio, sign) in [
        (TrackState::Paused, "microphone off"),
        (TrackState::Lost, "microphone disconnected"),
        (TrackState::Off, "no microphone"),
    ] {
        relay.tell(0, 7, Signal::Media { video: TrackState::Off, audio });
        until(sign, || tile(&page, 7).text_content().unwrap().contains(sign)).await;
    }
    relay.tell(0, 7, Signal::Media { video: TrackState::On, audio: TrackState::On });
    until("all is on", || !tile(&page, 7).text_content().unwrap().contains("microphone")).await;
    assert_eq!(tile(&page, 7).get_attribute("data-speaking").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn the_microphone_falls_silent_and_the_camera_goes_off() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[7]).await;
    page.the::<HtmlElement>("#microphone").focus().unwrap();
    assert_eq!(page.text("#microphone"), "Mute");
    page.click("#microphone");
    until("it says so", || page.text("#microphone") == "Unmute").await;
    assert_eq!((devices.live(), devices.enabled("audio")), (2, 0), "it is back at once");
    until("and in the picture", || page.text(".badge") == "You (Guest 1), muted").await;
    assert_eq!(document().active_element().unwrap().id(), "microphone", "it keeps the focus");
    page.click("#microphone");
    until("it is back", || devices.enabled("audio") == 1).await;
    until("and in the picture", || page.text(".badge") == "You (Guest 1)").await;

    assert_eq!(page.text("#camera"), "Camera off");
    page.click("#camera");
    until("its light goes off", || devices.sources() == "microphone-1").await;
    until("it says so", || page.text("#camera") == "Camera on").await;
    until("in its place, too", || page.text(".stage-note") == "Your camera is off").await;
    // It was meant.
    page.stays_without_alert().await;
    page.click("#camera");
    until("it is on again", || devices.sources() == "camera-1 microphone-1").await;
    assert_eq!(devices.asked(), 2);
    until("it says so", || page.text("#camera") == "Camera off").await;
    // To the others it was switched off all the while; never was there none.
    let said = relay.sockets.take_sent(0).concat();
    assert!(said.contains(r#""video":"paused""#), "{said}");
    assert!(!said.contains(r#""video":"off""#), "{said}");
}

#[wasm_bindgen_test]
async fn a_camera_that_does_not_come_back_says_why() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[]).await;
    page.click("#camera");
    until("it is off", || page.text("#camera") == "Camera on").await;
    devices.refuse("NotReadableError");
    page.click("#camera");
    page.until_alert("Another program may be using it").await;
    assert_eq!(page.state(), "waiting", "the call goes on");
    // Wanted, and then not: what comes of it is switched off at once.
    devices.hold();
    page.click("#camera");
    until("it is asked for", || devices.asked() == 3).await;
    page.click("#leave");
    page.until_state("ended").await;
    devices.allow_all();
    until("it was given", || devices.given() == 2).await;
    until("all is off", || devices.live() == 0).await;
}

#[wasm_bindgen_test]
async fn leaving_and_joining_again() {
    let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    let page = joined(&relay, &[7]).await;
    until("it connects", || connections.open() == 1).await;
    page.click("#leave");
    page.until_state("ended").await;
    assert_eq!(page.status(), "You have left the call");
    assert_eq!(page.text("p.unseen[role=status]"), "", "nobody else has");
    assert_eq!((devices.live(), connections.open()), (0, 0));
    assert_eq!((look(&page).as_str(), tiles(&page)), ("lobby", 0));
    until("the socket is closed", || relay.sockets.open_ones() == 0).await;
    assert_eq!(relay.sockets.take_sent(0).pop().as_deref(), Some(r#"{"type":"leave"}"#));
    assert_eq!(page.text("#join"), "Join again");
    page.click("#join");
    relay.welcomes(1, &[]).await;
    page.until_state("waiting").await;
    until("the picture is back", || page.has_video("#local-video")).await;
}

#[wasm_bindgen_test]
async fn refusals_have_a_way_on() {
    for (code, sentence, label) in [
        (ErrorCode::RoomFull, "This call is full", "Try again"),
        (ErrorCode::Replaced, "another tab or window", "Take over here"),
    ] {
        let (relay, devices) = (Relay::new(), Devices::new());
        let page = joined(&relay, &[]).await;
        relay.refuse(0, code);
        page.until_alert(sentence).await;
        until("nobody's camera is on for nothing", || devices.live() == 0).await;
        assert_eq!(page.text("#retry"), label);
        page.click("#retry");
        relay.welcomes(1, &[]).await;
        page.until_state("waiting").await;
        until("the picture is back", || page.has_video("#local-video")).await;
        page.until_no_alert().await;
    }
}

#[wasm_bindgen_test]
async fn others_can_be_invited_while_it_lasts() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = joined(&relay, &[]).await;
    assert!(page.find("details").is_none(), "the link is what is wanted next");
    page.the::<HtmlElement>("#copy").focus().unwrap();
    relay.say(0, &RelayMessage::PeerJoined { peer: info(7, Role::Member) });
    until("there is one", || tiles(&page) == 1).await;
    assert!(page.find("details").is_none(), "somebody is about to copy it");
    page.the::<HtmlElement>("#microphone").focus().unwrap();
    page.click("#microphone");
    until("it is put away", || page.find("details #link").is_some()).await;
    assert_eq!(page.text("summary"), "Invite");
    // Who joins while it is open leaves it open.
    page.the::<Element>("details").set_attribute("open", "").unwrap();
    relay.say(0, &RelayMessage::PeerJoined { peer: info(8, Role::Member) });
    until("there are two", || tiles(&page) == 2).await;
    assert!(page.the::<Element>("details").has_attribute("open"));
}

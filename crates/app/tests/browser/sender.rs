//! The sender's page: its owner sees the picture before anybody else can, has a link to
//! give away, and decides when it goes live and when it ends.

use sightline_protocol::{ClientMessage, Role, RoomName};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement, HtmlMediaElement};

use crate::page::{Page, address};
use crate::relay::Relay;
use crate::support::{Clipboard, Connections, Devices, SETTLE, throughout, until};

#[wasm_bindgen_test]
async fn the_owner_sees_it_before_anything_is_sent() {
    let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    devices.hold();
    let page = Page::open("/sender?room=demo");
    until("the camera is asked for", || devices.asked() == 1).await;
    assert_eq!(page.state(), "idle");
    page.until_status("Waiting for the browser to allow the camera…").await;
    assert!(page.find("#go-live").unwrap().has_attribute("disabled"));

    devices.allow_all();
    until("the picture is there", || page.has_video("#local-video")).await;
    assert!(page.the::<HtmlMediaElement>("#local-video").muted());
    page.until_status("Only you see this").await;
    assert!(!page.find("#go-live").unwrap().has_attribute("disabled"));
    assert_eq!(page.text(".badge"), "Preview: only you see this");
    // The relay has not even answered.
    assert_eq!(connections.made(), 0);
    assert!(relay.sockets.take_sent(0).is_empty());
    page.stays_without_alert().await;
}

#[wasm_bindgen_test]
async fn it_joins_its_room_as_the_sender() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=Demo");
    let ClientMessage::Join { room, role, secret, .. } = relay.joins(0).await else { panic!() };
    assert_eq!((room.as_str(), role), ("demo", Role::Sender));
    assert!(relay.sockets.url(0).ends_with("/ws"), "{}", relay.sockets.url(0));
    drop(page);
    // After a reload of the tab it takes its own seat again; another room is another.
    let page = Page::open("/sender?room=demo");
    let ClientMessage::Join { secret: again, .. } = relay.joins(1).await else { panic!() };
    assert!(secret == again);
    drop(page);
    let _page = Page::open("/sender?room=other");
    let ClientMessage::Join { secret: other, .. } = relay.joins(2).await else { panic!() };
    assert!(secret != other);
}

#[wasm_bindgen_test]
async fn without_a_room_it_makes_one() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/sender?autostart=1");
    let made = address();
    let name =
        made.strip_prefix("/sender?room=").and_then(|rest| rest.strip_suffix("&autostart=1"));
    let name = RoomName::parse(name.unwrap()).unwrap();
    assert!(page.the::<HtmlInputElement>("#link").value().ends_with(name.as_str()));
    drop(page);
    let _other = Page::open("/sender");
    assert_ne!(address(), format!("/sender?room={name}"));
}

#[wasm_bindgen_test]
async fn the_link_can_be_copied() {
    let (_relay, devices) = (Relay::new(), Devices::new());
    devices.hold();
    let page = Page::open("/sender?room=demo");
    let field: HtmlInputElement = page.the("#link");
    let origin = web_sys::window().unwrap().location().origin().unwrap();
    assert_eq!(field.value(), format!("{origin}/receiver?room=demo"));
    assert!(field.read_only());

    let clipboard = Clipboard::working();
    page.click("#copy");
    until("it says so", || page.text(".share [role=status]") == "Copied.").await;
    assert_eq!(clipboard.text(), Some(field.value()));
    drop(clipboard);

    // Where the browser has none, or refuses, the person can.
    for clipboard in [Clipboard::absent, Clipboard::refusing] {
        let _clipboard = clipboard();
        field.set_selection_range(0, 0).unwrap();
        page.click("#copy");
        let length = u32::try_from(field.value().len()).unwrap();
        until("all is selected", || field.selection_end().unwrap() == Some(length)).await;
        until("it says so", || {
            page.text(".share [role=status]").starts_with("The link is selected")
        })
        .await;
    }
}

#[wasm_bindgen_test]
async fn it_goes_live_and_counts_who_watches() {
    let (relay, _devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[]).await;
    until("nobody is counted", || page.text("#watching") == "Nobody has the link open.").await;
    page.click("#go-live");
    page.until_state("waiting").await;
    page.until_status("Live, nobody is watching").await;
    assert_eq!(page.text(".badge"), "On air");
    for (n, said) in [(7, "1 person has the link open."), (8, "2 people have the link open.")] {
        let peer = crate::relay::info(n, Role::Receiver);
        relay.say(0, &sightline_protocol::RelayMessage::PeerJoined { peer });
        until("it is counted", || page.text("#watching") == said).await;
    }
    // They don't answer.
    page.until_state("connecting").await;
}

#[wasm_bindgen_test]
async fn stopping_switches_the_camera_off() {
    let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[(7, Role::Receiver)]).await;
    until("it connects", || connections.open() == 1).await;
    page.click("#go-live");
    until("it is live", || page.find("#stop").is_some()).await;

    page.click("#stop");
    page.until_state("ended").await;
    assert_eq!(page.status(), "Stopped. Your camera is off");
    assert_eq!((devices.live(), connections.open()), (0, 0));
    until("the socket is closed", || relay.sockets.open_ones() == 0).await;
    let goodbye = relay.sockets.take_sent(0).pop();
    assert_eq!(goodbye.as_deref(), Some(r#"{"type":"leave"}"#));

    page.click("#again");
    until("the picture is back", || page.has_video("#local-video")).await;
    page.until_state("idle").await;
    relay.asked(1).await;
    assert!(page.find("#go-live").is_some(), "it is not live by itself");
}

#[wasm_bindgen_test]
async fn what_is_shared_is_said_and_can_be_switched_off() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    let says = async |wanted: &str| {
        until(wanted, || page.text("#shares") == wanted).await;
    };
    says("You are about to share your camera and microphone.").await;
    assert!(page.find("meter[aria-label='Microphone level']").is_some());
    relay.welcomes(0, &[]).await;
    page.click("#go-live");
    says("You are sharing your camera and microphone.").await;
    page.click("#microphone");
    says("You are sharing your camera without sound.").await;
    assert_eq!(devices.enabled("audio"), 0);
    until("there is no level", || page.find("meter").is_none()).await;
    page.click("#camera");
    says("Your camera and microphone are off.").await;
    until("its light is off", || devices.sources() == "microphone-1").await;
    // It was meant.
    page.stays_without_alert().await;
    page.click("#microphone");
    says("You are sharing sound only.").await;
    page.click("#camera");
    says("You are sharing your camera and microphone.").await;
    page.click("#stop");
    page.until_state("ended").await;
}

/// A click on the logo doesn't end a broadcast.
#[wasm_bindgen_test]
async fn who_is_live_is_asked_before_a_link_ends_it() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    relay.welcomes(0, &[]).await;
    page.click("#go-live");
    page.until_state("waiting").await;
    for answer in ["#stay", "#leave-anyway"] {
        page.click("header a");
        until("it asks", || page.find("dialog[open]").is_some()).await;
        assert_eq!((devices.live(), page.state().as_str()), (2, "waiting"), "nothing has ended");
        // A browser says late that it was closed before; now it is open.
        let closed = web_sys::Event::new("close").unwrap();
        page.the::<Element>("dialog").dispatch_event(&closed).unwrap();
        throughout(SETTLE, "it still asks", || page.find("dialog[open]").is_some()).await;
        page.click(answer);
        until("it is answered", || page.find("dialog[open]").is_none()).await;
    }
    until("it is home", || page.find("#room").is_some()).await;
    until("all is off", || devices.live() == 0).await;
}

#[wasm_bindgen_test]
async fn a_double_click_is_one_click() {
    let (_relay, _devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo");
    until("the picture is there", || page.has_video("#local-video")).await;
    page.click("#go-live");
    until("it is live", || page.find("#stop").is_some()).await;
    // The second half of it hits the button that has come in the first one's place.
    page.click_again("#stop");
    throughout(SETTLE, "it stays live", || page.find("#stop").is_some()).await;
    page.click("#stop");
    page.until_state("ended").await;
}

#[wasm_bindgen_test]
async fn autostart_goes_live_without_a_click() {
    let (relay, devices) = (Relay::new(), Devices::new());
    let page = Page::open("/sender?room=demo&autostart=1");
    relay.welcomes(0, &[]).await;
    page.until_state("waiting").await;
    until("the picture is there", || page.has_video("#local-video")).await;
    assert!(page.find("#stop").is_some());
    assert_eq!(devices.asked(), 1);
    drop(page);
    let page = Page::open("/sender?room=demo&autostart=0");
    until("the picture is there", || page.has_video("#local-video")).await;
    throughout(SETTLE, "it waits for a click", || page.find("#go-live").is_some()).await;
}

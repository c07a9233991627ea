//! A sender and a receiver in one page, introduced by the test's relay: what both say
//! from the first frame to the last, and what they do when one or the relay goes.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlMediaElement};

use crate::page::{Page, document};
use crate::relay::Relay;
use crate::support::{Connections, Devices, until};

pub(crate) struct Call {
    relay: Relay,
    devices: Devices,
    connections: Connections,
    pub(crate) sender: Page,
    pub(crate) receiver: Page,
}

impl Call {
    /// Two that know nothing of each other yet.
    pub(crate) fn new() -> Self {
        let (relay, devices, connections) = (Relay::new(), Devices::new(), Connections::new());
        let sender = Page::open("/sender?room=demo");
        let receiver = Page::open("/receiver?room=demo");
        Self { relay, devices, connections, sender, receiver }
    }

    /// Connects them; nothing is sent yet.
    pub(crate) async fn ready(self) -> Self {
        self.until("the two are connected", || {
            self.sender.has_video("#local-video")
                && self.receiver.status() == "The sender is about to go live"
        })
        .await;
        self
    }

    async fn live() -> Self {
        let call = Self::new().ready().await;
        call.sender.click("#go-live");
        call.until_live().await;
        call
    }

    /// How the receiver's page is laid out.
    fn look(&self) -> String {
        self.receiver.the::<Element>("main").get_attribute("data-look").unwrap()
    }

    pub(crate) async fn until(&self, what: &str, holds: impl FnMut() -> bool) {
        self.relay.carry_until(what, holds).await;
    }

    pub(crate) async fn until_live(&self) {
        self.until("both are live", || {
            self.sender.state() == "live"
                && self.receiver.state() == "live"
                && self.receiver.has_video("#remote-video")
        })
        .await;
    }
}

#[wasm_bindgen_test]
async fn from_the_first_frame_to_the_last() {
    let call = Call::new().ready().await;
    assert_eq!(call.sender.state(), "idle");
    assert_eq!(call.receiver.state(), "waiting");
    assert!(!call.receiver.has_video("#remote-video"), "nothing is sent before the click");
    call.sender.click("#go-live");
    call.until_live().await;
    assert_eq!(call.sender.status(), "Live, 1 person is watching");
    assert_eq!(call.receiver.status(), "Live");
    assert_eq!((call.sender.alerts(), call.receiver.alerts()), (String::new(), String::new()));
    assert!(call.receiver.find("#sound").is_none(), "it has its sound");
    assert_eq!(call.look(), "showing");

    call.sender.click("#stop");
    call.until("the receiver knows", || call.receiver.state() == "waiting").await;
    call.until("it says why", || call.receiver.alerts().contains("The sender has left")).await;
    call.until("all is closed", || call.connections.open() == 0).await;
    assert_eq!(call.devices.live(), 0);

    // And back, without anybody touching the receiver.
    call.sender.click("#again");
    call.until("the picture is back", || call.sender.has_video("#local-video")).await;
    call.sender.click("#go-live");
    call.until_live().await;
    call.until("nothing is wrong", || call.receiver.alerts().is_empty()).await;
}

/// Seconds between two looks at the statistics of a connection over which nothing is sent.
const SELDOM: f64 = 1.5;

#[wasm_bindgen_test]
async fn who_waits_looks_seldom_for_a_picture() {
    let call = Call::new().ready().await;
    // What the first moments wanted is over.
    let asked = call.connections.asked();
    call.until("it has looked", || call.connections.asked() > asked).await;
    let (begin, asked) = (sightline_web::now(), call.connections.asked());
    call.until("it has looked three times", || call.connections.asked() >= asked + 3).await;
    let each = (sightline_web::now() - begin).as_secs_f64() / 3.0;
    assert!(each > SELDOM, "every {each} s");
    // It still says at once that it is live.
    call.sender.click("#go-live");
    call.until_live().await;
}

#[wasm_bindgen_test]
async fn a_receiver_that_stops_and_comes_back() {
    let call = Call::live().await;
    call.receiver.click("#leave");
    call.until("it has stopped", || call.receiver.state() == "ended").await;
    assert_eq!(call.receiver.status(), "You have stopped watching");
    call.until("the sender knows", || call.sender.state() == "waiting").await;
    call.until("all is closed", || call.connections.open() == 0).await;
    assert_eq!(call.receiver.text("#retry"), "Watch again");
    call.receiver.click("#retry");
    call.until_live().await;
}

#[wasm_bindgen_test]
async fn the_relay_is_lost_and_the_picture_goes_on() {
    let call = Call::live().await;
    let made = call.connections.made();
    call.relay.sockets.end(0, 1006);
    call.relay.sockets.end(1, 1006);
    // Nobody answers for now. It is said, and is no alarm.
    until("both say it", || {
        call.receiver
            .text(".calm")
            .contains("Lost the connection to the server. The video continues")
            && call.sender.text(".calm").contains("Viewers still see you")
    })
    .await;
    assert_eq!((call.sender.state().as_str(), call.receiver.state().as_str()), ("live", "live"));
    assert_eq!((call.sender.alerts(), call.receiver.alerts()), (String::new(), String::new()));
    assert!(call.receiver.find("#retry").is_none(), "there is nothing to do");
    assert!(call.receiver.has_video("#remote-video"));
    call.until("the relay is back", || {
        call.sender.find(".calm").is_none() && call.receiver.find(".calm").is_none()
    })
    .await;
    call.until_live().await;
    assert_eq!(call.connections.made(), made, "the two never lost each other");
}

#[wasm_bindgen_test]
async fn a_picture_that_stops_is_noticed() {
    let call = Call::live().await;
    let made = call.connections.made();
    call.connections.starve();
    let said = || call.receiver.alerts().contains("The video has stopped");
    call.until("it is noticed", said).await;
    // Another path is looked for, in vain.
    call.until("the connection is given up", || {
        let given_up = call.connections.open() < 2;
        assert!(given_up || said(), "it is said all the while");
        assert_eq!(call.receiver.status(), "Reconnecting…");
        assert_eq!(call.look(), "showing", "the last picture stays");
        given_up
    })
    .await;
    call.until("it is live again", || {
        assert_eq!(call.look(), "showing");
        call.receiver.state() == "live"
    })
    .await;
    assert_eq!(call.connections.made(), made + 2, "another connection does it");
    call.until("nothing is wrong", || call.receiver.alerts().is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_picture_that_the_system_paused_goes_on() {
    let call = Call::live().await;
    let video: HtmlMediaElement = call.receiver.the("#remote-video");
    // A phone call comes in; its person comes back.
    video.pause().unwrap();
    until("it stands still", || video.paused()).await;
    let shown = web_sys::Event::new("visibilitychange").unwrap();
    document().dispatch_event(&shown).unwrap();
    call.until("it plays", || !video.paused()).await;
    assert_eq!(call.receiver.state(), "live");
    assert!(!video.muted(), "with its sound");
}

#[wasm_bindgen_test]
async fn a_microphone_that_is_taken_away() {
    let call = Call::live().await;
    call.devices.unplug("audio");
    call.sender.until_alert("Your microphone was disconnected").await;
    call.until("the receiver is told", || {
        call.receiver.text(".calm").contains("sender's microphone was disconnected")
    })
    .await;
    assert_eq!((call.receiver.state(), call.receiver.alerts()), ("live".into(), String::new()));
    call.devices.plug("audio", "microphone-2");
    call.until("all is well", || {
        call.sender.alerts().is_empty() && call.receiver.find(".calm").is_none()
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_camera_that_comes_back_goes_on_by_itself() {
    let call = Call::live().await;
    let made = call.connections.made();
    call.devices.unplug("video");
    call.sender.until_alert("was disconnected").await;
    assert_eq!(call.sender.state(), "live", "the sound goes on");
    call.until("the receiver is told", || {
        call.receiver.alerts().contains("The sender's camera was disconnected")
    })
    .await;
    call.devices.plug("video", "camera-1");
    call.until("all is well", || {
        call.sender.alerts().is_empty() && call.receiver.alerts().is_empty()
    })
    .await;
    call.until_live().await;
    assert_eq!(call.connections.made(), made, "nobody has to connect anew");
    assert_eq!(call.devices.asked(), 2, "its person did nothing");
}

#[wasm_bindgen_test]
async fn a_camera_that_gives_nothing_for_a_while() {
    let call = Call::live().await;
    call.devices.mute("video", true);
    call.connections.starve();
    call.sender.until_alert("is paused by the system").await;
    assert!(call.sender.find("#camera-retry").is_none(), "there is nothing to do");
    call.until("the receiver is told", || call.receiver.alerts().contains("resumes automatically"))
        .await;
    call.devices.mute("video", false);
    call.until("all is well", || {
        call.sender.alerts().is_empty() && !call.receiver.alerts().contains("resumes automatically")
    })
    .await;
}

/// A browser that plays only under a condition, until a click.
async fn strict(condition: &str, button: &str) {
    let call = Call::new();
    let video: HtmlMediaElement = call.receiver.the("#remote-video");
    let play = format!(
        "if ({condition}) return HTMLMediaElement.prototype.play.call(this); \
         return Promise.reject(new DOMException('click first', 'NotAllowedError'))"
    );
    Reflect::set(&video, &"play".into(), &Function::new_no_args(&play)).unwrap();
    // Otherwise it would begin by its own.
    video.set_autoplay(false);
    let call = call.ready().await;
    call.sender.click("#go-live");
    call.until("both are live", || call.receiver.state() == "live").await;
    call.until("it asks for a click", || call.receiver.text("#sound") == button).await;
    assert_eq!(call.receiver.alerts(), "");
    // The click is what the browser wanted.
    Reflect::delete_property(&video, &JsValue::from("play")).unwrap();
    call.receiver.click("#sound");
    call.until("it plays", || call.receiver.find("#sound").is_none()).await;
    assert!(!video.muted());
    until("there is a picture", || call.receiver.has_video("#remote-video")).await;
}

#[wasm_bindgen_test]
async fn sound_that_wants_a_click() {
    strict("this.muted", "Turn the sound on").await;
}

#[wasm_bindgen_test]
async fn a_picture_that_wants_a_click() {
    strict("false", "Play").await;
}

//! What goes on playing without anybody's help: the own picture after an interruption, the
//! others in a browser that wants a click before it lets sound out, and the screen itself.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlMediaElement};

use crate::live::Call;
use crate::page::{Page, document};
use crate::relay::Relay;
use crate::support::{Devices, Handle, WakeLock, until};

#[wasm_bindgen_test]
async fn the_screen_stays_on_while_it_is_live() {
    let wake = WakeLock::new();
    let call = Call::new().ready().await;
    assert_eq!(wake.asked(), 0, "nobody is live yet");
    call.sender.click("#go-live");
    call.until_live().await;
    call.until("it stays on for both", || wake.held() == 2).await;
    // Another tab was in front of it.
    wake.lose();
    document().dispatch_event(&Event::new("visibilitychange").unwrap()).unwrap();
    call.until("it stays on again", || wake.held() == 2).await;
    call.sender.click("#stop");
    call.until("it may go dark for both", || wake.held() == 0).await;
}

#[wasm_bindgen_test]
async fn an_interrupted_own_picture_plays_on() {
    let (_relay, _devices) = (Relay::new(), Devices::new());
    for path in ["/sender?room=demo", "/call?room=demo"] {
        let page = Page::open(path);
        until("the picture is there", || page.has_video("#local-video")).await;
        let video: HtmlMediaElement = page.the("#local-video");
        for (kind, on_window) in [("visibilitychange", false), ("pageshow", true)] {
            // A phone call comes in; its person comes back.
            video.pause().unwrap();
            until("it stands still", || video.paused()).await;
            let event = Event::new(kind).unwrap();
            if on_window {
                web_sys::window().unwrap().dispatch_event(&event).unwrap();
            } else {
                document().dispatch_event(&event).unwrap();
            }
            until("it plays", || page.has_video("#local-video")).await;
        }
    }
}

/// A browser that lets no sound out before a click, and notes what is begun.
struct Strict(Handle);

impl Strict {
    fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const prototype = HTMLMediaElement.prototype;
                const play = prototype.play;
                const muted = Object.getOwnPropertyDescriptor(prototype, 'muted');
                let strict = true;
                let begun = [];
                let unmuted = 0;
                prototype.play = function () {
                    begun.push(this.id);
                    if (!strict || this.muted) return play.call(this);
                    return Promise.reject(new DOMException('click first', 'NotAllowedError'));
                };
                Object.defineProperty(prototype, 'muted', {
                    configurable: true,
                    get() { return muted.get.call(this); },
                    set(value) {
                        if (!value) unmuted += 1;
                        muted.set.call(this, value);
                    },
                });
                return {
                    begun: () => begun.join(' '),
                    unmuted: () => unmuted,
                    forget: () => { begun = []; unmuted = 0; },
                    click: () => { strict = false; },
                    restore: () => {
                        prototype.play = play;
                        Object.defineProperty(prototype, 'muted', muted);
                    },
                };
            })()",
        ))
    }

    /// The elements that were to play, by id, since this was last [forgotten](Self::forget).
    fn begun(&self) -> String {
        self.0.call("begun", &[]).as_string().unwrap()
    }

    /// How often an element was unmuted since then.
    fn unmuted(&self) -> u32 {
        self.0.count("unmuted")
    }

    fn forget(&self) {
        self.0.call("forget", &[]);
    }

    /// All is allowed from now on.
    fn click(&self) {
        self.0.call("click", &[]);
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}

/// How many of the others play, muted or with sound.
fn plays(page: &Page, muted: bool) -> usize {
    let tiles = page.all(".tile video").into_iter();
    let videos = tiles.map(JsCast::unchecked_into::<HtmlMediaElement>);
    let plays = |video: &HtmlMediaElement| !video.paused() && video.ready_state() >= 2;
    videos.filter(|video| plays(video) && video.muted() == muted).count()
}

#[wasm_bindgen_test]
async fn before_the_click_for_sound_all_stay_muted() {
    let (relay, _devices, strict) = (Relay::new(), Devices::new(), Strict::new());
    relay.keep_apart();
    let path = "/call?room=demo&autostart=1";
    let page = Page::open(path);
    let first = Page::open(path);
    first.put_aside();
    relay.carry_until("the first plays, muted", || plays(&page, true) == 1).await;
    relay.carry_until("it asks for a click", || page.find("#sound").is_some()).await;
    let playing = page.all(".tile video")[0].id();

    // Somebody else comes, which is nothing to the one who plays.
    strict.forget();
    let second = Page::open(path);
    second.put_aside();
    relay.carry_until("both play, muted", || plays(&page, true) == 2).await;
    assert!(!strict.begun().contains(&playing), "{}", strict.begun());
    assert_eq!(strict.unmuted(), 0, "a browser pauses what is unmuted too early");

    // The click is for all.
    strict.click();
    page.click("#sound");
    relay.carry_until("both are heard", || plays(&page, false) == 2).await;
    relay.carry_until("nothing more is asked for", || page.find("#sound").is_none()).await;
}

//! Where the page is, what it remembers, what it may copy, and what wakes it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Object, Reflect};
use sightline_web::{
    Location, PageEvent, Storage, begin_at_top, copy_text, now, on_page, on_popstate, open_path,
    random_bytes, seconds_since_1970, set_title, user_agent, was_reloaded,
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Event, EventTarget, PageTransitionEvent, PageTransitionEventInit, Window};

use crate::support::{Clipboard, Handle, SETTLE, throughout, told, until};

fn window() -> Window {
    web_sys::window().unwrap()
}

fn document() -> Document {
    window().document().unwrap()
}

/// Puts the address back that the page had.
struct Address(String);

impl Address {
    fn kept() -> Self {
        Self(window().location().href().unwrap())
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        open_path(&self.0, true);
    }
}

#[wasm_bindgen_test]
fn the_address_is_read() {
    let _address = Address::kept();
    open_path("/sender?room=demo&autostart=1&room=other#part", true);
    let location = Location::current();
    assert_eq!(location.path, "/sender");
    assert_eq!(location.origin, window().location().origin().unwrap());
    assert_eq!(location.query("room").as_deref(), Some("demo"), "the first one counts");
    assert_eq!(location.query("autostart").as_deref(), Some("1"));
    assert_eq!(location.query("part"), None);
    assert_eq!(
        Location::current().socket_url("/ws"),
        location.origin.replace("http", "ws") + "/ws"
    );

    open_path("/receiver", true);
    assert_eq!(Location::current().query("room"), None);
    // What is no address of this page leaves it as it is.
    open_path("https://elsewhere.example/", false);
    open_path("http://[", false);
    assert_eq!(Location::current().path, "/receiver");
}

#[wasm_bindgen_test]
async fn going_back_is_noticed() {
    let _address = Address::kept();
    let times = Rc::new(Cell::new(0));
    let counter = Rc::clone(&times);
    let listener = on_popstate(move || counter.set(counter.get() + 1));
    open_path("/one", true);
    open_path("/two", false);
    open_path("/three", false);
    assert_eq!(times.get(), 0, "our own moves are none");
    window().history().unwrap().back().unwrap();
    until("it is told", || times.get() == 1).await;
    assert_eq!(Location::current().path, "/two");
    drop(listener);
    window().history().unwrap().back().unwrap();
    until("it went back", || Location::current().path == "/one").await;
    throughout(SETTLE, "nobody is told", || times.get() == 1).await;
}

#[wasm_bindgen_test]
fn what_happens_to_the_page_is_told() {
    let hide = |state: &str| {
        let property = Object::new();
        Reflect::set(&property, &"value".into(), &state.into()).unwrap();
        Reflect::set(&property, &"configurable".into(), &true.into()).unwrap();
        Object::define_property(&document(), &"visibilityState".into(), &property);
    };
    let dispatch = |target: &EventTarget, kind| {
        target.dispatch_event(&Event::new(kind).unwrap()).unwrap();
    };
    let told: Rc<RefCell<Vec<PageEvent>>> = Rc::default();
    let kept = Rc::clone(&told);
    let listener = on_page(move |event| kept.borrow_mut().push(event));
    dispatch(&window(), "online");
    assert_eq!(told.take(), [PageEvent::Online]);
    dispatch(&window(), "pageshow");
    assert_eq!(told.take(), [PageEvent::Shown]);
    hide("hidden");
    dispatch(&document(), "visibilitychange");
    dispatch(&window(), "offline");
    assert_eq!(told.take(), [PageEvent::Concealed]);
    hide("visible");
    dispatch(&document(), "visibilitychange");
    assert_eq!(told.take(), [PageEvent::Shown]);
    Reflect::delete_property(&document(), &"visibilityState".into()).unwrap();
    dispatch(&window(), "pagehide");
    assert_eq!(told.take(), [PageEvent::Hidden]);
    // The browser has kept it, and the person has returned.
    let kept = PageTransitionEventInit::new();
    kept.set_persisted(true);
    let restored = PageTransitionEvent::new_with_event_init_dict("pageshow", &kept).unwrap();
    window().dispatch_event(&restored).unwrap();
    assert_eq!(told.take(), [PageEvent::Restored]);
    drop(listener);
    dispatch(&window(), "online");
    dispatch(&window(), "pageshow");
    dispatch(&window(), "pagehide");
    dispatch(&document(), "visibilitychange");
    assert_eq!(told.take(), []);
}

#[wasm_bindgen_test]
fn a_tab_remembers() {
    for storage in [Storage::Tab, Storage::Browser] {
        assert_eq!(storage.get("sightline.test"), None);
        assert!(storage.set("sightline.test", "one"));
        assert!(storage.set("sightline.test", "two"));
        assert_eq!(storage.get("sightline.test").as_deref(), Some("two"));
        // More than any browser keeps is not kept, and does no harm.
        assert!(!storage.set("sightline.test", &"x".repeat(20_000_000)));
        assert_eq!(storage.get("sightline.test").as_deref(), Some("two"));
        // What is taken out is not there for a copy of the tab.
        assert_eq!(storage.take("sightline.test").as_deref(), Some("two"));
        assert_eq!(storage.get("sightline.test"), None);
        assert_eq!(storage.take("sightline.test"), None);
    }
}

#[wasm_bindgen_test]
fn the_browser_has_a_name() {
    assert!(user_agent().starts_with("Mozilla/5.0"), "{}", user_agent());
}

#[wasm_bindgen_test]
async fn a_text_is_copied_or_not_but_nothing_breaks() {
    let clipboard = Clipboard::working();
    assert!(told(|done| copy_text("a link", done)).await);
    assert_eq!(clipboard.text().as_deref(), Some("a link"));
    drop(clipboard);
    let clipboard = Clipboard::refusing();
    assert!(!told(|done| copy_text("a link", done)).await);
    drop(clipboard);
    let _clipboard = Clipboard::absent();
    assert!(!told(|done| copy_text("a link", done)).await);
}

#[wasm_bindgen_test]
fn a_new_page_begins_with_its_heading() {
    // None is there: nothing happens.
    begin_at_top();
    let heading = document().create_element("h1").unwrap();
    document().body().unwrap().append_child(&heading).unwrap();
    begin_at_top();
    assert_eq!(document().active_element(), Some(heading.clone()));
    assert_eq!(heading.get_attribute("tabindex").as_deref(), Some("-1"), "not by the keyboard");
    heading.remove();
}

#[wasm_bindgen_test]
async fn time_goes_on_and_chance_differs() {
    let begin = now();
    until("some time has gone by", || now() > begin + Duration::from_millis(5)).await;
    // Later than the day on which this was written, before the year 2200.
    assert!((1_750_000_000..7_258_118_400).contains(&seconds_since_1970()));
    let numbers: [[u8; 16]; 3] = std::array::from_fn(|_| random_bytes().unwrap());
    assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2]);
    assert_ne!(numbers[0], [0; 16]);
}

#[wasm_bindgen_test]
fn a_reload_is_told_from_a_visit() {
    for (entries, reloaded) in [
        ("[{ type: 'reload' }]", true),
        ("[{ type: 'navigate' }]", false),
        ("[{ type: 'back_forward' }]", false),
        ("[{}]", false),
        ("[]", false),
    ] {
        let patched = Handle::new(&format!(
            "(() => {{
                performance.getEntriesByType = (kind) => kind === 'navigation' ? {entries} : [];
                return {{ restore: () => {{ delete performance.getEntriesByType; }} }};
            }})()"
        ));
        let was = was_reloaded();
        patched.call("restore", &[]);
        assert_eq!(was, reloaded, "{entries}");
    }
}

#[wasm_bindgen_test]
fn the_page_is_named() {
    let before = document().title();
    set_title("<b>Watch</b> · Sightline");
    assert_eq!(document().title(), "<b>Watch</b> · Sightline");
    set_title(&before);
}

//! The app in the test's page, at an address, and what is to be seen of it.

use std::any::Any;
use std::cell::RefCell;

use leptos::mount::mount_to;
use sightline_app::App;
use sightline_session::SHORTEST;
use sightline_web::open_path;
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, HtmlElement, HtmlInputElement, HtmlVideoElement, MouseEvent, MouseEventInit,
};

use crate::support::{Faults, Handle, throughout, until};

/// The app at one address. Dropping it takes it away, and fails the test if something
/// broke behind its back.
pub(crate) struct Page {
    host: HtmlElement,
    before: String,
    _faults: Faults,
}

/// An app in the test's page. A test that fails stops where it is and drops nothing, so that its
/// app goes on beside the next test's; kept here, it can be found.
struct Mounted {
    host: HtmlElement,
    app: Box<dyn Any>,
}

thread_local! {
    static MOUNTED: RefCell<Vec<Mounted>> = RefCell::default();
}

/// Takes away what a test that failed has left. For the beginning of a test.
pub(crate) fn close_what_is_left() {
    for Mounted { host, app } in MOUNTED.take() {
        host.remove();
        drop(app);
    }
}

pub(crate) fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// The path and query that the address bar shows.
pub(crate) fn address() -> String {
    let location = web_sys::window().unwrap().location();
    location.pathname().unwrap() + &location.search().unwrap()
}

impl Page {
    /// Opens a path of the app. A sender and a receiver may be open at once: each reads
    /// the address when it is opened, and only its own links move it.
    pub(crate) fn open(path: &str) -> Self {
        let before = address();
        open_path(path, false);
        let host: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&host).unwrap();
        let faults = Faults::new();
        let app: Box<dyn Any> = Box::new(mount_to(host.clone(), App));
        MOUNTED.with_borrow_mut(|all| all.push(Mounted { host: host.clone(), app }));
        Self { host, before, _faults: faults }
    }

    /// Takes the app away, as when a page is closed.
    pub(crate) fn leave(&mut self) {
        let mounted = MOUNTED.with_borrow_mut(|all| {
            let at = all.iter().position(|one| one.host == self.host)?;
            Some(all.remove(at))
        });
        // Not while the list is borrowed.
        drop(mounted);
    }

    /// Puts the page where it is found by nobody but the test, as if in another tab: a page looks
    /// for its elements in the whole document.
    pub(crate) fn put_aside(&self) {
        self.host.remove();
    }

    /// All that a CSS selector finds.
    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.host.query_selector_all(selector).unwrap();
        (0..list.length()).filter_map(|n| list.get(n)).map(JsCast::unchecked_into).collect()
    }

    /// The first that a CSS selector finds.
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.host.query_selector(selector).unwrap()
    }

    /// The first, which has to be there.
    pub(crate) fn the<T: JsCast>(&self, selector: &str) -> T {
        let found = self.find(selector).unwrap_or_else(|| panic!("there is no {selector}"));
        found.dyn_into().unwrap_or_else(|_| panic!("{selector} is something else"))
    }

    /// The text of the first, or nothing.
    pub(crate) fn text(&self, selector: &str) -> String {
        self.find(selector).and_then(|found| found.text_content()).unwrap_or_default()
    }

    /// What `#status` says to scripts.
    pub(crate) fn state(&self) -> String {
        let status = self.find("#status");
        status.and_then(|status| status.get_attribute("data-state")).unwrap_or_default()
    }

    /// What `#status` says to people.
    pub(crate) fn status(&self) -> String {
        self.text("#status")
    }

    /// What went wrong, in the page's sentences.
    pub(crate) fn alerts(&self) -> String {
        let texts = self.all("[role=alert] .alert p").into_iter();
        texts.filter_map(|alert| alert.text_content()).collect::<Vec<_>>().join(" ")
    }

    /// Clicks as a person does: on what is there and not disabled.
    pub(crate) fn click(&self, selector: &str) {
        let element: HtmlElement = self.the(selector);
        assert!(!element.has_attribute("disabled"), "{selector} is disabled");
        element.click();
    }

    /// The second click of a double click.
    pub(crate) fn click_again(&self, selector: &str) {
        let init = MouseEventInit::new();
        init.set_bubbles(true);
        init.set_detail(2);
        let click = MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap();
        self.the::<Element>(selector).dispatch_event(&click).unwrap();
    }

    /// Clicks with a key held; true where the page leaves the rest to the browser.
    pub(crate) fn click_with_ctrl(&self, selector: &str) -> bool {
        let init = MouseEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_ctrl_key(true);
        let click = MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap();
        // Seen on its way out, and stopped there so that no tab opens.
        let watch = Handle::new(
            "(() => {
                let left;
                const stop = (event) => { left = !event.defaultPrevented; event.preventDefault(); };
                addEventListener('click', stop);
                return { left: () => left, end: () => removeEventListener('click', stop) };
            })()",
        );
        self.the::<Element>(selector).dispatch_event(&click).unwrap();
        watch.call("end", &[]);
        watch.call("left", &[]).as_bool().unwrap()
    }

    /// Types into a field.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        self.the::<HtmlInputElement>(selector).set_value(text);
    }

    /// Whether a video shows a picture.
    pub(crate) fn has_video(&self, selector: &str) -> bool {
        let video: HtmlVideoElement = self.the(selector);
        video.video_width() > 0 && video.ready_state() >= 2 && !video.paused()
    }

    /// Waits for a state.
    pub(crate) async fn until_state(&self, state: &str) {
        until(&format!("it is {state}"), || self.state() == state).await;
    }

    /// Waits for what `#status` says to people: it follows when it has lasted.
    pub(crate) async fn until_status(&self, text: &str) {
        until(&format!("its status says: {text}"), || self.status() == text).await;
    }

    /// Waits for something that a CSS selector finds, and that isn't disabled.
    pub(crate) async fn until_there(&self, selector: &str) {
        let is_there = || self.find(selector).is_some_and(|found| !found.has_attribute("disabled"));
        until(&format!("there is {selector}"), is_there).await;
    }

    /// Waits until nothing is wrong any more.
    pub(crate) async fn until_no_alert(&self) {
        until("nothing is wrong", || self.alerts().is_empty()).await;
    }

    /// Watches for as long as an alert takes to be shown that there is none.
    pub(crate) async fn stays_without_alert(&self) {
        throughout(SHORTEST * 2, "nothing is wrong", || self.alerts().is_empty()).await;
    }

    /// Waits for a sentence that says what went wrong.
    pub(crate) async fn until_alert(&self, part: &str) {
        until(&format!("it says: {part}"), || self.alerts().contains(part)).await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.leave();
        self.host.remove();
        open_path(&self.before, true);
    }
}

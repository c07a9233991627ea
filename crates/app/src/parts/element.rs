//! Elements of a page, all of one type.
//!
//! Leptos's `view!` makes a type of each piece of a page, and several kilobytes of code for
//! it. These are put together when the page runs: measured on a first load, the pages are a
//! third smaller so. An element is always made anew, never turned into another one.

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::RemoveEventHandler;
use leptos::tachys::renderer::dom::Dom;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Position, PositionState};
use leptos::web_sys;

/// A text that changes with what it reads.
type Text = Box<dyn Fn() -> String + Send>;

/// What happens at an event.
type Act = Box<dyn Fn(web_sys::Event) + Send>;

/// An attribute that never changes: its name and value.
pub(crate) type Fixed = (&'static str, &'static str);

/// An element that is being put together.
pub(crate) struct Tag {
    name: &'static str,
    fixed: Vec<(&'static str, String)>,
    changing: Vec<(&'static str, Text)>,
    acts: Vec<(&'static str, Act)>,
    children: Vec<AnyView>,
}

/// Begins an element with the attributes that never change.
pub(crate) fn tag(name: &'static str, fixed: &[Fixed]) -> Tag {
    let fixed = fixed.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let (changing, acts, children) = (Vec::new(), Vec::new(), Vec::new());
    Tag { name, fixed, changing, acts, children }
}

/// A text.
pub(crate) fn words(text: &str) -> AnyView {
    text.to_owned().into_any()
}

/// What is made of other pieces, and anew whenever something that it looks at changes.
pub(crate) fn live(content: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    boxed_live(Box::new(content))
}

fn boxed_live(content: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || content()).into_any()
}

impl Tag {
    /// Gives it an attribute.
    pub(crate) fn has(mut self, name: &'static str, value: String) -> Self {
        self.fixed.push((name, value));
        self
    }

    /// Gives it an attribute that changes.
    pub(crate) fn shows(
        mut self,
        name: &'static str,
        value: impl Fn() -> String + Send + 'static,
    ) -> Self {
        self.changing.push((name, Box::new(value)));
        self
    }

    /// Calls `act` at an event.
    pub(crate) fn on(
        mut self,
        event: &'static str,
        act: impl Fn(web_sys::Event) + Send + 'static,
    ) -> Self {
        self.acts.push((event, Box::new(act)));
        self
    }

    /// With this in it.
    pub(crate) fn of(mut self, children: Vec<AnyView>) -> AnyView {
        self.children = children;
        self.into_any()
    }
}

/// An element that is there.
pub(crate) struct Built {
    element: web_sys::Element,
    _acts: Vec<RemoveEventHandler<web_sys::Element>>,
    _changing: Vec<RenderEffect<()>>,
    _children: Vec<AnyViewState>,
}

impl Render for Tag {
    type State = Built;

    fn build(self) -> Built {
        let element = Dom::create_element(self.name, None);
        for (name, value) in &self.fixed {
            Dom::set_attribute(&element, name, value);
        }
        let listen = |(event, act): (&'static str, Act)| {
            Dom::add_event_listener(&element, event, Box::new(move |event| act(event.into())))
        };
        let show = |(name, value): (&'static str, Text)| {
            let element = element.clone();
            RenderEffect::new(move |_| Dom::set_attribute(&element, name, &value()))
        };
        let mount = |child: AnyView| {
            let mut child = child.build();
            child.mount(&element, None);
            child
        };
        Built {
            _acts: self.acts.into_iter().map(listen).collect(),
            _changing: self.changing.into_iter().map(show).collect(),
            _children: self.children.into_iter().map(mount).collect(),
            element,
        }
    }

    fn rebuild(self, state: &mut Built) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for Built {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        Dom::insert_node(parent, &self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_element();
        parent.is_some_and(|parent| {
            child.mount(&parent, Some(&self.element));
            true
        })
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.element.clone()]
    }
}

/// Nobody gives it attributes from outside.
impl leptos::tachys::view::add_attr::AddAnyAttr for Tag {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

/// There is no server that would render it.
impl RenderHtml for Tag {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Built {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

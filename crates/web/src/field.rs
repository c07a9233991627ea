//! A text field of the page.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// An `<input>` of the page.
#[derive(Debug)]
pub struct Field(HtmlInputElement);

impl Field {
    /// The one with this id, if it is there.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        let element = web_sys::window()?.document()?.get_element_by_id(id)?;
        element.dyn_into().ok().map(Self)
    }

    /// What stands in it.
    #[must_use]
    pub fn value(&self) -> String {
        self.0.value()
    }

    /// Says, to those who don't see it, whether what stands in it can be taken.
    pub fn set_invalid(&self, invalid: bool) {
        // It fails only for a name that can't be one.
        let _ = self.0.set_attribute("aria-invalid", if invalid { "true" } else { "false" });
    }

    /// Puts the cursor into it.
    pub fn focus(&self) {
        // It fails only for an element that can't have the focus.
        let _ = self.0.focus();
    }

    /// Selects all that stands in it.
    pub fn select(&self) {
        self.focus();
        self.0.select();
    }
}

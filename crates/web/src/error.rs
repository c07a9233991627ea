//! What the browser throws, as text.

use wasm_bindgen::{JsCast, JsValue};

/// An exception that has no type of its own here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct ScriptError {
    /// The exception's name, such as `InvalidStateError`.
    pub name: String,
    /// What the browser says of it.
    pub message: String,
}

impl ScriptError {
    pub(crate) fn from_js(value: &JsValue) -> Self {
        if let Some(error) = value.dyn_ref::<web_sys::DomException>() {
            return Self { name: error.name(), message: error.message() };
        }
        if let Some(error) = value.dyn_ref::<js_sys::Error>() {
            return Self { name: error.name().into(), message: error.message().into() };
        }
        Self { name: "Error".into(), message: value.as_string().unwrap_or_default() }
    }
}

impl From<JsValue> for ScriptError {
    fn from(value: JsValue) -> Self {
        Self::from_js(&value)
    }
}

//! Properties of objects for which there is no binding, or none that every browser has.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// What an object has under this name; `undefined` where it has nothing.
#[inline(never)]
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    // It fails for what is no object, which has nothing either.
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A text under this name.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A number under this name; 0 where there is none.
pub(crate) fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name).as_f64().unwrap_or_default()
}

/// The same where it is a count, a code or the like.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
pub(crate) fn small(object: &JsValue, name: &str) -> u16 {
    number(object, name) as u16
}

/// Puts something there. What can't be changed stays as it is.
#[inline(never)]
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calls a method, where there is one. What it throws is no matter: it is `undefined`.
pub(crate) fn call(object: &JsValue, name: &str, argument: &JsValue) -> JsValue {
    let method: Result<Function, JsValue> = get(object, name).dyn_into();
    method.and_then(|method| method.call1(object, argument)).unwrap_or_default()
}

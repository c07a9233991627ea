//! An object made by a script of this folder, and its methods.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An object with methods.
pub(crate) struct Handle(JsValue);

impl Handle {
    /// What a script evaluates to.
    pub(crate) fn new(script: &str) -> Self {
        Self(js_sys::eval(script).expect("the script is right"))
    }

    /// Calls a method.
    pub(crate) fn call(&self, method: &str, arguments: &[JsValue]) -> JsValue {
        let function: Function =
            Reflect::get(&self.0, &method.into()).unwrap().dyn_into().expect("there is one");
        function.apply(&self.0, &arguments.iter().collect::<Array>()).expect("it does not throw")
    }

    /// Calls a method that counts something.
    pub(crate) fn count(&self, method: &str) -> u32 {
        self.call(method, &[]).as_f64().expect("it is a number") as u32
    }
}

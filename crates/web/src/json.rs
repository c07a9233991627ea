//! Messages as JSON text, by way of the browser's own JSON: a parser of our own
//! would be a fifth of the whole download.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ScriptError;

pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, ScriptError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let value = value.serialize(&serializer).map_err(|error| broken(&error))?;
    let text = js_sys::JSON::stringify(&value)?;
    Ok(text.into())
}

pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ScriptError> {
    let value = js_sys::JSON::parse(text)?;
    serde_wasm_bindgen::from_value(value).map_err(|error| broken(&error))
}

fn broken(error: &serde_wasm_bindgen::Error) -> ScriptError {
    ScriptError { name: "DataError".into(), message: error.to_string() }
}

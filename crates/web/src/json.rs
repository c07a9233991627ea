//! Messages as JSON text, by way of the browser's own JSON.
//!
//! Measured on a first load after compression: a JSON parser of our own is 20 kB, the
//! general bridge between serde and JavaScript 8 kB, this reader of plain data 2 kB.
//! Why something can't be read is of no use to a person, so that its errors say
//! nothing, which is most of what is saved.

use std::fmt;

use js_sys::{Array, Reflect};
use serde::Serialize;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use wasm_bindgen::JsValue;

use crate::ScriptError;

pub(crate) fn write<T: Serialize>(value: &T) -> Result<String, ScriptError> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    let value = value.serialize(&serializer).map_err(JsValue::from)?;
    let text = js_sys::JSON::stringify(&value)?;
    Ok(text.into())
}

/// Reads a message. None for whatever is none.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = js_sys::JSON::parse(text).ok()?;
    T::deserialize(Value(value)).ok()
}

/// A value that came out of `JSON.parse`.
struct Value(JsValue);

/// It is not what was expected.
#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a message")
    }
}

impl std::error::Error for Broken {}

/// Each of these would by default put a sentence together; that code is what costs.
impl Error for Broken {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl IntoDeserializer<'_, Broken> for Value {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Broken;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = self.0.as_f64() {
            // JavaScript has one kind of number, the messages whole ones from 0 only.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let whole = number as u32;
            if f64::from(whole) == number { visitor.visit_u32(whole) } else { Err(Broken) }
        } else if let Some(flag) = self.0.as_bool() {
            visitor.visit_bool(flag)
        } else if Array::is_array(&self.0) {
            let items = Array::from(&self.0).to_vec();
            visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Value)))
        } else {
            visitor.visit_unit()
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Broken> {
        visitor.visit_newtype_struct(self)
    }

    /// Asks for the fields that the struct has, whatever else is there.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        if !self.0.is_object() || Array::is_array(&self.0) {
            return Err(Broken);
        }
        let present = fields.iter().filter_map(|field| {
            let value = Reflect::get(&self.0, &(*field).into()).ok()?;
            (!value.is_undefined()).then_some((*field, Value(value)))
        });
        visitor.visit_map(MapDeserializer::new(present))
    }

    /// Variants without content: those that have some are read by way of structs.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        let name = self.0.as_string().ok_or(Broken)?;
        let name: StrDeserializer<'_, Broken> = name.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;

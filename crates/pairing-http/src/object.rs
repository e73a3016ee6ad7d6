//! Looking things up in a gateway's JSON object, where field names vary and data may sit one
//! level deeper than documented.

use std::fmt;
use std::iter;

use serde_json::{Map, Value};

use crate::{Words, wipe};

/// Objects that gateways wrap their data in.
const WRAPPERS: &[&str] = &[
    "data", "instance", "result", "response", "qrcode", "qrCode", "qr", "value",
];

/// Where gateways put prose. Data fields are left out: a profile name is no message.
const MESSAGES: &[&str] = &[
    "error",
    "message",
    "errors",
    "msg",
    "reason",
    "detail",
    "details",
    "description",
    "title",
];

/// A JSON object. `Debug` shows none of it, and its texts are wiped when it is dropped.
#[derive(Clone, PartialEq)]
pub struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The value of the first of these fields that is there: on top, or one level down in an
    /// object that gateways wrap data in (`data`, `instance`, …).
    #[must_use]
    pub fn get(&self, names: &[&str]) -> Option<&Value> {
        self.fields(names).next()
    }

    /// The texts of these fields in order, trimmed, empty ones left out; first those on top,
    /// then those one level down. Name the documented field first.
    pub fn texts(&self, names: &[&str]) -> impl Iterator<Item = &str> {
        self.fields(names)
            .filter_map(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// Whether one of these fields is there, holding nothing: `""`, `null`, `false` or an
    /// empty object or array.
    #[must_use]
    pub fn has_empty(&self, names: &[&str]) -> bool {
        self.fields(names).any(is_empty)
    }

    /// Whether one of these fields is there, holding something.
    #[must_use]
    pub fn has(&self, names: &[&str]) -> bool {
        self.fields(names).any(|value| !is_empty(value))
    }

    /// A boolean, also when it came as `"true"` or `"false"`.
    #[must_use]
    pub fn flag(&self, names: &[&str]) -> Option<bool> {
        self.fields(names).find_map(|value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    /// The object in this field.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object().cloned().map(Self)
    }

    /// Whether the object calls itself a failure: `error` or `success` as a boolean, or any
    /// prose in `error`. With some gateways the latter is no failure on every endpoint.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        let error = match self.0.get("error") {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => !matches!(text.trim(), "" | "false"),
            Some(value) => !is_empty(value),
            None => false,
        };
        error || self.0.get("success") == Some(&Value::Bool(false))
    }

    /// The prose in the fields where gateways put it, however nested.
    #[must_use]
    pub fn words(&self) -> Words {
        let mut words = Words::default();
        // Looked for once, not for each name: every answer is searched for prose.
        let maps: Vec<_> = iter::once(&self.0).chain(self.wrapped()).collect();
        for name in MESSAGES {
            for value in maps.iter().filter_map(|map| map.get(*name)) {
                words.add_all(value);
            }
        }
        words
    }

    fn fields(&self, names: &[&str]) -> impl Iterator<Item = &Value> {
        let top = names.iter().filter_map(|name| self.0.get(*name));
        let below = self
            .wrapped()
            .flat_map(move |object| names.iter().filter_map(|name| object.get(*name)));
        top.chain(below)
    }

    /// The objects one level down that gateways wrap data in.
    fn wrapped(&self) -> impl Iterator<Item = &Map<String, Value>> {
        WRAPPERS
            .iter()
            .filter_map(|wrapper| self.0.get(*wrapper)?.as_object())
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe::json);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: Value) -> Object {
        match json {
            Value::Object(map) => Object::new(map),
            _ => unreachable!("the tests pass objects"),
        }
    }

    #[test]
    fn the_documented_name_comes_first_and_wrappers_last() {
        let found = object(serde_json::json!({
            "code": "second", "value": " first ", "qr": "", "data": {"value": "third"}
        }));
        let texts: Vec<_> = found.texts(&["value", "qr", "code"]).collect();
        assert_eq!(texts, ["first", "second", "third"]);
    }

    #[test]
    fn empty_is_not_missing() {
        for json in [
            serde_json::json!({"qrcode": ""}),
            serde_json::json!({"qrcode": null}),
            serde_json::json!({"qrcode": {}}),
            serde_json::json!({"data": {"qrcode": " "}}),
        ] {
            let found = object(json);
            assert!(found.has_empty(&["qrcode"]) && !found.has(&["qrcode"]));
        }
        assert!(!object(serde_json::json!({})).has_empty(&["qrcode"]));
    }

    #[test]
    fn failure_may_be_a_flag_or_prose() {
        for (json, failure) in [
            (serde_json::json!({"error": true}), true),
            (serde_json::json!({"error": "no"}), true),
            (serde_json::json!({"error": {"code": 1}}), true),
            (serde_json::json!({"success": false}), true),
            (
                serde_json::json!({"error": false, "message": "fine"}),
                false,
            ),
            (serde_json::json!({"error": ""}), false),
            (serde_json::json!({"error": null}), false),
            (serde_json::json!({"value": "x"}), false),
        ] {
            assert_eq!(object(json.clone()).is_failure(), failure, "{json}");
        }
    }

    #[test]
    fn prose_is_found_in_message_fields_alone() {
        let found = object(serde_json::json!({
            "message": ["A", {"deep": "B"}], "name": "C", "data": {"error": "D"}
        }));
        assert_eq!(found.words().expose(), "d a b");
    }

    #[test]
    fn flags_may_be_text() {
        let found = object(serde_json::json!({"a": "True", "b": false, "c": 1}));
        assert_eq!(found.flag(&["a"]), Some(true));
        assert_eq!(found.flag(&["b"]), Some(false));
        assert_eq!(found.flag(&["c"]), None);
    }
}

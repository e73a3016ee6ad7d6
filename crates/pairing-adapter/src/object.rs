//! Looking things up in a gateway's JSON object, where field names vary and data may sit one or
//! two levels deeper than documented.

use std::fmt;
use std::iter;

use serde_json::{Map, Value};

use crate::{Message, wipe};

/// Objects that gateways wrap their data in, or lists of one such object.
const WRAPPERS: &[&str] = &[
    "data",
    "instance",
    "instance_data",
    "result",
    "response",
    "qrcode",
    "qrCode",
    "qr",
    "value",
];

/// Fields that name the outcome of a request. `false` in one of them is a failure.
const OUTCOMES: &[&str] = &["success", "ok", "status", "result"];

/// Message that name a failure in a field that is usually a flag or a state.
const FAILURES: &[&str] = &[
    "error", "fail", "failed", "failure", "erro", "falha", "falhou", "fallo", "falló",
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

/// The names of fields that records may show.
#[cfg(feature = "record")]
pub(crate) const FIELDS: &[&[&str]] = &[WRAPPERS, OUTCOMES, MESSAGES];

/// A JSON object. `Debug` shows none of it, and its texts are wiped when it is dropped.
#[derive(Clone, Default, PartialEq)]
pub struct Object(Map<String, Value>);

impl Object {
    pub(crate) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The value of the first of these fields that is there: on top, or up to two levels down in
    /// objects that gateways wrap data in (`data`, `instance`, …).
    #[must_use]
    pub fn get(&self, names: &[&str]) -> Option<&Value> {
        self.fields(names).next()
    }

    /// The texts of these fields in order, trimmed, empty ones left out; first those on top,
    /// then those further down. Name the documented field first.
    pub fn texts(&self, names: &[&str]) -> impl Iterator<Item = &str> {
        self.fields(names)
            .filter_map(Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The ids in these fields in order, each a text that is not empty or a number. Name the
    /// documented field first. [`read_linked_value`](crate::read_linked_value) reads one as a
    /// phone number.
    pub fn ids(&self, names: &[&str]) -> impl Iterator<Item = &Value> {
        self.fields(names).filter(|value| match value {
            Value::String(text) => !text.trim().is_empty(),
            value => value.is_number(),
        })
    }

    /// The same object with the names of all fields in lower case, those within included: for a gateway
    /// that spells a name in more than one way. Of two names that become one, the one that holds
    /// something stays.
    #[must_use]
    pub fn with_lower_case_names(mut self) -> Self {
        lower_case_names(&mut self.0);
        self
    }

    /// Whether it has no field: some gateways answer with `{}` where there is nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

    /// The object in this field, also when it is the only one of a list.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<Self> {
        one_object(self.0.get(name)?).cloned().map(Self)
    }

    /// Whether the object, or an object that it wraps, has this text in this field.
    #[must_use]
    pub fn says(&self, name: &str, text: &str) -> bool {
        self.fields(&[name])
            .any(|value| value.as_str() == Some(text))
    }

    /// Whether the object calls itself a failure: by a flag, as
    /// [`is_flagged_failure`](Self::is_flagged_failure) reads it, or by any prose in `error`, on
    /// top or in an envelope. With some gateways the latter is no failure on every endpoint.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        let error = self.fields(&["error"]).any(|value| match value {
            Value::String(text) => !is_false(text),
            Value::Bool(_) => false,
            Value::Number(number) => number.as_f64() != Some(0.0),
            value => !is_empty(value),
        });
        error || self.is_flagged_failure()
    }

    /// Whether a flag, on top or in an envelope, calls the object a failure: `error` is true,
    /// `success`, `ok`, `status` or `result` is false, or `status` or `result` is a word such as
    /// `error`. A flag may be a boolean, a text or, for `error`, `success` and `ok`, 0 or 1.
    #[must_use]
    pub fn is_flagged_failure(&self) -> bool {
        iter::once(&self.0)
            .chain(self.wrapped())
            .any(is_flagged_failure)
    }

    /// The prose in the fields where gateways put it, however nested.
    #[must_use]
    pub fn message(&self) -> Message {
        let mut words = Message::default();
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

    /// The objects that gateways wrap data in: those one level down, then those two levels down.
    fn wrapped(&self) -> impl Iterator<Item = &Map<String, Value>> {
        envelopes(&self.0).chain(envelopes(&self.0).flat_map(envelopes))
    }
}

fn envelopes(map: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    // Most answers are flat, and each is looked through a dozen times.
    let has_any = map.values().any(|value| one_object(value).is_some());
    let wrappers = if has_any { WRAPPERS } else { &[] };
    wrappers
        .iter()
        .filter_map(|wrapper| one_object(map.get(*wrapper)?))
}

/// The object itself, or the only object of a list.
fn one_object(value: &Value) -> Option<&Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        Value::Array(values) => match values.as_slice() {
            [Value::Object(map)] => Some(map),
            _ => None,
        },
        _ => None,
    }
}

fn is_flagged_failure(map: &Map<String, Value>) -> bool {
    let error = match map.get("error") {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::String(text)) => is_one_of(text, &["true", "1"]),
        _ => false,
    };
    error
        || OUTCOMES.iter().any(|name| match map.get(*name) {
            Some(Value::Bool(flag)) => !*flag,
            Some(Value::Number(number)) => may_be_numbered(name) && number.as_i64() == Some(0),
            Some(Value::String(text)) => {
                is_one_of(text, &["false"]) || (may_be_numbered(name) && text.trim() == "0")
            }
            _ => false,
        })
        || ["status", "result"].iter().any(|name| {
            let text = map.get(*name).and_then(Value::as_str).unwrap_or_default();
            is_one_of(text, FAILURES)
        })
}

/// A `status` or `result` of 0 is a state or a count somewhere; it is no flag.
fn may_be_numbered(outcome: &str) -> bool {
    ["success", "ok"].contains(&outcome)
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    let text = text.trim();
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a text in `error` says that there is none.
fn is_false(text: &str) -> bool {
    is_one_of(text, &["", "false", "0", "null"])
}

impl Drop for Object {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe::json);
    }
}

fn lower_case_names(map: &mut Map<String, Value>) {
    for (mut name, mut value) in std::mem::take(map) {
        lower_case_names_within(&mut value);
        name.make_ascii_lowercase();
        let is_held = map.get(&name).is_some_and(|held| !is_empty(held));
        if is_held {
            wipe::json(&mut value);
        } else {
            map.insert(name, value);
        }
    }
}

/// As deep as JSON is read: 128 levels.
fn lower_case_names_within(value: &mut Value) {
    match value {
        Value::Object(map) => lower_case_names(map),
        Value::Array(values) => values.iter_mut().for_each(lower_case_names_within),
        _ => {}
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
    fn a_name_may_be_spelled_in_two_ways() {
        for json in [
            serde_json::json!({"data": {"LoggedIn": true}}),
            serde_json::json!({"Data": [{"loggedIn": true}]}),
            serde_json::json!({"data": {"LoggedIn": true, "loggedin": null}}),
            serde_json::json!({"data": {"LOGGEDIN": "", "loggedIn": true}}),
        ] {
            let found = object(json.clone()).with_lower_case_names();
            assert_eq!(found.flag(&["loggedin"]), Some(true), "{json}");
        }
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
            (serde_json::json!({"data": {"error": "no"}}), true),
            (serde_json::json!({"error": "0"}), false),
            (serde_json::json!({"error": 0}), false),
            (serde_json::json!({"error": 500}), true),
            (serde_json::json!({"error": ""}), false),
            (serde_json::json!({"error": null}), false),
            (serde_json::json!({"value": "x"}), false),
        ] {
            assert_eq!(object(json.clone()).is_failure(), failure, "{json}");
        }
    }

    #[test]
    fn a_failure_is_flagged_in_any_usual_spelling() {
        for json in [
            serde_json::json!({"status": "error", "code": "E4001X"}),
            serde_json::json!({"status": "Failed"}),
            serde_json::json!({"status": false}),
            serde_json::json!({"result": "error"}),
            serde_json::json!({"ok": false}),
            serde_json::json!({"ok": "false"}),
            serde_json::json!({"success": "False"}),
            serde_json::json!({"success": 0}),
            serde_json::json!({"error": "True"}),
            serde_json::json!({"error": 1}),
            serde_json::json!({"error": "1"}),
            serde_json::json!({"ok": "0"}),
            serde_json::json!({"status": "erro"}),
            serde_json::json!({"result": false}),
            serde_json::json!({"data": {"success": false}}),
            serde_json::json!({"response": [{"status": "error"}]}),
        ] {
            assert!(object(json.clone()).is_flagged_failure(), "{json}");
        }
        for json in [
            serde_json::json!({"error": "You are already connected"}),
            serde_json::json!({"status": "connected", "error": 0}),
            serde_json::json!({"status": 0}),
            serde_json::json!({"status": 200, "success": true, "ok": 1}),
            serde_json::json!({"result": "success", "error": "False"}),
        ] {
            assert!(!object(json.clone()).is_flagged_failure(), "{json}");
        }
        assert!(!object(serde_json::json!({"error": "False"})).is_failure());
    }

    #[test]
    fn envelopes_are_opened_twice_and_lists_of_one_as_well() {
        for json in [
            serde_json::json!({"instance_data": {"phone": "x"}}),
            serde_json::json!({"response": [{"phone": "x"}]}),
            serde_json::json!({"data": {"instance": {"phone": "x"}}}),
            serde_json::json!({"data": [{"result": {"phone": "x"}}]}),
        ] {
            let found = object(json.clone());
            assert_eq!(found.texts(&["phone"]).next(), Some("x"), "{json}");
        }
        for json in [
            serde_json::json!({"data": [{"phone": "x"}, {"phone": "y"}]}),
            serde_json::json!({"data": {"data": {"data": {"phone": "x"}}}}),
            serde_json::json!({"contact": {"phone": "x"}}),
        ] {
            let found = object(json.clone());
            assert_eq!(found.texts(&["phone"]).next(), None, "{json}");
        }
    }

    #[test]
    fn prose_is_found_in_message_fields_alone() {
        let found = object(serde_json::json!({
            "message": ["A", {"deep": "B"}], "name": "C", "data": {"error": "D"}
        }));
        assert_eq!(found.message().expose(), "d a b");
    }

    #[test]
    fn flags_may_be_text() {
        let found = object(serde_json::json!({"a": "True", "b": false, "c": 1}));
        assert_eq!(found.flag(&["a"]), Some(true));
        assert_eq!(found.flag(&["b"]), Some(false));
        assert_eq!(found.flag(&["c"]), None);
    }
}

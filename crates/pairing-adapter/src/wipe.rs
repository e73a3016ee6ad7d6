//! Wiping texts and JSON that a gateway sent: they hold codes, and sometimes a credential.

use pairing_http::wipe_bytes;
use serde_json::Value;

/// Leaves an empty text.
pub(crate) fn text(text: &mut String) {
    wipe_bytes(&mut std::mem::take(text).into_bytes());
}

/// Every text within; the names of fields stay. serde_json nests no deeper than 128 levels.
pub(crate) fn json(value: &mut Value) {
    match value {
        Value::String(found) => text(found),
        Value::Array(values) => values.iter_mut().for_each(json),
        Value::Object(values) => values.values_mut().for_each(json),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_value_is_left() {
        let mut value = serde_json::json!({"a": ["x", {"b": "y"}], "c": 1, "d": null});
        json(&mut value);
        assert_eq!(
            value,
            serde_json::json!({"a": ["", {"b": ""}], "c": 1, "d": null})
        );
    }
}

//! Wiping what a gateway sent: it holds codes, and sometimes a credential that it was given.

use serde_json::Value;
use zeroize::optimization_barrier;

/// Zeroes in sweeps what `zeroize` would write byte by byte: every body is wiped, and that must
/// not cost more than reading it.
pub(crate) fn bytes(bytes: &mut [u8]) {
    /// Above twice as much `memset` takes a string instruction, which is slow to start and
    /// counts as one for each byte where instructions are counted.
    const SWEEP: usize = 1024;
    bytes.chunks_mut(SWEEP).for_each(|sweep| sweep.fill(0));
    optimization_barrier(bytes);
}

/// Leaves an empty text.
pub(crate) fn text(text: &mut String) {
    bytes(&mut std::mem::take(text).into_bytes());
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

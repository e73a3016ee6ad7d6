//! Reads the id of a linked account out of an answer as a phone number.

use pairing_core::PhoneNumber;
use serde_json::Value;

/// The first integer that JSON's usual 64-bit floats cannot tell from the next one, 2⁵³.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a linked number out of JSON: a text as [`PhoneNumber::from_account_id`] reads it, or a
/// whole number in any spelling that JSON has for one.
#[must_use]
pub fn read_linked_value(value: &Value) -> Option<PhoneNumber> {
    match value {
        Value::String(text) => PhoneNumber::from_account_id(text),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => PhoneNumber::from_account_id(&whole.to_string()),
            None => {
                let number = number.as_f64()?;
                let is_whole = number.fract() == 0.0 && (0.0..MAX_EXACT).contains(&number);
                is_whole.then(|| PhoneNumber::from_account_id(&format!("{number:.0}")))?
            }
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "5511999998888";

    #[test]
    fn a_json_number_keeps_its_digits() {
        for json in ["5511999998888", "5511999998888.0", "5.511999998888e12"] {
            let value: Value = serde_json::from_str(json).unwrap();
            let phone = read_linked_value(&value);
            assert_eq!(phone.unwrap().digits(), NUMBER, "{json}");
        }
        for json in ["5511999998888.5", "-5511999998888", "1e300", "true", "null"] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(read_linked_value(&value), None, "{json}");
        }
    }
}

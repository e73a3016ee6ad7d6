//! Reads the id of a linked account, which WhatsApp writes as a JID, as a phone number.

use pairing_core::PhoneNumber;
use serde_json::Value;

/// Servers whose ids are phone numbers. Those of `lid` are not, and groups are no accounts.
const PHONE_SERVERS: &[&str] = &["s.whatsapp.net", "c.us", "hosted"];

/// The first integer that JSON's usual 64-bit floats cannot tell from the next one, 2⁵³.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a linked number as WhatsApp and the gateways write it: alone, or with an agent, a
/// device and a server, as in `5511999998888.0:12@s.whatsapp.net`. `None` where the id names
/// no number, such as `104316219412678@lid`.
#[must_use]
pub fn read_linked_phone(text: &str) -> Option<PhoneNumber> {
    let text = text.trim();
    let user = match text.split_once('@') {
        Some((user, server)) => {
            let is_phone = PHONE_SERVERS
                .iter()
                .any(|known| server.trim().eq_ignore_ascii_case(known));
            is_phone.then_some(user)?
        }
        None => text,
    };
    let user = without_device(user)?;
    let user = match user.rsplit_once(['.', '_']) {
        // A number that is punctuated with dots has longer groups behind them.
        Some((number, agent)) if is_suffix(agent) => number,
        _ => user,
    };
    PhoneNumber::parse(user).ok()
}

/// Reads a linked number out of JSON: a text, or a whole number in any spelling that JSON has
/// for one.
#[must_use]
pub fn read_linked_value(value: &Value) -> Option<PhoneNumber> {
    match value {
        Value::String(text) => read_linked_phone(text),
        Value::Number(number) => match number.as_u64() {
            Some(whole) => read_linked_phone(&whole.to_string()),
            None => {
                let number = number.as_f64()?;
                let is_whole = number.fract() == 0.0 && (0.0..MAX_EXACT).contains(&number);
                is_whole.then(|| read_linked_phone(&format!("{number:.0}")))?
            }
        },
        _ => None,
    }
}

fn without_device(user: &str) -> Option<&str> {
    match user.split_once(':') {
        Some((number, device)) => is_suffix(device).then_some(number),
        None => Some(user),
    }
}

/// Devices and agents are small numbers.
fn is_suffix(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "5511999998888";

    #[test]
    fn a_linked_number_may_have_suffixes() {
        for text in [
            "5511999998888",
            "+5511999998888",
            " 5511999998888 ",
            "5511999998888@s.whatsapp.net",
            "5511999998888@c.us",
            "5511999998888@S.WHATSAPP.NET",
            "5511999998888:12@s.whatsapp.net",
            "5511999998888.0:12@s.whatsapp.net",
            "5511999998888_1:12@s.whatsapp.net",
            "5511999998888.0@s.whatsapp.net",
            "5511999998888:1",
            "5511999998888.0",
            "+55 11 99999.8888",
        ] {
            let phone = read_linked_phone(text);
            assert_eq!(phone.unwrap().digits(), NUMBER, "{text}");
        }
    }

    #[test]
    fn an_id_that_names_no_number_is_not_read_as_one() {
        for text in [
            "",
            "@s.whatsapp.net",
            "status@broadcast",
            ":12",
            "104316219412678@lid",
            "104316219412678:3@lid",
            "5511999998888-1600000000@g.us",
            "120363000000000000@newsletter",
            "5511999998888@example.com",
            "5511999998888:x@s.whatsapp.net",
            "5.511999998888e12",
        ] {
            assert_eq!(read_linked_phone(text), None, "{text}");
        }
    }

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

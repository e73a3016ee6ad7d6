//! Phone numbers as people and gateways write them. The rules are written down here a second time,
//! in another way, and both must agree.

use pairing_adapter::read_linked_phone;
use pairing_core::PhoneNumber;

use crate::said::assert_ours;

/// Two texts, one a line.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
    let numbers = [one, other].map(number);
    if let [Some(one), Some(other)] = &numbers {
        assert_eq!(one.is_same_account(other), other.is_same_account(one));
        assert!(one != other || one.is_same_account(other));
    }
    if let Some(phone) = read_linked_phone(&text) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        assert!(
            digits.starts_with(phone.digits()),
            "another number than was named"
        );
    }
}

fn number(text: &str) -> Option<PhoneNumber> {
    let parsed = PhoneNumber::parse(text);
    assert_eq!(parsed.is_ok(), is_number(text), "{text:?}: {parsed:?}");
    let typed = PhoneNumber::parse_typed(text);
    match (&parsed, &typed) {
        (Ok(parsed), Ok(typed)) => {
            // All but a trunk zero in parentheses is kept.
            assert!(parsed == typed || text.contains('('), "{text:?}");
        }
        (Ok(_), Err(_)) => {}
        // What is pasted along with a number is read only where people type.
        (Err(_), _) => {}
    }
    for error in [parsed.as_ref().err(), typed.as_ref().err()]
        .into_iter()
        .flatten()
    {
        assert_ours(&error.to_string());
    }
    let phone = parsed.ok()?;
    let written = phone.to_string();
    assert_eq!(written, format!("+{}", phone.digits()));
    assert_eq!(written.parse().as_ref(), Ok(&phone));
    assert!(phone.is_same_account(&phone));
    if let Ok(typed) = typed {
        assert_eq!(
            PhoneNumber::parse_typed(&written),
            Ok(typed),
            "with its + as well"
        );
    }
    let json = serde_json::to_string(&phone).expect("a number is JSON");
    assert_eq!(
        serde_json::from_str::<PhoneNumber>(&json).ok().as_ref(),
        Some(&phone)
    );
    assert!(
        !format!("{phone:?}").contains(phone.digits()),
        "Debug shows it"
    );
    Some(phone)
}

/// The rules, in the words of the documentation.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, rest): (Vec<char>, Vec<char>) = text.chars().partition(char::is_ascii_digit);
    rest.iter().all(|other| " -.()\u{a0}".contains(*other))
        && (7..=15).contains(&digits.len())
        && digits[0] != '0'
}

//! Phone numbers as people and gateways write them. The rules are written down here a second time,
//! in another way, and both must agree.

use pairing_core::{InvalidPhoneNumber, PhoneNumber};

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
    if let Some(phone) = PhoneNumber::from_account_id(&text) {
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
    let typed = PhoneNumber::parse_user_input(text);
    match (&parsed, &typed) {
        (Ok(parsed), Ok(typed)) => assert!(
            parsed == typed || is_without_trunk_digits(parsed, typed, text),
            "{text:?}"
        ),
        // It has the form of a number, and no country has it.
        (Ok(parsed), Err(error)) => assert!(is_refused_when_typed(parsed, *error), "{text:?}"),
        // What is pasted along with a number is read only where people type.
        (Err(_), Ok(typed)) => assert!(
            text.contains(|other: char| !other.is_ascii_digit()),
            "{text:?}: {typed:?}"
        ),
        (Err(_), Err(_)) => {}
    }
    if let Ok(typed) = &typed {
        let written = typed.to_string();
        let again = PhoneNumber::parse_user_input(&written);
        assert_eq!(again.as_ref(), Ok(typed), "with its + as well");
        let account_id = format!("{}:12@s.whatsapp.net", typed.digits());
        assert_eq!(
            PhoneNumber::parse_user_input(&account_id).as_ref(),
            Ok(typed)
        );
        let link = format!("https://wa.me/{}?text=a", typed.digits());
        assert_eq!(PhoneNumber::parse_user_input(&link).as_ref(), Ok(typed));
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

/// All but what is dialled inside the country alone, which stands behind the country code and in
/// parentheses.
fn is_without_trunk_digits(parsed: &PhoneNumber, typed: &PhoneNumber, text: &str) -> bool {
    let (long, short) = (parsed.digits(), typed.digits());
    let Some(trunk) = long.len().checked_sub(short.len()) else {
        return false;
    };
    let Some((_, inside)) = text.split_once('(') else {
        return false;
    };
    let opening: String = inside
        .chars()
        .filter(char::is_ascii_digit)
        .take(trunk)
        .collect();
    ["0", "1", "8", "06"].contains(&opening.as_str())
        && (1..=3).any(|code| {
            let rest = long
                .get(code..)
                .and_then(|rest| rest.strip_prefix(&*opening));
            short.get(..code) == long.get(..code) && short.get(code..) == rest
        })
}

/// Whether this may be said of a number that has the form of one.
fn is_refused_when_typed(parsed: &PhoneNumber, error: InvalidPhoneNumber) -> bool {
    use InvalidPhoneNumber::{
        CountryCodeMissing, Impossible, LeadingZero, NotBrazilian, TooShort, UnknownCountryCode,
    };
    let digits = parsed.digits();
    match error {
        // What was left out made it so, at most two digits.
        CountryCodeMissing => digits.len() <= 11 + 2,
        NotBrazilian => digits.starts_with("55"),
        LeadingZero => digits.contains('0'),
        TooShort => digits.len() < 7 + 2,
        Impossible | UnknownCountryCode => true,
        _ => false,
    }
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

//! A phone number in the one shape WhatsApp understands: digits with country code.

mod account_id;
mod plan;
mod typed;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An international phone number: country code first, 7 to 15 digits, no leading zero.
///
/// WhatsApp takes numbers of more than six digits without a leading zero; E.164 caps them
/// at 15. [`parse`](Self::parse) accepts the usual punctuation and a leading `+`.
///
/// A phone number is personal data: `Debug` hides all but its ends. `Display` and serde
/// give the whole number as `+5511999998888`.
///
/// ```
/// use pairing_core::PhoneNumber;
///
/// let phone: PhoneNumber = "+55 (11) 99999-8888".parse()?;
/// assert_eq!(phone.digits(), "5511999998888");
/// assert_eq!(format!("{phone:?}"), "PhoneNumber(+55…88)");
/// # Ok::<(), pairing_core::InvalidPhoneNumber>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PhoneNumber(Box<str>);

/// Fewest digits of a number: WhatsApp refuses six or fewer.
const MIN_DIGITS: usize = 7;
/// Most digits of a number: E.164.
const MAX_DIGITS: usize = 15;

impl PhoneNumber {
    /// Reads a number as people write it: an optional `+`, digits, and spaces, hyphens,
    /// dots or parentheses between them.
    ///
    /// # Errors
    ///
    /// [`InvalidPhoneNumber`] says which rule was broken; it never quotes the input.
    pub fn parse(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let text = text.trim();
        let number = text.strip_prefix('+').unwrap_or(text);
        let mut digits = String::with_capacity(MAX_DIGITS);
        for character in number.chars() {
            match character {
                '0'..='9' if digits.len() == MAX_DIGITS => return Err(InvalidPhoneNumber::TooLong),
                '0'..='9' => digits.push(character),
                ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => {}
                _ => return Err(InvalidPhoneNumber::UnexpectedCharacter),
            }
        }
        if digits.is_empty() {
            return Err(InvalidPhoneNumber::Empty);
        }
        if digits.starts_with('0') {
            return Err(InvalidPhoneNumber::LeadingZero);
        }
        if digits.len() < MIN_DIGITS {
            return Err(InvalidPhoneNumber::TooShort);
        }
        Ok(Self(digits.into_boxed_str()))
    }

    /// The digits alone, as gateways want them in a URL: `5511999998888`.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Whether both numbers name the same WhatsApp account.
    ///
    /// Three countries added a digit to their mobile numbers that WhatsApp and the
    /// gateways sometimes leave out: Brazil's ninth digit (`55 11 9 9999-8888`),
    /// Argentina's `9` (`54 9 11 …`) and Mexico's `1` (`52 1 55 …`). The numbers with and
    /// without it are one account.
    #[must_use]
    pub fn is_same_account(&self, other: &Self) -> bool {
        self.canonical().eq(other.canonical())
    }

    /// The digits without the optional mobile digit of the three countries.
    fn canonical(&self) -> impl Iterator<Item = u8> + '_ {
        let digits = &*self.0;
        let optional = match (digits.len(), digits.as_bytes()) {
            // Country 2, area 2, the ninth digit, subscriber 8.
            (13, [b'5', b'5', _, _, b'9', ..]) => Some(4),
            (13, [b'5', b'4', b'9', ..]) | (13, [b'5', b'2', b'1', ..]) => Some(2),
            _ => None,
        };
        digits
            .bytes()
            .enumerate()
            .filter(move |(index, _)| Some(*index) != optional)
            .map(|(_, digit)| digit)
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidPhoneNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> Self {
        phone.to_string()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = &*self.0;
        let start = digits.get(..2).unwrap_or_default();
        let end = digits.get(digits.len() - 2..).unwrap_or_default();
        write!(f, "PhoneNumber(+{start}…{end})")
    }
}

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPhoneNumber {
    /// No digit at all.
    #[error("the phone number is empty: write it with country code, like +5511999998888")]
    Empty,
    /// Something that is neither a digit nor the usual punctuation.
    #[error(
        "the phone number has a character that does not belong there: \
         use digits, spaces, hyphens, dots and parentheses, like +55 11 99999-8888"
    )]
    UnexpectedCharacter,
    /// A zero in front, as dialled inside a country.
    #[error(
        "the phone number starts with 0: write the country code first and leave out \
         the 0 of national or international dialling, like +5511999998888"
    )]
    LeadingZero,
    /// Six digits or fewer.
    #[error("the phone number is too short: it needs country code, area code and number")]
    TooShort,
    /// More than 15 digits.
    #[error("the phone number is too long: international numbers have at most 15 digits")]
    TooLong,
    /// Typed without `+`, and so short that it may be a national number.
    #[error(
        "the country code may be missing: start with + and the country code, like \
         +5511999998888 for Brazil"
    )]
    CountryCodeMissing,
    /// Typed with Brazil's country code, and not as Brazil's numbers are.
    #[error(
        "this is no number of Brazil: after +55 come two digits of the area code and the 8 or 9 \
         of the number, like +55 11 99999-8888"
    )]
    NotBrazilian,
    /// Typed with a country code that no country has.
    #[error(
        "no country has this country code: start with + and the country code, like \
         +5511999998888 for Brazil"
    )]
    UnknownCountryCode,
    /// Typed with more or fewer digits than its country's numbers have, or with a first digit
    /// that none of them has.
    #[error(
        "this country code has no such number: check whether a digit is missing, wrong or \
         there twice"
    )]
    Impossible,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> PhoneNumber {
        text.parse().unwrap()
    }

    #[test]
    fn people_may_write_it_as_they_do() {
        for text in [
            "+5511999998888",
            "55 11 99999-8888",
            "+55 (11) 99999.8888",
            " 5511999998888 ",
        ] {
            assert_eq!(phone(text).digits(), "5511999998888", "{text}");
        }
    }

    #[test]
    fn each_broken_rule_is_named() {
        use InvalidPhoneNumber::*;
        for (text, error) in [
            ("", Empty),
            ("+", Empty),
            ("+55 11 9999x", UnexpectedCharacter),
            ("+55+11999998888", UnexpectedCharacter),
            ("011999998888", LeadingZero),
            ("005511999998888", LeadingZero),
            ("123456", TooShort),
            ("1234567890123456", TooLong),
            ("٥٥١١٩٩٩٩٩", UnexpectedCharacter),
        ] {
            assert_eq!(PhoneNumber::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_optional_mobile_digit_does_not_make_another_account() {
        for (long, short) in [
            ("5511987654321", "551187654321"),
            ("5491123456789", "541123456789"),
            ("5215512345678", "525512345678"),
        ] {
            assert!(phone(long).is_same_account(&phone(short)));
            assert!(phone(short).is_same_account(&phone(long)));
        }
    }

    #[test]
    fn other_digits_do_make_another_account() {
        for (one, other) in [
            ("5511987654321", "5511987654322"),
            ("5511987654321", "5521987654321"),
            // A landline of Brazil has eight digits that do not start with 9 as a ninth.
            ("551133334444", "5511333344445"),
            ("351912345678", "35112345678"),
        ] {
            assert!(!phone(one).is_same_account(&phone(other)), "{one} {other}");
        }
    }

    #[test]
    fn json_carries_the_whole_number_and_debug_does_not() {
        let phone = phone("5511999998888");
        assert_eq!(serde_json::to_string(&phone).unwrap(), "\"+5511999998888\"");
        assert_eq!(
            serde_json::from_str::<PhoneNumber>("\"+5511999998888\"").unwrap(),
            phone
        );
        assert!(serde_json::from_str::<PhoneNumber>("\"abc\"").is_err());
        assert!(!format!("{phone:?}").contains("99999"));
    }
}

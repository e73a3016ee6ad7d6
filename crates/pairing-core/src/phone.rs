//! A phone number in the one shape WhatsApp understands: digits with country code.

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
/// Most digits of a number of Brazil without its country code.
const MAX_NATIONAL_DIGITS: usize = 11;

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

    /// As [`parse`](Self::parse), for what a person types: without a leading `+` the country
    /// code must not seem to be missing.
    ///
    /// Brazil's numbers have at most 11 digits without the country code, and 12 or 13 with it.
    /// A code made for the wrong number counts towards WhatsApp's limit all the same.
    ///
    /// What comes along when a number is pasted is left out: format characters, dashes and
    /// spaces of all sorts, `tel:`, links of WhatsApp, `@c.us` and `@s.whatsapp.net`, and a
    /// trunk zero in parentheses, as in `+44 (0)7911 123456`. Italy's is part of the number.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and
    /// [`CountryCodeMissing`](InvalidPhoneNumber::CountryCodeMissing) for 11 digits or fewer
    /// without a `+`. A number from a country with shorter ones is typed with it.
    /// [`NotBrazilian`](InvalidPhoneNumber::NotBrazilian) for a number after 55 that Brazil
    /// does not have: without its area code, with a 0 in front of it, or with 55 twice.
    pub fn parse_typed(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let text = pasted(text);
        let phone = Self::parse(&text)?;
        if phone.0.len() <= MAX_NATIONAL_DIGITS && !text.starts_with('+') {
            return Err(InvalidPhoneNumber::CountryCodeMissing);
        }
        let mut zeroless = NO_ZERO_AFTER.iter();
        if zeroless.any(|code| {
            let national = phone.0.strip_prefix(code);
            national.is_some_and(|national| national.starts_with('0'))
        }) {
            return Err(InvalidPhoneNumber::LeadingZero);
        }
        match phone.0.strip_prefix("55") {
            Some(national) if !is_brazilian(national) => Err(InvalidPhoneNumber::NotBrazilian),
            _ => Ok(phone),
        }
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
}

/// Country codes after which no number starts with a zero. No library of number metadata
/// stands behind this: the rules of all countries change more often than this crate does, and
/// a number wrongly refused cannot be linked at all.
const NO_ZERO_AFTER: [&str; 16] = [
    "1", "7", "20", "27", "31", "32", "33", "34", "41", "43", "44", "49", "61", "64", "91", "351",
];

/// A pasted number with ASCII digits and punctuation, without what is around it.
fn pasted(text: &str) -> String {
    let plain: String = text.chars().filter_map(plain).collect();
    let plain = plain.trim();
    let mut number = without_prefix(plain, "https://")
        .or_else(|| without_prefix(plain, "http://"))
        .unwrap_or(plain);
    let mut is_international = false;
    if let Some(rest) = without_prefix(number, "tel:") {
        number = rest;
    } else if let Some(rest) = without_prefix(number, "wa.me/") {
        number = rest.split(['?', '/']).next().unwrap_or_default();
        is_international = true;
    } else if let Some(rest) = without_prefix(number, "api.whatsapp.com/send?phone=") {
        number = rest.split('&').next().unwrap_or_default();
        number = without_prefix(number, "%2b").unwrap_or(number);
        is_international = true;
    } else if number.len() < plain.len() {
        number = plain;
    }
    if let Some((id, server)) = number.split_once('@')
        && ["c.us", "s.whatsapp.net"]
            .iter()
            .any(|known| server.eq_ignore_ascii_case(known))
    {
        number = id;
        is_international = true;
    }
    let number = without_trunk_zero(number.trim());
    if is_international && !number.starts_with('+') && !number.is_empty() {
        format!("+{number}")
    } else {
        number
    }
}

/// `None` for a character that is not seen.
fn plain(character: char) -> Option<char> {
    match character {
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe0e}'
        | '\u{fe0f}'
        | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        '\u{ff0b}' | '\u{fe62}' => Some('+'),
        '\u{ff08}' => Some('('),
        '\u{ff09}' => Some(')'),
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(character).saturating_sub(0xff10), 10)
        }
        space if space.is_whitespace() => Some(' '),
        other => Some(other),
    }
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Without the `(0)` after the country code, which is dialled inside the country alone.
fn without_trunk_zero(number: &str) -> String {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    if let Some((before, rest)) = number.split_once('(')
        && let Some((within, after)) = rest.split_once(')')
        && within.trim() == "0"
    {
        let country = digits(before);
        if (1..=3).contains(&country.len()) && country != "39" {
            return format!("{before} {after}");
        }
    }
    number.to_owned()
}

/// An area code of two digits, neither of them 0, and a number of 8 or 9.
fn is_brazilian(national: &str) -> bool {
    let area = national.get(..2).unwrap_or_default();
    matches!(national.len(), 10 | 11) && !area.contains('0')
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
    fn a_typed_number_of_brazil_has_its_area_code_once_and_no_0_in_front_of_it() {
        for text in ["+55 11 99999-8888", "5511999998888", "+55 (21) 3333-4444"] {
            assert!(PhoneNumber::parse_typed(text).is_ok(), "{text}");
        }
        for text in [
            "+55 9999-8888",
            "+55 99999-8888",
            "+55 0 11 99999-8888",
            "+55 5511999998888",
            "+55 10 99999-8888",
            "+55 11 99999-88889",
        ] {
            let refused = PhoneNumber::parse_typed(text);
            assert_eq!(refused, Err(InvalidPhoneNumber::NotBrazilian), "{text}");
            // What a gateway says is taken as it is.
            assert!(PhoneNumber::parse(text).is_ok(), "{text}");
        }
        assert!(PhoneNumber::parse_typed("+351 912 345 678").is_ok());
    }

    #[test]
    fn pasted_numbers_with_format_characters_are_read() {
        for text in [
            "\u{202a}+55 11 99999\u{2011}8888\u{202c}",
            "\u{2066}+55\u{a0}11\u{202f}99999\u{2013}8888\u{2069}",
            "\u{feff}+55\t11\u{3000}99999\u{2212}8888",
            "\u{ff0b}\u{ff15}\u{ff15}11999998888",
            "tel:+55-11-99999-8888",
            "wa.me/5511999998888",
            "https://wa.me/5511999998888?text=hi",
            "https://api.whatsapp.com/send?phone=5511999998888&text=hi",
            "5511999998888@c.us",
            "5511999998888@s.whatsapp.net",
        ] {
            let typed = PhoneNumber::parse_typed(text);
            assert_eq!(typed, Ok(phone("5511999998888")), "{text:?}");
        }
        for text in [
            "104316219412678@lid",
            "https://example.com",
            "https://5511999998888",
        ] {
            let refused = PhoneNumber::parse_typed(text);
            assert_eq!(
                refused,
                Err(InvalidPhoneNumber::UnexpectedCharacter),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn what_stands_between_the_digits_does_not_change_a_typed_number(
            between in proptest::collection::vec(
                "[\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}\u{2010}-\u{2015}\u{2212}\u{fe63}\u{ff0d}\u{a0}\u{202f}\u{2007}\u{3000}\t ]{0,3}",
                13,
            ),
        ) {
            let mut text = String::from("+");
            for (digit, between) in "5511999998888".chars().zip(between) {
                text.push(digit);
                text.push_str(&between);
            }
            assert_eq!(PhoneNumber::parse_typed(&text), Ok(phone("5511999998888")));
        }
    }

    #[test]
    fn a_trunk_zero_in_parentheses_is_left_out_and_italys_is_kept() {
        for (text, digits) in [
            ("+44 (0)7911 123456", "447911123456"),
            ("+49 ( 0 ) 1512 3456789", "4915123456789"),
            ("+55 (0)11 99999-8888", "5511999998888"),
            ("+39 (0)6 1234 5678", "390612345678"),
        ] {
            let typed = PhoneNumber::parse_typed(text);
            assert_eq!(typed, Ok(phone(digits)), "{text}");
        }
        let refused = PhoneNumber::parse_typed("+44 07911 123456");
        assert_eq!(refused, Err(InvalidPhoneNumber::LeadingZero));
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
    fn what_a_person_types_must_not_lack_its_country_code() {
        for national in ["11 99999-8888", "11999998888", "2025550143"] {
            assert_eq!(
                PhoneNumber::parse_typed(national),
                Err(InvalidPhoneNumber::CountryCodeMissing),
                "{national}"
            );
        }
        for international in ["+1 202 555 0143", "5511999998888", "551133334444"] {
            assert_eq!(
                PhoneNumber::parse_typed(international),
                PhoneNumber::parse(international),
                "{international}"
            );
        }
        assert_eq!(PhoneNumber::parse_typed(""), Err(InvalidPhoneNumber::Empty));
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

//! Reads a number that a person typed or pasted.

use super::{InvalidPhoneNumber, PhoneNumber, plan};

/// Most digits of a number of Brazil without its country code.
const MAX_NATIONAL_DIGITS: usize = 11;

/// What may stand in front of a number in a link.
const SCHEMES: [&str; 4] = ["tel:", "whatsapp:", "sms:", "callto:"];

impl PhoneNumber {
    /// As [`parse`](Self::parse), for what a person types: without a leading `+` the country
    /// code must not seem to be missing, and the country must have such numbers.
    ///
    /// Brazil's numbers have at most 11 digits without the country code, and 12 or 13 with it.
    /// A code made for the wrong number counts towards WhatsApp's limit all the same. How many
    /// digits a country's numbers have is libphonenumber's knowledge, by the first digit.
    ///
    /// What comes along when a number is pasted is left out:
    ///
    /// * format characters, dashes and spaces of all sorts, slashes and brackets;
    /// * `tel:` with its `;ext=`, and `;phone-context=+55`, which completes the number;
    /// * links of WhatsApp (`wa.me/…`, `api.whatsapp.com/send?phone=…`) and the ids that
    ///   [`from_account_id`](Self::from_account_id) reads;
    /// * what is dialled inside a country alone, in parentheses: `+44 (0)7911 123456`,
    ///   `+55 (011) 99999-8888`, `+7 (8) 912…`. Italy's zero is part of the number.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and:
    ///
    /// * [`CountryCodeMissing`](InvalidPhoneNumber::CountryCodeMissing) for 11 digits or fewer
    ///   without a `+`. A number from a country with shorter ones is typed with it.
    /// * [`NotBrazilian`](InvalidPhoneNumber::NotBrazilian) for a number after 55 that Brazil
    ///   does not have: without its area code, with a 0 in front of it, or with 55 twice.
    /// * [`UnknownCountryCode`](InvalidPhoneNumber::UnknownCountryCode),
    ///   [`Impossible`](InvalidPhoneNumber::Impossible), and
    ///   [`LeadingZero`](InvalidPhoneNumber::LeadingZero) for a zero behind the country code
    ///   where no number has one.
    pub fn parse_user_input(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let text = without_trunk_digits(&pasted(text)?);
        let phone = Self::parse(&text)?;
        if phone.0.len() <= MAX_NATIONAL_DIGITS && !text.starts_with('+') {
            return Err(InvalidPhoneNumber::CountryCodeMissing);
        }
        match phone.0.strip_prefix("55") {
            Some(national) if !is_brazilian(national) => Err(InvalidPhoneNumber::NotBrazilian),
            _ => plan::check(&phone.0).map(|()| phone),
        }
    }
}

/// The number alone, with ASCII digits and the punctuation that [`PhoneNumber::parse`] knows; with
/// a `+` if what it was part of says that it is international.
fn pasted(text: &str) -> Result<String, InvalidPhoneNumber> {
    let plain: String = text.chars().filter_map(plain).collect();
    let plain = plain.trim();
    let number = if let Some(number) = in_link(plain) {
        let number = without_percent_signs(number);
        // In a query `+` is a space as well, and a number has only one in front.
        let number = number.trim_start_matches(['+', ' ']).replace('+', " ");
        if number.trim().is_empty() {
            return Err(InvalidPhoneNumber::Empty);
        }
        format!("+{number}")
    } else if let Some(number) = without_scheme(plain) {
        in_phone_uri(number)
    } else if plain.contains('@') {
        PhoneNumber::from_account_id(plain)
            .ok_or(InvalidPhoneNumber::UnexpectedCharacter)?
            .to_string()
    } else {
        plain.to_owned()
    };
    let number = number.trim();
    // `(+55) 11 …`
    let number = match number.strip_prefix('(').map(str::trim_start) {
        Some(bare) if bare.starts_with('+') => bare,
        _ => number,
    };
    Ok(number.replace(['/', '[', ']', '~'], " "))
}

/// The ASCII character that is meant; `None` for a character that is not seen.
fn plain(character: char) -> Option<char> {
    match character {
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => None,
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{301c}'
        | '\u{30fc}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}' => Some('-'),
        '\u{b7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{30fb}' | '\u{ff0e}' => Some('.'),
        '\u{2795}' | '\u{fe62}' | '\u{ff0b}' => Some('+'),
        '\u{ff08}' => Some('('),
        '\u{ff09}' => Some(')'),
        '\u{ff0f}' => Some('/'),
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(character).saturating_sub(0xff10), 10)
        }
        space if space.is_whitespace() => Some(' '),
        other => Some(other),
    }
}

/// The number in a link of WhatsApp that opens a chat.
fn in_link(text: &str) -> Option<&str> {
    if let Some(rest) = without_prefix(text, "whatsapp://send") {
        return in_query(rest);
    }
    let address = ["https://", "http://"]
        .iter()
        .find_map(|scheme| without_prefix(text, scheme))
        .unwrap_or(text);
    let address = without_prefix(address, "www.").unwrap_or(address);
    if let Some(path) = without_prefix(address, "wa.me/") {
        // A catalogue has the number one step further down.
        let path = without_prefix(path, "c/").unwrap_or(path);
        return path.split(['?', '/', '#']).next();
    }
    ["api.", "web.", "chat.", ""].iter().find_map(|host| {
        let rest = without_prefix(address, host)?;
        in_query(without_prefix(rest, "whatsapp.com/send")?)
    })
}

/// The value of `phone` in what comes after `send`.
fn in_query(rest: &str) -> Option<&str> {
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?;
    let query = query.split('#').next()?;
    let mut parameters = query.split('&').map(|parameter| {
        // A link that was copied out of the source of a page.
        without_prefix(parameter, "amp;").unwrap_or(parameter)
    });
    parameters.find_map(|parameter| without_prefix(parameter, "phone="))
}

fn without_scheme(text: &str) -> Option<&str> {
    let rest = SCHEMES
        .iter()
        .find_map(|scheme| without_prefix(text, scheme))?;
    Some(rest.trim_start_matches('/'))
}

/// The number of a `tel:` URI (RFC 3966). An extension is not part of it: WhatsApp has none.
fn in_phone_uri(text: &str) -> String {
    let text = without_percent_signs(text.split('?').next().unwrap_or_default());
    let (number, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let number = number.trim();
    let context = parameters
        .split(';')
        .find_map(|parameter| without_prefix(parameter.trim(), "phone-context="))
        .filter(|context| context.starts_with('+') && !number.starts_with('+'));
    match context {
        Some(context) => format!("{context} {number}"),
        None => number.to_owned(),
    }
}

/// With `%2B` and the like as the ASCII characters they stand for.
fn without_percent_signs(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let decoded = part.split_at_checked(2).and_then(|(code, rest)| {
            let byte = u8::from_str_radix(code, 16).ok().filter(u8::is_ascii)?;
            Some((char::from(byte), rest))
        });
        match decoded {
            Some((character, rest)) => {
                plain.push(character);
                plain.push_str(rest);
            }
            None => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Without what is dialled inside the country alone, where it is in the first parentheses after
/// the country code.
fn without_trunk_digits(number: &str) -> String {
    parenthesised_trunk_dropped(number).unwrap_or_else(|| number.to_owned())
}

fn parenthesised_trunk_dropped(number: &str) -> Option<String> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (before, rest) = number.split_once('(')?;
    let (within, after) = rest.split_once(')')?;
    let is_part_of_number = |other: char| other.is_ascii_digit() || " -.".contains(other);
    if !within.chars().all(is_part_of_number) {
        return None;
    }
    let within = digits(within);
    let trunk = plan::trunk_digits(&digits(before), &within);
    let kept = within.get(trunk..)?;
    (trunk > 0).then(|| format!("{before} {kept} {after}"))
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
    fn a_typed_number_of_brazil_has_its_area_code_once_and_no_0_in_front_of_it() {
        for text in ["+55 11 99999-8888", "5511999998888", "+55 (21) 3333-4444"] {
            assert!(PhoneNumber::parse_user_input(text).is_ok(), "{text}");
        }
        for text in [
            "+55 9999-8888",
            "+55 99999-8888",
            "+55 0 11 99999-8888",
            "+55 5511999998888",
            "+55 10 99999-8888",
            "+55 11 99999-88889",
        ] {
            let refused = PhoneNumber::parse_user_input(text);
            assert_eq!(refused, Err(InvalidPhoneNumber::NotBrazilian), "{text}");
            // What a gateway says is taken as it is.
            assert!(PhoneNumber::parse(text).is_ok(), "{text}");
        }
        assert!(PhoneNumber::parse_user_input("+351 912 345 678").is_ok());
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
            "5511999998888:12@s.whatsapp.net",
            "5511999998888.0:12@s.whatsapp.net",
            "www.wa.me/5511999998888",
            "HTTPS://WWW.WA.ME/+5511999998888#x",
            "https://wa.me/5511999998888/?text=a@b",
            "https://wa.me/c/5511999998888",
            "https://api.whatsapp.com/send/?phone=5511999998888",
            "https://api.whatsapp.com/send/?text=hi&phone=%2B55%2011%2099999-8888&app=1",
            "https://web.whatsapp.com/send?text=hi&amp;phone=+55+11+99999-8888#x",
            "whatsapp://send?text=hi&phone=5511999998888",
            "whatsapp:+5511999998888",
            "tel:+55-11-99999-8888;ext=12",
            "TEL:%2B55-11-99999-8888;isub=1;ext=12",
            "tel:11-99999-8888;phone-context=+55",
            "tel:99999-8888;ext=7;phone-context=+5511",
            "tel:5511999998888;phone-context=example.com",
            "(+55) 11 99999-8888",
            "+55 11/99999~8888",
            "+55 [11] 99999\u{30fb}8888",
        ] {
            let typed = PhoneNumber::parse_user_input(text);
            assert_eq!(typed, Ok(phone("5511999998888")), "{text:?}");
        }
        for text in [
            "104316219412678@lid",
            "104316219412678:3@lid",
            "5511999998888-1600000000@g.us",
            "https://example.com",
            "https://example.com/send?phone=5511999998888",
            "https://wa.me/message/ABCDEFGHIJKLM1",
            "https://5511999998888",
            "+55 11 99999-8888 ext. 12",
            "+44 (x0) 7911 123456",
            "tel:%zz5511999998888",
        ] {
            let refused = PhoneNumber::parse_user_input(text);
            assert_eq!(
                refused,
                Err(InvalidPhoneNumber::UnexpectedCharacter),
                "{text}"
            );
        }
    }

    #[test]
    fn a_trunk_zero_in_parentheses_is_left_out_and_italys_is_kept() {
        for (text, digits) in [
            ("+44 (0)7911 123456", "447911123456"),
            ("+49 ( 0 ) 1512 3456789", "4915123456789"),
            ("+55 (0)11 99999-8888", "5511999998888"),
            ("+44 (07911) 123456", "447911123456"),
            ("+55 (011) 99999-8888", "5511999998888"),
            ("+351 (0) 912 345 678", "351912345678"),
            ("+7 (8) 912 345-67-89", "79123456789"),
            ("+36 (06 30) 123 4567", "36301234567"),
            ("+1 (202) 555-0143", "12025550143"),
            ("+39 (0)6 1234 5678", "390612345678"),
            ("+39 (06) 1234 5678", "390612345678"),
            ("+225 (07) 01 23 45 67", "2250701234567"),
        ] {
            let typed = PhoneNumber::parse_user_input(text);
            assert_eq!(typed, Ok(phone(digits)), "{text}");
        }
        let refused = PhoneNumber::parse_user_input("+44 07911 123456");
        assert_eq!(refused, Err(InvalidPhoneNumber::LeadingZero));
    }

    #[test]
    fn a_typed_number_that_its_country_cannot_have_is_refused() {
        use InvalidPhoneNumber::*;
        for (text, error) in [
            ("+1 202 555 014", Impossible),
            ("+1 1 202 555 0143", Impossible),
            ("+44 7911 12345", Impossible),
            ("+351 91 234 567", Impossible),
            ("+34 612 345 6789", Impossible),
            ("+351 0912 345 678", LeadingZero),
            ("+62 0812 3456 7890", LeadingZero),
            ("+999 12 345 678", UnknownCountryCode),
            ("https://wa.me/11999998888", Impossible),
            (
                "tel:11-99999-8888;phone-context=example.com",
                CountryCodeMissing,
            ),
            ("https://wa.me/?text=hi", Empty),
        ] {
            assert_eq!(PhoneNumber::parse_user_input(text), Err(error), "{text}");
        }
        // Mexico's mobile digit is not dialled any more, and WhatsApp keeps it.
        for text in [
            "+52 55 1234 5678",
            "+52 1 55 1234 5678",
            "+54 9 11 2345-6789",
        ] {
            assert!(PhoneNumber::parse_user_input(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_a_person_types_must_not_lack_its_country_code() {
        for national in ["11 99999-8888", "11999998888", "2025550143"] {
            assert_eq!(
                PhoneNumber::parse_user_input(national),
                Err(InvalidPhoneNumber::CountryCodeMissing),
                "{national}"
            );
        }
        for international in ["+1 202 555 0143", "5511999998888", "551133334444"] {
            assert_eq!(
                PhoneNumber::parse_user_input(international),
                PhoneNumber::parse(international),
                "{international}"
            );
        }
        assert_eq!(
            PhoneNumber::parse_user_input(""),
            Err(InvalidPhoneNumber::Empty)
        );
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
            assert_eq!(PhoneNumber::parse_user_input(&text), Ok(phone("5511999998888")));
        }
    }
}

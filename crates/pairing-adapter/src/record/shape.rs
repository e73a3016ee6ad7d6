//! JSON with a description in the place of every value.

use pairing_core::{PairingCode, QrText};
use serde_json::{Map, Value};

use super::band::band;
use super::vocabulary::Vocabulary;
use crate::{read_phone_code, read_qr_code};

/// How deep a shape goes. Gateways nest five levels.
const MAX_DEPTH: usize = 10;
/// Most members of a list that are described: the first decide how it is read.
const MAX_MEMBERS: usize = 4;
/// Most fields of an object that are described.
const MAX_FIELDS: usize = 60;
/// Longest text whose form is looked for; longer ones are pictures and pages.
const MAX_FORM: usize = 256;

/// Ends of ids in WhatsApp's network.
const ID_ENDS: &[&str] = &["@s.whatsapp.net", "@c.us", "@lid", "@g.us"];

/// The shape of a value.
pub(super) fn shape(value: &Value, known: &Vocabulary) -> Value {
    nested(value, known, MAX_DEPTH)
}

fn nested(value: &Value, known: &Vocabulary, depth: usize) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(number) => number_shape(&number.to_string()).into(),
        Value::String(text) => text_shape(text, known).into(),
        Value::Array(_) | Value::Object(_) if depth == 0 => "<deeper values>".into(),
        Value::Array(members) => {
            let shown = members.iter().take(MAX_MEMBERS);
            let mut list: Vec<_> = shown
                .map(|member| nested(member, known, depth - 1))
                .collect();
            if members.len() > MAX_MEMBERS {
                let more = band(members.len() - MAX_MEMBERS);
                list.push(format!("<and {more} more>").into());
            }
            list.into()
        }
        Value::Object(fields) => object_shape(fields, known, depth).into(),
    }
}

fn object_shape(
    fields: &Map<String, Value>,
    known: &Vocabulary,
    depth: usize,
) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in fields.iter().take(MAX_FIELDS) {
        let name = match known.field(name) {
            Some(name) => name.to_owned(),
            None => {
                let name = format!("<name of {} characters>", band(name.chars().count()));
                unused(&shown, name)
            }
        };
        shown.insert(name, nested(value, known, depth - 1));
    }
    if fields.len() > MAX_FIELDS {
        let more = band(fields.len() - MAX_FIELDS);
        shown.insert(format!("<and {more} more>"), Value::Null);
    }
    shown
}

/// The name, with a number behind it if it is taken.
fn unused(taken: &Map<String, Value>, name: String) -> String {
    if !taken.contains_key(&name) {
        return name;
    }
    let numbered = |number: usize| format!("{name} {number}");
    // There is one among so many: no more names are taken.
    (2..=taken.len() + 2)
        .map(numbered)
        .find(|name| !taken.contains_key(name))
        .unwrap_or(name)
}

fn number_shape(written: &str) -> String {
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let form = if written
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        "number"
    } else {
        "fraction"
    };
    format!("<{form}, {} digits>", band(digits))
}

/// A known word, or a description of the text.
pub(super) fn text_shape(text: &str, known: &Vocabulary) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    if let Some(word) = known.word(text) {
        return word;
    }
    let length = band(text.chars().count());
    match form(text) {
        Some(form) => format!("<{form}, {length} characters>"),
        None => prose(text, &length, known),
    }
}

fn prose(text: &str, length: &str, known: &Vocabulary) -> String {
    let words = band(text.split_whitespace().count());
    let said = known.phrases(text);
    if said.is_empty() {
        return format!("<text, {length} characters, {words} words>");
    }
    let said = said.join("; ");
    format!("<text, {length} characters, {words} words: {said}>")
}

/// What a text of one word is.
fn form(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    if let Some(PairingCode::QrImage { .. }) = read_qr_code(text) {
        let is_uri = text.starts_with("data:");
        let form = if is_uri {
            "picture in a data URI"
        } else {
            "picture in base64"
        };
        return Some(form.to_owned());
    }
    if QrText::is_pairing_text(text) && !ID_ENDS.iter().any(|end| text.ends_with(end)) {
        return Some("QR text".to_owned());
    }
    if text.len() > MAX_FORM {
        return Some("one word".to_owned()).filter(|_| is_plain(text));
    }
    if let Some(end) = ID_ENDS.iter().find(|end| text.ends_with(**end)) {
        return Some(format!("id {end}"));
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    let form = if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        "digits"
    } else if text.starts_with("https://") || text.starts_with("http://") {
        "URL"
    } else if is_uuid(text) {
        "UUID"
    } else if is_date(text) {
        "date"
    } else if is_phone_code(text) {
        match text.contains('-') {
            true => "phone code with hyphen",
            false => "phone code or id",
        }
    } else if is_plain(text) {
        "one word"
    } else {
        return None;
    };
    Some(form.to_owned())
}

/// Letters, digits and what ids and base64 have besides. A sentence in another script is none.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.:,@".contains(&byte))
}

/// In capitals, as WhatsApp's own or as the one in Z-API's documentation.
fn is_phone_code(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    matches!(*groups, [4, 4] | [8] | [10])
        && text.bytes().all(|byte| byte == b'-' || is_capital(byte))
        && read_phone_code(text).is_some()
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// As `2026-11-29T01:22:21.000Z`.
fn is_date(text: &str) -> bool {
    text.len() >= 19
        && text
            .bytes()
            .zip(b"dddd-dd-ddTdd:dd:dd")
            .all(|(byte, form)| match form {
                b'd' => byte.is_ascii_digit(),
                form => byte == *form,
            })
}

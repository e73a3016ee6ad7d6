//! Where a body may hold a code: its own account, by which what is handed on was sent.

use pairing_core::PairingCode;
use serde_json::Value;

const SIX_BITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether the code stands in this body, and whole: a text as the body or one string of its JSON, a
/// picture as the body or as the base64 in such a text.
pub(crate) fn was_sent(code: &PairingCode, body: &[u8]) -> bool {
    let mut sent = texts(body).into_iter();
    match code {
        PairingCode::QrText { text } => sent.any(|sent| sent.trim() == text.expose()),
        PairingCode::PhoneCode { code } => {
            let bare = |text: &str| text.trim().replace('-', "");
            sent.any(|sent| bare(&sent) == bare(code.expose()))
        }
        PairingCode::QrImage { image } => {
            let is_it = |sent: String| decoded(&sent).as_deref() == Some(image.expose());
            without_mark(body) == image.expose() || sent.any(is_it)
        }
    }
}

/// A file may follow a byte order mark and line breaks.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    let start = match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        _ => body,
    };
    start.trim_ascii_start()
}

/// The body as text, and the strings of its JSON, which may be a string that holds JSON.
fn texts(body: &[u8]) -> Vec<String> {
    let whole = trimmed(&String::from_utf8_lossy(body));
    let json = serde_json::from_str(&whole).ok();
    let mut texts = vec![whole];
    if let Some(Value::String(inner)) = &json
        && let Ok(json) = serde_json::from_str(&trimmed(inner))
    {
        gather(&json, &mut texts);
    }
    if let Some(json) = &json {
        gather(json, &mut texts);
    }
    texts
}

fn trimmed(text: &str) -> String {
    let is_around = |c: char| c.is_whitespace() || "\u{feff}\0".contains(c);
    text.trim_matches(is_around).to_owned()
}

fn gather(json: &Value, texts: &mut Vec<String>) {
    match json {
        Value::String(text) => texts.push(trimmed(text)),
        Value::Array(values) => values.iter().for_each(|value| gather(value, texts)),
        Value::Object(map) => map.values().for_each(|value| gather(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The bytes that base64 stands for, of either alphabet, in lines, padded or not, bare or behind the
/// comma of a data URI or `base64:`, where percent signs may stand for some of it. `None` if it is no base64.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut characters = text.rsplit([',', ':']).next()?.chars();
    let mut plain = String::new();
    while let Some(next) = characters.next() {
        let character = match next {
            '%' => {
                let digits: String = characters.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).ok()?.into()
            }
            other => other,
        };
        match character {
            '-' => plain.push('+'),
            '_' => plain.push('/'),
            other if other.is_whitespace() => {}
            other => plain.push(other),
        }
    }
    let (mut bits, mut count) = (0, 0);
    let mut bytes = Vec::new();
    for character in plain.trim_end_matches('=').chars() {
        bits = bits << 6 | SIX_BITS.find(character)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count).ok()?);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use pairing_core::{PhoneCode, QrImage, QrText};

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\xfb\xff\xfe?";

    fn image(file: &[u8]) -> PairingCode {
        QrImage::new(file).unwrap().into()
    }

    #[test]
    fn a_picture_is_found_in_every_spelling_and_no_other_picture() {
        for body in [
            r#"{"value":"iVBORw0KGgoA+//+Pw=="}"#,
            r#"{"data":[{"deep":"data:image/png;base64,iVBORw0KGgoA+//+Pw"}]}"#,
            r#""data:image/png;base64,data:image/png;base64,iVBORw0KGgoA\u002b_\/-Pw""#,
            r#""{\"value\":\"iVBORw0K\\r\\nGgoA+//+Pw==\"}""#,
            "\u{feff}iVBORw0KGgoA%2B//%2bPw%3D%3D\n",
            r#"{"value":"base64,iVBORw0KGgoA+//+Pw=="}"#,
            r#"{"value":"base64:iVBORw0KGgoA+//+Pw=="}"#,
        ] {
            assert!(was_sent(&image(PNG), body.as_bytes()), "{body}");
            for other in [&PNG[..12], &[PNG, b"\0"].concat(), b"\xff\xd8\xff"] {
                assert!(!was_sent(&image(other), body.as_bytes()), "{body}");
            }
        }
        assert!(was_sent(&image(PNG), PNG));
        assert!(was_sent(&image(PNG), &[b"\xef\xbb\xbf\r\n", PNG].concat()));
        assert!(!was_sent(&image(PNG), &PNG[..12]));
        assert!(!was_sent(&image(PNG), b""));
    }

    #[test]
    fn a_text_is_found_whole() {
        let text: PairingCode = QrText::new("2@a,b/c").unwrap().into();
        for body in [r#"{"x":["2@a,b\/c"]}"#, " 2@a,b/c\n", r#""\u0032@a,b/c""#] {
            assert!(was_sent(&text, body.as_bytes()), "{body}");
        }
        for body in [r#"{"x":"2@a,b/cd"}"#, "2@a,b\\/c", r#"{"2@a,b/c":1}"#] {
            assert!(!was_sent(&text, body.as_bytes()), "{body}");
        }
        let code: PairingCode = PhoneCode::new("ABCD1234").unwrap().into();
        for body in [r#"{"x":"ABCD-1234"}"#, "ABCD1234", r#""AB\u0043D1234""#] {
            assert!(was_sent(&code, body.as_bytes()), "{body}");
        }
        for body in [r#"{"x":"ABCD-12345"}"#, "the code is ABCD1234"] {
            assert!(!was_sent(&code, body.as_bytes()), "{body}");
        }
    }
}

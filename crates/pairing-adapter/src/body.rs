//! What a body is, whatever its status and its `Content-Type` say: gateways send JSON as
//! `text/html`, pictures as JSON and pages instead of either.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use pairing_core::{ImageType, QrImage};
use serde_json::Value;

use crate::{HttpResponse, Message, Object, UnreadableForm, wipe};

/// A hundred times as many as the longest answer that is known, and a few megabytes as a tree.
const MAX_VALUES: usize = 10_000;

/// A body, classified by its bytes. `Debug` names the class only. Wiped when dropped.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// Nothing, white space, or JSON `null`.
    Empty,
    /// A JSON object.
    Object(Object),
    /// A JSON list of objects, unless it has exactly one: then it is that object.
    List(Vec<Object>),
    /// Text that is neither JSON nor a page, or the content of a JSON string. Trimmed, not
    /// empty. Not a code until [`read_qr_code`](crate::read_qr_code) says so.
    Text(String),
    /// The bytes of a PNG or JPEG file.
    Picture(QrImage),
    /// A picture of another format, or something compressed: recognised, and not read.
    Unreadable(UnreadableForm),
    /// An HTML (or XML) page: a proxy, a firewall, a dashboard. Never a code.
    Page,
    /// JSON that is neither an object nor a list of objects, or that has more than ten
    /// thousand values.
    OtherJson,
}

impl Body {
    /// Classifies the body of a response.
    #[must_use]
    pub fn read(response: &HttpResponse) -> Self {
        let data = without_mark(&response.body);
        // Only a picture is copied: a copy is wiped in the end, whatever it was.
        if ImageType::of(data).is_some() {
            if let Ok(picture) = QrImage::new(data) {
                return Self::Picture(picture);
            }
        }
        if let Some(form) = unreadable(response, data) {
            return Self::Unreadable(form);
        }
        let mut text = decoded(&response.body);
        let body = Self::of_decoded(trim(&text), declares_page(response));
        if let Cow::Owned(text) = &mut text {
            wipe::text(text);
        }
        body
    }

    fn of_decoded(text: &str, declared_page: bool) -> Self {
        if has_too_many_values(text) {
            return Self::OtherJson;
        }
        match parse(text) {
            Some(Value::String(mut inner)) => {
                let body = Self::of_json_string(trim(&inner));
                wipe::text(&mut inner);
                body
            }
            Some(Value::Object(map)) => Self::Object(Object::new(map)),
            Some(Value::Null) => Self::Empty,
            Some(Value::Array(values)) => Self::of_list(values),
            // A bare number or boolean is as good as a word.
            Some(Value::Number(_) | Value::Bool(_)) => Self::Text(text.to_owned()),
            None => Self::of_text(text, declared_page),
        }
    }

    /// A JSON string may hold JSON again. One level of that is seen; more is nonsense.
    fn of_json_string(text: &str) -> Self {
        if has_too_many_values(text) {
            return Self::OtherJson;
        }
        match parse(text) {
            Some(Value::Object(map)) => Self::Object(Object::new(map)),
            Some(Value::Array(values)) if holds_one_object(&values) => Self::of_list(values),
            Some(mut other) => {
                wipe::json(&mut other);
                Self::of_text(text, false)
            }
            None => Self::of_text(text, false),
        }
    }

    /// Some gateways answer with a list of one instance where others answer with the instance.
    fn of_list(mut values: Vec<Value>) -> Self {
        if !values.iter().all(Value::is_object) {
            values.iter_mut().for_each(wipe::json);
            return Self::OtherJson;
        }
        let objects = values.into_iter().filter_map(|value| match value {
            Value::Object(map) => Some(Object::new(map)),
            _ => None,
        });
        let mut objects: Vec<Object> = objects.collect();
        match (objects.pop(), objects.is_empty()) {
            (Some(only), true) => Self::Object(only),
            (last, _) => {
                objects.extend(last);
                Self::List(objects)
            }
        }
    }

    /// The same body with the names of all fields in lower case.
    pub(crate) fn with_lower_case_names(mut self) -> Self {
        match &mut self {
            Self::Object(object) => *object = mem::take(object).with_lower_case_names(),
            Self::List(objects) => {
                for object in objects {
                    *object = mem::take(object).with_lower_case_names();
                }
            }
            _ => {}
        }
        self
    }

    /// What the body says in words, for adapters to match: the message fields of an object,
    /// or the text.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Object(object) => object.message(),
            Self::Text(text) => Message::of(text),
            Self::Empty
            | Self::List(_)
            | Self::Picture(_)
            | Self::Unreadable(_)
            | Self::Page
            | Self::OtherJson => Message::default(),
        }
    }

    fn of_text(text: &str, declared_page: bool) -> Self {
        if text.is_empty() {
            Self::Empty
        } else if let Some(form) = UnreadableForm::of(text.as_bytes()) {
            Self::Unreadable(form)
        } else if text.starts_with('<') || (declared_page && text.contains('<')) {
            Self::Page
        } else {
            Self::Text(text.to_owned())
        }
    }
}

/// Without a byte order mark and line breaks, which scripts print before the picture.
fn without_mark(data: &[u8]) -> &[u8] {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    data.trim_ascii_start()
}

/// What is no text and known not to be read. The header alone proves nothing: clients that decode
/// may leave it in place.
fn unreadable(response: &HttpResponse, data: &[u8]) -> Option<UnreadableForm> {
    if let Some(form) = UnreadableForm::of(data) {
        return Some(form);
    }
    let encoding = response.content_encoding.as_deref().unwrap_or_default();
    let is_encoded = !matches!(encoding.trim(), "" | "identity");
    (is_encoded && std::str::from_utf8(data).is_err()).then_some(UnreadableForm::Compressed)
}

/// Bytes that are not UTF-8 become U+FFFD, which no code may contain; the words of a message in
/// another encoding stay readable. Almost every body is UTF-8, which is seen thirty times as fast
/// as the replacement goes over it.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// An empty object takes two bytes of a body and hundreds in memory. Every value but the first
/// comes after one of these; those within texts count as well, and no answer has as many.
fn has_too_many_values(text: &str) -> bool {
    text.len() > MAX_VALUES
        && text.starts_with(['{', '['])
        && text
            .bytes()
            .filter(|byte| matches!(byte, b'{' | b'[' | b','))
            .count()
            > MAX_VALUES
}

fn holds_one_object(values: &[Value]) -> bool {
    matches!(values, [Value::Object(_)])
}

/// serde_json refuses more than 128 levels, so no body can exhaust the stack.
fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// Without a byte order mark and the white space and NULs around the text.
fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace() || matches!(character, '\u{feff}' | '\0')
    })
}

/// The picture wipes itself, and so do the texts of an object.
impl Drop for Body {
    fn drop(&mut self) {
        if let Self::Text(text) = self {
            wipe::text(text);
        }
    }
}

fn declares_page(response: &HttpResponse) -> bool {
    response
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Object(_) => "Object([redacted])",
            Self::List(_) => "List([redacted])",
            Self::Text(_) => "Text([redacted])",
            Self::Picture(_) => "Picture([redacted])",
            Self::Unreadable(_) => "Unreadable",
            Self::Page => "Page",
            Self::OtherJson => "OtherJson",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unreadable::tests::SAMPLES;

    fn read(body: impl Into<Vec<u8>>) -> Body {
        Body::read(&HttpResponse::new(200, body))
    }

    fn value(body: &Body) -> Option<&str> {
        match body {
            Body::Object(object) => object.texts(&["value"]).next(),
            _ => None,
        }
    }

    #[test]
    fn json_is_found_whatever_surrounds_it() {
        for body in [
            r#"{"value":"x"}"#,
            " \r\n{\"value\":\"x\"}\n",
            "\u{feff}{\"value\":\"x\"}",
            r#""{\"value\":\"x\"}""#,
            r#"[{"value":"x"}]"#,
            r#""[{\"value\":\"x\"}]""#,
        ] {
            assert_eq!(value(&read(body)), Some("x"), "{body}");
        }
        let html = HttpResponse::new(200, r#"{"value":"<b>"}"#).with_content_type("Text/HTML");
        assert_eq!(value(&Body::read(&html)), Some("<b>"));
    }

    #[test]
    fn json_in_another_encoding_keeps_its_words() {
        let body = read(*b"{\"error\":\"sess\xe3o already connected\"}");
        assert!(body.message().contains("already connected"));
    }

    #[test]
    fn every_other_body_has_its_kind() {
        assert_eq!(read(""), Body::Empty);
        assert_eq!(read(" \n"), Body::Empty);
        assert_eq!(read("null"), Body::Empty);
        assert_eq!(read("\"\""), Body::Empty);
        assert_eq!(read("[1]"), Body::OtherJson);
        assert_eq!(read("[]"), Body::List(Vec::new()));
        assert_eq!(read(r#"[{"value":"x"},1]"#), Body::OtherJson);
        let Body::List(two) = &read(r#"[{"value":"x"},{"value":"y"}]"#) else {
            unreachable!("a list of objects");
        };
        assert_eq!(two.len(), 2);
        assert!(two[1].says("value", "y"));
        assert_eq!(read("<!DOCTYPE html><p>2@a,b"), Body::Page);
        assert_eq!(read("\"<html>\""), Body::Page);
        assert_eq!(read(" 2@a,b\n"), Body::Text("2@a,b".into()));
        assert_eq!(read("\"2@a,b\""), Body::Text("2@a,b".into()));
        assert_eq!(read("{\"value\":"), Body::Text("{\"value\":".into()));
        assert!(matches!(read(*b"\x89PNG\r\n\x1a\n\0"), Body::Picture(_)));
        let page = HttpResponse::new(200, "Bad GatewayClient<br>").with_content_type("text/html");
        assert_eq!(Body::read(&page), Body::Page);
    }

    #[test]
    fn a_picture_may_follow_a_byte_order_mark_and_line_breaks() {
        let body = read(*b"\xef\xbb\xbf\r\n\x89PNG\r\n\x1a\n\0");
        let Body::Picture(picture) = &body else {
            unreachable!("{body:?} is a picture");
        };
        assert_eq!(picture.expose(), b"\x89PNG\r\n\x1a\n\0");
    }

    #[test]
    fn what_is_recognised_and_not_read_is_named_whatever_its_type_says() {
        for (data, form) in SAMPLES {
            assert_eq!(read(*data), Body::Unreadable(*form), "{form}");
            let labelled = HttpResponse::new(200, *data).with_content_type("text/html");
            assert_eq!(Body::read(&labelled), Body::Unreadable(*form), "{form}");
        }
        let json = serde_json::to_string("<svg width='1'></svg>").unwrap();
        assert_eq!(read(json), Body::Unreadable(UnreadableForm::Svg));
    }

    #[test]
    fn a_compressed_body_is_known_by_its_header_unless_it_was_decoded() {
        let compressed = Body::Unreadable(UnreadableForm::Compressed);
        for encoding in ["br", "deflate", "gzip, br", "zstd"] {
            let encoded = |body: &[u8]| {
                let response = HttpResponse::new(200, body).with_content_encoding(encoding);
                Body::read(&response)
            };
            assert_eq!(encoded(b"\x0b\x02\x80{\xff}\x03"), compressed, "{encoding}");
            assert_eq!(
                value(&encoded(br#"{"value":"x"}"#)),
                Some("x"),
                "{encoding}"
            );
        }
        let plain = HttpResponse::new(200, *b"\xff").with_content_encoding("identity");
        assert_eq!(Body::read(&plain), Body::Text("\u{fffd}".into()));
    }

    #[test]
    fn nesting_without_end_is_text_and_no_stack_overflow() {
        let deep = "{\"a\":".repeat(MAX_VALUES);
        assert!(matches!(read(deep), Body::Text(_)));
        assert!(matches!(read("[".repeat(MAX_VALUES)), Body::Text(_)));
    }

    #[test]
    fn a_body_of_many_small_values_does_not_become_a_tree() {
        let values = |count: usize| vec!["{}"; count].join(",");
        let list = |count| format!(r#"{{"value":"x","list":[{}]}}"#, values(count));
        let as_text = |json: String| serde_json::to_string(&json).unwrap();
        assert_eq!(value(&read(list(4_000))), Some("x"));
        assert_eq!(value(&read(as_text(list(4_000)))), Some("x"));
        assert_eq!(read(list(140_000)), Body::OtherJson);
        assert_eq!(read(as_text(list(140_000))), Body::OtherJson);
        // Hidden from who looks at the bytes of the outer text alone.
        let hidden = list(20_000).replace('{', "\\u007b").replace(',', "\\u002c");
        assert_eq!(
            read(format!("\"{}\"", hidden.replace('"', "\\\""))),
            Body::OtherJson
        );
    }

    #[test]
    fn a_page_and_a_long_text_are_what_they_are_however_many_commas_they_have() {
        let commas = "{,".repeat(20_000);
        assert_eq!(read(format!("<html>{commas}")), Body::Page);
        assert_eq!(
            read(format!("2@{commas}")),
            Body::Text(format!("2@{commas}"))
        );
    }

    #[test]
    fn debug_shows_nothing_of_the_body() {
        for body in ["{\"value\":\"canary\"}", "canary", "[\"canary\"]"] {
            let shown = format!("{:?}", read(body));
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}

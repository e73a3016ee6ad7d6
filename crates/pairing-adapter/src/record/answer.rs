//! One answer as a shape: status, names of headers, and what the body is.

use serde::Serialize;
use serde_json::Value;

use super::band::band;
use super::shape::{shape, text_shape};
use super::vocabulary::Vocabulary;
use crate::interception::Interception;
use crate::{Body, HttpResponse, wipe};

/// Names of headers that are shown, in lower case.
const HEADERS: &[&str] = &[
    "access-control-allow-origin",
    "age",
    "alt-svc",
    "cache-control",
    "cf-cache-status",
    "cf-mitigated",
    "cf-ray",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "location",
    "nel",
    "pragma",
    "proxy-authenticate",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "report-to",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
    "www-authenticate",
    "x-amzn-requestid",
    "x-cache",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

const MEDIA_TYPES: &[&str] = &[
    "application/json",
    "application/octet-stream",
    "application/problem+json",
    "application/xml",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
    "text/html",
    "text/plain",
    "text/xml",
];

const ENCODINGS: &[&str] = &["br", "deflate", "gzip", "identity", "zstd"];

/// In place of a media type, an encoding or a form that is not listed.
const OTHER: &str = "<other>";

/// What may be shown of an answer.
#[derive(Debug, Serialize)]
pub(super) struct AnswerShape {
    status: u16,
    /// Known names in order; the others are counted.
    headers: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_headers: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<&'static str>,
    /// `seconds`, `date` or another form.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<&'static str>,
    bytes: String,
    body: &'static str,
    /// Of JSON and text.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<Value>,
    /// Something between here and the gateway wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    intercepted: Option<&'static str>,
}

impl AnswerShape {
    pub(super) fn of(response: &HttpResponse, known: &Vocabulary) -> Self {
        let body = Body::read(response);
        let (headers, others) = headers(&response.header_names);
        Self {
            status: response.status,
            headers,
            other_headers: (others > 0).then(|| band(others)),
            content_type: response.content_type.as_deref().map(media_type),
            content_encoding: response.content_encoding.as_deref().map(encoding),
            retry_after: response.retry_after.as_deref().map(retry_after),
            bytes: band(response.body.len()),
            body: class(&body),
            shape: body_shape(response, &body, known),
            intercepted: Interception::of(response, &body).map(|found| match found {
                Interception::Refused => "refused",
                Interception::LoginWanted => "login wanted",
                Interception::Limited(_) => "limited",
                Interception::Down => "down",
            }),
        }
    }
}

fn headers(names: &[String]) -> (Vec<&'static str>, usize) {
    let find = |name: &String| {
        let is_same = |known: &&&str| known.eq_ignore_ascii_case(name);
        HEADERS.iter().find(is_same).copied()
    };
    let mut found: Vec<_> = names.iter().filter_map(find).collect();
    let others = names.len() - found.len();
    found.sort_unstable();
    found.dedup();
    (found, others)
}

fn media_type(value: &str) -> &'static str {
    listed(value.split(';').next().unwrap_or_default(), MEDIA_TYPES)
}

fn encoding(value: &str) -> &'static str {
    listed(value, ENCODINGS)
}

fn listed(value: &str, list: &'static [&'static str]) -> &'static str {
    let is_same = |known: &&&str| known.eq_ignore_ascii_case(value.trim());
    list.iter().find(is_same).copied().unwrap_or(OTHER)
}

fn retry_after(value: &str) -> &'static str {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        "seconds"
    } else if httpdate::parse_http_date(value).is_ok() {
        "date"
    } else {
        OTHER
    }
}

fn class(body: &Body) -> &'static str {
    match body {
        Body::Empty => "empty",
        Body::Object(_) => "object",
        Body::Text(_) => "text",
        Body::Picture(_) => "picture",
        Body::Unreadable(_) => "unreadable",
        Body::Page => "page",
        Body::List(_) => "list",
        Body::OtherJson => "other JSON",
    }
}

fn body_shape(response: &HttpResponse, body: &Body, known: &Vocabulary) -> Option<Value> {
    match body {
        Body::Empty | Body::Picture(_) => None,
        Body::Unreadable(form) => Some(form.to_string().into()),
        // A body of more values than the kit reads is not read here either.
        Body::OtherJson if response.body.len() > MAX_OTHER_JSON => None,
        Body::Object(_) | Body::List(_) | Body::OtherJson => {
            let mut value = serde_json::from_slice(response.body.trim_ascii()).ok()?;
            let shown = match &value {
                // JSON within a text.
                Value::String(text) => {
                    let mut inner = serde_json::from_str(text).ok()?;
                    let shown = serde_json::json!({ "<JSON in a text>": shape(&inner, known) });
                    wipe::json(&mut inner);
                    shown
                }
                value => shape(value, known),
            };
            wipe::json(&mut value);
            Some(shown)
        }
        Body::Text(text) => Some(text_shape(text, known).into()),
        Body::Page => {
            let mut source = String::from_utf8_lossy(&response.body).into_owned();
            let said = known.phrases(&source);
            wipe::text(&mut source);
            Some(format!("<page: {}>", said.join("; ")).into())
        }
    }
}

/// In bytes; a list of instances fits.
const MAX_OTHER_JSON: usize = 64 * 1024;

//! What a gateway posted to a webhook, in whichever form its panel was set to: JSON, a list of it,
//! a form around it, compressed or not.

use std::borrow::Cow;
use std::io::Read;

use axum::http::{HeaderMap, header};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use pairing_core::{
    IncomingWebhook, PairingProvider, ProviderError, ProviderErrorKind, WebhookHint,
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// Gateways that have one webhook for everything send whole messages, pictures included.
pub(super) const MOST_BODY_BYTES: usize = 1024 * 1024;

/// As many values as the adapters read of any answer.
const MOST_VALUES: usize = 10_000;

/// A form that wraps one text has one field, and a form of plain fields has few.
const MOST_FIELDS: usize = 100;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// What became of a webhook.
#[derive(Debug)]
pub(super) enum Received {
    Read(WebhookHint),
    /// Acknowledged without being read: the gateway did nothing wrong, and need not repeat it.
    Ignored(&'static str),
    /// No gateway sends such a thing, or its signature is missing or wrong.
    Refused(ProviderError),
}

/// Who reads, and the headers by which a signature is verified.
struct Reader<'a> {
    provider: &'a dyn PairingProvider,
    headers: Vec<(&'a str, &'a str)>,
}

impl Reader<'_> {
    fn hint(&self, body: &[u8]) -> Result<WebhookHint, ProviderError> {
        let webhook = IncomingWebhook::new(body).with_headers(&self.headers);
        self.provider.read_webhook(&webhook)
    }
}

/// Reads a body of at most [`MOST_BODY_BYTES`].
pub(super) fn read(provider: &dyn PairingProvider, headers: &HeaderMap, body: &[u8]) -> Received {
    let body = match unpacked(headers, body) {
        Ok(body) => body,
        Err(reason) => return Received::Ignored(reason),
    };
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
    let text = body.trim_ascii();
    if text.is_empty() {
        return Received::Ignored("empty");
    }
    let named = headers.iter();
    let reader = Reader {
        provider,
        headers: named
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect(),
    };
    let media_type = first_part(headers, header::CONTENT_TYPE);
    match text[0] {
        // Byte for byte, white space included: signatures are over the whole body.
        b'{' => object(&reader, body),
        b'[' => list(&reader, body),
        _ if media_type == "multipart/form-data" => Received::Ignored("multipart"),
        _ if media_type == "application/x-www-form-urlencoded" || is_like_a_form(text) => {
            form(&reader, text)
        }
        _ => match reader.hint(body) {
            Ok(hint) => Received::Read(hint),
            Err(error) => Received::Refused(error),
        },
    }
}

/// A header's value up to its parameters, in lower case.
fn first_part(headers: &HeaderMap, name: header::HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let first = value.and_then(|value| value.split(';').next());
    first.unwrap_or_default().trim().to_ascii_lowercase()
}

fn unpacked<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<Cow<'a, [u8]>, &'static str> {
    let codings: Vec<_> = headers.get_all(header::CONTENT_ENCODING).iter().collect();
    let coding = match codings.len() {
        0 | 1 => first_part(headers, header::CONTENT_ENCODING),
        _ => return Err("content_encoding"),
    };
    match &*coding {
        _ if body.starts_with(GZIP_MAGIC) => inflated(MultiGzDecoder::new(body)).map(Cow::Owned),
        // A proxy may have unpacked it and left the header.
        "" | "identity" | "gzip" | "x-gzip" => Ok(Cow::Borrowed(body)),
        "deflate" => inflated(ZlibDecoder::new(body)).map(Cow::Owned),
        _ => Err("content_encoding"),
    }
}

/// A small body can become a large one: no more is unpacked than would be read.
fn inflated(packed: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    let most = MOST_BODY_BYTES as u64 + 1;
    match packed.take(most).read_to_end(&mut body) {
        Err(_) => Err("content_encoding"),
        Ok(length) if length > MOST_BODY_BYTES => Err("too_large"),
        Ok(_) => Ok(body),
    }
}

/// What is JSON and still not read has more values, or deeper ones, than any about a connection.
fn object(reader: &Reader<'_>, body: &[u8]) -> Received {
    match reader.hint(body) {
        Ok(hint) => Received::Read(hint),
        Err(error) if is_forged(&error) => Received::Refused(error),
        Err(error) => match serde_json::from_slice::<IgnoredAny>(body) {
            Ok(_) => Received::Ignored("too_complex"),
            Err(_) => Received::Refused(error),
        },
    }
}

fn is_forged(error: &ProviderError) -> bool {
    error.kind() == ProviderErrorKind::InvalidSignature
}

/// Several events at once. One about the connection is all that matters: a status tells the rest.
fn list(reader: &Reader<'_>, body: &[u8]) -> Received {
    if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return object(reader, body);
    }
    // At most as many values as there are marks between them, those within texts included.
    let marks = body.iter().filter(|byte| b"[{,:".contains(byte)).count();
    if marks >= MOST_VALUES {
        return Received::Ignored("too_complex");
    }
    let Ok(elements) = serde_json::from_slice::<Vec<Value>>(body) else {
        return Received::Ignored("too_complex");
    };
    let objects = elements.iter().filter(|element| element.is_object());
    let hints = objects.map(|element| reader.hint(element.to_string().as_bytes()));
    together(hints).unwrap_or(Received::Ignored("list"))
}

/// What the parts of a webhook say together; `None` if no part can be read.
fn together(parts: impl Iterator<Item = Result<WebhookHint, ProviderError>>) -> Option<Received> {
    let mut most = None;
    for part in parts {
        match part {
            // Of those that say as much, the last.
            Ok(hint) if most.is_none_or(|most| weight(hint) >= weight(most)) => most = Some(hint),
            Err(error) if is_forged(&error) => return Some(Received::Refused(error)),
            Ok(_) | Err(_) => {}
        }
    }
    most.map(Received::Read)
}

fn weight(hint: WebhookHint) -> u8 {
    match hint {
        WebhookHint::Irrelevant => 0,
        WebhookHint::CodeChanged => 1,
        WebhookHint::Progress => 2,
        WebhookHint::Connected | WebhookHint::Disconnected => 3,
    }
}

/// `name=…` without the media type of a form.
fn is_like_a_form(text: &[u8]) -> bool {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.%[]".contains(byte);
    let length = text.iter().take_while(|byte| name(byte)).count();
    length > 0 && text.get(length) == Some(&b'=')
}

/// JSON in any field (`payload=…`, `data=…`), or in place of a field's name, as some clients post
/// it; otherwise the fields themselves.
fn form(reader: &Reader<'_>, text: &[u8]) -> Received {
    let fields: Vec<_> = form_urlencoded::parse(text).take(MOST_FIELDS).collect();
    let texts = fields.iter().flat_map(|(name, value)| [name, value]);
    let json = texts.filter(|text| text.trim_start().starts_with(['{', '[']));
    let hints = json.filter_map(|text| match text.trim_start().as_bytes()[0] {
        b'[' => match list(reader, text.trim().as_bytes()) {
            Received::Read(hint) => Some(Ok(hint)),
            Received::Refused(error) => Some(Err(error)),
            Received::Ignored(_) => None,
        },
        _ => Some(reader.hint(text.as_bytes())),
    });
    if let Some(received) = together(hints) {
        return received;
    }
    let plain: Map<String, Value> = fields
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(value.as_ref())))
        .collect();
    match reader.hint(Value::Object(plain).to_string().as_bytes()) {
        Err(error) if is_forged(&error) => Received::Refused(error),
        Ok(WebhookHint::Irrelevant) | Err(_) => Received::Ignored("form"),
        Ok(hint) => Received::Read(hint),
    }
}

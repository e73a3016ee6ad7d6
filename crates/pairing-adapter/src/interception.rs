//! Tells the gateway's answers from those of what stands in between: firewalls, proxies, the login
//! pages of networks. They come as JSON, text or a page, and with any status.

pub(crate) mod marks;
#[cfg(test)]
mod tests;

use std::time::Duration;

use pairing_core::ProviderErrorKind as Kind;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{Body, HttpResponse, Message, Object, retry_after};

/// How much of a page is searched. The longest head of a known challenge page has 12 KiB.
const MAX_PAGE_BYTES: usize = 32 * 1024;

/// What something in between did with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interception {
    /// A firewall refused it because of the address, the client or a rule, or wants a browser to solve
    /// a challenge. It will refuse the next request as well.
    Refused,
    /// A proxy or the network wants a login first.
    LoginWanted,
    /// A firewall asks for fewer requests, and may say for how long.
    Limited(Option<Duration>),
    /// The gateway is being maintained, or cannot be reached from what stands in front of it.
    Down,
}

impl Interception {
    /// `None` unless something about the answer shows that the gateway did not write it.
    pub(crate) fn of(response: &HttpResponse, body: &Body) -> Option<Self> {
        let status = response.status;
        match (status, body) {
            // Both say by themselves who speaks: a proxy, and the network (RFC 6585).
            (407 | 511, _) => Some(Self::LoginWanted),
            (_, Body::Object(object)) => of_object(object, status),
            (_, Body::Text(text)) => of_text(text, status),
            (_, Body::Page) => of_page(&page_source(&response.body), status),
            _ => None,
        }
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Refused | Self::LoginWanted => Kind::Intercepted,
            Self::Limited(_) => Kind::RateLimited,
            Self::Down => Kind::Unavailable,
        }
    }

    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Refused => {
                "a firewall or proxy answered in the gateway's place and lets no request through: use another network, or ask the gateway's support to allow this machine's IP address"
            }
            Self::LoginWanted => {
                "a login page or a proxy answered in the gateway's place: log in to the network, or set the proxy's credentials; if neither wants a login, check base_url"
            }
            Self::Limited(_) => "a firewall in front of the gateway asks for fewer requests",
            Self::Down => {
                "the gateway is under maintenance, or cannot be reached behind the proxy in front of it"
            }
        }
    }

    /// How long to wait, where the body says so.
    pub(crate) const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Limited(wait) => wait,
            Self::Refused | Self::LoginWanted | Self::Down => None,
        }
    }

    /// What an answer of something in between means by its status, once it is known to be one.
    const fn by_status(status: u16) -> Self {
        match status {
            429 => Self::Limited(None),
            500..=599 => Self::Down,
            _ => Self::Refused,
        }
    }
}

fn of_object(object: &Object, status: u16) -> Option<Interception> {
    let fails = !(200..300).contains(&status) || object.is_failure();
    let code = object.get(&["error_code"]).and_then(whole);
    let is_cloudflare = object.flag(&["cloudflare_error"]) == Some(true)
        || (fails && code.is_some_and(is_cloudflare_code) && object.has(marks::CLOUDFLARE_FIELDS));
    if is_cloudflare {
        return Some(match of_cloudflare(code, status) {
            Interception::Limited(_) => {
                let wait = object.get(&["retry_after"]).and_then(whole);
                Interception::Limited(wait.and_then(retry_after::seconds))
            }
            // Cloudflare says itself which of its errors pass.
            Interception::Refused
                if !code.is_some_and(is_refusal) && object.flag(&["retryable"]) == Some(true) =>
            {
                Interception::Down
            }
            found => found,
        });
    }
    if !fails {
        return None;
    }
    let is_refused = object.has(marks::CHALLENGE_FIELDS)
        || marks::IMPERVA_FIELDS
            .iter()
            .all(|field| object.has(&[field]))
        || object
            .texts(&["url"])
            .any(|url| url.contains(marks::CHALLENGE_HOST));
    if is_refused {
        return Some(Interception::Refused);
    }
    of_prose(&object.message(), status)
}

fn of_text(text: &str, status: u16) -> Option<Interception> {
    let message = Message::of(text);
    // All that Cloudflare sends to who asks for neither JSON nor a page.
    let code = message.expose().strip_prefix("error code: ");
    let code = code.and_then(|code| code.parse().ok());
    if let Some(code) = code.filter(|code| is_cloudflare_code(*code)) {
        return Some(of_cloudflare(Some(code), status));
    }
    of_prose(&message, status)
}

/// A sentence, which names who says it or it stays the gateway's.
fn of_prose(message: &Message, status: u16) -> Option<Interception> {
    if message.contains_any(marks::LOGINS_IN_PROSE) {
        Some(Interception::LoginWanted)
    } else if message.contains_any(marks::MAINTENANCE) {
        Some(Interception::Down)
    } else if message.contains_any(marks::FIREWALLS_IN_PROSE) {
        Some(Interception::by_status(status))
    } else {
        None
    }
}

fn of_page(source: &Message, status: u16) -> Option<Interception> {
    if source.contains_any(marks::LOGINS) || source.contains_any(marks::LOGINS_IN_PROSE) {
        Some(Interception::LoginWanted)
    } else if source.contains_any(marks::FIREWALL_LIMITS)
        || ((400..500).contains(&status) && source.is_rate_limit())
    {
        Some(Interception::Limited(None))
    } else if source.contains_any(marks::REFUSALS) {
        Some(match status {
            429 => Interception::Limited(None),
            // Challenges come with 503 as well.
            _ => Interception::Refused,
        })
    } else if source.contains_any(marks::MAINTENANCE)
        || source.contains_any(marks::MAINTENANCE_PAGES)
    {
        Some(Interception::Down)
    } else if source.contains_any(marks::SIGNATURES) {
        Some(Interception::by_status(status))
    } else if status < 500 && wants_login(source) {
        Some(Interception::LoginWanted)
    } else {
        None
    }
}

/// A page with a field for a password, or one that only leads elsewhere: how networks and proxies
/// ask for a login, and dashboards too.
fn wants_login(source: &Message) -> bool {
    source.contains("type=password")
        || (source.contains("http-equiv=refresh") && source.contains("url="))
}

fn of_cloudflare(code: Option<u64>, status: u16) -> Interception {
    match code {
        Some(1015) => Interception::Limited(None),
        Some(code) if is_refusal(code) => Interception::Refused,
        _ => Interception::by_status(status),
    }
}

const fn is_cloudflare_code(code: u64) -> bool {
    matches!(code, 1000..=1999)
}

/// Blocks by country, network, address, client or a rule of the gateway's operator. They mean the same
/// with every HTTP status.
const fn is_refusal(code: u64) -> bool {
    matches!(code, 1003 | 1006..=1013 | 1020 | 1106)
}

fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The first part of a page, in lower case, without quotes and with its numbered characters
/// decoded, so that one spelling finds a mark in all pages.
fn page_source(body: &[u8]) -> Message {
    let head = &body[..body.len().min(MAX_PAGE_BYTES)];
    let text = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("&#") {
        push_unquoted(&mut plain, before);
        let numbered = after.split_once(';');
        rest = match numbered.and_then(|(number, behind)| Some((ascii(number)?, behind))) {
            Some((character, behind)) => {
                plain.push(character);
                behind
            }
            None => after,
        };
    }
    push_unquoted(&mut plain, rest);
    Message::within(&plain, MAX_PAGE_BYTES)
}

fn push_unquoted(plain: &mut String, text: &str) {
    plain.extend(text.chars().filter(|it| !matches!(it, '"' | '\'' | '\\')));
}

fn ascii(number: &str) -> Option<char> {
    let number: u8 = number.parse().ok()?;
    number.is_ascii_graphic().then_some(char::from(number))
}

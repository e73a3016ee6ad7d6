//! What a gateway does when a fault befalls a request.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::Fault;
use crate::Dialect;
use crate::answer::{Answer, HTML, JSON, TEXT};
use crate::dialects::{megaapi, zapi};

/// How one fault changes one answer.
#[derive(Debug)]
pub(crate) enum Misdeed {
    /// Answers after a simulated while.
    Delay(Duration),
    /// Never answers.
    Silence,
    /// Says this instead.
    Instead(Answer),
    /// Somebody has linked the instance elsewhere in the meantime, and it says so like this.
    LinkedElsewhere(Answer),
    /// Does as asked and then spoils the answer.
    Spoil(fn(Answer) -> Answer),
}

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head>\
    <body><h1>Something went wrong</h1></body></html>\n";
const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Guest Wi-Fi</title></head>\
    <body><form method=\"post\"><input name=\"user\"><input name=\"word\" type=\"password\">\
    </form></body></html>\n";
/// 64 KiB above the 1 MiB that transports read.
const OVERSIZED: usize = (1024 + 64) * 1024;

/// `sent_token` is the account security token of the request, which one refusal echoes.
pub(crate) fn misdeed(fault: &Fault, dialect: Dialect, sent_token: Option<&str>) -> Misdeed {
    use Misdeed::{Delay, Instead, LinkedElsewhere, Silence, Spoil};
    let refusal = |status, message: &str| match dialect {
        Dialect::ZApi => zapi::refusal(status, message),
        Dialect::MegaApi => megaapi::refusal(status, message),
    };
    let limited = || refusal(429, "Too Many Requests");
    Instead(match *fault {
        Fault::Latency { milliseconds } => return Delay(Duration::from_millis(milliseconds)),
        Fault::Hang => return Silence,
        Fault::Truncated => return Spoil(Answer::truncated),
        Fault::WrongContentType => {
            return Spoil(|answer| answer.labelled("application/octet-stream"));
        }
        Fault::UnlinkSaysOk => return Spoil(|_| Answer::new(200, TEXT, "OK")),
        Fault::AlreadyConnectedRefusal => {
            return LinkedElsewhere(refusal(400, "You are already connected"));
        }
        Fault::AlreadyConnectedServerError => {
            return LinkedElsewhere(refusal(500, "You are already connected"));
        }
        Fault::AlreadyConnectedFlag => return LinkedElsewhere(zapi::connected_flag()),
        Fault::AlreadyLoggedIn => return LinkedElsewhere(megaapi::already_logged_in()),
        Fault::ServerError { status } => refusal(status, "Internal Server Error"),
        Fault::ServerErrorPage { status } => Answer::new(status, HTML, PAGE),
        Fault::ServerErrorEmpty { status } => Answer::empty(status),
        Fault::RateLimited => limited(),
        Fault::RateLimitedSeconds { seconds } => limited().retry_after(seconds.to_string()),
        Fault::RateLimitedDate { seconds } => limited().retry_after(date_ahead(seconds)),
        Fault::MalformedJson => Answer::new(200, JSON, r#"{"value":"2@abcdef,"#),
        Fault::Oversized => {
            let filling = "A".repeat(OVERSIZED);
            Answer::json(200, &json!({"value": filling, "qrcode": filling}))
        }
        Fault::HtmlPage => Answer::new(200, HTML, PAGE),
        // As Cloudflare refuses by a rule of whoever runs the gateway.
        Fault::FirewallBlock => Answer::json(
            403,
            &json!({
                "title": "Error 1020: Access denied",
                "status": 403,
                "error_code": 1020,
                "error_name": "access_denied",
                "cloudflare_error": true,
                "retryable": false,
            }),
        ),
        Fault::LoginPage => Answer::new(200, HTML, LOGIN_PAGE),
        Fault::EmptyBody => Answer::empty(200),
        Fault::EmptyObject => Answer::json(200, &json!({})),
        Fault::ErrorInside200 => refusal(200, "Something went wrong"),
        Fault::ConnectionReset => Answer::reset(),
        Fault::EmptyQr => match dialect {
            Dialect::ZApi => Answer::json(200, &json!({"value": ""})),
            Dialect::MegaApi => megaapi::qr_code(""),
        },
        Fault::RateOverlimit => refusal(429, "rate-overlimit"),
        Fault::PasskeyChallenge => zapi::challenge(),
        Fault::SessionNeedsRestore => zapi::status(false, "You need to restore the session.", true),
        Fault::ClientTokenNotConfigured => zapi::client_token_not_configured(),
        Fault::NullNotAllowed => zapi::null_not_allowed(),
        Fault::ClientTokenNotAllowed => {
            zapi::client_token_not_allowed(sent_token.unwrap_or("null"))
        }
        // From the block that RFC 5737 keeps for examples.
        Fault::IpNotAllowed { status } => refusal(status, "[203.0.113.7] not allowed"),
        Fault::SubscriptionLapsed => refusal(
            400,
            "To continue sending a message, you must subscribe to this instance again",
        ),
        Fault::NotFound => zapi::not_found(),
        Fault::MethodNotAllowed => Answer::empty(405),
        Fault::UnsupportedMediaType => Answer::empty(415),
        Fault::Unauthorized => megaapi::unauthorized(),
        Fault::InstanceNotFound => megaapi::instance_not_found(),
    })
}

/// A date as HTTP writes it; the last second it can write when it lies beyond.
fn date_ahead(seconds: u64) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let last = SystemTime::UNIX_EPOCH + LAST;
    let date = SystemTime::now().checked_add(Duration::from_secs(seconds));
    httpdate::fmt_http_date(date.map_or(last, |date| date.min(last)))
}

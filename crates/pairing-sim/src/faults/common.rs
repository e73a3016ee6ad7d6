//! The faults that any gateway can have.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::FaultEffect::{Change, Delay, Instead, LinkedElsewhere, Silence};
use super::FaultScope::{All, Codes, PhoneCode, Qr, Unlink};
use super::{Fault, FaultContext};
use crate::GatewayResponse;
use crate::response::{HTML, JSON, TEXT};

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head>\
    <body><h1>Something went wrong</h1></body></html>\n";
const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Guest Wi-Fi</title></head>\
    <body><form method=\"post\"><input name=\"user\"><input name=\"word\" type=\"password\">\
    </form></body></html>\n";
/// 64 KiB above the 1 MiB that transports read.
const OVERSIZED: usize = (1024 + 64) * 1024;

/// One constant for each fault, documented by its line of help, and the list of them.
macro_rules! faults {
    ($list:ident, $doc:literal: $(
        $constant:ident = $name:literal, $scope:ident, $description:literal, $effect:expr
        $(, $number:ident: $usual:literal in $least:expr => $most:expr)?;
    )*) => {
        impl Fault {
            #[doc = $doc]
            pub const $list: &'static [Self] = &[$(Self::$constant),*];
            $(
                #[doc = $description]
                pub const $constant: Self = Self::new($name, $scope, $description, $effect)
                    $(.with_number(stringify!($number), $usual, $least, $most))?;
            )*
        }
    };
}

faults! { COMMON, "The faults of every gateway.":
    LATENCY = "latency", All, "answers late: after `milliseconds` of simulated time (2000)", Delay,
        milliseconds: 2000 in 0 => u64::MAX;
    SERVER_ERROR = "server_error", All, "HTTP `status` (503) with a JSON body",
        Instead(|at| at.dialect.refusal(at.status(), "Internal Server Error")), status: 503 in 500 => 599;
    SERVER_ERROR_PAGE = "server_error_page", All, "HTTP `status` (502) with an HTML page, as from a proxy",
        Instead(|at| GatewayResponse::new(at.status(), HTML, PAGE)), status: 502 in 500 => 599;
    SERVER_ERROR_EMPTY = "server_error_empty", All, "HTTP `status` (500) without a body",
        Instead(|at| GatewayResponse::empty(at.status())), status: 500 in 500 => 599;
    RATE_LIMITED = "rate_limited", All, "HTTP 429 without Retry-After", Instead(limited);
    RATE_LIMITED_SECONDS = "rate_limited_seconds", All, "HTTP 429 with Retry-After: `seconds` (30) of simulated time",
        Instead(|at| limited(at).retry_after(at.real_seconds().to_string())), seconds: 30 in 0 => u64::MAX;
    RATE_LIMITED_DATE = "rate_limited_date", All, "HTTP 429 with Retry-After as a date, `seconds` (30) of simulated time ahead",
        Instead(|at| limited(at).retry_after(date_ahead(at.real_seconds()))), seconds: 30 in 0 => u64::MAX;
    MALFORMED_JSON = "malformed_json", All, "HTTP 200 with JSON that breaks off in a string",
        Instead(|_| GatewayResponse::new(200, JSON, r#"{"value":"2@abcdef,"#));
    TRUNCATED = "truncated", All, "the usual answer, but the connection closes in the middle of the body",
        Change(GatewayResponse::truncated);
    OVERSIZED = "oversized", All, "HTTP 200 with a body above 1 MiB", Instead(|_| oversized());
    HTML_PAGE = "html_page", All, "HTTP 200 with an HTML page",
        Instead(|_| GatewayResponse::new(200, HTML, PAGE));
    FIREWALL_BLOCK = "firewall_block", All, "HTTP 403 with the JSON of a firewall in front of the gateway",
        Instead(|_| firewall_block());
    LOGIN_PAGE = "login_page", All, "HTTP 200 with the login page of a network",
        Instead(|_| GatewayResponse::new(200, HTML, LOGIN_PAGE));
    WRONG_CONTENT_TYPE = "wrong_content_type", All, "the usual answer, labelled application/octet-stream",
        Change(|response| response.labelled("application/octet-stream"));
    EMPTY_BODY = "empty_body", All, "HTTP 200 without a body", Instead(|_| GatewayResponse::empty(200));
    EMPTY_OBJECT = "empty_object", All, "HTTP 200 with {}",
        Instead(|_| GatewayResponse::json(200, &json!({})));
    ERROR_INSIDE_200 = "error_inside_200", All, "HTTP 200 with an error in the JSON",
        Instead(|at| at.dialect.refusal(200, "Something went wrong"));
    CONNECTION_RESET = "connection_reset", All, "resets the connection instead of answering",
        Instead(|_| GatewayResponse::reset());
    HANG = "hang", All, "takes the request and never answers", Silence;
    EMPTY_QR = "empty_qr", Qr, "HTTP 200 with an empty QR code: it is still being made",
        Instead(|at| at.dialect.empty_qr());
    UNLINK_SAYS_OK = "unlink_says_ok", Unlink,
        "unlinks as asked and answers OK as text, which says nothing about it",
        Change(|_| GatewayResponse::new(200, TEXT, "OK"));
}

faults! { SHARED, "Faults that several gateways have, for the lists of their dialects.":
    RATE_OVERLIMIT = "rate_overlimit", PhoneCode, "HTTP 429 rate-overlimit: WhatsApp makes no more phone codes",
        Instead(|at| at.dialect.refusal(429, "rate-overlimit"));
    ALREADY_CONNECTED_SERVER_ERROR = "already_connected_server_error", Codes,
        "links the instance elsewhere; HTTP 500 says it is already connected",
        LinkedElsewhere(|at| at.dialect.refusal(500, "You are already connected"));
}

fn limited(at: &FaultContext<'_>) -> GatewayResponse {
    at.dialect.refusal(429, "Too Many Requests")
}

fn oversized() -> GatewayResponse {
    let filling = "A".repeat(OVERSIZED);
    GatewayResponse::json(200, &json!({"value": filling, "qrcode": filling}))
}

/// As Cloudflare refuses by a rule of the gateway's owner.
fn firewall_block() -> GatewayResponse {
    let body = json!({
        "title": "Error 1020: Access denied",
        "status": 403,
        "error_code": 1020,
        "error_name": "access_denied",
        "cloudflare_error": true,
        "retryable": false,
    });
    GatewayResponse::json(403, &body)
}

/// A date as HTTP writes it; the last second it can write when it lies beyond.
fn date_ahead(seconds: u64) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let last = SystemTime::UNIX_EPOCH + LAST;
    let date = SystemTime::now().checked_add(Duration::from_secs(seconds));
    httpdate::fmt_http_date(date.map_or(last, |date| date.min(last)))
}

//! The table of faults: name, description, which gateway and which endpoints.

use super::Fault;
use crate::{Dialect, Endpoint};

pub(super) struct Facts {
    pub(super) name: &'static str,
    pub(super) only: Option<Dialect>,
    pub(super) befalls: Befalls,
    pub(super) description: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Befalls {
    All,
    Codes,
    Qr,
    PhoneCode,
    Status,
    Unlink,
}

impl Befalls {
    pub(super) fn includes(self, endpoint: Endpoint) -> bool {
        match self {
            Self::All => true,
            Self::Codes => endpoint.is_code(),
            Self::Qr => matches!(endpoint, Endpoint::CodeQrText | Endpoint::CodeQrImage),
            Self::PhoneCode => endpoint == Endpoint::PhoneCode,
            Self::Status => endpoint == Endpoint::Status,
            Self::Unlink => endpoint == Endpoint::Unlink,
        }
    }
}

impl Fault {
    #[rustfmt::skip]
    pub(super) fn facts(&self) -> Facts {
        use Befalls::{All, Codes, PhoneCode, Qr, Status, Unlink};
        let any = None;
        let zapi = Some(Dialect::ZApi);
        let megaapi = Some(Dialect::MegaApi);
        let (name, only, befalls, description) = match self {
            Self::Latency { .. } => ("latency", any, All, "answers late: after `milliseconds` of simulated time (2000)"),
            Self::ServerError { .. } => ("server_error", any, All, "HTTP `status` (503) with a JSON body"),
            Self::ServerErrorPage { .. } => ("server_error_page", any, All, "HTTP `status` (502) with an HTML page, as from a proxy"),
            Self::ServerErrorEmpty { .. } => ("server_error_empty", any, All, "HTTP `status` (500) without a body"),
            Self::RateLimited => ("rate_limited", any, All, "HTTP 429 without Retry-After"),
            Self::RateLimitedSeconds { .. } => ("rate_limited_seconds", any, All, "HTTP 429 with Retry-After in `seconds` (30)"),
            Self::RateLimitedDate { .. } => ("rate_limited_date", any, All, "HTTP 429 with Retry-After as a date `seconds` (30) ahead"),
            Self::MalformedJson => ("malformed_json", any, All, "HTTP 200 with JSON that breaks off in a string"),
            Self::Truncated => ("truncated", any, All, "the usual answer, but the connection closes in the middle of the body"),
            Self::Oversized => ("oversized", any, All, "HTTP 200 with a body above 1 MiB"),
            Self::HtmlPage => ("html_page", any, All, "HTTP 200 with an HTML page"),
            Self::FirewallBlock => ("firewall_block", any, All, "HTTP 403 with the JSON of a firewall in front of the gateway"),
            Self::LoginPage => ("login_page", any, All, "HTTP 200 with the login page of a network"),
            Self::WrongContentType => ("wrong_content_type", any, All, "the usual answer, labelled application/octet-stream"),
            Self::EmptyBody => ("empty_body", any, All, "HTTP 200 without a body"),
            Self::EmptyObject => ("empty_object", any, All, "HTTP 200 with {}"),
            Self::ErrorInside200 => ("error_inside_200", any, All, "HTTP 200 with an error in the JSON"),
            Self::ConnectionReset => ("connection_reset", any, All, "resets the connection instead of answering"),
            Self::Hang => ("hang", any, All, "takes the request and never answers"),
            Self::EmptyQr => ("empty_qr", any, Qr, "HTTP 200 with an empty QR code: it is still being made"),
            Self::RateOverlimit => ("rate_overlimit", any, PhoneCode, "HTTP 429 rate-overlimit: WhatsApp makes no more phone codes"),
            Self::UnlinkSaysOk => ("unlink_says_ok", any, Unlink, "unlinks as asked and answers OK as text, which says nothing about it"),
            Self::AlreadyConnectedRefusal => ("already_connected_refusal", zapi, Codes, "links the instance elsewhere; HTTP 400 says it is already connected"),
            Self::AlreadyConnectedServerError => ("already_connected_server_error", any, Codes, "links the instance elsewhere; HTTP 500 says it is already connected"),
            Self::AlreadyConnectedFlag => ("already_connected_flag", zapi, Codes, "links the instance elsewhere; HTTP 200 with connected:true and no value"),
            Self::AlreadyLoggedIn => ("already_logged_in", megaapi, Codes, "links the instance elsewhere; HTTP 403 \"User is already logged in\""),
            Self::PasskeyChallenge => ("passkey_challenge", zapi, Codes, "HTTP 200 with a challenge in place of the code"),
            Self::SessionNeedsRestore => ("session_needs_restore", zapi, Status, "the status asks to restore the session"),
            Self::ClientTokenNotConfigured => ("client_token_not_configured", zapi, All, "HTTP 400 \"your client-token is not configured\""),
            Self::NullNotAllowed => ("null_not_allowed", zapi, All, "HTTP 400 \"null not allowed\""),
            Self::ClientTokenNotAllowed => ("client_token_not_allowed", zapi, All, "HTTP 403 \"Client-Token … not allowed\", echoing the token that was sent"),
            Self::IpNotAllowed { .. } => ("ip_not_allowed", zapi, All, "HTTP `status` (403) \"[IP] not allowed\""),
            Self::SubscriptionLapsed => ("subscription_lapsed", zapi, All, "HTTP 400: subscribe to this instance again"),
            Self::NotFound => ("not_found", zapi, All, "HTTP 404 NOT_FOUND, as for a wrong path"),
            Self::MethodNotAllowed => ("method_not_allowed", zapi, All, "HTTP 405 without a body"),
            Self::UnsupportedMediaType => ("unsupported_media_type", zapi, All, "HTTP 415 without a body"),
            Self::Unauthorized => ("unauthorized", megaapi, All, "HTTP 401, as for a wrong token"),
            Self::InstanceNotFound => ("instance_not_found", megaapi, All, "HTTP 404 \"Instance not found\""),
        };
        Facts { name, only, befalls, description }
    }
}

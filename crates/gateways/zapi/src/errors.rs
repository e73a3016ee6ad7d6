//! What Z-API's messages mean: the one table of its errors. Words come before the status
//! code, because Z-API reuses its codes.

use pairing_adapter::{Answer, Said, Words};
use pairing_core::ProviderErrorKind as Kind;

/// Reads the words of an answer; `None` if they are not known. `sent_client_token` is
/// whether the request carried one.
pub(crate) fn said(answer: &Answer, sent_client_token: bool) -> Option<Said> {
    answer.said(|words| known_error(words, sent_client_token))
}

fn known_error(words: &Words, sent_client_token: bool) -> Option<(Kind, &'static str)> {
    let known = if words.mean_rate_limit() {
        (
            Kind::RateLimited,
            "WhatsApp or Z-API asks for fewer requests; for phone codes this can last for hours",
        )
    } else if words.say("client-token is not configured") || words.say("null not allowed") {
        client_token_missing(sent_client_token)
    } else if words.say("client-token") && words.say_any(&["not allowed", "invalid", "inválido"]) {
        // Z-API repeats the token it refuses here: one reason why no body is ever quoted.
        (
            Kind::BadCredentials,
            "Z-API does not accept the account's security token: check client_token",
        )
    } else if refuses_address(words) {
        (
            Kind::AddressNotAllowed,
            "Z-API does not accept calls from this IP address: add it to the account's allowed addresses",
        )
    } else if words.say_any(&["must subscribe", "subscription", "assinatura"]) || has_expired(words)
    {
        (
            Kind::SubscriptionLapsed,
            "the subscription of this Z-API instance has lapsed: renew it in the dashboard",
        )
    } else if words.say_any(&["unable to find matching target resource"]) {
        (
            Kind::Refused,
            "Z-API knows no such address: check base_url, which is https://api.z-api.io unless you were given another",
        )
    } else if words.say_any(&["method not allowed", "unsupported media type"]) {
        (
            Kind::Refused,
            "Z-API does not take this kind of request here: check base_url",
        )
    } else if words.say_any(&[
        "instance not found",
        "instance does not exist",
        "instance doesn't exist",
        "instância não encontrada",
        "instância não localizada",
    ]) {
        (
            Kind::InstanceUnknown,
            "Z-API knows no such instance: check instance and token",
        )
    } else if words.say_any(&[
        "invalid token",
        "token is invalid",
        "invalid instance",
        "invalid credentials",
        "unauthorized",
        "token inválido",
        "token expired",
        "token has expired",
        "token expirado",
    ]) {
        (
            Kind::BadCredentials,
            "Z-API does not accept the credentials: check instance and token",
        )
    } else if words.say("restore the session") {
        (
            Kind::Refused,
            "the session at Z-API must be restored first: do so, or restart the instance, in the dashboard",
        )
    } else if words.mean_invalid_phone() {
        (
            Kind::InvalidInput,
            "Z-API does not accept the phone number: write it with country code, like +5511999998888",
        )
    } else {
        return None;
    };
    Some(known)
}

/// Z-API says the same about a missing account token and, at times, about a wrong instance
/// token. Who has sent an account token is not told to send one.
fn client_token_missing(sent_client_token: bool) -> (Kind, &'static str) {
    if sent_client_token {
        (
            Kind::BadCredentials,
            "Z-API does not accept the credentials: check instance, token and client_token",
        )
    } else {
        (
            Kind::AccountTokenMissing,
            "the account demands its security token: set client_token to the one in the dashboard under Security; if the account has none, check instance and token",
        )
    }
}

/// An instance that has expired. Codes, sessions and tokens expire as well, and are no contract.
fn has_expired(words: &Words) -> bool {
    words.say_any(&["expired", "expirad"])
        && !words.say_any(&["token", "qr", "code", "código", "session", "sessão"])
}

/// `[203.0.113.7] not allowed`, with or without the brackets.
fn refuses_address(words: &Words) -> bool {
    let Some((before, _)) = words.expose().split_once("not allowed") else {
        return words.say_any(&["ip not authorized", "ip address is not authorized"]);
    };
    before.split_whitespace().next_back().is_some_and(|word| {
        let bracketed = word.starts_with('[') && word.ends_with(']');
        bracketed || word.parse::<std::net::IpAddr>().is_ok() || word == "ip"
    })
}

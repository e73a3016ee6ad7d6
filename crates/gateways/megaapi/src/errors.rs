//! What megaAPI's messages mean: the one table of its errors.

use pairing_adapter::{Answer, Said, Words};
use pairing_core::ProviderErrorKind as Kind;

/// Reads the words of an answer; `None` if they are not known.
pub(crate) fn said(answer: &Answer) -> Option<Said> {
    answer.said(|words| known_error(words, answer.status))
}

fn known_error(words: &Words, status: u16) -> Option<(Kind, &'static str)> {
    let known = if words.mean_rate_limit() {
        (
            Kind::RateLimited,
            "WhatsApp or megaAPI asks for fewer requests; for phone codes this can last for hours",
        )
    } else if words.say_any(&[
        "instance not found",
        "instance key not found",
        "instance_key not found",
        "instance does not exist",
        "instance doesn't exist",
        "invalid instance",
        "invalid key",
        "instância não encontrada",
        "instância não localizada",
    ]) {
        (
            Kind::InstanceUnknown,
            "megaAPI knows no such instance: check instance_key, and that base_url is the host of this instance",
        )
    } else if words.say_any(&[
        "subscription",
        "assinatura",
        "plan expired",
        "plano expirado",
        "instance expired",
        "instance is expired",
        "instance has expired",
        "instância expirada",
    ]) {
        (
            Kind::SubscriptionLapsed,
            "the subscription of this megaAPI instance has lapsed: renew it in the dashboard",
        )
    } else if status != 403
        && words.say_any(&[
            "invalid token",
            "token is invalid",
            "token not found",
            "missing token",
            "unauthorized",
            "token inválido",
            "token expired",
            "token has expired",
            "token expirado",
        ])
    {
        // Not with 403, which a linked instance answers too: there the status decides.
        (
            Kind::BadCredentials,
            "megaAPI does not accept the token: check token, and that base_url is the host of this instance",
        )
    } else if words.mean_invalid_phone() {
        (
            Kind::InvalidInput,
            "megaAPI does not accept the phone number: write it with country code, like +5511999998888",
        )
    } else {
        return None;
    };
    Some(known)
}

//! The table of Z-API's errors. The message comes before the HTTP status, because Z-API reuses its
//! statuses.

use pairing_adapter::{KnownError, Message};
use pairing_core::ProviderErrorKind as Kind;

/// In front of [`ERRORS`] where no client token is sent: Z-API says the same about a missing one
/// and, at times, about a wrong instance token.
pub(crate) const WITHOUT_CLIENT_TOKEN: &[KnownError] = &[KnownError::new(
    Kind::AccountTokenMissing,
    "the account demands its security token: set client_token to the one in the dashboard under Security; if the account has none, check instance and token",
    NO_CLIENT_TOKEN,
)];

const NO_CLIENT_TOKEN: &[&str] = &["client-token is not configured", "null not allowed"];

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::InvalidCredentials,
        "Z-API does not accept the credentials: check instance, token and client_token",
        NO_CLIENT_TOKEN,
    ),
    // Z-API repeats the token that it refuses here: one reason why no body is ever quoted.
    KnownError::new(
        Kind::InvalidCredentials,
        "Z-API does not accept the account's security token: check client_token",
        &["client-token"],
    )
    .and_any_of(&["not allowed", "invalid", "inválido"]),
    KnownError::when(
        Kind::AddressNotAllowed,
        "Z-API does not accept calls from this IP address: add it to the account's allowed addresses",
        refuses_address,
    ),
    KnownError::new(
        Kind::SubscriptionLapsed,
        LAPSED,
        &["must subscribe", "subscription", "assinatura"],
    ),
    // Codes, sessions and tokens expire as well.
    KnownError::new(Kind::SubscriptionLapsed, LAPSED, &["expired", "expirad"])
        .unless(&["token", "qr", "code", "código", "session", "sessão"]),
    KnownError::new(
        Kind::Refused,
        "Z-API knows no such address: check base_url, which is https://api.z-api.io unless you were given another",
        &["unable to find matching target resource"],
    ),
    KnownError::new(
        Kind::Refused,
        "Z-API does not take this kind of request here: check base_url",
        &["method not allowed", "unsupported media type"],
    ),
    KnownError::new(
        Kind::UnknownInstance,
        "Z-API knows no such instance: check instance and token",
        &[
            "instance not found",
            "instance does not exist",
            "instance doesn't exist",
            "instância não encontrada",
            "instância não localizada",
        ],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "Z-API does not accept the credentials: check instance and token",
        &[
            "invalid token",
            "token is invalid",
            "invalid instance",
            "invalid credentials",
            "unauthorized",
            "token inválido",
            "token expired",
            "token has expired",
            "token expirado",
        ],
    ),
    KnownError::new(
        Kind::Refused,
        "the session at Z-API must be restored first: do so, or restart the instance, in the dashboard",
        &["restore the session"],
    ),
];

const LAPSED: &str =
    "the subscription of this Z-API instance has lapsed: renew it in the dashboard";

/// `[203.0.113.7] not allowed`, with or without the brackets.
fn refuses_address(message: &Message) -> bool {
    let Some((before, _)) = message.expose().split_once("not allowed") else {
        return message.contains_any(&["ip not authorized", "ip address is not authorized"]);
    };
    before.split_whitespace().next_back().is_some_and(|word| {
        let bracketed = word.starts_with('[') && word.ends_with(']');
        bracketed || word.parse::<std::net::IpAddr>().is_ok() || word == "ip"
    })
}

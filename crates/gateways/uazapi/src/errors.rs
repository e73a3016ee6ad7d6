//! The table of uazapi's errors, and what its states come to that need a person.

use pairing_adapter::{GatewayResponse, KnownError};
use pairing_core::{ProviderError, ProviderErrorKind as Kind};

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::CapacityReached,
        CAPACITY,
        &["number of instances connected"],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "uazapi does not accept the token: check that token is that of the instance; a server for trials deletes its instances after a while",
        &["unauthorized", "info not found", "invalid token"],
    ),
    KnownError::new(
        Kind::UnknownInstance,
        "uazapi knows no such instance: it was deleted, or made again with another token",
        &["instance not found", "instance does not exist"],
    ),
    KnownError::new(
        Kind::Refused,
        "uazapi cannot use the stored session of this instance any more: disconnect the instance in the dashboard, which unlinks it, and try again",
        &["not reconnectable"],
    ),
    KnownError::new(Kind::AccountBlocked, BLOCKED, &["temporarily banned"]),
];

const CAPACITY: &str = "the uazapi server has as many linked instances as it may have: disconnect one that is no longer needed, or ask the server's owner for more; waiting does not help";
const BLOCKED: &str = "WhatsApp has blocked this account for a while: open WhatsApp on the phone, which says for how long";

/// Whether the answer to a start is a refusal for want of room: the documented meaning of 429 there.
/// WhatsApp's own limit has its words, and what stands between asks to come back later.
pub(crate) fn is_capacity(response: &GatewayResponse) -> bool {
    let message = response.message();
    response.status == 429
        && response.retry_after.is_none()
        && response.intercepted().is_none()
        && !message.contains_any(&["overlimit", "rate limit", "rate-limit"])
}

/// The server has no room for another linked instance.
pub(crate) fn capacity() -> ProviderError {
    ProviderError::new(Kind::CapacityReached, CAPACITY)
}

/// WhatsApp has ended the attempt because the account is blocked.
pub(crate) fn blocked() -> ProviderError {
    ProviderError::new(Kind::AccountBlocked, BLOCKED)
}

/// The number is linked and its connection paused. Whether a start would keep the link is not known.
pub(crate) fn hibernated() -> ProviderError {
    ProviderError::new(
        Kind::Refused,
        "the instance is hibernated: a number is linked, and its connection is paused. Wake the instance in the dashboard, and send us a `pairing record`, which holds no value of yours",
    )
}

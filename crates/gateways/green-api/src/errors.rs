//! The table of Green-API's errors, and the words of answers that are none.

use pairing_adapter::{Body, GatewayResponse, KnownError};
use pairing_core::{ProviderError, ProviderErrorKind as Kind};

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::SubscriptionLapsed,
        EXPIRED,
        &["instance account is expired", "quota has been exceeded"],
    ),
    KnownError::new(
        Kind::UnknownInstance,
        "this instance was deleted: create another one in Green-API's console",
        &["instance is deleted"],
    ),
    KnownError::new(
        Kind::InvalidInput,
        "Green-API does not accept the phone number: write it with country code, like +5511999998888",
        &["validation failed", "bad request data"],
    )
    .and_any_of(&["phonenumber"]),
];

const EXPIRED: &str = "this instance has expired, or the quota of its plan is used up: renew it, or change the plan, in Green-API's console";

pub(crate) const BLOCKED: &str =
    "the account is blocked or suspended, says Green-API: see the instance in its console";

/// Credentials of an old link are left, which link nothing any more.
const STALE_LINK: &str = "Green-API still has an old link that no longer works: log this instance out once, in the console or with unlink, then ask for a code again";

pub(crate) const STARTING: &str =
    "the instance is starting, which may take 5 minutes: try again then";

/// The error of an answer that another server wrote, and of an HTTP status that means something
/// particular at Green-API.
pub(crate) fn by_status(response: &GatewayResponse) -> Option<ProviderError> {
    let (kind, message) = match response.status {
        _ if response.intercepted().is_some() => return response.intercepted(),
        403 if response.body != Body::Page => (
            Kind::UnknownInstance,
            "Green-API knows no such instance at this address: check instance (idInstance) and base_url (apiUrl)",
        ),
        466 => (Kind::SubscriptionLapsed, EXPIRED),
        499 => (Kind::TimedOut, "Green-API gave up waiting"),
        _ => return None,
    };
    Some(response.error(kind, message))
}

/// Also "or not authorized": which of both it is shows later.
pub(crate) fn is_starting(response: &GatewayResponse) -> bool {
    const STARTING: &[&str] = &[
        "instance in starting process",
        "instance is starting or not authorized",
    ];
    response.message().contains_any(STARTING)
}

/// Credentials of an old link are left, or those of one that is being made.
pub(crate) fn is_stale_link(response: &GatewayResponse) -> bool {
    response.message().contains("instance has auth")
}

/// Of an answer of the kind `error`, whose words are not documented but for two.
pub(crate) fn of_kind_error(response: &GatewayResponse) -> ProviderError {
    match response.failure() {
        _ if is_stale_link(response) => response.error(Kind::Refused, STALE_LINK),
        error if error.kind() == Kind::MalformedReply => response.unknown_word(),
        error => error,
    }
}

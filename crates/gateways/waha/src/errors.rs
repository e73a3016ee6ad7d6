//! The table of WAHA's errors.

use pairing_adapter::KnownError;
use pairing_core::{ProviderError, ProviderErrorKind as Kind};

/// What WAHA says of a session that does not exist, and on some paths of one that is stopped.
pub(crate) const NO_SESSION: &[&str] = &["session not found", "we didn't find a session"];

/// What it says to a start of a session that runs.
pub(crate) const ALREADY_STARTED: &[&str] = &["is already started"];

/// What it says to the creation of a session that exists.
pub(crate) const ALREADY_EXISTS: &[&str] = &["already exists"];

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::LicenseRequired,
        "this WAHA server is the edition with one session, `default`: set session to default, or use WAHA Plus",
        &["waha core support only", "waha plus"],
    ),
    KnownError::new(Kind::UnknownInstance, NO_SESSION_ADVICE, NO_SESSION),
    KnownError::new(
        Kind::InvalidCredentials,
        "WAHA does not accept the API key: check api_key",
        &["unauthorized"],
    ),
];

/// The error of a session that does not exist.
pub(crate) fn no_session() -> ProviderError {
    ProviderError::new(Kind::UnknownInstance, NO_SESSION_ADVICE)
}

const NO_SESSION_ADVICE: &str =
    "WAHA knows no such session: check session, or set create to create it";

//! The table of WPPConnect-server's errors.

use pairing_adapter::KnownError;
use pairing_core::{ProviderError, ProviderErrorKind as Kind};

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::InvalidCredentials,
        "WPPConnect-server does not accept the secret key: check secret_key, which is SECRET_KEY of the server",
        &["secret_key is incorrect"],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "WPPConnect-server does not accept the token for this session: check session and token, which is the field `token` of generate-token and not `full`",
        &[
            "token is incorrect",
            "token are correct",
            "token is not present",
        ],
    ),
];

/// The server has thrown the phone code away, or will.
pub(crate) fn phone_code_not_shown() -> ProviderError {
    ProviderError::new(
        Kind::Refused,
        "WPPConnect-server shows a phone code only to the first start of a session after its own start, and this session was started before: use a QR code, or restart the server",
    )
}

/// The token that the server gave is no longer accepted; the next request asks for another.
pub(crate) fn token_expired() -> ProviderError {
    ProviderError::new(
        Kind::Unavailable,
        "WPPConnect-server no longer accepts the token that it gave: another is asked for",
    )
}

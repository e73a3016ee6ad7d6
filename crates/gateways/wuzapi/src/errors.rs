//! The table of WuzAPI's errors.

use pairing_adapter::KnownError;
use pairing_core::ProviderErrorKind as Kind;

/// What WuzAPI says where there is no connection to WhatsApp, or not yet, or not any more.
pub(crate) const NO_CONNECTION: &[&str] = &[
    "no session",
    "not connected",
    "websocket disconnected",
    "websocket is closed",
];

/// What it says to a start while it has a connection, linked or not.
pub(crate) const ALREADY_CONNECTED: &str = "already connected";

/// The error of a start that WuzAPI refuses because of a connection that its status denies.
pub(crate) const STUCK: &str = "WuzAPI says that the user is connected and that it is not: wait a moment; if it stays, restart the WuzAPI server";

/// The error of an unlink without a connection.
pub(crate) const UNLINKS_OVER_A_CONNECTION: &str = "WuzAPI can unlink only while it is connected to WhatsApp: connect this user first, or remove the device on the phone";

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::InvalidCredentials,
        "WuzAPI does not accept the token: check token; the server's admin token is another",
        &["unauthorized"],
    ),
    KnownError::new(
        Kind::InvalidInput,
        "WhatsApp does not take this phone number: write it with country code, like +5511999998888",
        &[
            "missing phone in payload",
            "phone number too short",
            "international phone number required",
        ],
    ),
    KnownError::new(
        Kind::Refused,
        "WhatsApp refuses a phone code for this number: check the number, or use the QR code",
        &["returned status 400", "returned status 403"],
    ),
    KnownError::new(
        Kind::TimedOut,
        "WhatsApp did not answer WuzAPI in time",
        &["info query timed out"],
    ),
];

//! The table of Evolution Go's errors.

use pairing_adapter::KnownError;
use pairing_core::ProviderErrorKind as Kind;

/// No client of the instance is connected to WhatsApp. A linked number may be stored all the same.
pub(crate) const NO_CLIENT: &[&str] = &[
    "no active session found",
    "client disconnected",
    "as it was not connected",
];

pub(crate) const ERRORS: &[KnownError] = &[
    // On every route, until the owner has registered the server.
    KnownError::new(
        Kind::LicenseRequired,
        "this Evolution Go server waits for its licence: its owner must activate it, in the manager of the server",
        &["service not activated", "license_required"],
    ),
    KnownError::new(
        Kind::AccountBlocked,
        "WhatsApp has blocked this account for a while: open WhatsApp on the phone, which says for how long",
        &["temporarily banned", "temporary ban", "temp ban"],
    ),
    KnownError::new(
        Kind::UnknownInstance,
        "Evolution Go knows no such instance any more: look for it in the manager, and check token",
        &["instance not found", "record not found"],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "Evolution Go does not accept the token: check token, which is that of the instance and not GLOBAL_API_KEY",
        &["not authorized"],
    ),
    KnownError::new(
        Kind::Refused,
        "Evolution Go knows no such address: check base_url, which ends before /instance and /manager; Evolution API is another gateway, `evolution`",
        &["404 page not found", "cannot get /", "cannot post /"],
    ),
    KnownError::new(
        Kind::MalformedReply,
        "Evolution Go has stored a QR code that it cannot read: disconnect the instance in the manager and try again; if it stays so, send a `pairing record`",
        &["invalid qr code format"],
    ),
    KnownError::new(
        Kind::InvalidInput,
        "Evolution Go does not accept the phone number: write it with country code, like +5511999998888",
        &["phone is required", "phone number"],
    ),
    // To a request to unlink.
    KnownError::new(
        Kind::Refused,
        "Evolution Go has no connection to WhatsApp for this instance, so nothing was unlinked: if a number is linked, try again once the manager shows it as connected",
        NO_CLIENT,
    ),
    KnownError::new(
        Kind::Unavailable,
        "Evolution Go has no connection to WhatsApp for this instance: wait a moment; if it stays so, look at the instance in the manager",
        &["failed to start", "failed to initialize", "websocket"],
    ),
    KnownError::new(
        Kind::Refused,
        "WhatsApp gave Evolution Go no phone code for this number: check that the number has WhatsApp, or use the QR code; if neither helps, send a `pairing record`",
        &["pairing failed"],
    ),
];

//! The table of Evolution's errors. Names of instances, which Evolution quotes, are no part of a
//! message.

use pairing_adapter::KnownError;
use pairing_core::ProviderErrorKind as Kind;

pub(crate) const ERRORS: &[KnownError] = &[
    // From 2.4 on, on every route, until the owner has registered the server.
    KnownError::new(
        Kind::LicenseRequired,
        "this Evolution server waits for its licence: its owner must activate it, in the manager of the server",
        &[
            "service not activated",
            "license required",
            "license_required",
        ],
    ),
    // The answer to a path or a verb that Evolution does not have.
    KnownError::new(
        Kind::Refused,
        "Evolution knows no such address: check base_url, which ends before /instance and /manager",
        &["cannot get /", "cannot post /", "cannot delete /"],
    ),
    KnownError::new(
        Kind::UnknownInstance,
        "Evolution knows no such instance: check instance, upper and lower case included, or set create = true",
        &["instance does not exist", "instance not found"],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "Evolution does not accept the key: check api_key",
        &["unauthorized"],
    ),
    KnownError::new(Kind::Unavailable, NOT_LOADED, &["[object object]"]),
    KnownError::new(
        Kind::InvalidInput,
        "Evolution does not accept the phone number: write it with country code, like +5511999998888",
        &["number does not match", "number is not of a type"],
    ),
];

/// While the server starts, and for what is in its database alone.
pub(crate) const NOT_LOADED: &str = "Evolution knows the instance and has not loaded it: wait until the server has started; if it stays so, restart the server";

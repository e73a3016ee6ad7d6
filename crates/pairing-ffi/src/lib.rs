#![doc = include_str!("lib.md")]
#![allow(
    missing_debug_implementations,
    reason = "its users are other languages, whose records and handles must not print codes"
)]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[cfg(feature = "capi")]
mod c;
mod drawing;
mod error;
mod open;
mod runtime;
#[cfg(feature = "uniffi")]
mod uniffi;

#[cfg(feature = "uniffi")]
pub use self::uniffi::*;
pub use error::{ErrorCode, PairingError};
#[cfg(feature = "uniffi")]
pub use error::{FailureReport, error_code_name};

#[cfg(feature = "uniffi")]
::uniffi::setup_scaffolding!("pairing");

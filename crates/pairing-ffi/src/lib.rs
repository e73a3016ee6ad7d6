#![doc = include_str!("lib.md")]
#![allow(
    missing_debug_implementations,
    reason = "its users are other languages, whose records and handles must not print codes"
)]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[cfg(feature = "uniffi")]
mod apps;
#[cfg(feature = "capi")]
mod c;
mod drawing;
mod error;
mod open;
mod runtime;

#[cfg(feature = "uniffi")]
pub use apps::*;
#[cfg(feature = "uniffi")]
pub use error::error_code_name;
pub use error::{ErrorCode, FailureReport, PairingError};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("pairing");

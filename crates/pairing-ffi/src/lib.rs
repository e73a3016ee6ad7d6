#![doc = include_str!("lib.md")]

mod error;
mod open;
mod runtime;

pub use error::{ErrorCode, PairingError};

uniffi::setup_scaffolding!("pairing");

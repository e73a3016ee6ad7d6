#![doc = include_str!("lib.md")]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod config;
mod error;
mod fields;
mod load;
mod megaapi;
mod table;
mod zapi;

pub use config::ProviderConfig;
pub use error::{ConfigError, shown_key};
pub use fields::{FieldKind, FieldSpec};
pub use load::{Overrides, Table, load};
pub use pairing_adapter::QrForm;
pub use table::{ProviderInfo, provider, providers};

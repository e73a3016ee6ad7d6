#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod config;
mod list;

pub use config::{ProviderConfig, from_env, load};
#[cfg(feature = "simulator")]
pub use list::{dialect, dialects, immediate_dialects};
pub use list::{gateways, provider, providers};
#[cfg(feature = "record")]
pub use pairing_adapter::record;
pub use pairing_adapter::{
    Adapter, ConfigError, FieldKind, FieldSpec, Overrides, QrForm, Table, shown_key,
};

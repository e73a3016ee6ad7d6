#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use pairing_core::*;
pub use pairing_providers as providers;
pub use pairing_providers::gateways::*;
pub use pairing_providers::{ConfigError, ProviderConfig, from_env};
#[cfg(feature = "qr")]
pub use pairing_qr as qr;
#[cfg(feature = "web")]
pub use pairing_web as web;

#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod adapter;
mod config;
mod errors;
mod instance;
mod policy;
mod provider;
#[cfg(feature = "simulator")]
pub mod simulator;
mod webhook;

pub use adapter::ADAPTER;
pub use config::UazapiConfig;
pub use pairing_adapter::SetupError;
pub use provider::Uazapi;

#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod access;
mod adapter;
mod config;
mod errors;
mod looks;
mod policy;
mod provider;
mod session;
#[cfg(feature = "simulator")]
pub mod simulator;
mod webhook;

pub use adapter::ADAPTER;
pub use config::WppConnectConfig;
pub use pairing_adapter::SetupError;
pub use provider::WppConnect;

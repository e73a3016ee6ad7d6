#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

mod adapter;
mod config;
mod errors;
mod passkey;
mod policy;
mod provider;
#[cfg(feature = "simulator")]
pub mod simulator;
mod state;
mod webhook;

pub use adapter::ADAPTER;
pub use config::EvolutionGoConfig;
pub use pairing_adapter::{QrForm, SetupError};
pub use provider::EvolutionGo;

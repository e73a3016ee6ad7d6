#![doc = include_str!("lib.md")]

mod config;
mod errors;
mod provider;
mod replies;
mod webhook;

pub use config::ZApiConfig;
pub use pairing_http::{QrForm, SetupError};
pub use provider::ZApi;
pub use webhook::ZApiWebhook;

#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[macro_use]
mod setters;

mod ancestor;
mod error;
mod http;
mod hub;
mod metered;
mod metrics;
mod openapi;
mod page;
mod server;
mod token;

pub use error::CreateError;
pub use http::{admin_only, guarded, router};
pub use hub::{
    AdminToken, BuildError, CodelessEvent, HubInstance, HubLimits, InvalidInstance, NewPairing,
    PageLink, PairingHub, PairingHubBuilder, PairingState, PairingSummary, StateFileError,
};
pub use metrics::describe as describe_metrics;
pub use server::{ServeOptions, listen, serve, serve_with};
pub use token::{InvalidPairingId, PairingId};

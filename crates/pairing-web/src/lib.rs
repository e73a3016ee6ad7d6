#![doc = include_str!("lib.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[macro_use]
mod setters;

mod ancestor;
mod clients;
mod error;
mod http;
mod hub;
mod metered;
mod metrics;
mod openapi;
mod page;
mod server;
mod store;
mod token;

pub use error::{BuildError, CreateError};
pub use http::{admin_only, router, with_security_layers};
pub use hub::{
    AdminToken, CodelessEvent, HubInstance, HubLimits, InvalidInstance, NewPairing, PageLink,
    PairingHub, PairingHubBuilder, PairingState, PairingSummary,
};
pub use metrics::describe as describe_metrics;
pub use server::{ServeOptions, listen, serve, serve_with};
pub use store::{
    LinkRecord, MemoryStore, PairingRecord, PairingStore, RecordChange, StateFile, StoreError,
    StoreErrorKind,
};
pub use token::{InvalidPairingId, LinkHash, PairingId};

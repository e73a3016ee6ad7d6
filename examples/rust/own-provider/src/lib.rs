//! How to bring a gateway of one's own: implement [`PairingProvider`], and run the
//! conformance suite over it (`tests/conformance.rs`).
//!
//! [`PairingProvider`]: pairing_core::PairingProvider

mod fake_acme;
mod provider;

pub use fake_acme::{FakeAcme, Mood};
pub use provider::Acme;

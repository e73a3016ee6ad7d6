//! A complete gateway: adapter, simulator and recorded answers of "Acme", which exists only here.
//! [CONTRIBUTING](https://github.com/whatsapp-pairing/whatsapp-pairing/blob/main/CONTRIBUTING.md#adding-a-gateway)
//! adds a gateway by quoting these files, and `tests/gateway.rs` adds this one to the list.

mod adapter;
mod provider;
#[cfg(feature = "simulator")]
pub mod simulator;

pub use adapter::{ADAPTER, AcmeConfig};
pub use provider::Acme;

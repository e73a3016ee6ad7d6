//! What end-to-end tests share: the real adapters over the simulator's in-process transport,
//! on tokio's clock and without a socket.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod bench;
mod harness;
pub mod page;
mod start;
mod stories;
mod virtual_time;

pub use bench::{Adapter, Bench, setup_with_credentials};
pub use harness::SimHarness;
pub use pairing_providers::gateways::zapi::simulator::DIALECT as ZAPI;
pub use pairing_providers::{dialect, dialects, immediate_dialects};
use pairing_sim::Dialect;
pub use start::{Started, start_of};
pub use stories::{Property, Story, Telling};

/// Another gateway than [`ZAPI`]: the last of the list.
pub fn another() -> &'static dyn Dialect {
    immediate_dialects().last().copied().unwrap()
}

/// The Rust in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

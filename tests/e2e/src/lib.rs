//! What end-to-end tests share: the real adapters over the simulator's in-process transport,
//! on tokio's clock and without a socket.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod bench;
mod harness;

pub use bench::{Adapter, Bench};
pub use harness::SimHarness;

/// The Rust in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

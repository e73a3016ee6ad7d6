//! The program `pairing` as people and scripts meet it: the real binary, run as a child
//! process, against the simulated gateways on loopback.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

mod code;
mod endings;
mod ends;
mod failing;
mod link;
mod one_request;
mod secrets;
mod support;
mod usage;

//! The program `pairing` as people and scripts meet it: the real binary, run as a child
//! process, against the simulated gateways on loopback.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

mod another_qr_code;
mod asking;
mod check;
mod code;
mod demo;
mod demo_web;
mod drawing;
mod endings;
mod ends;
mod failing;
mod faults;
mod languages;
mod leaving;
mod link;
mod network;
mod one_request;
mod papers;
mod record;
mod reloading;
mod saved;
mod secrets;
mod serve;
mod serve_refused;
mod signals;
mod sim;
mod single_calls;
mod support;
mod unread;
mod usage;

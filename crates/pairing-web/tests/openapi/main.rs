//! `openapi.json` held against what the hub really says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod answers;
mod contract;
mod samples;
#[path = "../hub/scripted.rs"]
#[allow(dead_code, reason = "it is the tests' of the hub")]
mod scripted;
#[path = "../hub/support.rs"]
#[allow(dead_code, reason = "it is the tests' of the hub")]
mod support;

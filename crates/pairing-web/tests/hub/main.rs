//! The hub as its users meet it: the host application, the page, the provider's webhooks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod answered;
mod clocks;
mod events;
mod faults;
mod guesses;
mod host;
mod lifetimes;
mod limits;
mod page;
mod pictures;
mod polling;
mod progress;
mod restart;
mod scripted;
mod secrets;
mod sharing;
mod state_file;
mod store;
mod support;
mod unused;
mod webhooks;

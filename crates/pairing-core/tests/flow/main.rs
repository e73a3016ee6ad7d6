//! The rules of the flow in virtual time: one by one, and over random providers and people.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod attempts;
mod failures;
mod linking;
mod methods;
mod properties;
mod rotation;
mod rounds;
mod search;
mod support;
mod webhooks;

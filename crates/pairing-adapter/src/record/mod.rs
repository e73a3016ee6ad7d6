//! Records what a gateway answered as shapes, for bug reports (feature `record`).
//!
//! A [`Recorder`] stands on both sides of an adapter: its transport sees the answers, its provider
//! sees what the adapter made of them. Each call is one line of JSON.
//!
//! A shape holds no value. What may stand in a record is a closed list: names of fields, words for
//! states, phrases of error messages, media types and names of headers that this crate or the
//! adapter's [`GatewayRules`](crate::GatewayRules) name; `true`, `false` and `null`; HTTP statuses;
//! and lengths in bands. Everything else is described: `<digits, 8-15 characters>`. Nothing of a
//! request is recorded but its method.

mod answer;
mod band;
mod recorder;
mod shape;
mod vocabulary;

pub use recorder::{FORMAT, Recorder};

#[cfg(test)]
mod tests;

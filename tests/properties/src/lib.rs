//! What must hold whatever comes in: one property for each way into the library.
//!
//! A [`Target`] takes any bytes, makes of them what a gateway, a person or a program might send, and
//! panics when a promise is broken. `fuzz/` searches for such bytes; this crate's tests replay what
//! was found, on every run of the suite.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a property that does not hold must stop the fuzzer"
)]

mod c_calls;
mod configuration;
mod exchange;
mod flow;
mod gateways;
mod instance;
mod phones;
mod pictures;
mod said;
mod seeds;
mod sent;
mod webhooks;

/// One way into the library.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of its program in `fuzz/`, and of its folders.
    pub name: &'static str,
    /// Panics if these bytes break a promise.
    pub check: fn(&[u8]),
    /// Inputs to start from, made of what is known about the wire.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    target("bodies", gateways::check, seeds::bodies),
    target("webhooks", webhooks::check, seeds::webhooks),
    target("pictures", pictures::check, seeds::pictures),
    target("phone_numbers", phones::check, seeds::phone_numbers),
    target("configuration", configuration::check, seeds::configuration),
    target("flow", flow::check, seeds::decisions),
    target("c_calls", c_calls::check, seeds::decisions),
];

const fn target(name: &'static str, check: fn(&[u8]), seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target { name, check, seeds }
}

/// Checks the input of a target, for the programs in `fuzz/`.
///
/// # Panics
///
/// If the bytes break a promise, or no target has this name.
pub fn check(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of this name").check)(data);
}

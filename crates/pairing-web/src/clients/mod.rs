//! Who sends requests: by which address, and how often it may guess.

mod address;
mod guesses;

pub(crate) use address::{Addresses, InvalidAddresses, Networks, customer};
pub(crate) use guesses::{Guesses, Wait};

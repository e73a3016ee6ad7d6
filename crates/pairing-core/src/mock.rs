//! A provider for the unit tests of programs (feature `mock`), and the parts of mockall that its
//! expectations take.

pub use mockall::{Sequence, predicate};

pub use crate::provider::MockPairingProvider;

//! Chances that fall the same way in every run.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

/// A stream of numbers that look random, one for each seed.
#[derive(Debug)]
pub(crate) struct Chance {
    seed: u64,
    drawn: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.drawn += 1;
        let hashed = BuildHasherDefault::<DefaultHasher>::default();
        hashed.hash_one((self.seed, self.drawn)) % end
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(crate) fn in_a_thousand(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    pub(crate) fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.below(most + 1))
    }
}

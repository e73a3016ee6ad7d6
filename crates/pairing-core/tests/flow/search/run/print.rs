//! When two states are the same.

use std::hash::{DefaultHasher, Hash as _, Hasher};

use super::Run;

impl Run<'_> {
    /// Names this state: equal prints, equal futures. The flow's `Debug` is derived and shows
    /// all of it but the text of a code, which the observer knows by its number.
    pub(crate) fn fingerprint(&self) -> u128 {
        let mut print = Print::default();
        let flow = format!("{:?}", self.flow);
        (flow, self.now.elapsed, self.now.wall, self.last).hash(&mut print);
        self.spec.hash(&mut print);
        let [high, low] = print.0.map(|half| u128::from(half.finish()));
        high << 64 | low
    }
}

/// Hashes twice: 128 bits, so that no two states are taken for one.
struct Print([DefaultHasher; 2]);

impl Default for Print {
    fn default() -> Self {
        let mut other = DefaultHasher::new();
        other.write_u8(1);
        Self([DefaultHasher::new(), other])
    }
}

impl Hasher for Print {
    fn write(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|half| half.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.0[0].finish()
    }
}

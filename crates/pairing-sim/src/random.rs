//! Repeatable randomness: the same seed and name give the same codes and credentials on
//! every machine and in every release, which no random-number crate promises.

/// SplitMix64, as published by Steele, Lea and Flood. Not for secrets.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Its own generator for each seed, name and number.
    pub(crate) fn new(seed: u64, name: &str, number: u64) -> Self {
        let mut random = Self(seed);
        for word in name.bytes().map(u64::from).chain([number]) {
            random.0 = random.next_u64() ^ word;
        }
        random
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next_u64().to_le_bytes()[0])
    }

    /// `length` characters of an ASCII alphabet.
    #[must_use]
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .filter_map(|_| alphabet.get((self.next_u64() >> 32) as usize % alphabet.len()))
            .map(|&letter| char::from(letter))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_agree_and_any_difference_shows() {
        let draw = |seed, name, number| Random::new(seed, name, number).next_u64();
        assert_eq!(draw(1, "a", 0), draw(1, "a", 0));
        assert_ne!(draw(1, "a", 0), draw(2, "a", 0));
        assert_ne!(draw(1, "a", 0), draw(1, "b", 0));
        assert_ne!(draw(1, "a", 0), draw(1, "a", 1));
    }

    #[test]
    fn a_release_keeps_the_codes_of_the_last_one() {
        assert_eq!(Random(0).next_u64(), 0xe220_a839_7b1d_cdaf);
    }
}

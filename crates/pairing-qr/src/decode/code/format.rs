//! The format of a code: its level of error correction and its mask.

use super::Modules;

/// What the modules around the finder patterns say.
#[derive(Clone, Copy)]
pub(super) struct Format {
    /// As the code writes it: M, L, H, Q.
    pub(super) level: usize,
    /// Below 8.
    pub(super) mask: u8,
}

/// Two formats differ in seven of their fifteen bits at least.
const MOST_WRONG_BITS: u32 = 3;

impl Format {
    /// From the copy at the top left, or else from the one that the other two corners share.
    pub(super) fn read(modules: &Modules) -> Option<Self> {
        let end = modules.size - 1;
        let corner = (0..15).map(|bit| match bit {
            0..6 => (bit, 8),
            6 => (7, 8),
            7 => (8, 8),
            8 => (8, 7),
            _ => (8, 14 - bit),
        });
        let others = (0..15).map(|bit| match bit {
            0..7 => (8, end - bit),
            _ => (end + bit - 14, 8),
        });
        Self::nearest(word(modules, corner)).or_else(|| Self::nearest(word(modules, others)))
    }

    fn nearest(word: u16) -> Option<Self> {
        let mut formats = (0..8).flat_map(|mask| (0..4).map(move |level| Self { level, mask }));
        formats.find(|format| (format.word() ^ word).count_ones() <= MOST_WRONG_BITS)
    }

    /// With its check bits, as it is drawn.
    fn word(self) -> u16 {
        const GENERATOR: u16 = 0b101_0011_0111;
        const INVERTED: u16 = 0b101_0100_0001_0010;
        let format = (self.level as u16) << 3 | u16::from(self.mask);
        let check = (10..15)
            .rev()
            .fold(format << 10, |rest, bit| match rest >> bit & 1 {
                1 => rest ^ GENERATOR << (bit - 10),
                _ => rest,
            });
        (format << 10 | check) ^ INVERTED
    }
}

/// The first place is the highest bit.
fn word(modules: &Modules, places: impl Iterator<Item = (usize, usize)>) -> u16 {
    places.fold(0, |word, (x, y)| {
        word << 1 | u16::from(modules.is_dark(x, y))
    })
}

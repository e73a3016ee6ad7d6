//! A zlib stream of runs: all the compression a drawing of squares needs.
//!
//! A library's compressor is 100 KB of code, an eighth of what a phone loads of this project.
//! This one knows a single trick, "the byte before, again" (RFC 1951: fixed codes, distance 1),
//! which takes a usual picture to a few kilobytes.

/// The longest run of one code.
const LONGEST_RUN: usize = 258;
/// Shorter runs are written byte by byte.
const SHORTEST_RUN: usize = 3;

/// Packs `data` as a complete zlib stream (RFC 1950).
pub(super) fn pack(data: &[u8]) -> Vec<u8> {
    let mut bits = BitWriter {
        // Deflate with the usual window, though no run looks back further than a byte: some
        // readers have never met another.
        bytes: vec![0x78, 0x01],
        pending: 0,
        count: 0,
    };
    // The last block, with fixed codes.
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    let mut rest = data;
    let mut previous = None;
    while let Some(&byte) = rest.first() {
        let run = rest.iter().take(LONGEST_RUN);
        let run = run.take_while(|next| Some(**next) == previous).count();
        let taken = if run >= SHORTEST_RUN {
            bits.push_run(run);
            run
        } else {
            bits.push_symbol(u16::from(byte));
            1
        };
        previous = Some(byte);
        rest = &rest[taken..];
    }
    bits.push_symbol(256);
    let mut packed = bits.finish();
    packed.extend_from_slice(&adler32(data).to_be_bytes());
    packed
}

/// Bits from the lowest of each byte up.
struct BitWriter {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl BitWriter {
    /// The lowest `count` bits of `value`, at most 16, the lowest first.
    fn push(&mut self, value: u16, count: u32) {
        self.pending |= u32::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// A symbol in the fixed code (RFC 1951, section 3.2.6), whose highest bit goes first.
    fn push_symbol(&mut self, symbol: u16) {
        let (code, length) = match symbol {
            0..=143 => (0x30 + symbol, 8),
            144..=255 => (0x190 + (symbol - 144), 9),
            256..=279 => (symbol - 256, 7),
            _ => (0xc0 + (symbol - 280), 8),
        };
        self.push(code.reverse_bits() >> (16 - length), length);
    }

    /// `length` times the byte before; from `SHORTEST_RUN` to `LONGEST_RUN` times.
    fn push_run(&mut self, length: usize) {
        let above = (length - SHORTEST_RUN) as u16;
        if length == LONGEST_RUN {
            self.push_symbol(285);
        } else if above < 8 {
            self.push_symbol(257 + above);
        } else {
            // Four symbols for each number of extra bits.
            let extra = above.ilog2() - 2;
            self.push_symbol(257 + 4 * (extra as u16 + 1) + ((above >> extra) & 0b11));
            self.push(above & ((1 << extra) - 1), extra);
        }
        // Distance 1.
        self.push(0, 5);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

/// The checksum of zlib (RFC 1950, section 8.2).
fn adler32(data: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut sum, mut sums) = (1, 0);
    for byte in data {
        sum = (sum + u32::from(*byte)) % MODULUS;
        sums = (sums + sum) % MODULUS;
    }
    sums << 16 | sum
}

#[cfg(test)]
mod tests {
    use miniz_oxide::inflate::decompress_to_vec_zlib;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn runs_of_every_length_come_back() {
        for length in 0..=2 * LONGEST_RUN + 3 {
            let mut data = vec![0xa5; length];
            data.extend([0, 0xff]);
            assert_eq!(decompress_to_vec_zlib(&pack(&data)).unwrap(), data);
        }
    }

    #[test]
    fn every_byte_comes_back() {
        let data: Vec<u8> = (0..=255).collect();
        assert_eq!(decompress_to_vec_zlib(&pack(&data)).unwrap(), data);
    }

    #[test]
    fn a_long_run_costs_next_to_nothing() {
        assert!(pack(&[0; 100_000]).len() < 800);
    }

    proptest! {
        #[test]
        fn an_independent_decoder_gets_back_what_went_in(
            runs in prop::collection::vec((any::<u8>(), 1..600_usize), 0..40)
        ) {
            let data: Vec<u8> = runs
                .iter()
                .flat_map(|(byte, times)| std::iter::repeat_n(*byte, *times))
                .collect();
            prop_assert_eq!(decompress_to_vec_zlib(&pack(&data)).unwrap(), data);
        }
    }
}

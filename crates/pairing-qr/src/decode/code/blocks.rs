//! How the codewords of a code are shared out to blocks, each with its own error correction.

use super::correction;

/// The data of all blocks, corrected; `None` if one of them has more errors than it can correct.
///
/// The blocks are drawn interleaved: the first codeword of each, the second of each. The last ones
/// hold one codeword of data more than the others, if they cannot be shared out evenly.
pub(super) fn data(version: usize, level: usize, codewords: &[u8]) -> Option<Vec<u8>> {
    let (check, blocks) = BLOCKS[version - 1][level];
    let (check, blocks) = (usize::from(check), usize::from(blocks));
    let shorter = codewords.len() / blocks;
    let longer = codewords.len() % blocks;
    let interleaved = (shorter - check) * blocks;
    let mut data = Vec::with_capacity(codewords.len());
    for index in 0..blocks {
        let of_all =
            |part: &[u8]| -> Vec<u8> { part.iter().skip(index).step_by(blocks).copied().collect() };
        let mut block = of_all(&codewords[..interleaved]);
        if index >= blocks - longer {
            block.push(codewords[interleaved + index - (blocks - longer)]);
        }
        let data_length = block.len();
        block.extend(of_all(&codewords[interleaved + longer..]));
        correction::correct(&mut block, check)?;
        data.extend_from_slice(&block[..data_length]);
    }
    Some(data)
}

/// By version and level (M, L, H, Q): how many codewords of each block correct the others, and how
/// many blocks there are (ISO/IEC 18004, table of error correction characteristics).
pub(super) const BLOCKS: [[(u8, u8); 4]; 40] = [
    [(10, 1), (7, 1), (17, 1), (13, 1)],
    [(16, 1), (10, 1), (28, 1), (22, 1)],
    [(26, 1), (15, 1), (22, 2), (18, 2)],
    [(18, 2), (20, 1), (16, 4), (26, 2)],
    [(24, 2), (26, 1), (22, 4), (18, 4)],
    [(16, 4), (18, 2), (28, 4), (24, 4)],
    [(18, 4), (20, 2), (26, 5), (18, 6)],
    [(22, 4), (24, 2), (26, 6), (22, 6)],
    [(22, 5), (30, 2), (24, 8), (20, 8)],
    [(26, 5), (18, 4), (28, 8), (24, 8)],
    [(30, 5), (20, 4), (24, 11), (28, 8)],
    [(22, 8), (24, 4), (28, 11), (26, 10)],
    [(22, 9), (26, 4), (22, 16), (24, 12)],
    [(24, 9), (30, 4), (24, 16), (20, 16)],
    [(24, 10), (22, 6), (24, 18), (30, 12)],
    [(28, 10), (24, 6), (30, 16), (24, 17)],
    [(28, 11), (28, 6), (28, 19), (28, 16)],
    [(26, 13), (30, 6), (28, 21), (28, 18)],
    [(26, 14), (28, 7), (26, 25), (26, 21)],
    [(26, 16), (28, 8), (28, 25), (30, 20)],
    [(26, 17), (28, 8), (30, 25), (28, 23)],
    [(28, 17), (28, 9), (24, 34), (30, 23)],
    [(28, 18), (30, 9), (30, 30), (30, 25)],
    [(28, 20), (30, 10), (30, 32), (30, 27)],
    [(28, 21), (26, 12), (30, 35), (30, 29)],
    [(28, 23), (28, 12), (30, 37), (28, 34)],
    [(28, 25), (30, 12), (30, 40), (30, 34)],
    [(28, 26), (30, 13), (30, 42), (30, 35)],
    [(28, 28), (30, 14), (30, 45), (30, 38)],
    [(28, 29), (30, 15), (30, 48), (30, 40)],
    [(28, 31), (30, 16), (30, 51), (30, 43)],
    [(28, 33), (30, 17), (30, 54), (30, 45)],
    [(28, 35), (30, 18), (30, 57), (30, 48)],
    [(28, 37), (30, 19), (30, 60), (30, 51)],
    [(28, 38), (30, 19), (30, 63), (30, 53)],
    [(28, 40), (30, 20), (30, 66), (30, 56)],
    [(28, 43), (30, 21), (30, 70), (30, 59)],
    [(28, 45), (30, 22), (30, 74), (30, 62)],
    [(28, 47), (30, 24), (30, 77), (30, 65)],
    [(28, 49), (30, 25), (30, 81), (30, 68)],
];

//! The text that the data of a code holds, in segments of several kinds.

/// The text; `None` for data that is cut off, is no UTF-8, or has a segment of a kind that no
/// pairing code has: Kanji, parts of a text in several codes, and marks of the GS1 organisation.
pub(super) fn text(version: usize, data: &[u8]) -> Option<String> {
    const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let lengths = match version {
        ..=9 => [10, 9, 8],
        10..=26 => [12, 11, 16],
        _ => [14, 13, 16],
    };
    let mut bits = Bits { data, next: 0 };
    let mut text = Vec::new();
    // What is shorter than a kind ends the text as its mark does.
    while let Some(kind @ 1..) = bits.take(4) {
        match kind {
            1 => {
                let digits = bits.take(lengths[0])?;
                let groups = [(3, 10), (2, 7), (1, 4)];
                bits.characters(digits, b"0123456789", &groups, &mut text)?;
            }
            2 => {
                let characters = bits.take(lengths[1])?;
                bits.characters(characters, ALPHANUMERIC, &[(2, 11), (1, 6)], &mut text)?;
            }
            4 => {
                for _ in 0..bits.take(lengths[2])? {
                    text.push(bits.take(8)? as u8);
                }
            }
            // What follows is in another character set. Programs name UTF-8 so, and those that name
            // another one are found out by the letters that are no UTF-8.
            7 => {
                let first = bits.take(8)?;
                match first.to_be_bytes() {
                    [.., 0..128] => {}
                    [.., 128..192] => drop(bits.take(8)?),
                    _ => drop(bits.take(16)?),
                }
            }
            _ => return None,
        }
    }
    String::from_utf8(text).ok()
}

/// The highest bit of a byte is the first.
struct Bits<'a> {
    data: &'a [u8],
    next: usize,
}

impl Bits<'_> {
    /// The next ones as a number, or `None` if there are fewer.
    fn take(&mut self, count: usize) -> Option<u32> {
        let end = self.next + count;
        if end > 8 * self.data.len() {
            return None;
        }
        let number = (self.next..end).fold(0, |number, place| {
            number << 1 | u32::from(self.data[place / 8] >> (7 - place % 8) & 1)
        });
        self.next = end;
        Some(number)
    }

    /// Appends as many characters of an alphabet. Each of the groups says how many of them stand in
    /// how many bits; the largest that fits is taken.
    fn characters(
        &mut self,
        count: u32,
        alphabet: &[u8],
        groups: &[(u32, usize)],
        text: &mut Vec<u8>,
    ) -> Option<()> {
        let base = alphabet.len() as u32;
        let mut left = count;
        while let Some((characters, bits)) = groups.iter().find(|(fit, _)| *fit <= left) {
            let number = self.take(*bits)?;
            if number >= base.pow(*characters) {
                return None;
            }
            let digits = (0..*characters).rev();
            text.extend(digits.map(|digit| alphabet[(number / base.pow(digit) % base) as usize]));
            left -= characters;
        }
        Some(())
    }
}

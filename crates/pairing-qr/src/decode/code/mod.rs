//! Reads the text in the modules of a QR code (ISO/IEC 18004).

mod blocks;
mod correction;
mod format;
mod layout;
mod segments;
#[cfg(test)]
mod tests;

use self::format::Format;
use self::layout::Layout;

/// The modules of a code, without a quiet zone.
pub(super) struct Modules {
    /// Modules per side: 17 and four for each version, of which there are 40.
    size: usize,
    /// Row by row.
    dark: Vec<bool>,
}

impl Modules {
    /// `size` is that of a version; `is_dark` is asked for column and row.
    pub(super) fn new(size: usize, is_dark: impl Fn(usize, usize) -> bool) -> Self {
        let places = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        Self {
            size,
            dark: places.map(|(x, y)| is_dark(x, y)).collect(),
        }
    }

    /// The picture of a code in a mirror: rows for columns.
    fn mirrored(&self) -> Self {
        Self::new(self.size, |x, y| self.is_dark(y, x))
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.size + x]
    }

    fn version(&self) -> usize {
        (self.size - 17) / 4
    }
}

/// The text, or `None` if too many modules are wrong, or they hold something else than a text.
pub(super) fn text(modules: &Modules) -> Option<String> {
    straight(modules).or_else(|| straight(&modules.mirrored()))
}

fn straight(modules: &Modules) -> Option<String> {
    let format = Format::read(modules)?;
    let codewords = codewords(modules, format.mask);
    let data = blocks::data(modules.version(), format.level, &codewords)?;
    segments::text(modules.version(), &data)
}

/// The bytes in the order in which they are drawn: in columns of two modules from the right, the
/// first one upwards, the next one downwards.
fn codewords(modules: &Modules, mask: u8) -> Vec<u8> {
    let layout = Layout::of(modules.version());
    let size = modules.size;
    // The timing pattern takes a column of its own.
    let columns = (7..size).rev().step_by(2).chain([5, 3, 1]);
    let mut bits = Vec::with_capacity(size * size);
    for (index, right) in columns.enumerate() {
        for step in 0..size {
            let y = if index % 2 == 0 {
                size - 1 - step
            } else {
                step
            };
            for x in [right, right - 1] {
                if !layout.is_taken(x, y) {
                    bits.push(modules.is_dark(x, y) != is_inverted(mask, x, y));
                }
            }
        }
    }
    let bytes = bits.chunks_exact(8);
    bytes
        .map(|bits| bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit)))
        .collect()
}

/// Whether this of the eight masks inverts a module.
fn is_inverted(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (x / 3 + y / 2) % 2 == 0,
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3) % 2 == 0,
        _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
    }
}

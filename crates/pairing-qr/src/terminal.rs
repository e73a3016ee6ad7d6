//! Draws with half blocks, because a terminal cell is about twice as high as wide.

use crate::matrix::{QUIET_ZONE, QrMatrix};

/// The widest quiet zone [`TerminalStyle`] draws, in modules; a larger number
/// counts as this one, so that no number can exhaust the memory.
pub const MAX_TERMINAL_QUIET_ZONE: usize = 64;

/// How a QR code is drawn in a terminal.
///
/// The drawing uses spaces and half blocks in the terminal's own colours, and
/// no escape sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TerminalStyle {
    /// Which of the terminal's colours is the dark one.
    ///
    /// `false`, the default, is for light text on a dark background: light
    /// modules are drawn, dark ones left blank. `true` is for dark text on a
    /// light background. Set for the wrong kind of terminal, the code appears
    /// as its negative, which not every phone reads.
    pub inverted: bool,
    /// Light modules around the code, on each side. The default is
    /// [`QUIET_ZONE`], the four that ISO/IEC 18004 asks for; many phones manage
    /// with two where space is short. At most [`MAX_TERMINAL_QUIET_ZONE`].
    pub quiet_zone: usize,
}

impl Default for TerminalStyle {
    fn default() -> Self {
        Self {
            inverted: false,
            quiet_zone: QUIET_ZONE,
        }
    }
}

impl TerminalStyle {
    /// Sets which of the terminal's colours is the dark one; see [`inverted`](Self::inverted).
    #[must_use]
    pub fn with_inverted(mut self, inverted: bool) -> Self {
        self.inverted = inverted;
        self
    }

    /// Sets the light modules around the code; see [`quiet_zone`](Self::quiet_zone).
    #[must_use]
    pub fn with_quiet_zone(mut self, modules: usize) -> Self {
        self.quiet_zone = modules;
        self
    }

    /// The size of the drawing of `matrix`, as columns and rows of cells.
    #[must_use]
    pub fn size(&self, matrix: &QrMatrix) -> (usize, usize) {
        let side = matrix.width() + 2 * self.margin();
        (side, side.div_ceil(2))
    }

    fn margin(&self) -> usize {
        self.quiet_zone.min(MAX_TERMINAL_QUIET_ZONE)
    }
}

impl QrMatrix {
    /// Draws the code as lines joined by `'\n'`, two rows of modules to a line.
    ///
    /// [`TerminalStyle::size`] says beforehand whether it fits: a line that the
    /// terminal wraps makes the code unreadable.
    #[must_use]
    pub fn to_terminal(&self, style: TerminalStyle) -> String {
        let (columns, lines) = style.size(self);
        let margin = style.margin();
        let inked = |x: usize, y: usize| {
            // The side is odd, so half of the last line lies below the drawing
            // and stays blank.
            let dark = x >= margin && y >= margin && self.is_dark(x - margin, y - margin);
            y < columns && dark == style.inverted
        };

        // Block characters take three bytes in UTF-8.
        let mut drawing = String::with_capacity(lines * (3 * columns + 1));
        for line in 0..lines {
            if line > 0 {
                drawing.push('\n');
            }
            for x in 0..columns {
                drawing.push(match (inked(x, 2 * line), inked(x, 2 * line + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
        }
        drawing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> QrMatrix {
        QrMatrix::encode("2@a").unwrap()
    }

    #[test]
    fn the_drawing_has_the_announced_size() {
        for quiet_zone in [0, 1, 4, 7] {
            for inverted in [false, true] {
                let style = TerminalStyle {
                    inverted,
                    quiet_zone,
                };
                let (columns, rows) = style.size(&matrix());
                assert_eq!(columns, 21 + 2 * quiet_zone);
                let drawing = matrix().to_terminal(style);
                assert_eq!(drawing.split('\n').count(), rows);
                for line in drawing.split('\n') {
                    assert_eq!(line.chars().count(), columns);
                }
            }
        }
    }

    #[test]
    fn a_dark_terminal_gets_light_modules_drawn() {
        let style = TerminalStyle {
            quiet_zone: 1,
            ..TerminalStyle::default()
        };
        let drawing = matrix().to_terminal(style);
        // A row of quiet zone above the top edge of a finder pattern.
        assert!(drawing.starts_with("█▀▀▀▀▀▀▀█"), "{drawing}");
    }

    #[test]
    fn a_light_terminal_gets_dark_modules_drawn() {
        let style = TerminalStyle {
            inverted: true,
            quiet_zone: 1,
        };
        let drawing = matrix().to_terminal(style);
        assert!(drawing.starts_with(" ▄▄▄▄▄▄▄ "), "{drawing}");
    }

    #[test]
    fn an_absurd_quiet_zone_is_bounded() {
        let style = TerminalStyle {
            quiet_zone: usize::MAX,
            ..TerminalStyle::default()
        };
        let side = 21 + 2 * MAX_TERMINAL_QUIET_ZONE;
        assert_eq!(style.size(&matrix()), (side, side.div_ceil(2)));
        assert_eq!(
            matrix().to_terminal(style).chars().count(),
            (side + 1) * side.div_ceil(2) - 1
        );
    }
}

//! The modules of one QR code, from which every drawing is made.

use std::fmt;

use fast_qr::{ECL, Mode, Module, QRBuilder};
use thiserror::Error;
use zeroize::optimization_barrier;

use crate::png_file::MAX_PIXELS_PER_MODULE;

/// The most bytes of text one QR code holds: version 40, error correction L,
/// byte mode (ISO/IEC 18004, table of data capacities).
pub const MAX_TEXT_BYTES: usize = 2953;

/// Light modules around a code, on each side: ISO/IEC 18004 asks for four.
///
/// [`QrMatrix`] holds none of them; every drawing adds them.
pub const QUIET_ZONE: usize = 4;

/// Why a text could not be drawn as a QR code.
///
/// No variant holds the text, which is a login secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// There is nothing to draw: an empty code links no phone.
    #[error("the text for the QR code is empty; wait for a pairing code before drawing it")]
    Empty,
    /// The text is longer than [`MAX_TEXT_BYTES`].
    #[error(
        "the text for the QR code has {bytes} bytes, but a QR code holds at most {MAX_TEXT_BYTES}"
    )]
    TooLong {
        /// Length of the refused text, in bytes.
        bytes: usize,
    },
    /// The size of a module is not between 1 and [`MAX_PIXELS_PER_MODULE`].
    #[error(
        "{given} pixels per module were asked for; choose between 1 and {MAX_PIXELS_PER_MODULE}"
    )]
    PixelsPerModule {
        /// The refused number of pixels.
        given: u32,
    },
}

/// A QR code as a square of dark and light modules, without a quiet zone. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct QrMatrix {
    width: usize,
    /// Row by row from the top left, `width * width` of them; true is dark.
    modules: Vec<bool>,
}

impl QrMatrix {
    /// Encodes `text` in byte mode, in the smallest version that holds it.
    ///
    /// Error correction is level L. Higher levels repair dirt and scratches,
    /// which a screen does not have, and pay for it with modules: the usual
    /// pairing text of some 240 characters takes 57 modules a side at level L
    /// and 61 at level M, and small modules are what makes a code on a screen
    /// hard to scan.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Empty`] for an empty text, [`EncodeError::TooLong`] for
    /// one of more than [`MAX_TEXT_BYTES`] bytes.
    pub fn encode(text: &str) -> Result<Self, EncodeError> {
        if text.is_empty() {
            return Err(EncodeError::Empty);
        }
        let mut code = QRBuilder::new(text)
            .mode(Mode::Byte)
            .ecl(ECL::L)
            .build()
            // Without a version of our choosing, its length is the only thing
            // that can be wrong with a text.
            .map_err(|_| EncodeError::TooLong { bytes: text.len() })?;
        let drawn = &mut code.data[..code.size * code.size];
        let modules = drawn.iter().map(|module| module.value()).collect();
        drawn.fill(Module::data(Module::LIGHT));
        optimization_barrier(drawn);
        Ok(Self {
            width: code.size,
            modules,
        })
    }

    /// Modules per side: 21 for version 1 up to 177 for version 40.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the module in column `x` of row `y`, counted from the top left,
    /// is dark. Everything outside the code is light.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.width && self.modules[y * self.width + x]
    }

    /// The rows from top to bottom, each as [`width`](Self::width) modules from
    /// left to right; true is dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.modules.chunks_exact(self.width)
    }
}

impl Drop for QrMatrix {
    fn drop(&mut self) {
        self.modules.fill(false);
        optimization_barrier(&self.modules[..]);
    }
}

impl fmt::Debug for QrMatrix {
    /// Shows the size alone: the modules are a login secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrMatrix")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_of_the_code_is_light() {
        let matrix = QrMatrix::encode("2@a").unwrap();
        assert!(matrix.is_dark(0, 0), "the finder pattern starts dark");
        for (x, y) in [(21, 0), (0, 21), (usize::MAX, usize::MAX)] {
            assert!(!matrix.is_dark(x, y), "({x}, {y})");
        }
    }

    #[test]
    fn rows_and_modules_agree() {
        let matrix = QrMatrix::encode("2@a").unwrap();
        assert_eq!(matrix.rows().count(), matrix.width());
        for (y, row) in matrix.rows().enumerate() {
            assert_eq!(row.len(), matrix.width());
            for (x, &dark) in row.iter().enumerate() {
                assert_eq!(matrix.is_dark(x, y), dark, "({x}, {y})");
            }
        }
    }

    #[test]
    fn the_smallest_version_is_taken() {
        let width = |bytes| QrMatrix::encode(&"x".repeat(bytes)).unwrap().width();
        assert_eq!(width(1), 21);
        assert_eq!(width(17), 21, "version 1 holds 17 bytes at level L");
        assert_eq!(width(18), 25);
        assert_eq!(width(240), 57);
        assert_eq!(width(MAX_TEXT_BYTES), 177);
    }

    #[test]
    fn empty_and_oversized_texts_are_refused() {
        assert_eq!(QrMatrix::encode(""), Err(EncodeError::Empty));
        for bytes in [MAX_TEXT_BYTES + 1, 100_000] {
            assert_eq!(
                QrMatrix::encode(&"x".repeat(bytes)),
                Err(EncodeError::TooLong { bytes })
            );
        }
    }

    #[test]
    fn debug_shows_the_size_alone() {
        let matrix = QrMatrix::encode("2@a").unwrap();
        assert_eq!(format!("{matrix:?}"), "QrMatrix { width: 21, .. }");
    }
}

//! Draws as PNG, for files, mails and chats.

use png::{BitDepth, ColorType, Encoder};

use crate::matrix::{EncodeError, QUIET_ZONE, QrMatrix};

/// The largest module [`QrMatrix::to_png`] draws, in pixels per side.
///
/// A usual pairing code, 65 modules with its quiet zone, is then 4,160 pixels
/// wide: more than a screen shows or a sheet of paper needs. (Its feature `decode` reads
/// such a code with modules of up to 44 pixels.)
pub const MAX_PIXELS_PER_MODULE: u32 = 64;

impl QrMatrix {
    /// Draws the code as a PNG of 1-bit grayscale with a quiet zone of
    /// [`QUIET_ZONE`] modules, each module a square of `pixels_per_module`
    /// pixels a side.
    ///
    /// # Errors
    ///
    /// [`EncodeError::PixelsPerModule`] unless `pixels_per_module` is between 1
    /// and [`MAX_PIXELS_PER_MODULE`].
    pub fn to_png(&self, pixels_per_module: u32) -> Result<Vec<u8>, EncodeError> {
        if !(1..=MAX_PIXELS_PER_MODULE).contains(&pixels_per_module) {
            return Err(EncodeError::PixelsPerModule {
                given: pixels_per_module,
            });
        }
        let scale = pixels_per_module as usize;
        let modules = self.width() + 2 * QUIET_ZONE;
        let side = modules * scale;

        let mut bits = Vec::with_capacity(side * side.div_ceil(8));
        for y in 0..modules {
            let mut line = vec![0xff_u8; side.div_ceil(8)];
            for x in 0..modules {
                // Wrapping, as what lies left of or above the code is outside of it.
                if self.is_dark(x.wrapping_sub(QUIET_ZONE), y.wrapping_sub(QUIET_ZONE)) {
                    for pixel in x * scale..(x + 1) * scale {
                        line[pixel / 8] &= !(0x80 >> (pixel % 8));
                    }
                }
            }
            for _ in 0..scale {
                bits.extend_from_slice(&line);
            }
        }

        let side = u32::try_from(side).expect("at most 185 modules of 64 pixels");
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, side, side);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        let mut writer = encoder
            .write_header()
            .expect("the size is not zero and a Vec takes every write");
        writer
            .write_image_data(&bits)
            .expect("the data has the announced size and a Vec takes every write");
        writer
            .finish()
            .expect("the image is complete and a Vec takes every write");
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_module_is_bounded() {
        let matrix = QrMatrix::encode("2@a").unwrap();
        for given in [0, MAX_PIXELS_PER_MODULE + 1, u32::MAX] {
            assert_eq!(
                matrix.to_png(given),
                Err(EncodeError::PixelsPerModule { given })
            );
        }
        assert!(matrix.to_png(MAX_PIXELS_PER_MODULE).is_ok());
    }

    #[test]
    fn the_picture_is_one_bit_grayscale_with_a_quiet_zone() {
        let matrix = QrMatrix::encode("2@a").unwrap();
        let file = matrix.to_png(3).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&file))
            .read_info()
            .unwrap();
        let info = reader.info();
        assert_eq!((info.width, info.height), (29 * 3, 29 * 3));
        assert_eq!(info.color_type, ColorType::Grayscale);
        assert_eq!(info.bit_depth, BitDepth::One);
    }
}

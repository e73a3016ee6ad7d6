//! Draws as PNG, for files, mails and chats.

mod zlib;

use crate::matrix::{EncodeError, QUIET_ZONE, QrMatrix};

/// The largest module [`QrMatrix::to_png`] draws, in pixels per side.
///
/// A usual pairing code, 65 modules with its quiet zone, is then 4,160 pixels
/// wide: more than a screen shows or a sheet of paper needs. (`decode` reads such a
/// code with modules of up to 44 pixels.)
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

        // Each line begins with its filter: none, or the difference to the line above.
        let mut lines = Vec::with_capacity(side * (1 + side.div_ceil(8)));
        let same_as_above = [&[2][..], &vec![0; side.div_ceil(8)]].concat();
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
            lines.push(0);
            lines.extend_from_slice(&line);
            for _ in 1..scale {
                lines.extend_from_slice(&same_as_above);
            }
        }
        let side = u32::try_from(side).expect("at most 185 modules of 64 pixels");
        Ok(file(side, &lines))
    }
}

/// A square PNG of 1-bit grayscale (ISO/IEC 15948).
fn file(side: u32, lines: &[u8]) -> Vec<u8> {
    let mut header = [side.to_be_bytes(), side.to_be_bytes()].concat();
    // One bit, grayscale, deflate, the standard filters, not interlaced.
    header.extend([1, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    push_chunk(&mut file, b"IHDR", &header);
    push_chunk(&mut file, b"IDAT", &zlib::pack(lines));
    push_chunk(&mut file, b"IEND", &[]);
    file
}

fn push_chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len())
        .expect("a chunk has at most 9 bits for each byte of 11,840 lines of 1,481");
    file.extend(length.to_be_bytes());
    let checked = file.len();
    file.extend(name);
    file.extend(data);
    let sum = crc32(&file[checked..]);
    file.extend(sum.to_be_bytes());
}

/// The checksum of PNG (ISO/IEC 15948, annex D), bit by bit: no table for a few kilobytes.
fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    !crc
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
        assert_eq!(info.color_type, png::ColorType::Grayscale);
        assert_eq!(info.bit_depth, png::BitDepth::One);
    }
}

//! Unpacks PNG and JPEG files, within limits, to what a QR reader needs of them.

use std::io::Cursor;

use zune_jpeg::{
    JpegDecoder,
    zune_core::{colorspace::ColorSpace, options::DecoderOptions},
};

use super::{DecodeError, MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE};

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG_SIGNATURE: &[u8] = &[0xff, 0xd8, 0xff];

/// Progressive JPEGs come in a dozen scans; each costs a pass over all pixels.
const MAX_JPEG_SCANS: usize = 32;

/// A picture's brightness and opacity, pixel by pixel.
pub(super) struct Picture {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    /// Empty if all of the picture is opaque.
    alpha: Vec<u8>,
}

/// A picture without transparency.
pub(super) struct Flat {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) luma: Vec<u8>,
}

impl Picture {
    /// Tells the kind of file by its first bytes and unpacks it.
    pub(super) fn read(file: &[u8]) -> Result<Self, DecodeError> {
        if file.len() > MAX_PICTURE_BYTES {
            return Err(DecodeError::TooManyBytes { bytes: file.len() });
        }
        if file.starts_with(PNG_SIGNATURE) {
            Self::read_png(file)
        } else if file.starts_with(JPEG_SIGNATURE) {
            Self::read_jpeg(file)
        } else {
            Err(DecodeError::NotAPicture)
        }
    }

    fn read_png(file: &[u8]) -> Result<Self, DecodeError> {
        let mut decoder = png::Decoder::new(Cursor::new(file));
        // Eight bits a sample and no palette, whatever the file has; and nothing
        // is unpacked that is not the picture itself.
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let header = decoder.read_header_info().map_err(damaged)?;
        check_size(header.width, header.height)?;

        let mut reader = decoder.read_info().map_err(damaged)?;
        let size = reader.output_buffer_size().ok_or(DecodeError::Damaged)?;
        let mut samples = vec![0; size];
        let frame = reader.next_frame(&mut samples).map_err(damaged)?;
        samples.truncate(frame.buffer_size());
        // Reads on to the end of the file, so that one that is cut off is noticed.
        reader.finish().map_err(damaged)?;
        Self::from_samples(
            frame.width,
            frame.height,
            &samples,
            frame.color_type.samples(),
        )
    }

    fn read_jpeg(file: &[u8]) -> Result<Self, DecodeError> {
        let options = DecoderOptions::default()
            // Otherwise what is missing at the end of a file is filled with grey.
            .set_strict_mode(true)
            // Nothing it could refuse, so that `check_size` says what is wrong.
            .set_max_width(usize::from(u16::MAX))
            .set_max_height(usize::from(u16::MAX))
            .jpeg_set_max_scans(MAX_JPEG_SCANS)
            .jpeg_set_out_colorspace(ColorSpace::Luma);
        let mut decoder = JpegDecoder::new_with_options(Cursor::new(file), options);
        decoder.decode_headers().map_err(damaged)?;
        let (width, height) = decoder.dimensions().ok_or(DecodeError::Damaged)?;
        let width = u32::try_from(width).map_err(damaged)?;
        let height = u32::try_from(height).map_err(damaged)?;
        check_size(width, height)?;

        let samples = decoder.decode().map_err(damaged)?;
        Self::from_samples(width, height, &samples, 1)
    }

    /// Takes the 8-bit samples of grey, grey and alpha, RGB, or RGB and alpha.
    fn from_samples(
        width: u32,
        height: u32,
        samples: &[u8],
        samples_per_pixel: usize,
    ) -> Result<Self, DecodeError> {
        let (width, height) = (width as usize, height as usize);
        if width == 0 || height == 0 || samples.len() != width * height * samples_per_pixel {
            return Err(DecodeError::Damaged);
        }
        let pixels = || samples.chunks_exact(samples_per_pixel);
        let luma = match samples_per_pixel {
            1 | 2 => pixels().map(|pixel| pixel[0]).collect(),
            3 | 4 => pixels().map(brightness).collect(),
            _ => return Err(DecodeError::Damaged),
        };
        let mut alpha = Vec::new();
        if samples_per_pixel % 2 == 0 {
            alpha.extend(pixels().map(|pixel| pixel[samples_per_pixel - 1]));
            if alpha.iter().all(|&opacity| opacity == u8::MAX) {
                alpha.clear();
            }
        }
        Ok(Self {
            width,
            height,
            luma,
            alpha,
        })
    }

    /// Whether any pixel lets the page behind it show.
    pub(super) fn is_transparent(&self) -> bool {
        !self.alpha.is_empty()
    }

    /// The picture as it looks on a page of the given brightness.
    pub(super) fn flatten_on(&self, page: u8) -> Flat {
        let luma = if self.is_transparent() {
            self.luma
                .iter()
                .zip(&self.alpha)
                .map(|(&luma, &alpha)| blend(luma, alpha, page))
                .collect()
        } else {
            self.luma.clone()
        };
        Flat {
            width: self.width,
            height: self.height,
            luma,
        }
    }
}

fn check_size(width: u32, height: u32) -> Result<(), DecodeError> {
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > MAX_PICTURE_SIDE || pixels > u64::from(MAX_PICTURE_PIXELS) {
        return Err(DecodeError::TooLarge { width, height });
    }
    Ok(())
}

/// Drops the decoder's own error: it may quote bytes of the file.
fn damaged<E>(_: E) -> DecodeError {
    DecodeError::Damaged
}

/// The luma of ITU-R BT.601, which JPEG uses too.
fn brightness(rgb: &[u8]) -> u8 {
    let weighted = 299 * u32::from(rgb[0]) + 587 * u32::from(rgb[1]) + 114 * u32::from(rgb[2]);
    u8::try_from(weighted / 1000).expect("the weights add up to 1000")
}

fn blend(luma: u8, alpha: u8, page: u8) -> u8 {
    let opacity = u32::from(alpha);
    let mixed = u32::from(luma) * opacity + u32::from(page) * (255 - opacity);
    u8::try_from(mixed / 255).expect("the weights add up to 255")
}

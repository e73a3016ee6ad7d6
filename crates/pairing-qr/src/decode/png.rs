//! Unpacks PNG files (ISO/IEC 15948) row by row, to brightness and opacity alone.
//!
//! A general library for PNG brings its own decompressor, tables, animations and texts along:
//! 180 KB of a phone's library, which is why phones did without any check of a gateway's picture.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

use super::DecodeError;
use super::picture::{Picture, brightness, check_size};
use crate::png_file::crc32;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The seven passes of an interlaced file: first column and row, and the steps between them.
const INTERLACED: [[usize; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];
const IN_ORDER: [[usize; 4]; 1] = [[0, 0, 1, 1]];

/// What the first chunk says.
struct Header {
    width: usize,
    height: usize,
    /// Bits of a sample.
    depth: usize,
    colour: Colour,
    interlaced: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Colour {
    Grey,
    Rgb,
    Palette,
    GreyAlpha,
    RgbAlpha,
}

impl Colour {
    const fn samples(self) -> usize {
        match self {
            Self::Grey | Self::Palette => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }
}

impl Header {
    fn read(data: &[u8]) -> Result<Self, DecodeError> {
        let &[
            w0,
            w1,
            w2,
            w3,
            h0,
            h1,
            h2,
            h3,
            depth,
            colour,
            0,
            0,
            interlaced @ 0..=1,
        ] = data
        else {
            return Err(DecodeError::Damaged);
        };
        let width = u32::from_be_bytes([w0, w1, w2, w3]);
        let height = u32::from_be_bytes([h0, h1, h2, h3]);
        check_size(width, height)?;
        let colour = match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) => Colour::Grey,
            (2, 8 | 16) => Colour::Rgb,
            (3, 1 | 2 | 4 | 8) => Colour::Palette,
            (4, 8 | 16) => Colour::GreyAlpha,
            (6, 8 | 16) => Colour::RgbAlpha,
            _ => return Err(DecodeError::Damaged),
        };
        if width == 0 || height == 0 {
            return Err(DecodeError::Damaged);
        }
        Ok(Self {
            width: width as usize,
            height: height as usize,
            depth: depth.into(),
            colour,
            interlaced: interlaced == 1,
        })
    }
}

/// The chunks that matter.
struct Chunks<'a> {
    header: Header,
    palette: &'a [u8],
    /// Of `tRNS`: opacities of the palette, or the colour that is transparent.
    transparency: Option<&'a [u8]>,
    /// Of all `IDAT`, compressed.
    data: Vec<u8>,
}

impl<'a> Chunks<'a> {
    /// Reads to the end of the file, so that one that is cut off is noticed.
    fn read(file: &'a [u8]) -> Result<Self, DecodeError> {
        let mut rest = file.get(SIGNATURE.len()..).ok_or(DecodeError::Damaged)?;
        let mut chunks: Option<Self> = None;
        loop {
            let (name, data) = next_chunk(&mut rest)?;
            match (name, &mut chunks) {
                (b"IHDR", None) => {
                    chunks = Some(Self {
                        header: Header::read(data)?,
                        palette: &[],
                        transparency: None,
                        data: Vec::new(),
                    });
                }
                (b"PLTE", Some(chunks)) => chunks.palette = data,
                (b"tRNS", Some(chunks)) => chunks.transparency = Some(data),
                (b"IDAT", Some(chunks)) => chunks.data.extend_from_slice(data),
                (b"IEND", Some(_)) => return chunks.ok_or(DecodeError::Damaged),
                // What is not needed for the picture itself begins with a small letter.
                ([b'a'..=b'z', ..], Some(_)) => {}
                _ => return Err(DecodeError::Damaged),
            }
        }
    }

    /// The brightness and opacity of the pixel at `index` of a row.
    fn pixel(&self, row: &[u8], index: usize) -> Option<(u8, u8)> {
        let Header { depth, colour, .. } = self.header;
        let first = index * colour.samples();
        let mut samples = [0_u16; 4];
        for (place, sample) in samples.iter_mut().take(colour.samples()).enumerate() {
            *sample = sample_at(row, first + place, depth)?;
        }
        let byte = |sample: u16| match depth {
            // The highest value of each depth becomes 255.
            1 => sample * 255,
            2 => sample * 85,
            4 => sample * 17,
            8 => sample,
            _ => sample >> 8,
        } as u8;
        let [red, green, blue, alpha] = samples;
        let is_transparent = |samples: &[u16]| {
            self.transparency.is_some_and(|colour| {
                let values = colour.chunks_exact(2);
                values
                    .map(|value| u16::from_be_bytes([value[0], value[1]]))
                    .eq(samples.iter().copied())
            })
        };
        let opacity = |samples: &[u16]| if is_transparent(samples) { 0 } else { u8::MAX };
        Some(match colour {
            Colour::Grey => (byte(red), opacity(&samples[..1])),
            Colour::GreyAlpha => (byte(red), byte(green)),
            Colour::Rgb => (
                brightness(&[byte(red), byte(green), byte(blue)]),
                opacity(&samples[..3]),
            ),
            Colour::RgbAlpha => (
                brightness(&[byte(red), byte(green), byte(blue)]),
                byte(alpha),
            ),
            Colour::Palette => {
                let index = usize::from(red);
                let rgb = self.palette.get(3 * index..)?.get(..3)?;
                let alphas = self.transparency.unwrap_or_default();
                (
                    brightness(rgb),
                    alphas.get(index).copied().unwrap_or(u8::MAX),
                )
            }
        })
    }
}

/// The name and the content of the chunk at the beginning of `rest`, which is cut off there.
fn next_chunk<'a>(rest: &mut &'a [u8]) -> Result<(&'a [u8; 4], &'a [u8]), DecodeError> {
    let chunk = || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (checked, after) = after.split_at_checked(length.checked_add(4)?)?;
        let (sum, after) = after.split_first_chunk::<4>()?;
        let (name, data) = checked.split_first_chunk::<4>()?;
        (crc32(checked) == u32::from_be_bytes(*sum)).then_some((name, data, after))
    };
    let (name, data, after) = chunk().ok_or(DecodeError::Damaged)?;
    *rest = after;
    Ok((name, data))
}

fn sample_at(row: &[u8], index: usize, depth: usize) -> Option<u16> {
    Some(match depth {
        16 => u16::from_be_bytes(row.get(2 * index..)?.first_chunk().copied()?),
        8 => (*row.get(index)?).into(),
        _ => {
            let bit = index * depth;
            let byte = row.get(bit / 8)? << (bit % 8);
            (byte >> (8 - depth)).into()
        }
    })
}

/// Unpacks a file that begins with [`SIGNATURE`].
pub(super) fn read(file: &[u8]) -> Result<Picture, DecodeError> {
    let chunks = Chunks::read(file)?;
    let Header {
        width,
        height,
        depth,
        colour,
        interlaced,
    } = chunks.header;
    let pixels = width * height;
    let may_be_transparent =
        chunks.transparency.is_some() || matches!(colour, Colour::GreyAlpha | Colour::RgbAlpha);
    let mut luma = vec![0; pixels];
    let mut alpha = vec![u8::MAX; if may_be_transparent { pixels } else { 0 }];
    let mut rows = Rows::new(&chunks.data, (depth * colour.samples()).div_ceil(8));
    let passes: &[_] = if interlaced { &INTERLACED } else { &IN_ORDER };
    for &[first_x, first_y, step_x, step_y] in passes {
        let columns = width.saturating_sub(first_x).div_ceil(step_x);
        if columns == 0 {
            continue;
        }
        rows.begin_pass((columns * depth * colour.samples()).div_ceil(8));
        for y in (first_y..height).step_by(step_y) {
            let row = rows.next()?;
            for index in 0..columns {
                let pixel = chunks.pixel(row, index).ok_or(DecodeError::Damaged)?;
                let place = y * width + first_x + index * step_x;
                luma[place] = pixel.0;
                if may_be_transparent {
                    alpha[place] = pixel.1;
                }
            }
        }
    }
    Ok(Picture::new(width, height, luma, alpha))
}

/// Unpacks one row after the other.
struct Rows<'a> {
    state: Box<InflateState>,
    packed: &'a [u8],
    /// From a byte to the one of the same sample in the pixel before it.
    pixel_bytes: usize,
    row: Vec<u8>,
    above: Vec<u8>,
}

impl<'a> Rows<'a> {
    fn new(packed: &'a [u8], pixel_bytes: usize) -> Self {
        Self {
            // As other readers do: each chunk has a checksum of its own.
            state: InflateState::new_boxed(DataFormat::ZLibIgnoreChecksum),
            packed,
            pixel_bytes,
            row: Vec::new(),
            above: Vec::new(),
        }
    }

    /// The next row has so many bytes and nothing above it.
    fn begin_pass(&mut self, bytes: usize) {
        self.row = vec![0; bytes];
        self.above = vec![0; bytes];
    }

    fn next(&mut self) -> Result<&[u8], DecodeError> {
        std::mem::swap(&mut self.row, &mut self.above);
        let mut filter = [0];
        unpack(&mut self.state, &mut self.packed, &mut filter)?;
        unpack(&mut self.state, &mut self.packed, &mut self.row)?;
        for place in 0..self.row.len() {
            let before = place.checked_sub(self.pixel_bytes);
            let left = before.map_or(0, |before| self.row[before]);
            let up = self.above[place];
            let guess = match filter {
                [0] => 0,
                [1] => left,
                [2] => up,
                [3] => u8::midpoint(left, up),
                [4] => paeth(left, up, before.map_or(0, |before| self.above[before])),
                _ => return Err(DecodeError::Damaged),
            };
            self.row[place] = self.row[place].wrapping_add(guess);
        }
        Ok(&self.row)
    }
}

/// Fills `output`.
fn unpack(
    state: &mut InflateState,
    packed: &mut &[u8],
    mut output: &mut [u8],
) -> Result<(), DecodeError> {
    while !output.is_empty() {
        let done = inflate(state, packed, output, MZFlush::None);
        *packed = &packed[done.bytes_consumed..];
        output = &mut output[done.bytes_written..];
        match done.status {
            Ok(MZStatus::Ok) if done.bytes_consumed + done.bytes_written > 0 => {}
            Ok(MZStatus::StreamEnd) if output.is_empty() => {}
            _ => return Err(DecodeError::Damaged),
        }
    }
    Ok(())
}

/// Whichever of the three is nearest to `left + up - corner`.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let distance = |value: i16| (a + b - c - value).abs();
    if distance(a) <= distance(b) && distance(a) <= distance(c) {
        left
    } else if distance(b) <= distance(c) {
        up
    } else {
        corner
    }
}

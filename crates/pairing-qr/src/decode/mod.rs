//! Reads the text out of a picture of a QR code, as gateways send it.

mod bitmap;
mod finder;
mod grid;
mod picture;

use thiserror::Error;

use self::{bitmap::Bitmap, finder::find_corners, grid::Reading, picture::Picture};

/// The largest picture [`decode`] looks at, in bytes of PNG or JPEG.
///
/// Gateways send a QR picture inside a JSON body. With the code's own two
/// colours it takes a few kilobytes, as a large JPEG some hundred; a mebibyte is
/// more than any of them and still nothing to hold in memory.
pub const MAX_PICTURE_BYTES: usize = 1024 * 1024;

/// The longest side of a picture [`decode`] looks at, in pixels.
///
/// Twice the size of a 4K screen's height. A few hundred bytes of PNG can
/// announce more; this is read from the header before anything is unpacked.
pub const MAX_PICTURE_SIDE: u32 = 4096;

/// The largest picture [`decode`] looks at, in pixels: 8 Mi.
///
/// A phone's screenshot has up to 5 million. At four bytes each this bounds what
/// unpacking a picture takes to 32 MiB; it is read from the header before.
pub const MAX_PICTURE_PIXELS: u32 = 8 * 1024 * 1024;

/// How many places that look like a code, but cannot be read, are tried: reading
/// one may take milliseconds, and a hostile picture may pretend to have hundreds.
const MAX_FAILURES: u32 = 32;

/// Why no text could be read from a picture.
///
/// No variant holds any of the picture or its text, which is a login secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The file is larger than [`MAX_PICTURE_BYTES`].
    #[error(
        "the picture has {bytes} bytes, more than the {MAX_PICTURE_BYTES} a QR picture may have"
    )]
    TooManyBytes {
        /// Size of the refused file.
        bytes: usize,
    },
    /// The header announces a side beyond [`MAX_PICTURE_SIDE`] or more pixels
    /// than [`MAX_PICTURE_PIXELS`].
    #[error(
        "the picture is {width} x {height} pixels large; a QR picture may have \
         {MAX_PICTURE_SIDE} a side and {MAX_PICTURE_PIXELS} in all"
    )]
    TooLarge {
        /// Announced width, in pixels.
        width: u32,
        /// Announced height, in pixels.
        height: u32,
    },
    /// The bytes are neither PNG nor JPEG.
    #[error("this is not a picture: only PNG and JPEG files can be read")]
    NotAPicture,
    /// The file starts like a picture, but is cut off, broken, or of a kind that
    /// is not understood.
    #[error("the picture is damaged or incomplete; ask for a new one")]
    Damaged,
    /// Nothing in the picture looks like a QR code.
    #[error("there is no QR code in the picture")]
    NoCode,
    /// There is a QR code, but too much of it is wrong, or it holds no text.
    #[error("the QR code in the picture cannot be read; ask for a new one")]
    Unreadable,
    /// There are several QR codes with different texts; none is the obvious one.
    #[error("there are several different QR codes in the picture; send one with a single code")]
    SeveralCodes,
}

/// Reads the text of the QR code in `picture`, a PNG or JPEG file.
///
/// It is made for pictures that a program drew, as gateways send them: of any
/// colour type and depth, transparent or not, with or without a quiet zone, down
/// to one pixel per module, as a negative, turned by right angles, and with the
/// artefacts of JPEG. A photo taken at an angle is not its business.
///
/// Several codes with the same text count as one, and codes that cannot be read
/// do not matter next to one that can.
///
/// This takes a few milliseconds for a usual picture and may take a second for
/// the largest, during which it does not yield: call it where blocking is fine.
///
/// # Errors
///
/// See [`DecodeError`]. The limits are checked before anything is unpacked.
pub fn decode(picture: &[u8]) -> Result<String, DecodeError> {
    let picture = Picture::read(picture)?;
    let mut failures = 0;
    for bitmap in bitmaps(&picture) {
        let mut found: Option<String> = None;
        for corners in find_corners(&bitmap) {
            match (grid::read(&bitmap, &corners), &found) {
                (Reading::Text(text), Some(other)) if text != *other => {
                    return Err(DecodeError::SeveralCodes);
                }
                (Reading::Text(text), _) => found = Some(text),
                (Reading::Unreadable, _) => failures += 1,
                (Reading::NoGrid, _) => {}
            }
            if failures >= MAX_FAILURES {
                break;
            }
        }
        if let Some(text) = found {
            return Ok(text);
        }
    }
    Err(if failures > 0 {
        DecodeError::Unreadable
    } else {
        DecodeError::NoCode
    })
}

/// The ways to tell dark from light in a picture, the likeliest first.
///
/// A transparent picture is meant for a page behind it: usually a white one, a black one for light
/// modules on nothing. On either, the code may be drawn as its negative.
fn bitmaps(picture: &Picture) -> impl Iterator<Item = Bitmap> {
    const WHITE: u8 = 255;
    const BLACK: u8 = 0;
    let pages: &[u8] = if picture.is_transparent() {
        &[WHITE, BLACK]
    } else {
        &[WHITE]
    };
    pages.iter().flat_map(|&page| {
        let flat = picture.flatten_on(page);
        [false, true].map(|negative| Bitmap::of(&flat, negative))
    })
}

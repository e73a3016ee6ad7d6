//! Draws the QR code of a pairing session and reads a picture of one back.
//!
//! Gateways hand out a QR code in two forms. Some send its *text*, and a front end
//! has to draw it: [`QrMatrix`] does so for a terminal, as SVG and as PNG.
//! Others send only a *picture*, which a terminal cannot show: [`decode`] reads
//! the text back, so that it can be drawn crisply; it is the feature `decode`,
//! which is on by default.
//!
//! This crate knows nothing of gateways or sessions: text and bytes go in, text
//! and bytes come out. With `decode`, [`read_pairing_text`] also tells a pairing code from any
//! other QR code. The text of a pairing code is a login secret while it
//! lives, so `Debug` shows no module of a [`QrMatrix`] and no error quotes what
//! it was given.
//!
//! ```
//! use pairing_qr::{QrMatrix, TerminalStyle, decode};
//!
//! let matrix = QrMatrix::encode("2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==")?;
//!
//! let style = TerminalStyle::default();
//! let (columns, rows) = style.size(&matrix);
//! if columns <= 80 && rows <= 24 {
//!     println!("{}", matrix.to_terminal(style));
//! }
//!
//! let png = matrix.to_png(8)?;
//! assert_eq!(decode(&png)?, "2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    warn(clippy::string_slice, reason = "its panic quotes the text")
)]

#[cfg(feature = "decode")]
mod decode;
mod matrix;
#[cfg(feature = "decode")]
mod pairing_picture;
mod png_file;
mod svg;
mod terminal;

#[cfg(feature = "decode")]
pub use decode::{DecodeError, MAX_PICTURE_BYTES, MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE, decode};
pub use matrix::{EncodeError, MAX_TEXT_BYTES, QUIET_ZONE, QrMatrix};
#[cfg(feature = "decode")]
pub use pairing_picture::{PictureError, read_pairing_text};
pub use png_file::MAX_PIXELS_PER_MODULE;
pub use terminal::{MAX_TERMINAL_QUIET_ZONE, TerminalStyle};

//! QR codes, drawn by the library, so that an app needs no QR library of its own.

use std::sync::Arc;

use pairing_core::PairingCode;
use pairing_qr::{EncodeError, QUIET_ZONE, TerminalStyle};
use secrecy::zeroize::Zeroizing;

use crate::{ErrorCode, PairingError, drawing};

/// A QR code as a square of dark and light modules, without the quiet zone around it.
///
/// It says what the code says: a login secret like the code itself.
#[derive(uniffi::Object)]
pub struct QrMatrix(pairing_qr::QrMatrix);

#[uniffi::export]
impl QrMatrix {
    /// The QR code of any text. Fails with `NotDrawable` for an empty text and one of more
    /// than 2,953 bytes, which is the most a QR code holds.
    #[uniffi::constructor]
    pub fn new(text: String) -> Result<Arc<Self>, PairingError> {
        let text = Zeroizing::new(text);
        Ok(Arc::new(Self(pairing_qr::QrMatrix::encode(&text)?)))
    }

    /// Modules per side: 21 to 177.
    pub fn width(&self) -> u32 {
        // At most 177.
        self.0.width() as u32
    }

    /// Whether the module in column `x` of row `y`, counted from the top left, is dark.
    /// Everything outside the code is light.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        self.0.is_dark(x as usize, y as usize)
    }

    /// All modules, row by row from the top left, `width * width` of them; true is dark. One
    /// call instead of one for each.
    pub fn modules(&self) -> Vec<bool> {
        self.0.rows().flatten().copied().collect()
    }

    /// How many light modules a drawing must leave free on each side: 4, which the standard
    /// for QR codes (ISO/IEC 18004) asks for.
    pub fn quiet_zone(&self) -> u32 {
        QUIET_ZONE as u32
    }

    /// An SVG document, black on white with its quiet zone, that fills the space it is given.
    pub fn to_svg(&self) -> String {
        self.0.to_svg()
    }

    /// A PNG file, black on white with its quiet zone, with 1 to 64 pixels a side for each
    /// module; otherwise it fails with `InvalidInput`.
    pub fn to_png(&self, pixels_per_module: u32) -> Result<Vec<u8>, PairingError> {
        self.0.to_png(pixels_per_module).map_err(|error| {
            let code = match error {
                EncodeError::PixelsPerModule { .. } => ErrorCode::InvalidInput,
                _ => ErrorCode::NotDrawable,
            };
            PairingError::new(code, error.to_string())
        })
    }

    /// Lines for a terminal of light text on a dark ground, or of dark text on a light one if
    /// `inverted`; half as high as wide in characters. The wrong way round the code appears as
    /// its negative, which not every phone reads.
    pub fn to_terminal(&self, inverted: bool) -> String {
        self.0
            .to_terminal(TerminalStyle::default().with_inverted(inverted))
    }
}

impl QrMatrix {
    pub(crate) fn of(code: &PairingCode) -> Result<Self, PairingError> {
        drawing::matrix(code).map(Self)
    }
}

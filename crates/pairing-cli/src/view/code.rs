//! A pairing code as something that can be drawn with characters.

use pairing_core::PairingCode;
use pairing_qr::{QrMatrix, TerminalStyle, read_pairing_text};

/// The colours a QR code is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QrColors {
    /// White and black, whatever the terminal's own colours are.
    BlackOnWhite,
    /// The terminal's own colours, for a dark background.
    LightModules,
    /// The terminal's own colours, for a light background.
    DarkModules,
}

/// White on black from the 256-colour cube, which no theme changes.
const WHITE_ON_BLACK: &str = "\x1b[38;5;231;48;5;16m";
const RESET: &str = "\x1b[0m";

impl QrColors {
    fn style(self, quiet_zone: usize) -> TerminalStyle {
        TerminalStyle::default()
            .with_inverted(self == Self::DarkModules)
            .with_quiet_zone(quiet_zone)
    }
}

/// What is on screen: a live login secret. Has no `Debug`.
pub(crate) enum ShownCode {
    /// A QR code, whichever form it came in.
    Qr(QrMatrix),
    /// A picture in which no pairing code can be read.
    UnreadablePicture,
    /// A code to type.
    Phone(String),
}

impl ShownCode {
    /// Reads pictures, so that they can be drawn crisply.
    pub(crate) fn from_code(code: &PairingCode) -> Self {
        let matrix = match code {
            PairingCode::PhoneCode { code } => return Self::Phone(code.expose().to_owned()),
            PairingCode::QrText { text } => QrMatrix::encode(text.expose()).ok(),
            PairingCode::QrImage { image } => read_pairing_text(image)
                .ok()
                .and_then(|text| QrMatrix::encode(text.expose()).ok()),
        };
        matrix.map_or(Self::UnreadablePicture, Self::Qr)
    }
}

/// The lines of a QR code, each of the same width.
pub(crate) fn draw(matrix: &QrMatrix, colors: QrColors, quiet_zone: usize) -> Vec<String> {
    let drawing = matrix.to_terminal(colors.style(quiet_zone));
    drawing
        .lines()
        .map(|line| match colors {
            QrColors::BlackOnWhite => format!("{WHITE_ON_BLACK}{line}{RESET}"),
            QrColors::LightModules | QrColors::DarkModules => line.to_owned(),
        })
        .collect()
}

/// Columns and rows of [`draw`].
pub(crate) fn drawn_size(matrix: &QrMatrix, quiet_zone: usize) -> (usize, usize) {
    QrColors::LightModules.style(quiet_zone).size(matrix)
}

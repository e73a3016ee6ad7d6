//! Draws a pairing code as a QR code, for both bindings.

use pairing_core::{PairingCode, QrImage};
use pairing_qr::QrMatrix;

use crate::{ErrorCode, PairingError};

/// The QR code that draws `code`.
pub(crate) fn matrix(code: &PairingCode) -> Result<QrMatrix, PairingError> {
    match code {
        PairingCode::QrText { text } => Ok(QrMatrix::encode(text.expose())?),
        PairingCode::QrImage { image } => from_picture(image),
        PairingCode::PhoneCode { .. } => Err(PairingError::new(
            ErrorCode::NotDrawable,
            "a phone code is typed, not scanned: show its text",
        )),
    }
}

fn from_picture(image: &QrImage) -> Result<QrMatrix, PairingError> {
    let text = pairing_qr::read_pairing_text(image)
        .map_err(|error| PairingError::new(ErrorCode::NotDrawable, error.to_string()))?;
    Ok(QrMatrix::encode(text.expose())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_anything_but_a_pairing_code_is_not_drawn() {
        let picture = |text: &str| -> PairingCode {
            let png = QrMatrix::encode(text).unwrap().to_png(3).unwrap();
            QrImage::new(png).unwrap().into()
        };
        assert_eq!(
            matrix(&picture("2@abc")).unwrap(),
            QrMatrix::encode("2@abc").unwrap()
        );
        for text in ["undefined", "https://shop.example.com", "upi://pay?pa=a@b"] {
            let PairingError::Failed { code, message, .. } = matrix(&picture(text)).unwrap_err();
            assert_eq!(code, ErrorCode::NotDrawable, "{text}");
            assert!(!message.contains(text), "{message}");
        }
    }
}

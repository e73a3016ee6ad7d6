//! From a pairing code to its QR code, for both borders alike.

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

#[cfg(feature = "read-pictures")]
fn from_picture(image: &QrImage) -> Result<QrMatrix, PairingError> {
    use secrecy::zeroize::Zeroizing;

    let unreadable = |error: pairing_qr::DecodeError| {
        PairingError::new(ErrorCode::NotDrawable, error.to_string())
    };
    let text = Zeroizing::new(pairing_qr::decode(image.expose()).map_err(unreadable)?);
    Ok(QrMatrix::encode(&text)?)
}

#[cfg(not(feature = "read-pictures"))]
fn from_picture(_: &QrImage) -> Result<QrMatrix, PairingError> {
    Err(PairingError::new(
        ErrorCode::NotDrawable,
        "this build of the library does not read pictures: show the picture as it came",
    ))
}

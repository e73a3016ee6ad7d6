//! Reads a gateway's picture, and tells a pairing code from any other QR code.

use pairing_core::{QrImage, QrText};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{DecodeError, decode};

/// Why a picture gives no pairing code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// No text can be read in it. It may still be a code that a phone can scan.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
    /// It says something else: an address, a payment, `undefined`.
    #[error("the QR code in the picture is no pairing code of WhatsApp; ask for a new one")]
    NotPairing,
}

/// Reads the pairing text of a picture, or gives the one that
/// [is kept with it](QrImage::with_text). A text in a picture is held to the rule that holds for
/// texts, [`QrText::is_pairing_text`].
///
/// As [`decode`], this may take a second: call it where blocking is fine.
///
/// # Errors
///
/// See [`PictureError`].
pub fn read_pairing_text(picture: &QrImage) -> Result<QrText, PictureError> {
    let text = match picture.text() {
        Some(text) => Zeroizing::new(text.expose().to_owned()),
        None => Zeroizing::new(decode(picture.expose())?),
    };
    let text = text.trim();
    if !QrText::is_pairing_text(text) {
        return Err(PictureError::NotPairing);
    }
    QrText::new(text).map_err(|_| PictureError::NotPairing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QrMatrix;

    fn picture(text: &str) -> QrImage {
        let png = QrMatrix::encode(text).unwrap().to_png(3).unwrap();
        QrImage::new(png).unwrap()
    }

    #[test]
    fn a_picture_is_held_to_the_rule_for_texts() {
        for text in ["2@abc,def", "https://wa.me/settings/linked_devices#2@abc"] {
            let read = read_pairing_text(&picture(text)).unwrap();
            assert_eq!(read.expose(), text);
        }
        for text in [
            "undefined",
            "https://shop.example.com/p?id=2@a",
            "https://wa.me/5511999998888",
            "upi://pay?pa=shop@bank&am=1",
            "WIFI:T:WPA;S:cafe;P:canary;;",
            "00020126580014br.gov.bcb.pix0136canary",
            "sgnl://linkdevice?uuid=canary&pub_key=canary",
            "please wait",
            "2@a\nrm -rf",
            "2@a\u{1b}[2J",
        ] {
            let refused = read_pairing_text(&picture(text));
            assert_eq!(refused, Err(PictureError::NotPairing), "{text:?}");
        }
    }

    #[test]
    fn an_unreadable_picture_is_distinguished_from_another_text() {
        let broken = QrImage::new(*b"\x89PNG\r\n\x1a\nbroken").unwrap();
        assert!(matches!(
            read_pairing_text(&broken),
            Err(PictureError::Unreadable(DecodeError::Damaged))
        ));
        let known = broken.with_text(QrText::new("2@abc").unwrap());
        assert_eq!(read_pairing_text(&known).unwrap().expose(), "2@abc");
    }
}

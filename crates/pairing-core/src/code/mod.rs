//! Pairing codes: what a person scans or types. Each is a login secret while it lives.
//!
//! A code that could not be drawn or typed cannot be constructed, so nothing empty or
//! unclassified ever reaches a screen. `Debug` never shows one; [`expose`](QrText::expose)
//! and serde do, on purpose, because showing it to the right person is what it is for.

mod phone_code;
mod qr_image;
mod qr_text;
mod secret_text;

use serde::{Deserialize, Serialize};

pub use phone_code::PhoneCode;
pub use qr_image::{ImageType, QrImage};
pub use qr_text::QrText;

/// A QR text, a QR picture or a phone code. Cheap to clone; wiped from memory when the
/// last clone is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PairingCode {
    /// What the QR code says; draw it.
    QrText {
        /// The text.
        text: QrText,
    },
    /// A picture of the QR code; show it.
    QrImage {
        /// PNG or JPEG; serialised as its media type in `media_type`, and as base64 in `data`.
        #[serde(flatten)]
        image: QrImage,
    },
    /// What to type into WhatsApp, under "Link with phone number instead".
    PhoneCode {
        /// The code.
        code: PhoneCode,
    },
}

impl PairingCode {
    /// Whether this is a QR code, in either form.
    #[must_use]
    pub fn is_qr(&self) -> bool {
        !matches!(self, Self::PhoneCode { .. })
    }
}

impl From<QrText> for PairingCode {
    fn from(text: QrText) -> Self {
        Self::QrText { text }
    }
}

impl From<QrImage> for PairingCode {
    fn from(image: QrImage) -> Self {
        Self::QrImage { image }
    }
}

impl From<PhoneCode> for PairingCode {
    fn from(code: PhoneCode) -> Self {
        Self::PhoneCode { code }
    }
}

/// Why something is not a pairing code. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCode {
    /// Nothing there.
    #[error("the pairing code is empty")]
    Empty,
    /// More than a QR code or a person can take.
    #[error("the pairing code is too long")]
    TooLong,
    /// Control characters, or white space within a phone code.
    #[error("the pairing code has a character no code has")]
    UnexpectedCharacter,
    /// Bytes that are neither PNG nor JPEG.
    #[error("the picture is neither PNG nor JPEG")]
    UnknownPicture,
    /// Text that is not base64.
    #[error("the picture is not valid base64")]
    NotBase64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    #[test]
    fn what_cannot_be_shown_is_not_a_code() {
        use InvalidCode::*;
        assert_eq!(QrText::new(""), Err(Empty));
        assert_eq!(QrText::new(" \t"), Err(Empty));
        assert_eq!(QrText::new("2@abc\n"), Err(UnexpectedCharacter));
        assert_eq!(QrText::new("x".repeat(QrText::MAX_BYTES + 1)), Err(TooLong));
        assert_eq!(PhoneCode::new(""), Err(Empty));
        assert_eq!(PhoneCode::new("-"), Err(Empty));
        assert_eq!(PhoneCode::new("ABCD 1234"), Err(UnexpectedCharacter));
        assert_eq!(PhoneCode::new("A".repeat(33)), Err(TooLong));
        assert_eq!(QrImage::new([]), Err(Empty));
        assert_eq!(QrImage::new(*b"<html>"), Err(UnknownPicture));
    }

    #[test]
    fn a_phone_code_reads_the_same_with_and_without_the_hyphen() {
        assert_eq!(PhoneCode::new("ABCD1234").unwrap().expose(), "ABCD-1234");
        assert_eq!(PhoneCode::new("ABCD1234"), PhoneCode::new("ABCD-1234"));
        // The ten characters of Z-API's example stay as they came.
        assert_eq!(PhoneCode::new("A1B2C3D4E5").unwrap().expose(), "A1B2C3D4E5");
    }

    #[test]
    fn debug_hides_every_code() {
        let codes: [PairingCode; 3] = [
            QrText::new("2@canary").unwrap().into(),
            QrImage::new(PNG).unwrap().into(),
            PhoneCode::new("CANARY01").unwrap().into(),
        ];
        let debug = format!("{codes:?}");
        assert!(!debug.to_lowercase().contains("cana"), "{debug}");
        assert!(!debug.contains("rest"), "{debug}");
    }

    #[test]
    fn the_json_is_the_documented_one_and_reads_back() {
        for (code, json) in [
            (
                QrText::new("2@a,b").unwrap().into(),
                r#"{"kind":"qr_text","text":"2@a,b"}"#,
            ),
            (
                QrImage::new(PNG).unwrap().into(),
                r#"{"kind":"qr_image","media_type":"image/png","data":"iVBORw0KGgpyZXN0"}"#,
            ),
            (
                PhoneCode::new("ABCD1234").unwrap().into(),
                r#"{"kind":"phone_code","code":"ABCD-1234"}"#,
            ),
        ] {
            let code: PairingCode = code;
            assert_eq!(serde_json::to_string(&code).unwrap(), json);
            assert_eq!(serde_json::from_str::<PairingCode>(json).unwrap(), code);
        }
    }
}

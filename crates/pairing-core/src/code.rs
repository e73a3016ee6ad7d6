//! Pairing codes: what a person scans or types. Each is a login secret while it lives.
//!
//! A code that could not be drawn or typed cannot be constructed, so nothing empty or
//! unclassified ever reaches a screen. `Debug` never shows one; [`expose`](QrText::expose)
//! and serde do, on purpose, because showing it to the right person is what it is for.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};

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

/// The text of a QR code: opaque, and never parsed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct QrText(Arc<SecretString>);

impl QrText {
    /// Most bytes a QR code can hold: version 40, level L, byte mode (ISO/IEC 18004).
    pub const MAX_BYTES: usize = 2953;

    /// Takes any text that a QR code can hold.
    ///
    /// # Errors
    ///
    /// [`InvalidCode::Empty`], [`TooLong`](InvalidCode::TooLong) above
    /// [`MAX_BYTES`](Self::MAX_BYTES), [`UnexpectedCharacter`](InvalidCode::UnexpectedCharacter)
    /// for a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidCode> {
        // Wrapped at once, so that refused text is wiped too.
        let text = SecretString::from(text.into());
        let plain = text.expose_secret();
        if plain.trim().is_empty() {
            return Err(InvalidCode::Empty);
        }
        if plain.len() > Self::MAX_BYTES {
            return Err(InvalidCode::TooLong);
        }
        if plain.chars().any(char::is_control) {
            return Err(InvalidCode::UnexpectedCharacter);
        }
        Ok(Self(Arc::new(text)))
    }

    /// The text itself, to be drawn and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The picture of a QR code.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "ImageBody", try_from = "ImageBody")]
pub struct QrImage {
    media_type: ImageType,
    data: Arc<SecretSlice<u8>>,
}

/// The formats gateways send pictures in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImageType {
    /// `image/png`
    #[serde(rename = "image/png")]
    Png,
    /// `image/jpeg`
    #[serde(rename = "image/jpeg")]
    Jpeg,
}

impl ImageType {
    /// The format that the first bytes announce.
    #[must_use]
    pub fn of(data: &[u8]) -> Option<Self> {
        if data.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if data.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    /// `image/png` or `image/jpeg`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

impl QrImage {
    /// Takes the bytes of a PNG or JPEG file, told by their signature and not by what
    /// anyone calls them.
    ///
    /// # Errors
    ///
    /// [`InvalidCode::Empty`], or [`UnknownPicture`](InvalidCode::UnknownPicture).
    pub fn new(data: impl Into<Vec<u8>>) -> Result<Self, InvalidCode> {
        let data = SecretSlice::from(data.into());
        let bytes = data.expose_secret();
        if bytes.is_empty() {
            return Err(InvalidCode::Empty);
        }
        let media_type = ImageType::of(bytes).ok_or(InvalidCode::UnknownPicture)?;
        Ok(Self {
            media_type,
            data: Arc::new(data),
        })
    }

    /// PNG or JPEG.
    #[must_use]
    pub fn media_type(&self) -> ImageType {
        self.media_type
    }

    /// The bytes of the file, to be shown and nothing else.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.data.expose_secret()
    }
}

/// The JSON of a [`QrImage`].
#[derive(Serialize, Deserialize)]
struct ImageBody {
    media_type: ImageType,
    data: String,
}

impl From<QrImage> for ImageBody {
    fn from(image: QrImage) -> Self {
        Self {
            media_type: image.media_type,
            data: STANDARD.encode(image.expose()),
        }
    }
}

impl TryFrom<ImageBody> for QrImage {
    type Error = InvalidCode;

    fn try_from(body: ImageBody) -> Result<Self, Self::Error> {
        Self::new(
            STANDARD
                .decode(body.data)
                .map_err(|_| InvalidCode::NotBase64)?,
        )
    }
}

/// The code a person types. WhatsApp's own has eight characters, shown as `XXXX-XXXX`;
/// Z-API's documentation shows ten, so the length is not judged.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PhoneCode(Arc<SecretString>);

impl PhoneCode {
    /// Most characters: far above any known code, far below what nobody could type.
    pub const MAX_CHARACTERS: usize = 32;

    /// Takes letters, digits and hyphens, with or without WhatsApp's own hyphen in the
    /// middle: the same code is equal in both spellings.
    ///
    /// # Errors
    ///
    /// [`InvalidCode::Empty`], [`TooLong`](InvalidCode::TooLong) above
    /// [`MAX_CHARACTERS`](Self::MAX_CHARACTERS),
    /// [`UnexpectedCharacter`](InvalidCode::UnexpectedCharacter).
    pub fn new(code: impl Into<String>) -> Result<Self, InvalidCode> {
        let code = SecretString::from(code.into());
        let plain = code.expose_secret().trim();
        if plain.chars().all(|character| character == '-') {
            return Err(InvalidCode::Empty);
        }
        if plain.len() > Self::MAX_CHARACTERS {
            return Err(InvalidCode::TooLong);
        }
        if !plain
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '-')
        {
            return Err(InvalidCode::UnexpectedCharacter);
        }
        let shown = if plain.len() == 8 && !plain.contains('-') {
            format!("{}-{}", &plain[..4], &plain[4..])
        } else {
            plain.to_owned()
        };
        Ok(Self(Arc::new(SecretString::from(shown))))
    }

    /// The code as WhatsApp shows it: `ABCD-1234` when it has eight characters, otherwise
    /// as the gateway sent it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

macro_rules! secret_text {
    ($($name:ident),*) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose() == other.expose()
            }
        }

        impl Eq for $name {}

        impl TryFrom<String> for $name {
            type Error = InvalidCode;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(secret: $name) -> Self {
                secret.expose().to_owned()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )*};
}

secret_text!(QrText, PhoneCode);

impl PartialEq for QrImage {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for QrImage {}

impl fmt::Debug for QrImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrImage({}, [redacted])", self.media_type.as_str())
    }
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

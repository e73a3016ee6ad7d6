//! QR codes as pictures.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretSlice};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::{InvalidCode, QrText};

/// The picture of a QR code.
#[derive(Clone, Deserialize)]
#[serde(try_from = "ImageBody")]
pub struct QrImage {
    media_type: ImageType,
    data: Arc<SecretSlice<u8>>,
    text: Option<QrText>,
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
    /// Takes the bytes of a PNG or JPEG file, recognised by their signature, whatever a file name or
    /// media type says.
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
            text: None,
        })
    }

    /// Keeps the decoded text with the picture, so that it is decoded only once. The
    /// text takes no part in comparisons and in serde.
    #[must_use]
    pub fn with_text(mut self, text: QrText) -> Self {
        self.text = Some(text);
        self
    }

    /// The decoded text, if it was set with the picture.
    #[must_use]
    pub fn text(&self) -> Option<&QrText> {
        self.text.as_ref()
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

impl Serialize for QrImage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let data = Zeroizing::new(STANDARD.encode(self.expose()));
        let mut body = to.serialize_struct("QrImage", 2)?;
        body.serialize_field("media_type", &self.media_type)?;
        body.serialize_field("data", data.as_str())?;
        body.end()
    }
}

/// The JSON of a [`QrImage`].
#[derive(Deserialize)]
struct ImageBody {
    /// Must be there, and a format that is known; the bytes say which it is.
    #[serde(rename = "media_type")]
    _media_type: ImageType,
    data: String,
}

impl TryFrom<ImageBody> for QrImage {
    type Error = InvalidCode;

    fn try_from(body: ImageBody) -> Result<Self, Self::Error> {
        let data = Zeroizing::new(body.data);
        let picture = STANDARD.decode(data.as_str());
        Self::new(picture.map_err(|_| InvalidCode::NotBase64)?)
    }
}

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

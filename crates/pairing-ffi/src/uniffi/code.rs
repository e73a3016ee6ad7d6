//! Pairing codes as objects, because what describes itself must not show one: the records of
//! every language print their fields.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_core::{Countdown, PhoneCode, QrImage, QrText};

use crate::{PairingError, QrMatrix};

/// What a person scans or types. A login secret while it lives: show it to the right person
/// and nowhere else.
#[derive(uniffi::Object)]
pub struct PairingCode {
    pub(crate) code: pairing_core::PairingCode,
    /// Of one that a session shows.
    life: Option<Countdown>,
}

/// The forms a pairing code comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum CodeForm {
    /// What a QR code says: draw it with `qr()`.
    QrText,
    /// A picture of a QR code, PNG or JPEG: show `expose_image()`.
    QrImage,
    /// What to type into WhatsApp, under "Link with phone number instead".
    PhoneCode,
}

#[uniffi::export]
impl PairingCode {
    /// A QR code from what it says, for providers that an app implements.
    #[uniffi::constructor]
    pub fn from_qr_text(text: String) -> Result<Arc<Self>, PairingError> {
        Ok(Arc::new(Self::new(QrText::new(text)?.into())))
    }

    /// A QR code from the bytes of a PNG or JPEG file.
    #[uniffi::constructor]
    pub fn from_qr_image(file: Vec<u8>) -> Result<Arc<Self>, PairingError> {
        Ok(Arc::new(Self::new(QrImage::new(file)?.into())))
    }

    /// A phone code.
    #[uniffi::constructor]
    pub fn from_phone_code(code: String) -> Result<Arc<Self>, PairingError> {
        Ok(Arc::new(Self::new(PhoneCode::new(code)?.into())))
    }

    /// Which form it has.
    pub fn form(&self) -> CodeForm {
        match &self.code {
            pairing_core::PairingCode::QrText { .. } => CodeForm::QrText,
            pairing_core::PairingCode::QrImage { .. } => CodeForm::QrImage,
            pairing_core::PairingCode::PhoneCode { .. } => CodeForm::PhoneCode,
        }
    }

    /// The QR text, or the phone code as WhatsApp shows it (`ABCD-1234`); nothing for a picture.
    pub fn expose_text(&self) -> Option<String> {
        match &self.code {
            pairing_core::PairingCode::QrText { text } => Some(text.expose().to_owned()),
            pairing_core::PairingCode::QrImage { .. } => None,
            pairing_core::PairingCode::PhoneCode { code } => Some(code.expose().to_owned()),
        }
    }

    /// The bytes of the picture, for the form `QrImage` alone.
    pub fn expose_image(&self) -> Option<Vec<u8>> {
        self.image().map(|image| image.expose().to_vec())
    }

    /// `image/png` or `image/jpeg`, for the form `QrImage` alone.
    pub fn media_type(&self) -> Option<String> {
        self.image()
            .map(|image| image.media_type().as_str().to_owned())
    }

    /// How much of its life is left now, for a countdown: zero once it is dead, nothing for a
    /// code that no session shows. A clock that is set back while it is shown does not lengthen
    /// it, as it would the time until `expires_at`.
    pub fn remaining(&self) -> Option<Duration> {
        Some(self.life?.remaining(SystemTime::now()))
    }

    /// The QR code, to be drawn.
    ///
    /// Fails with `NotDrawable` for a phone code, and for a picture in which no code can be read:
    /// show `expose_image()` then. A picture of anything but a pairing code is not drawn either; a
    /// gateway's fails with `MalformedReply` before it gets here.
    pub fn qr(&self) -> Result<Arc<QrMatrix>, PairingError> {
        QrMatrix::of(&self.code).map(Arc::new)
    }
}

impl PairingCode {
    /// A code without a countdown.
    pub(crate) fn new(code: pairing_core::PairingCode) -> Self {
        Self { code, life: None }
    }

    /// A code that a session shows.
    pub(crate) fn shown(code: pairing_core::PairingCode, expires_at: SystemTime) -> Self {
        let life = Countdown::new(expires_at, SystemTime::now());
        Self {
            code,
            life: Some(life),
        }
    }

    fn image(&self) -> Option<&QrImage> {
        match &self.code {
            pairing_core::PairingCode::QrImage { image } => Some(image),
            pairing_core::PairingCode::QrText { .. }
            | pairing_core::PairingCode::PhoneCode { .. } => None,
        }
    }
}

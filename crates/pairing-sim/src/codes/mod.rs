//! What an instance hands out and how long it lives: QR texts and phone codes.

mod phone_code;
mod qr;

use std::fmt;
use std::time::Duration;

pub(crate) use phone_code::{Overlimit, PhoneCodes, as_typed, with_hyphen};
pub(crate) use qr::QrCodes;
pub use qr::Rotation;

/// A code the gateway has just handed out: what the person with the phone gets to see.
///
/// A pairing code is a login secret while it lives, so `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssuedCode {
    /// The text of a QR code, also when it was handed out as a picture.
    Qr {
        /// What the QR code says.
        text: String,
        /// How long it still lives, on the caller's clock (the speed is accounted for).
        lives: Duration,
    },
    /// A code to type.
    PhoneCode {
        /// The characters, with the hyphen if the instance sends one.
        code: String,
        /// How long it still lives, on the caller's clock (the speed is accounted for).
        lives: Duration,
    },
}

impl IssuedCode {
    /// The QR text or the phone code.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Qr { text, .. } => text,
            Self::PhoneCode { code, .. } => code,
        }
    }

    /// How long the code still lived when it was handed out, on the caller's clock.
    #[must_use]
    pub fn lives(&self) -> Duration {
        match self {
            Self::Qr { lives, .. } | Self::PhoneCode { lives, .. } => *lives,
        }
    }
}

impl fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, lives) = match self {
            Self::Qr { lives, .. } => ("Qr", lives),
            Self::PhoneCode { lives, .. } => ("PhoneCode", lives),
        };
        f.debug_struct(name)
            .field("lives", lives)
            .finish_non_exhaustive()
    }
}

//! QR codes as text.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::InvalidCode;
use super::secret_text::secret_text;

/// The text of a QR code: opaque, and never parsed.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
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

secret_text!(QrText);

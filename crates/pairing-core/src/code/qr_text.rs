//! QR codes as text.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::InvalidCode;
use super::secret_text::secret_text;

/// The form WhatsApp's QR texts have had since 2026.
const LINK: &str = "https://wa.me/settings/linked_devices";

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

    /// Whether a QR code with this text links a device to WhatsApp: the text starts with a digit or
    /// two and `@`, or is a `wa.me` link to linked devices. Whatever else a gateway may put into a
    /// QR code (an address, a payment, `undefined`) is not to be shown as a pairing code.
    #[must_use]
    pub fn is_pairing_text(text: &str) -> bool {
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>{}\"\\`".contains(&byte))
        {
            return false;
        }
        if let Some((before, after)) = text.split_once('@') {
            let is_version =
                (1..=2).contains(&before.len()) && before.bytes().all(|byte| byte.is_ascii_digit());
            if is_version && !after.is_empty() {
                return true;
            }
        }
        let secret = text.split_at_checked(LINK.len()).and_then(|(start, rest)| {
            let rest = start.eq_ignore_ascii_case(LINK).then_some(rest)?;
            rest.trim_start_matches('/').strip_prefix('#')
        });
        secret.is_some_and(|secret| !secret.is_empty())
    }

    /// The text itself, to be drawn and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

secret_text!(QrText);

//! Phone codes.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::InvalidCode;
use super::secret_text::secret_text;

/// The code a person types. WhatsApp's own has eight characters, shown as `XXXX-XXXX`;
/// Z-API's documentation shows ten, so the length is not judged.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct PhoneCode(Arc<SecretString>);

impl PhoneCode {
    /// Most characters: far above any known code, and still short enough to type.
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
        let shown = match plain.split_at_checked(4) {
            Some((start, end)) if end.len() == 4 && !plain.contains('-') => {
                [start, "-", end].concat()
            }
            _ => plain.to_owned(),
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

secret_text!(PhoneCode);

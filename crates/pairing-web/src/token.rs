//! The random texts of the hub: link tokens, which are secrets, and pairing ids, which are not.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The part of a page's URL that cannot be guessed: 256 random bits. `Debug` hides it.
#[derive(Debug, Clone)]
pub(crate) struct LinkToken(SecretString);

/// Bytes of a token. 32: twice what would do against guessing, and a text of 43 characters.
const TOKEN_BYTES: usize = 32;
const TOKEN_CHARACTERS: usize = 43;

impl LinkToken {
    pub(crate) fn new() -> Result<Self, NoRandomNumbers> {
        let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
        getrandom::fill(&mut *bytes).map_err(|_| NoRandomNumbers)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(*bytes).into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub(crate) fn hash(&self) -> LinkHash {
        LinkHash(digest(self.expose()))
    }
}

/// The SHA-256 of a link's token, which is all that is kept of it. It is no secret: a token cannot
/// be made from it. As text it is 43 characters of `A-Z`, `a-z`, `0-9`, `-` and `_`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkHash([u8; 32]);

impl LinkHash {
    /// `None` for what cannot be a token, however long it is. Looking the hash up tells nothing
    /// about the token by its timing.
    pub(crate) fn of(presented: &str) -> Option<Self> {
        (presented.len() == TOKEN_CHARACTERS).then(|| Self(digest(presented)))
    }

    fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkHash({self})")
    }
}

impl Serialize for LinkHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LinkHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("not the hash of a link"))
    }
}

/// Whether both texts are the same, in a time that depends on neither's content or length.
pub(crate) fn is_same_secret(presented: &str, secret: &SecretString) -> bool {
    digest(presented)
        .ct_eq(&digest(secret.expose_secret()))
        .into()
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The system gave no random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers")]
pub(crate) struct NoRandomNumbers;

/// Names a pairing in logs and towards the host application. It opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct PairingId(String);

const ID_BYTES: usize = 12;

impl PairingId {
    pub(crate) fn new() -> Result<Self, NoRandomNumbers> {
        let mut bytes = [0; ID_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomNumbers)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The id as text, safe in a URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PairingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no id of a pairing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of a pairing: it has 16 characters of A-Z, a-z, 0-9, - and _")]
pub struct InvalidPairingId;

impl FromStr for PairingId {
    type Err = InvalidPairingId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidPairingId)?;
        if bytes.len() != ID_BYTES {
            return Err(InvalidPairingId);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PairingId {
    type Error = InvalidPairingId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_256_bits_is_found_by_its_hash_and_hides_itself() {
        let (one, other) = (LinkToken::new().unwrap(), LinkToken::new().unwrap());
        assert_eq!(one.expose().len(), TOKEN_CHARACTERS);
        assert_eq!(URL_SAFE_NO_PAD.decode(one.expose()).unwrap().len(), 32);
        assert!(LinkHash::of(one.expose()) == Some(one.hash()));
        assert!(one.hash() != other.hash());
        assert!(!format!("{one:?}").contains(one.expose()));
        let text = one.hash().to_string();
        assert!(LinkHash::from_text(&text) == Some(one.hash()));
        assert!(!text.contains(one.expose()));
    }

    #[test]
    fn what_has_not_the_length_of_a_token_is_none() {
        for text in ["", "short", &"x".repeat(44), &"x".repeat(1_000_000)] {
            assert!(LinkHash::of(text).is_none());
        }
        for text in ["", "short", "????", &"x".repeat(44)] {
            assert!(LinkHash::from_text(text).is_none());
        }
    }

    #[test]
    fn an_id_is_read_back_and_nothing_else_is() {
        let id = PairingId::new().unwrap();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<PairingId>(&json).unwrap(), id);
        for text in ["", "x", "0123456789abcde?", "0123456789abcdef0"] {
            assert_eq!(text.parse::<PairingId>(), Err(InvalidPairingId), "{text}");
        }
    }

    #[test]
    fn secrets_are_the_same_only_if_every_character_is() {
        let secret = SecretString::from("correct horse");
        assert!(is_same_secret("correct horse", &secret));
        for other in ["", "correct hors", "correct horsf", "correct horse "] {
            assert!(!is_same_secret(other, &secret), "{other}");
        }
    }
}

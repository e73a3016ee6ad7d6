//! Who sent a webhook: signatures, an HMAC of the body that comes in a header as hex digits, and tokens.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Sha256, Sha512};

/// The hash of an HMAC (RFC 2104).
///
/// ```
/// use pairing_adapter::HmacHash;
///
/// let key = "key".to_owned().into();
/// let signature = HmacHash::Sha512.sign(&key, b"body");
/// assert!(HmacHash::Sha512.verify(&key, b"body", &signature));
/// assert!(!HmacHash::Sha512.verify(&key, b"another body", &signature));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HmacHash {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl HmacHash {
    /// Whether `signature` is that of the body, in hex digits of either case. Compared in constant
    /// time.
    #[must_use]
    pub fn verify(self, key: &SecretString, body: &[u8], signature: &str) -> bool {
        let Some(signature) = bytes_of_hex(signature) else {
            return false;
        };
        match self {
            Self::Sha256 => is_tag::<Hmac<Sha256>>(key, body, &signature),
            Self::Sha512 => is_tag::<Hmac<Sha512>>(key, body, &signature),
        }
    }

    /// The signature of a body, in lower case: for simulators and tests.
    #[must_use]
    pub fn sign(self, key: &SecretString, body: &[u8]) -> String {
        match self {
            Self::Sha256 => tag::<Hmac<Sha256>>(key, body),
            Self::Sha512 => tag::<Hmac<Sha512>>(key, body),
        }
    }
}

/// Whether a webhook brought the token that it is expected to bring. Compared in constant time, as
/// signatures by that token.
///
/// ```
/// let token = "token".to_owned().into();
/// assert!(pairing_adapter::is_same_token(&token, "token"));
/// assert!(!pairing_adapter::is_same_token(&token, "Token"));
/// ```
#[must_use]
pub fn is_same_token(expected: &SecretString, brought: &str) -> bool {
    let hash = HmacHash::Sha256;
    let signature = hash.sign(expected, brought.as_bytes());
    hash.verify(expected, expected.expose_secret().as_bytes(), &signature)
}

fn keyed<M: Mac + KeyInit>(key: &SecretString, body: &[u8]) -> M {
    let mac = <M as KeyInit>::new_from_slice(key.expose_secret().as_bytes());
    let mut mac = mac.expect("an HMAC takes a key of any length");
    mac.update(body);
    mac
}

fn is_tag<M: Mac + KeyInit>(key: &SecretString, body: &[u8], signature: &[u8]) -> bool {
    keyed::<M>(key, body).verify_slice(signature).is_ok()
}

fn tag<M: Mac + KeyInit>(key: &SecretString, body: &[u8]) -> String {
    let bytes = keyed::<M>(key, body).finalize().into_bytes();
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `None` for anything but pairs of hex digits.
fn bytes_of_hex(hex: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let pairs = hex.as_bytes().chunks(2).map(|pair| match *pair {
        [high, low] => u8::try_from(value(high)? * 16 + value(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SHA_256: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA_512: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                           9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";

    fn key() -> SecretString {
        "Jefe".to_owned().into()
    }

    #[test]
    fn the_published_signatures_are_made_and_verified() {
        for (hash, signature) in [(HmacHash::Sha256, SHA_256), (HmacHash::Sha512, SHA_512)] {
            assert_eq!(hash.sign(&key(), BODY), signature);
            assert!(hash.verify(&key(), BODY, signature));
            assert!(hash.verify(&key(), BODY, &signature.to_uppercase()));
        }
    }

    #[test]
    fn anything_else_is_no_signature() {
        let wrong_digit = SHA_512.replacen('1', "2", 1);
        let long = format!("{SHA_512}00");
        let spaced = format!(" {SHA_512}");
        let odd = &SHA_512[1..];
        let short = &SHA_512[..126];
        for signature in [
            "",
            "+1",
            "é",
            SHA_256,
            &wrong_digit,
            &long,
            &spaced,
            odd,
            short,
        ] {
            assert!(
                !HmacHash::Sha512.verify(&key(), BODY, signature),
                "{signature}"
            );
        }
        let other = "jefe".to_owned().into();
        assert!(!HmacHash::Sha512.verify(&other, BODY, SHA_512));
        assert!(!HmacHash::Sha512.verify(&key(), b"another body", SHA_512));
    }
}

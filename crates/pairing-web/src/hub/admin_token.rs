//! The secret of the host application.

use axum::http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};

use crate::error::BuildError;
use crate::token::is_same_secret;

/// The secret with which the host application opens pairings over HTTP. `Debug` hides it.
#[derive(Debug, Clone)]
pub struct AdminToken(SecretString);

/// 96 bits, if they are random.
const LEAST_TOKEN_BYTES: usize = 16;

impl AdminToken {
    /// A token of at least 16 visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`BuildError::AdminToken`].
    pub fn new(token: impl Into<SecretString>) -> Result<Self, BuildError> {
        let token = token.into();
        let text = token.expose_secret();
        let in_a_header = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() < LEAST_TOKEN_BYTES || !in_a_header {
            return Err(BuildError::AdminToken);
        }
        Ok(Self(token))
    }

    /// Whether the request carries it: `Authorization: Bearer …`. Takes the same time for
    /// every wrong one.
    #[must_use]
    pub fn authorises(&self, headers: &HeaderMap) -> bool {
        headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .is_some_and(|(_, token)| is_same_secret(token.trim(), &self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_short_or_fits_into_no_header_is_refused() {
        for token in ["", "short", "has a space in it, and is long"] {
            let refused = AdminToken::new(token);
            assert!(matches!(refused, Err(BuildError::AdminToken)), "{token}");
        }
    }

    #[test]
    fn the_admin_token_is_a_bearer_token() {
        let token = AdminToken::new("0123456789abcdef").unwrap();
        assert!(!format!("{token:?}").contains("0123456789abcdef"));
        let authorises = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            token.authorises(&headers)
        };
        assert!(authorises("Bearer 0123456789abcdef"));
        assert!(authorises("bearer  0123456789abcdef"));
        for wrong in [
            "Bearer",
            "Bearer 0123456789abcdeg",
            "Basic 0123456789abcdef",
            "0123456789abcdef",
        ] {
            assert!(!authorises(wrong), "{wrong}");
        }
        assert!(!token.authorises(&HeaderMap::new()));
    }
}

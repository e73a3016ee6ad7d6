//! What a person does where WhatsApp wants a passkey.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the person goes on where WhatsApp wants a passkey. A gateway that says nothing more leaves
/// both parts empty: the person finishes in the gateway's own dashboard.
///
/// Both parts are secrets while they live: `Debug` hides them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeyStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation_code: Option<String>,
}

/// Longer than any link or code that a gateway shows, in bytes.
const LONGEST_URL: usize = 2048;
const LONGEST_CODE: usize = 32;

impl PasskeyStep {
    /// Finish in the gateway's dashboard.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            url: None,
            confirmation_code: None,
        }
    }

    /// Adds the page to open in a browser. Anything but an `https` address of printable ASCII and
    /// at most 2,048 bytes is left out: front ends make a link of it.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        let host = url.strip_prefix("https://").unwrap_or_default();
        let is_printable = url.bytes().all(|byte| byte.is_ascii_graphic());
        let is_link = host.starts_with(|first: char| first.is_ascii_alphanumeric());
        self.url = (is_link && is_printable && url.len() <= LONGEST_URL).then_some(url);
        self
    }

    /// Adds the code that the phone shows as well, to compare both. Anything but letters, digits and
    /// hyphens, at most 32, is left out.
    #[must_use]
    pub fn with_confirmation_code(mut self, code: impl Into<String>) -> Self {
        let code = code.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_code = !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(fits);
        self.confirmation_code = is_code.then_some(code);
        self
    }

    /// The page to open in a browser.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The code that the phone shows as well.
    #[must_use]
    pub fn confirmation_code(&self) -> Option<&str> {
        self.confirmation_code.as_deref()
    }
}

impl fmt::Debug for PasskeyStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |part: &Option<String>| part.as_ref().map(|_| "[redacted]");
        f.debug_struct("PasskeyStep")
            .field("url", &redacted(&self.url))
            .field("confirmation_code", &redacted(&self.confirmation_code))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secure_link_is_kept() {
        let link = "https://web.whatsapp.com/#passkey=abc";
        assert_eq!(PasskeyStep::new().with_url(link).url(), Some(link));
        for other in [
            "",
            "https://",
            "http://web.whatsapp.com/",
            "javascript:alert(1)",
            "<SET_PASSKEY_PUBLIC_URL>",
            "https://example.com/a b",
            "https:///path",
            &format!("https://example.com/{}", "a".repeat(2048)),
        ] {
            assert_eq!(PasskeyStep::new().with_url(other).url(), None, "{other}");
        }
    }

    #[test]
    fn only_what_can_be_compared_is_kept() {
        let kept = PasskeyStep::new().with_confirmation_code("1234");
        assert_eq!(kept.confirmation_code(), Some("1234"));
        for other in ["", "1234 5", "<b>1</b>", &"1".repeat(33)] {
            let step = PasskeyStep::new().with_confirmation_code(other);
            assert_eq!(step.confirmation_code(), None, "{other}");
        }
    }

    #[test]
    fn debug_shows_neither_part() {
        let step = PasskeyStep::new()
            .with_url("https://example.com/secret")
            .with_confirmation_code("1234");
        let debug = format!("{step:?}");
        assert!(
            !debug.contains("secret") && !debug.contains("1234"),
            "{debug}"
        );
    }
}

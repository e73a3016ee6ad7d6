//! Webhooks: what comes in, and what they claim.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A webhook as it arrived. `Debug` shows its size.
#[derive(Clone, Copy)]
pub struct IncomingWebhook<'a> {
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

impl<'a> IncomingWebhook<'a> {
    /// Only a body. Where signatures are verified, it is refused.
    #[must_use]
    pub const fn new(body: &'a [u8]) -> Self {
        Self { headers: &[], body }
    }

    /// With the headers of the request, as names and values.
    #[must_use]
    pub const fn with_headers(mut self, headers: &'a [(&'a str, &'a str)]) -> Self {
        self.headers = headers;
        self
    }

    /// The body, byte for byte as it arrived: signatures are over these bytes.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The headers of the request, as names and values, for a program that passes them on.
    #[must_use]
    pub const fn headers(&self) -> &'a [(&'a str, &'a str)] {
        self.headers
    }

    /// The value of a header, if there is exactly one with this name in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self.headers.iter();
        let mut of_name = found
            .by_ref()
            .filter(|(its, _)| its.eq_ignore_ascii_case(name));
        match (of_name.next(), of_name.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

impl<'a, B: AsRef<[u8]> + ?Sized> From<&'a B> for IncomingWebhook<'a> {
    fn from(body: &'a B) -> Self {
        Self::new(body.as_ref())
    }
}

impl fmt::Debug for IncomingWebhook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingWebhook")
            .field("headers", &self.headers.len())
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// What a webhook claims. Most gateways do not sign webhooks, so a webhook only triggers a request,
/// or moves the next one forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookHint {
    /// This instance may have been linked.
    Connected,
    /// This instance may have been unlinked.
    Disconnected,
    /// The gateway may have a new code.
    CodeChanged,
    /// The attempt may have moved on or ended: a scan, a passkey, a limit.
    Progress,
    /// Nothing about pairing, or about another instance.
    Irrelevant,
}

impl WebhookHint {
    /// Every hint, for tables and exhaustive tests.
    pub const ALL: [Self; 5] = [
        Self::Connected,
        Self::Disconnected,
        Self::CodeChanged,
        Self::Progress,
        Self::Irrelevant,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_comes_twice_has_no_value() {
        let headers = [("X-A", "1"), ("x-b", "2"), ("X-B", "3")];
        let webhook = IncomingWebhook::new(b"{}").with_headers(&headers);
        assert_eq!(webhook.header("x-a"), Some("1"));
        assert_eq!(webhook.header("x-b"), None);
        assert_eq!(webhook.header("x-c"), None);
    }

    #[test]
    fn debug_shows_no_content() {
        let headers = [("authorization", "Bearer secret")];
        let webhook = IncomingWebhook::new(b"secret").with_headers(&headers);
        assert!(!format!("{webhook:?}").contains("secret"));
    }
}

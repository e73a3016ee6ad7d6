//! Where a gateway lives, and full addresses that may hold credentials.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Where a gateway lives: scheme, host, port and perhaps a path. Not a secret.
///
/// Credentials travel in requests, so the scheme must be `https`; plain `http` is accepted
/// for loopback (`localhost`, `127.0.0.0/8`, `::1`), and elsewhere only through
/// [`parse_insecure`](Self::parse_insecure).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BaseUrl(Url);

/// Everything but unreserved characters (RFC 3986, section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl BaseUrl {
    /// Reads a base URL such as `https://api.z-api.io` or `http://127.0.0.1:8080`.
    ///
    /// # Errors
    ///
    /// [`InvalidBaseUrl`] names the rule and never quotes the input, which may hold a token
    /// pasted along with it.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let base = Self::parse_insecure(text)?;
        if base.0.scheme() == "http" && !base.is_loopback() {
            return Err(InvalidBaseUrl::Insecure);
        }
        Ok(base)
    }

    /// Like [`parse`](Self::parse), but takes plain `http` to any host: for a gateway
    /// inside one's own protected network.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_insecure(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidBaseUrl::Scheme);
        }
        if url.host().is_none() {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        Ok(Self(url))
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            None => false,
        }
    }

    /// The address of `segments` below this base, each segment percent-encoded, so that no
    /// credential or phone number can change the path.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> SecretUrl {
        let mut url = String::from(self.0.as_str().trim_end_matches('/'));
        for segment in segments {
            url.push('/');
            url.extend(utf8_percent_encode(segment, SEGMENT));
        }
        SecretUrl {
            host: self.host(),
            url: SecretString::from(url),
        }
    }

    fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{}://{host}:{port}", self.0.scheme()),
            None => format!("{}://{host}", self.0.scheme()),
        }
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = InvalidBaseUrl;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<BaseUrl> for String {
    fn from(base: BaseUrl) -> Self {
        base.0.into()
    }
}

/// Shows scheme and host only: people paste whole instance URLs here.
impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({}/…)", self.host())
    }
}

/// Why a text is not a base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// Not a URL with a host.
    #[error("the base URL is not a URL with a host: write it like https://gateway.example.com")]
    NotAUrl,
    /// Another scheme.
    #[error("the base URL must start with https:// (or http:// on loopback)")]
    Scheme,
    /// Plain `http` to another machine.
    #[error(
        "the base URL must start with https://: plain http is for loopback only, because credentials travel with every request"
    )]
    Insecure,
    /// `user:password@`.
    #[error("the base URL must not hold a user name or password")]
    Credentials,
    /// `?…` or `#…`.
    #[error("the base URL must not have a query or a fragment")]
    QueryOrFragment,
}

/// A full address, path and query of which may hold credentials. `Display` and `Debug` show
/// scheme and host only.
#[derive(Clone)]
pub struct SecretUrl {
    host: String,
    url: SecretString,
}

impl SecretUrl {
    /// Adds `?name=value` (or `&name=value`), the value percent-encoded.
    #[must_use]
    pub fn with_query(self, name: &str, value: &str) -> Self {
        let url = self.url.expose_secret();
        let separator = if url.contains('?') { '&' } else { '?' };
        let value = utf8_percent_encode(value, SEGMENT);
        Self {
            url: SecretString::from(format!("{url}{separator}{name}={value}")),
            host: self.host,
        }
    }

    /// The address itself, for the transport and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose_secret()
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/[redacted]", self.host)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({self})")
    }
}

//! Where a gateway lives, and full addresses that may hold credentials.

use std::fmt;
use std::iter::once;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::Authority;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::host::Host;

/// Where a gateway lives: scheme, host, port and perhaps a path. Not a secret.
///
/// Credentials travel in requests, so the scheme must be `https`; plain `http` is accepted
/// for loopback (`localhost` and names below it, `127.0.0.0/8` in any spelling, `::1`), in private
/// networks through [`parse_private`](Self::parse_private), and elsewhere only through
/// [`parse_insecure`](Self::parse_insecure). A host name with letters beyond ASCII is written in
/// its `xn--` form.
///
/// Cheap to clone: a program with many instances of one gateway needs it once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BaseUrl(Arc<Parts>);

#[derive(PartialEq, Eq)]
struct Parts {
    /// `https://example.com:8443`: scheme and host in lower case, no default port.
    origin: String,
    /// Empty, or a path without a slash at its end.
    path: String,
    is_secure: bool,
    is_loopback: bool,
    is_private: bool,
}

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
        if !base.0.is_secure && !base.0.is_loopback {
            return Err(InvalidBaseUrl::Insecure);
        }
        Ok(base)
    }

    /// Like [`parse`](Self::parse), but takes plain `http` to private networks as well, such as
    /// `http://gateway:8080` between the containers of a compose file: private addresses, names
    /// of one label, and names below `internal`, `local` and `home.arpa`. Every machine in that network
    /// may read the credentials and the codes in transit.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), with [`NotPrivate`](InvalidBaseUrl::NotPrivate) for plain `http`
    /// to any other host.
    pub fn parse_private(text: &str) -> Result<Self, InvalidBaseUrl> {
        let base = Self::parse_insecure(text)?;
        if !base.0.is_secure && !base.0.is_private {
            return Err(InvalidBaseUrl::NotPrivate);
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
        let text = text.trim();
        // `Uri` drops a fragment silently, and browsers take a backslash for a slash.
        if text.contains('#') {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        if text.contains('\\') {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl::NotAUrl)?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(InvalidBaseUrl::Scheme),
            None => return Err(InvalidBaseUrl::NotAUrl),
        };
        let authority = uri.authority().ok_or(InvalidBaseUrl::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(InvalidBaseUrl::Credentials);
        }
        if uri.query().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        // Clients resolve these, and the address would then be another than the one written.
        if uri.path().split('/').any(is_dots) {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        let host = Host::read(authority.host()).ok_or(InvalidBaseUrl::NotAUrl)?;
        let path = uri.path().trim_end_matches('/');
        Ok(Self(Arc::new(Parts {
            origin: origin(is_secure, &host.text, authority)?,
            path: utf8_percent_encode(path, CONTROLS).to_string(),
            is_secure,
            is_loopback: host.is_loopback,
            is_private: host.is_private,
        })))
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback
    }

    /// Whether requests leave this machine without encryption.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        !self.0.is_secure && !self.0.is_loopback
    }

    /// The address of `segments` below this base, each segment percent-encoded, so that no
    /// credential or phone number can change the path. The one exception are `.` and `..`,
    /// which URLs have no escape for; the kit's check of credentials refuses
    /// them.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> SecretUrl {
        let segments = segments
            .iter()
            .flat_map(|segment| once("/").chain(utf8_percent_encode(segment, SEGMENT)));
        SecretUrl {
            base: self.clone(),
            url: secret([&*self.0.origin, &*self.0.path].into_iter().chain(segments)),
        }
    }

    /// Whether the path has this segment: to notice a pasted address of one endpoint.
    #[must_use]
    pub fn has_segment(&self, segment: &str) -> bool {
        self.0.path.split('/').any(|known| known == segment)
    }
}

/// Allocated at its final size: a string that grows leaves copies behind that are not wiped.
fn secret<'a>(parts: impl Iterator<Item = &'a str> + Clone) -> SecretString {
    let mut text = String::with_capacity(parts.clone().map(str::len).sum());
    text.extend(parts);
    SecretString::from(text)
}

fn origin(is_secure: bool, host: &str, authority: &Authority) -> Result<String, InvalidBaseUrl> {
    let (scheme, default_port) = if is_secure {
        ("https", 443)
    } else {
        ("http", 80)
    };
    match authority.port_u16() {
        Some(port) if port != default_port => Ok(format!("{scheme}://{host}:{port}")),
        None if authority.as_str().len() > authority.host().len() => Err(InvalidBaseUrl::NotAUrl),
        _ => Ok(format!("{scheme}://{host}")),
    }
}

/// Whether clients take this segment of a path for `.` or `..`.
fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
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
        format!("{}{}", base.0.origin, base.0.path)
    }
}

/// Shows scheme and host only: people paste whole instance URLs here.
impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({}/…)", self.0.origin)
    }
}

/// Why a text is not a base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// Not a URL with a host.
    #[error(
        "the base URL is not a URL with a host: write it like https://gateway.example.com, a host \
         with letters beyond ASCII in its xn-- form, and no . or .. in the path"
    )]
    NotAUrl,
    /// Another scheme.
    #[error("the base URL must start with https:// (or http:// on loopback)")]
    Scheme,
    /// Plain `http` to another machine.
    #[error(
        "the base URL must start with https://: plain http is for loopback only, because credentials travel with every request"
    )]
    Insecure,
    /// Plain `http` to a host that is in no private network.
    #[error(
        "the base URL must start with https://: plain http is for private addresses and names without a dot only, because credentials travel with every request"
    )]
    NotPrivate,
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
    base: BaseUrl,
    url: SecretString,
}

impl SecretUrl {
    /// Adds `?name=value` (or `&name=value`), the value percent-encoded.
    #[must_use]
    pub fn with_query(self, name: &str, value: &str) -> Self {
        let url = self.url.expose_secret();
        let separator = if url.contains('?') { "&" } else { "?" };
        let value = utf8_percent_encode(value, SEGMENT);
        Self {
            url: secret([url, separator, name, "="].into_iter().chain(value)),
            base: self.base,
        }
    }

    /// Scheme, host and port, without secrets.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.base.0.origin
    }

    /// Whether it is `https`. If not, no proxy may stand in between: it would read all of it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.base.0.is_secure
    }

    /// Whether the host is this machine, so that no proxy may stand in between.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.base.is_loopback()
    }

    /// The address itself, for the transport and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.url.expose_secret()
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/[redacted]", self.origin())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_unless_the_caller_opts_in() {
        for loopback in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://127.8.9.1",
            "http://127.1:8080",
            "http://2130706433",
            "http://zapi.localhost",
            "http://[::1]:1",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(
                BaseUrl::parse(loopback).unwrap().is_loopback(),
                "{loopback}"
            );
        }
        for remote in [
            "http://gateway.example.com",
            "http://192.168.0.1",
            "http://0.0.0.0",
            "http://localhost.example.com",
        ] {
            assert_eq!(BaseUrl::parse(remote), Err(InvalidBaseUrl::Insecure));
            assert!(!BaseUrl::parse_insecure(remote).unwrap().is_loopback());
        }
    }

    #[test]
    fn plain_http_in_a_private_network_is_an_opt_in_of_its_own() {
        for private in [
            "http://gateway:8080",
            "http://10.0.0.7",
            "http://a.internal",
        ] {
            assert_eq!(BaseUrl::parse(private), Err(InvalidBaseUrl::Insecure));
            let base = BaseUrl::parse_private(private).unwrap();
            assert!(base.is_exposed() && !base.is_loopback(), "{private}");
        }
        for public in ["http://gateway.example.com", "http://8.8.8.8"] {
            let refused = BaseUrl::parse_private(public);
            assert_eq!(refused, Err(InvalidBaseUrl::NotPrivate), "{public}");
        }
        for usual in ["https://gateway.example.com", "http://localhost:8080"] {
            assert!(!BaseUrl::parse_private(usual).unwrap().is_exposed());
        }
    }

    #[test]
    fn each_broken_rule_is_named_without_quoting_the_input() {
        use InvalidBaseUrl::*;
        for (text, error) in [
            ("", NotAUrl),
            ("gateway.example.com", NotAUrl),
            ("canary:8080", NotAUrl),
            ("ftp://canary.example.com", Scheme),
            ("https://canary@example.com", Credentials),
            ("https://a:canary@example.com", Credentials),
            ("https://example.com/?token=canary", QueryOrFragment),
            ("https://example.com/#canary", QueryOrFragment),
            ("https://example.com\\@canary.example.com", NotAUrl),
            ("https://example.com/a/../canary", NotAUrl),
            ("https://example.com/a/%2E%2e/canary", NotAUrl),
            ("https://canary.example.com:", NotAUrl),
            ("https://canary.example.com:65536", NotAUrl),
            ("https://can%61ry.example.com", NotAUrl),
            ("https://[::canary]", NotAUrl),
            ("https://127.0.0.256", NotAUrl),
            ("https://canary..example.com", NotAUrl),
            ("https://canár.example.com", NotAUrl),
            ("https://", NotAUrl),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(error), "{text}");
            assert!(!error.to_string().contains("canary"));
        }
    }

    #[test]
    fn one_address_has_one_spelling() {
        for (text, url) in [
            ("HTTPS://Example.COM:443", "https://example.com"),
            (" http://localhost:80/ ", "http://localhost"),
            (
                "https://example.com:8443/a/B//",
                "https://example.com:8443/a/B",
            ),
            ("https://[::1]:9/", "https://[::1]:9"),
            ("https://[0:0:0:0:0:0:0:1]", "https://[::1]"),
            ("https://127.1:443/a", "https://127.0.0.1/a"),
            ("https://2130706433:8443", "https://127.0.0.1:8443"),
            ("https://example.com/é", "https://example.com/%C3%A9"),
        ] {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!(String::from(base.clone()), url, "{text}");
            assert_eq!(base.join(&["x"]).expose(), format!("{url}/x"), "{text}");
        }
    }

    #[test]
    fn segments_and_query_values_cannot_change_the_path() {
        let base = BaseUrl::parse("https://example.com/prefix/").unwrap();
        let url = base.join(&["a/b", "c?d", "é%"]).with_query("q", "&x=1 ");
        assert_eq!(
            url.expose(),
            "https://example.com/prefix/a%2Fb/c%3Fd/%C3%A9%25?q=%26x%3D1%20"
        );
    }

    #[test]
    fn nothing_shows_the_path() {
        let base = BaseUrl::parse("https://example.com:8443/canary").unwrap();
        let url = base.join(&["canary"]).with_query("token", "canary");
        let shown = format!("{base:?} {url} {url:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("https://example.com:8443"), "{shown}");
    }
}

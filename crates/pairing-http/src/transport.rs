//! The seam between adapters and the network: a request goes out, a response comes in, and
//! an answer that is not 2xx is an answer, not an error.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::{SecretUrl, wipe_bytes};

/// Sends one HTTP request. Implement it to bring your own client (OkHttp, URLSession, a
/// proxy, a test).
///
/// An implementation follows no redirects, keeps no cookies, sends no credentials of its
/// own, reads at most [`MAX_BODY_BYTES`] of the body and gives up after a total time of its
/// own (15 s or more: gateways wait up to 10 s themselves). It repeats nothing, with one
/// exception: a request that is [safe to repeat](HttpRequest::safe_to_repeat) may be sent once
/// more if it met a kept connection that the gateway had closed. Dropping the future must
/// cancel the request. Its `Debug` shows no credential.
#[async_trait]
pub trait HttpTransport: fmt::Debug + Send + Sync {
    /// Sends the request and reads the whole response.
    ///
    /// # Errors
    ///
    /// Only when there is no complete answer. Whatever status the server sends is `Ok`.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

#[async_trait]
impl<T: HttpTransport + ?Sized> HttpTransport for Arc<T> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request).await
    }
}

/// Most bytes of a response body that are read: 1 MiB. A picture of a QR code in base64 is
/// below 50 KiB.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The HTTP methods gateways use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpMethod {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl HttpMethod {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request. Its URL, its headers and its body may be secret; `Debug` shows none of them.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: HttpMethod,
    /// Where to; the path and the query may hold credentials.
    pub url: SecretUrl,
    /// Headers in order. Names are lower case.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body, if there is one. It may hold a phone number.
    pub body: Option<SecretString>,
    /// Whether it may arrive twice without harm. A request for a phone code may not: each one
    /// counts against WhatsApp's limit.
    pub safe_to_repeat: bool,
}

impl HttpRequest {
    /// A request without headers and without a body, which is safe to repeat if it is a `GET`.
    #[must_use]
    pub fn new(method: HttpMethod, url: SecretUrl) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: None,
            safe_to_repeat: matches!(method, HttpMethod::Get),
        }
    }

    /// Says that the request must not arrive twice, although it is a `GET`: with some gateways
    /// a `GET` asks WhatsApp for a code or unlinks the number.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.safe_to_repeat = false;
        self
    }

    /// Adds a header. `name` is lower case.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: SecretString) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds a body of JSON, and the header that says so.
    #[must_use]
    pub fn with_json(mut self, body: impl Into<SecretString>) -> Self {
        self.body = Some(body.into());
        self.with_header("content-type", "application/json".into())
    }

    /// The value of a header, for transports and tests.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.expose_secret())
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url)
    }
}

/// One complete response. `Debug` hides the body: it may be a live code, and is wiped when the
/// response is dropped.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// The `Content-Type` header, if any.
    pub content_type: Option<String>,
    /// The `Content-Encoding` header, if any, of a body that still is so encoded.
    pub content_encoding: Option<String>,
    /// The `Retry-After` header, if any, as it came.
    pub retry_after: Option<String>,
    /// The names of all headers, in any order; empty where the transport does not pass them on. Only
    /// records of what a gateway answered use them.
    pub header_names: Vec<String>,
    /// The `Date` header, if any, as it came: a `Retry-After` that is a date is counted from it,
    /// because the gateway's clock need not agree with the local one.
    pub date: Option<String>,
    /// The body, decoded from any transfer encoding, at most [`MAX_BODY_BYTES`].
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response with no headers of interest.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type: None,
            content_encoding: None,
            retry_after: None,
            header_names: Vec::new(),
            date: None,
            body: body.into(),
        }
    }

    /// Sets the `Content-Type`.
    #[must_use]
    pub fn with_content_type(mut self, value: impl Into<String>) -> Self {
        self.content_type = Some(value.into());
        self
    }

    /// Sets the `Content-Encoding`.
    #[must_use]
    pub fn with_content_encoding(mut self, value: impl Into<String>) -> Self {
        self.content_encoding = Some(value.into());
        self
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn with_retry_after(mut self, value: impl Into<String>) -> Self {
        self.retry_after = Some(value.into());
        self
    }

    /// Sets the names of all headers.
    #[must_use]
    pub fn with_header_names<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.header_names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `Date`.
    #[must_use]
    pub fn with_date(mut self, value: impl Into<String>) -> Self {
        self.date = Some(value.into());
        self
    }
}

impl Drop for HttpResponse {
    fn drop(&mut self) {
        wipe_bytes(&mut self.body);
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HttpResponse({}, {} bytes [redacted])",
            self.status,
            self.body.len()
        )
    }
}

/// Why there is no complete answer.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name not found, refused, unreachable.
    #[error("no connection to the gateway")]
    Connect,
    /// The proxy on the way to the gateway cannot be reached, or does not reach the gateway.
    #[error("no connection through the proxy")]
    Proxy,
    /// The proxy asks for a user name and password, or does not accept the ones it was given.
    #[error("the proxy asks for a login")]
    ProxyLogin,
    /// The environment names a proxy in a way that cannot be used.
    #[error("the address of the proxy cannot be used")]
    ProxyAddress,
    /// The gateway's certificate was not accepted, or TLS failed otherwise.
    #[error("no secure connection to the gateway")]
    Tls,
    /// No complete answer within the transport's time.
    #[error("the gateway did not answer in time")]
    Timeout,
    /// The connection broke, or the answer ended early.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// A body above [`MAX_BODY_BYTES`].
    #[error("the gateway's answer is larger than any pairing answer")]
    BodyTooLarge,
    /// Anything else.
    #[error("the request could not be sent")]
    Other,
}

impl TransportError {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds the underlying failure. It must not show the URL: with some gateways the path
    /// holds the token.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What to branch on.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

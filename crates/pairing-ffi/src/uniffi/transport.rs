//! HTTP by the app's own client, such as OkHttp or URLSession.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_http as http;
use secrecy::ExposeSecret as _;

/// An HTTP client of the app.
///
/// It follows no redirects, keeps no cookies, adds no credentials, repeats nothing, and gives
/// up after a time of its own (15 s or more: gateways wait up to 10 s themselves). Its call is
/// cancelled when the session is. It is called on a thread of this library, never on the main
/// one.
#[uniffi::export(foreign)]
#[async_trait]
pub trait HttpTransport: Send + Sync {
    /// Sends the request and reads the whole response. Whatever status the server sends is a
    /// response; throw only when there is no complete answer. An exception of any other type
    /// counts as `TransportError.Other`.
    async fn send(&self, request: Arc<HttpRequest>) -> Result<Arc<HttpResponse>, TransportError>;
}

/// A request to a gateway: an object, because its URL and headers hold credentials, and its body may
/// hold a phone number, that no description of it may show.
#[derive(uniffi::Object)]
pub struct HttpRequest(http::HttpRequest);

#[uniffi::export]
impl HttpRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub fn method(&self) -> String {
        self.0.method.as_str().to_owned()
    }

    /// Where to. With some gateways the path holds the token: never log it.
    pub fn expose_url(&self) -> String {
        self.0.url.expose().to_owned()
    }

    /// Headers to send; names are lower case, values may be credentials.
    pub fn expose_headers(&self) -> HashMap<String, String> {
        self.0
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.expose_secret().to_owned()))
            .collect()
    }

    /// The body to send, in UTF-8; nothing for a request without one. Its type is among the headers.
    pub fn expose_body(&self) -> Option<String> {
        let body = self.0.body.as_ref();
        body.map(|body| body.expose_secret().to_owned())
    }
}

/// A complete response: an object, because its body may be a live pairing code.
#[derive(uniffi::Object)]
pub struct HttpResponse(http::HttpResponse);

#[uniffi::export]
impl HttpResponse {
    /// `body` is decoded from any transfer or content encoding. Of the headers only these three
    /// matter; pass them as they came. A `retry_after` that is a date is counted from `date`;
    /// without it, from this machine's clock, which need not agree with the gateway's.
    #[uniffi::constructor(default(content_type = None, retry_after = None, date = None))]
    pub fn new(
        status: u16,
        body: Vec<u8>,
        content_type: Option<String>,
        retry_after: Option<String>,
        date: Option<String>,
    ) -> Arc<Self> {
        let mut response = http::HttpResponse::new(status, body);
        response.content_type = content_type;
        response.retry_after = retry_after;
        response.date = date;
        Arc::new(Self(response))
    }
}

/// The most bytes of a body that an answer of a gateway may have: 1 MiB. A transport may stop
/// reading there.
#[uniffi::export]
pub fn max_body_bytes() -> u64 {
    http::MAX_BODY_BYTES as u64
}

/// Why there is no complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TransportError {
    /// No connection: name not found, refused, unreachable.
    #[error("no connection to the gateway")]
    Connect,
    /// The gateway's certificate was not accepted, or TLS failed otherwise.
    #[error("no secure connection to the gateway")]
    Tls,
    /// No complete answer within the transport's time.
    #[error("the gateway did not answer in time")]
    Timeout,
    /// The connection broke, or the answer ended early.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// A body of more than `max_body_bytes`.
    #[error("the gateway's answer is larger than any pairing answer")]
    BodyTooLarge,
    /// Anything else. Counts as a defect that no repetition mends, and ends the session.
    #[error("the request could not be sent")]
    Other,
}

impl From<TransportError> for http::TransportError {
    fn from(error: TransportError) -> Self {
        use http::TransportErrorKind as Kind;
        Self::new(match error {
            TransportError::Connect => Kind::Connect,
            TransportError::Tls => Kind::Tls,
            TransportError::Timeout => Kind::Timeout,
            TransportError::Interrupted => Kind::Interrupted,
            TransportError::BodyTooLarge => Kind::BodyTooLarge,
            TransportError::Other => Kind::Other,
        })
    }
}

/// An exception that the app's transport did not declare. Its text stays where it was thrown,
/// because it may hold the URL.
impl From<uniffi::UnexpectedUniFFICallbackError> for TransportError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Other
    }
}

/// The app's transport, as the adapters know it.
pub(crate) struct AppTransport(pub(crate) Arc<dyn HttpTransport>);

impl fmt::Debug for AppTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppTransport")
    }
}

#[async_trait]
impl http::HttpTransport for AppTransport {
    async fn send(
        &self,
        request: http::HttpRequest,
    ) -> Result<http::HttpResponse, http::TransportError> {
        let response = self.0.send(Arc::new(HttpRequest(request))).await?;
        if response.0.body.len() > http::MAX_BODY_BYTES {
            return Err(TransportError::BodyTooLarge.into());
        }
        Ok(response.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_its_body_and_says_its_type() {
        let url = || {
            http::BaseUrl::parse("https://gateway.example.com")
                .unwrap()
                .join(&["code"])
        };
        let request = http::HttpRequest::new(http::HttpMethod::Post, url());
        assert_eq!(HttpRequest(request.clone()).expose_body(), None);
        let request = HttpRequest(request.with_json(r#"{"phone":"5511"}"#));
        assert_eq!(
            request.expose_body().as_deref(),
            Some(r#"{"phone":"5511"}"#)
        );
        assert_eq!(request.expose_headers()["content-type"], "application/json");
    }
}

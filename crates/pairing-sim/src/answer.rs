//! One answer of a gateway, and the ways in which it may fail to arrive.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

pub(crate) const JSON: &str = "application/json";
pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
pub(crate) const PNG: &str = "image/png";

#[derive(Debug)]
pub(crate) struct Answer {
    status: u16,
    content_type: Option<&'static str>,
    retry_after: Option<String>,
    body: Bytes,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Complete,
    /// Half of the body, then nothing.
    Truncated,
    /// Not even a status line.
    Reset,
}

/// Marks a response that must break the connection instead of being sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionReset;

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, body.to_string())
    }

    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            content_type: Some(content_type),
            body: body.into(),
            ..Self::empty(status)
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            retry_after: None,
            body: Bytes::new(),
            ending: Ending::Complete,
        }
    }

    pub(crate) fn reset() -> Self {
        Self {
            ending: Ending::Reset,
            ..Self::empty(500)
        }
    }

    pub(crate) fn truncated(mut self) -> Self {
        self.ending = Ending::Truncated;
        self
    }

    pub(crate) fn labelled(mut self, content_type: &'static str) -> Self {
        self.content_type = Some(content_type);
        self
    }

    pub(crate) fn retry_after(mut self, value: String) -> Self {
        self.retry_after = Some(value);
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let length = self.body.len();
        let body = match self.ending {
            Ending::Truncated => half(&self.body),
            Ending::Complete | Ending::Reset => Body::from(self.body),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(content_type) = self.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(value) = self
            .retry_after
            .and_then(|text| HeaderValue::from_str(&text).ok())
        {
            headers.insert(header::RETRY_AFTER, value);
        }
        match self.ending {
            Ending::Complete => {}
            Ending::Truncated => {
                headers.insert(header::CONTENT_LENGTH, length.into());
            }
            Ending::Reset => {
                response.extensions_mut().insert(ConnectionReset);
            }
        }
        response
    }
}

/// The first half of a body, then an error, upon which the server drops the connection.
fn half(body: &Bytes) -> Body {
    let first = body.slice(..body.len() / 2);
    let broken = async {
        // The server sends what it has while the body makes it wait.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
    };
    Body::from_stream(stream::iter([Ok(first)]).chain(stream::once(broken)))
}

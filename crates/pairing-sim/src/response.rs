//! One response of a gateway, and the ways in which it may fail to arrive.

use std::fmt;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use futures_util::stream;
use pairing_qr::QrMatrix;
use serde_json::Value;

use crate::QrPictureBody;

pub(crate) const JSON: &str = "application/json";
pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
pub(crate) const PNG: &str = "image/png";

/// What a gateway answers. `Debug` hides the body.
pub struct GatewayResponse {
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

impl GatewayResponse {
    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, JSON, body.to_string())
    }

    /// A body with this content type.
    #[must_use]
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            content_type: Some(content_type),
            body: body.into(),
            ..Self::empty(status)
        }
    }

    /// No body, and no content type.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            retry_after: None,
            body: Bytes::new(),
            ending: Ending::Complete,
        }
    }

    /// An HTML page.
    #[must_use]
    pub fn html(status: u16, page: String) -> Self {
        Self::new(status, HTML, page)
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: u16, text: String) -> Self {
        Self::new(status, TEXT, text)
    }

    /// A QR code as a picture in this shape. `in_json` is the gateway's own way to send the data
    /// URI.
    pub fn picture(
        qr_text: &str,
        shape: QrPictureBody,
        in_json: impl FnOnce(&str) -> Self,
    ) -> Self {
        let Some(png) = png(qr_text) else {
            // The simulator's texts fit into a QR code.
            return Self::empty(500);
        };
        match shape {
            QrPictureBody::DataUri => in_json(&data_uri(&png)),
            QrPictureBody::BareDataUri => Self::text(200, data_uri(&png)),
            QrPictureBody::BareBase64 => Self::text(200, STANDARD.encode(png)),
            QrPictureBody::Png => Self::new(200, PNG, png),
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

impl fmt::Debug for GatewayResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

fn png(qr_text: &str) -> Option<Vec<u8>> {
    const PIXELS_PER_MODULE: u32 = 6;
    let matrix = QrMatrix::encode(qr_text).ok()?;
    matrix.to_png(PIXELS_PER_MODULE).ok()
}

fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

impl IntoResponse for GatewayResponse {
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

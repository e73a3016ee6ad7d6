//! A request as a dialect sees it.

use std::fmt;

use axum::body::Bytes;
use axum::extract::FromRequest as _;
use axum::http::{HeaderMap, Method, Request};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

/// A request to a gateway. `Debug` shows the method alone.
pub struct GatewayRequest {
    method: Method,
    segments: Vec<String>,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl GatewayRequest {
    /// The error is the response to a body that cannot be read.
    pub(crate) async fn read(request: Request<axum::body::Body>) -> Result<Self, Response> {
        let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let path = request.uri().path();
        let segments = path.split('/').skip(1).map(decoded).collect();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let body = Bytes::from_request(request, &()).await;
        Ok(Self {
            method,
            segments,
            query,
            headers,
            body: body.map_err(|rejection| rejection.into_response())?,
        })
    }

    /// `GET`, `POST`, …
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path, split at `/` and decoded.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// The header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    }

    /// The first value with this name in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let (_, value) = pairs.find(|(found, _)| found == name)?;
        Some(value.into_owned())
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON; `null` if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Debug for GatewayRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

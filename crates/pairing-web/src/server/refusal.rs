//! What the server itself answers, in the form of the hub's refusals.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

/// An answer after which the connection ends.
pub(super) fn refusal(status: StatusCode, error: &'static str) -> Response {
    let headers = [
        (header::CONNECTION, "close"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_TYPE, "application/json"),
    ];
    (status, headers, error).into_response()
}

/// More connections are open than may be.
pub(super) fn busy() -> Response {
    let error = r#"{"error":{"kind":"too_many_connections","message":"too many connections are open: try again soon"}}"#;
    let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, error);
    let seconds = HeaderValue::from_static("5");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// RFC 9112, 3.2: no `Host`, several, or one that names no host.
pub(super) fn bad_host() -> Response {
    let error = r#"{"error":{"kind":"bad_host","message":"send one Host header with the name of this server"}}"#;
    refusal(StatusCode::BAD_REQUEST, error)
}

/// The body did not arrive in time.
pub(super) fn too_slow() -> Response {
    let error = r#"{"error":{"kind":"too_slow","message":"the body of the request did not arrive in time"}}"#;
    refusal(StatusCode::REQUEST_TIMEOUT, error)
}

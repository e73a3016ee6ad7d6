//! Bodies: read up to a limit, and refused in our own form and without quoting them.

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use pairing_core::{PairingMethod, PhoneNumber};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::api_error::ApiError;
use crate::server::TooSlow;

/// Most bytes of a request's body, but for webhooks. The longest request names a phone number.
const MOST_REQUEST_BYTES: usize = 4 * 1024;

/// The whole body. A peer decides in how many parts it comes: each is let go of at once, because
/// a byte in its own part takes forty.
async fn collect(body: Body, most: usize) -> Result<Vec<u8>, ApiError> {
    if body.size_hint().lower() > most as u64 {
        return Err(ApiError::TOO_LARGE);
    }
    let mut parts = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| interrupted(&error))?;
        if part.len() > most - whole.len() {
            return Err(ApiError::TOO_LARGE);
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

/// Why the body did not come to its end.
pub(super) fn interrupted(error: &axum::Error) -> ApiError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return ApiError::TOO_SLOW;
        }
        cause = error.source();
    }
    ApiError::INVALID_BODY
}

/// Reads a JSON object. A browser sends that content type to another site only after asking
/// it, and this one never agrees.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, ApiError> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(ApiError::NOT_JSON);
    }
    let body = collect(body, MOST_REQUEST_BYTES).await?;
    serde_json::from_slice(&body).map_err(|error| ApiError::invalid_json(&error))
}

/// A phone number as a person types it.
pub(super) fn phone(text: &str) -> Result<PhoneNumber, ApiError> {
    Ok(PhoneNumber::parse_user_input(text)?)
}

/// `{"method":"qr"}` or `{"method":"phone_code","phone":"+55…"}`.
#[derive(Deserialize)]
#[serde(
    tag = "method",
    content = "phone",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub(super) enum MethodRequest {
    Qr,
    PhoneCode(String),
}

impl TryFrom<MethodRequest> for PairingMethod {
    type Error = ApiError;

    fn try_from(request: MethodRequest) -> Result<Self, Self::Error> {
        match request {
            MethodRequest::Qr => Ok(Self::Qr),
            MethodRequest::PhoneCode(text) => Ok(Self::PhoneCode(phone(&text)?)),
        }
    }
}

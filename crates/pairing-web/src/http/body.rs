//! Small JSON bodies, refused in our own form and without quoting them.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::http::{HeaderMap, header};
use pairing_core::{PairingMethod, PhoneNumber};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::Problem;

pub(super) type Received = Result<Bytes, BytesRejection>;

/// The bytes of a body within the limit.
pub(super) fn within_limit(body: Received) -> Result<Bytes, Problem> {
    body.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::TOO_LARGE
        }
        _ => Problem::INVALID_BODY,
    })
}

/// Reads a JSON object. A browser sends that content type to another site only after asking
/// it, and this one never agrees.
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Received) -> Result<T, Problem> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Problem::NOT_JSON);
    }
    serde_json::from_slice(&within_limit(body)?).map_err(|error| Problem::invalid_json(&error))
}

/// A phone number as a person types it.
pub(super) fn phone(text: &str) -> Result<PhoneNumber, Problem> {
    Ok(PhoneNumber::parse_typed(text)?)
}

/// `{"method":"qr"}` or `{"method":"phone_code","phone":"+55…"}`.
#[derive(Deserialize)]
#[serde(
    tag = "method",
    content = "phone",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub(super) enum MethodWish {
    Qr,
    PhoneCode(String),
}

impl TryFrom<MethodWish> for PairingMethod {
    type Error = Problem;

    fn try_from(wish: MethodWish) -> Result<Self, Self::Error> {
        match wish {
            MethodWish::Qr => Ok(Self::Qr),
            MethodWish::PhoneCode(text) => Ok(Self::PhoneCode(phone(&text)?)),
        }
    }
}

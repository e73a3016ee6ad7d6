//! What the control surface answers to a request it cannot serve.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{InvalidFault, InvalidSetup, ScanError, TypeError};

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Setup(#[from] InvalidSetup),
    #[error(transparent)]
    Fault(#[from] InvalidFault),
    #[error("{0}")]
    Conflict(String),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Type(#[from] TypeError),
    #[error("there is no instance with this id: GET /_sim/instances lists them")]
    NoSuchInstance,
    #[error("there is nothing at this path: GET / is the help page")]
    NoSuchPath,
    #[error("this path does not take this method: GET / is the help page")]
    WrongVerb,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Invalid(_)
            | Self::Setup(_)
            | Self::Fault(_)
            | Self::Scan(ScanError::Unreadable) => StatusCode::BAD_REQUEST,
            // The request is fine; the phone or the instance is in another state.
            Self::Conflict(_) | Self::Scan(_) | Self::Type(_) => StatusCode::CONFLICT,
            Self::NoSuchInstance | Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::WrongVerb => StatusCode::METHOD_NOT_ALLOWED,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}

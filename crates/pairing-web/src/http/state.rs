//! The present state, for a page that no event stream reaches.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;

use super::api_error::ApiError;
use super::segment::Segment;
use crate::hub::PairingHub;
use crate::hub::{FallbackReason, Present};

#[derive(Deserialize)]
pub(super) struct StateQuery {
    began: Option<FallbackReason>,
}

pub(super) async fn state(
    State(hub): State<PairingHub>,
    Segment(token): Segment<String>,
    query: Result<Query<StateQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Some(link) = hub.0.by_token(&token) else {
        return ApiError::NOT_FOUND.into_response();
    };
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        // Proxies that compress make a tag weak.
        .map(|tag| tag.strip_prefix("W/").unwrap_or(tag));
    let present = hub.0.viewers.present(&link, known);
    if !matches!(present, Present::TooMany)
        && let Some(reason) = query.ok().and_then(|Query(query)| query.began)
    {
        hub.0.viewers.note_fallback(&link, reason);
    }
    match present {
        Present::Unchanged { tag } => {
            (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
        }
        Present::Changed { tag, body } => {
            let headers = [
                (header::CONTENT_TYPE, "application/json".to_owned()),
                (header::ETAG, tag),
            ];
            (headers, Bytes::from_owner(body)).into_response()
        }
        Present::TooMany => ApiError::TOO_MANY_VIEWERS.into_response(),
    }
}

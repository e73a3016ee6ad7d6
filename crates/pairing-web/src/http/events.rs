//! The event stream of a page.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::api_error::ApiError;
use super::segment::Segment;
use crate::hub::PairingHub;
use crate::hub::Watch;

pub(super) async fn events(
    State(hub): State<PairingHub>,
    Segment(token): Segment<String>,
    headers: HeaderMap,
) -> Response {
    let Some(link) = hub.0.by_token(&token) else {
        return ApiError::NOT_FOUND.into_response();
    };
    let last_event_id = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    match hub.0.viewers.watch(link, last_event_id) {
        Watch::Stream(body) => {
            let headers = [
                (header::CONTENT_TYPE, "text/event-stream"),
                // Proxies of the nginx family would collect events before passing them on.
                (HeaderName::from_static("x-accel-buffering"), "no"),
            ];
            (headers, body).into_response()
        }
        // Tells a browser not to come back.
        Watch::NothingMore => StatusCode::NO_CONTENT.into_response(),
        Watch::TooMany => ApiError::TOO_MANY_VIEWERS.into_response(),
    }
}

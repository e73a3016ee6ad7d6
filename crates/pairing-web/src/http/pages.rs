//! The page and what it is made of.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::api_error::ApiError;
use super::segment::Segment;
use crate::hub::PairingHub;
use crate::page::{self, Language, PageContext};

#[derive(Deserialize)]
struct PageQuery {
    lang: Option<String>,
}

/// The language of a page's visitor.
pub(super) fn language(uri: &Uri, headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let query = Query::<PageQuery>::try_from_uri(uri);
    let tag = query.ok().and_then(|Query(query)| query.lang);
    Language::choose(tag.as_deref(), accepted)
}

pub(super) async fn page(
    State(hub): State<PairingHub>,
    token: Result<Segment<String>, ApiError>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let language = language(&uri, &headers);
    // A person looks at this: also a link that cannot be read gets the page of unknown ones.
    match token.ok().and_then(|Segment(token)| hub.0.by_token(&token)) {
        Some(link) => {
            let context = PageContext {
                language,
                title: link.pairing.title(),
                parents: &hub.0.options.frame_ancestors,
            };
            Html(page::page(&context)).into_response()
        }
        None => (StatusCode::NOT_FOUND, Html(page::unknown_link(language))).into_response(),
    }
}

/// The refusal of a request that no route takes: a page for a browser that opens one, and JSON for
/// every program.
pub(super) fn refusal(error: ApiError, uri: &Uri, headers: &HeaderMap) -> Response {
    let accepts_page = headers.get_all(header::ACCEPT).iter().any(|accepted| {
        let accepted = accepted.as_bytes().to_ascii_lowercase();
        accepted.windows(9).any(|part| part == b"text/html")
    });
    if !accepts_page {
        return error.into_response();
    }
    // From the folder of this address, which a router may be nested in, to where the assets are.
    let folders = uri.path().matches('/').count().saturating_sub(1);
    let page = page::no_link(language(uri, headers), &"../".repeat(folders));
    error.with_page(page)
}

#[derive(Deserialize)]
pub(super) struct AssetQuery {
    v: Option<String>,
}

pub(super) async fn asset(
    Segment(name): Segment<String>,
    query: Result<Query<AssetQuery>, QueryRejection>,
) -> Response {
    let Some(asset) = page::asset(&name) else {
        return ApiError::NOT_FOUND.into_response();
    };
    let version = query.ok().and_then(|Query(query)| query.v);
    let cache = if version.as_deref() == Some(asset.version) {
        "public, max-age=31536000, immutable"
    } else {
        // Of another version of this program: what is here now may not fit its page.
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, cache),
    ];
    (headers, asset.body).into_response()
}

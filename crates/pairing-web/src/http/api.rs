//! The host application: opens pairings, and asks what became of them.

use axum::Json;
use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::api_error::ApiError;
use super::body;
use super::segment::Segment;
use crate::hub::{NewPairing, PairingHub};
use crate::hub::{PairingSummary, moment};
use crate::page::Language;
use crate::token::PairingId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateRequest {
    instance: String,
    expect_phone: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    autostart: bool,
}

#[derive(Serialize)]
struct Created<'a> {
    id: &'a PairingId,
    instance: &'a str,
    /// From the root of the host, mount point included.
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    new: bool,
}

pub(super) async fn create(
    State(hub): State<PairingHub>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let request: CreateRequest = body::read(&headers, body).await?;
    let mut new = NewPairing::of(request.instance.as_str());
    if let Some(text) = &request.expect_phone {
        new = new.expect_phone(body::phone(text)?);
    }
    let language = match &request.lang {
        Some(tag) => Some(Language::from_tag(tag).ok_or(ApiError::UNKNOWN_LANGUAGE)?),
        None => None,
    };
    let query = match (language.map(Language::tag), request.autostart) {
        (None, false) => String::new(),
        (None, true) => "?start=now".to_owned(),
        (Some(tag), false) => format!("?lang={tag}"),
        (Some(tag), true) => format!("?lang={tag}&start=now"),
    };
    let link = hub.create(new)?;
    let mount = uri.path().strip_suffix("/api/pairings").unwrap_or_default();
    let created = Created {
        id: link.id(),
        instance: &request.instance,
        path: format!("{mount}{}{query}", link.path()),
        url: link.url().map(|url| format!("{url}{query}")),
        expires_at: link.expires_at().map(moment),
        new: link.is_new(),
    };
    let status = if link.is_new() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(created)).into_response())
}

#[derive(Serialize)]
pub(super) struct Pairings {
    pairings: Vec<PairingSummary>,
}

pub(super) async fn list(State(hub): State<PairingHub>) -> Json<Pairings> {
    let pairings = hub.pairings();
    Json(Pairings { pairings })
}

pub(super) async fn show(
    State(hub): State<PairingHub>,
    Segment(id): Segment<PairingId>,
) -> Result<Json<PairingSummary>, ApiError> {
    hub.pairing(&id).map(Json).ok_or(ApiError::NOT_FOUND)
}

pub(super) async fn cancel(
    State(hub): State<PairingHub>,
    Segment(id): Segment<PairingId>,
) -> Result<StatusCode, ApiError> {
    match hub.cancel(&id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NOT_FOUND),
    }
}

#[derive(Serialize)]
pub(super) struct Instances {
    instances: Vec<InstanceView>,
}

#[derive(Serialize)]
struct InstanceView {
    name: String,
    provider: String,
    title: String,
    methods: Vec<&'static str>,
    webhooks: bool,
}

pub(super) async fn instances(State(hub): State<PairingHub>) -> Json<Instances> {
    let instances = hub
        .0
        .instances()
        .into_iter()
        .map(|(name, instance)| InstanceView {
            name,
            provider: instance.provider().name().to_owned(),
            title: instance.shown_title().to_owned(),
            methods: instance.methods(),
            webhooks: instance.has_webhooks(),
        });
    let instances = instances.collect();
    Json(Instances { instances })
}

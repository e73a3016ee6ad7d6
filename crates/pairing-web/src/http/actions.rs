//! What the page can do: start, switch the method, resume, cancel. All but the first tell the
//! session, which decides.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{HeaderMap, StatusCode};
use pairing_core::PairingMethod;
use serde_json::{Map, Value};

use super::api_error::ApiError;
use super::body::{self, MethodRequest};
use super::segment::Segment;
use crate::error::ActionError;
use crate::hub::Link;
use crate::hub::PairingHub;

type Done = Result<StatusCode, ApiError>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

/// An action of a page, which knows its link.
pub(super) struct ActionRequest {
    hub: PairingHub,
    link: Link,
    headers: HeaderMap,
    body: Body,
}

impl FromRequest<PairingHub> for ActionRequest {
    type Rejection = ApiError;

    async fn from_request(request: Request, hub: &PairingHub) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Segment(token) = Segment::<String>::from_request_parts(&mut parts, hub).await?;
        let link = hub.0.by_token(&token).ok_or(ApiError::NOT_FOUND)?;
        link.act(hub.0.options.limits.actions_per_minute)
            .map_err(ApiError::too_many_actions)?;
        Ok(Self {
            hub: hub.clone(),
            link,
            headers: parts.headers,
            body,
        })
    }
}

impl ActionRequest {
    /// Takes `{"method":"qr"}` or `{"method":"phone_code","phone":"+55…"}`.
    async fn method(self) -> Result<PairingMethod, ApiError> {
        let request: MethodRequest = body::read(&self.headers, self.body).await?;
        still_good(&self.link)?;
        request.try_into()
    }

    /// Takes `{}`: nothing more to say, but JSON, which other sites' forms cannot send.
    async fn nothing(self) -> Result<(), ApiError> {
        let said: Map<String, Value> = body::read(&self.headers, self.body).await?;
        still_good(&self.link)?;
        if said.is_empty() {
            Ok(())
        } else {
            Err(ApiError::INVALID_BODY)
        }
    }
}

/// A body may take longer than the link has left.
fn still_good(link: &Link) -> Result<(), ApiError> {
    link.is_good().then_some(()).ok_or(ApiError::NOT_FOUND)
}

pub(super) async fn start(request: ActionRequest) -> Done {
    let (hub, pairing) = (request.hub.clone(), request.link.pairing.clone());
    let method = request.method().await?;
    if pairing.start(method)? {
        hub.0.save(&pairing);
    }
    DONE
}

pub(super) async fn switch_method(request: ActionRequest) -> Done {
    let (hub, pairing) = (request.hub.clone(), request.link.pairing.clone());
    let method = request.method().await?;
    if pairing.switch_method(method)? {
        hub.0.save(&pairing);
    }
    DONE
}

pub(super) async fn resume(request: ActionRequest) -> Done {
    let pairing = request.link.pairing.clone();
    request.nothing().await?;
    pairing.resume()?;
    DONE
}

pub(super) async fn cancel(request: ActionRequest) -> Done {
    let (hub, pairing) = (request.hub.clone(), request.link.pairing.clone());
    request.nothing().await?;
    if hub.0.cancel(&pairing) {
        DONE
    } else {
        Err(ActionError::Ended.into())
    }
}

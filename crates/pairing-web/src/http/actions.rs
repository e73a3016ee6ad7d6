//! What the page can do: start, switch the method, resume, cancel. All but the first tell the
//! session, which decides.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{HeaderMap, StatusCode};
use pairing_core::PairingMethod;
use serde_json::{Map, Value};

use super::body::{self, MethodWish};
use super::problem::Problem;
use super::segment::Segment;
use crate::PairingHub;
use crate::error::ActionError;
use crate::hub::Link;

type Done = Result<StatusCode, Problem>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

/// A wish of whoever has the link.
pub(super) struct Wish {
    hub: PairingHub,
    link: Link,
    headers: HeaderMap,
    body: Body,
}

impl FromRequest<PairingHub> for Wish {
    type Rejection = Problem;

    async fn from_request(request: Request, hub: &PairingHub) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Segment(token) = Segment::<String>::from_request_parts(&mut parts, hub).await?;
        let link = hub.0.by_token(&token).ok_or(Problem::NOT_FOUND)?;
        link.act(hub.0.options.limits.actions_per_minute)
            .map_err(Problem::too_many_actions)?;
        Ok(Self {
            hub: hub.clone(),
            link,
            headers: parts.headers,
            body,
        })
    }
}

impl Wish {
    /// Takes `{"method":"qr"}` or `{"method":"phone_code","phone":"+55…"}`.
    async fn method(self) -> Result<PairingMethod, Problem> {
        let wish: MethodWish = body::read(&self.headers, self.body).await?;
        still_good(&self.link)?;
        wish.try_into()
    }

    /// Takes `{}`: nothing more to say, but JSON, which other sites' forms cannot send.
    async fn nothing(self) -> Result<(), Problem> {
        let said: Map<String, Value> = body::read(&self.headers, self.body).await?;
        still_good(&self.link)?;
        if said.is_empty() {
            Ok(())
        } else {
            Err(Problem::INVALID_BODY)
        }
    }
}

/// A body may take longer than the link has left.
fn still_good(link: &Link) -> Result<(), Problem> {
    link.is_good().then_some(()).ok_or(Problem::NOT_FOUND)
}

pub(super) async fn start(wish: Wish) -> Done {
    let (hub, pairing) = (wish.hub.clone(), wish.link.pairing.clone());
    let method = wish.method().await?;
    if pairing.start(method)? {
        hub.0.save();
    }
    DONE
}

pub(super) async fn switch_method(wish: Wish) -> Done {
    let (hub, pairing) = (wish.hub.clone(), wish.link.pairing.clone());
    let method = wish.method().await?;
    if pairing.switch_method(method)? {
        hub.0.save();
    }
    DONE
}

pub(super) async fn resume(wish: Wish) -> Done {
    let pairing = wish.link.pairing.clone();
    wish.nothing().await?;
    pairing.resume()?;
    DONE
}

pub(super) async fn cancel(wish: Wish) -> Done {
    let (hub, pairing) = (wish.hub.clone(), wish.link.pairing.clone());
    wish.nothing().await?;
    if hub.0.cancel(&pairing) {
        DONE
    } else {
        Err(ActionError::Ended.into())
    }
}

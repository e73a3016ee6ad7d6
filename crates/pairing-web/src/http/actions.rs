//! What the page can do: start, switch the method, resume, cancel. All but the first tell the
//! session, which decides.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::{HeaderMap, StatusCode};
use pairing_core::PairingMethod;
use serde_json::{Map, Value};

use super::body::{self, MethodWish, Received};
use super::problem::Problem;
use super::segment::Segment;
use crate::PairingHub;
use crate::error::ActionError;
use crate::hub::Pairing;

type Done = Result<StatusCode, Problem>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

/// A wish of whoever has the link.
pub(super) struct Wish {
    hub: PairingHub,
    pairing: Arc<Pairing>,
    headers: HeaderMap,
    body: Received,
}

impl FromRequest<PairingHub> for Wish {
    type Rejection = Problem;

    async fn from_request(request: Request, hub: &PairingHub) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Segment(token) = Segment::<String>::from_request_parts(&mut parts, hub).await?;
        let pairing = hub.0.by_token(&token).ok_or(Problem::NOT_FOUND)?;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        Ok(Self {
            hub: hub.clone(),
            pairing,
            headers,
            body: Bytes::from_request(request, hub).await,
        })
    }
}

impl Wish {
    /// Takes `{"method":"qr"}` or `{"method":"phone_code","phone":"+55…"}`.
    fn method(self) -> Result<PairingMethod, Problem> {
        body::read::<MethodWish>(&self.headers, self.body)?.try_into()
    }

    /// Takes `{}`: nothing more to say, but JSON, which other sites' forms cannot send.
    fn nothing(self) -> Result<(), Problem> {
        let said: Map<String, Value> = body::read(&self.headers, self.body)?;
        if said.is_empty() {
            Ok(())
        } else {
            Err(Problem::INVALID_BODY)
        }
    }
}

pub(super) async fn start(wish: Wish) -> Done {
    let (hub, pairing) = (wish.hub.clone(), wish.pairing.clone());
    pairing.start(wish.method()?)?;
    hub.0.save();
    DONE
}

pub(super) async fn switch_method(wish: Wish) -> Done {
    let (hub, pairing) = (wish.hub.clone(), wish.pairing.clone());
    pairing.switch_method(wish.method()?)?;
    hub.0.save();
    DONE
}

pub(super) async fn resume(wish: Wish) -> Done {
    let pairing = wish.pairing.clone();
    wish.nothing()?;
    pairing.resume()?;
    DONE
}

pub(super) async fn cancel(wish: Wish) -> Done {
    let pairing = wish.pairing.clone();
    wish.nothing()?;
    if pairing.has_ended() {
        return Err(ActionError::Ended.into());
    }
    pairing.cancel();
    DONE
}

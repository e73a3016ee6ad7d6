//! What the page can do: start, switch the method, resume, cancel. All but the first tell the
//! session, which decides.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};

use super::body::{self, MethodWish, Received};
use super::problem::Problem;
use crate::PairingHub;
use crate::hub::Pairing;

type Done = Result<StatusCode, Problem>;

const DONE: Done = Ok(StatusCode::NO_CONTENT);

/// Takes `{}`: nothing more to say, but JSON, which other sites' forms cannot send.
fn nothing(headers: &HeaderMap, body: Received) -> Result<(), Problem> {
    let said: serde_json::Map<String, serde_json::Value> = body::read(headers, body)?;
    if said.is_empty() {
        Ok(())
    } else {
        Err(Problem::INVALID_BODY)
    }
}

fn find(hub: &PairingHub, token: &str) -> Result<Arc<Pairing>, Problem> {
    hub.0.by_token(token).ok_or(Problem::NOT_FOUND)
}

pub(super) async fn start(
    State(hub): State<PairingHub>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Received,
) -> Done {
    let pairing = find(&hub, &token)?;
    let wish: MethodWish = body::read(&headers, body)?;
    pairing.start(wish.try_into()?)?;
    hub.0.save();
    DONE
}

pub(super) async fn switch_method(
    State(hub): State<PairingHub>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Received,
) -> Done {
    let pairing = find(&hub, &token)?;
    let wish: MethodWish = body::read(&headers, body)?;
    pairing.switch_method(wish.try_into()?)?;
    hub.0.save();
    DONE
}

pub(super) async fn resume(
    State(hub): State<PairingHub>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Received,
) -> Done {
    let pairing = find(&hub, &token)?;
    nothing(&headers, body)?;
    pairing.resume()?;
    DONE
}

pub(super) async fn cancel(
    State(hub): State<PairingHub>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Received,
) -> Done {
    let pairing = find(&hub, &token)?;
    nothing(&headers, body)?;
    if pairing.has_ended() {
        return Err(crate::error::ActionError::Ended.into());
    }
    pairing.cancel();
    DONE
}

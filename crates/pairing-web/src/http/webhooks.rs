//! Providers' webhooks: anyone could have sent them, so they are hints and nothing more.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use pairing_core::WebhookHint;

use super::body;
use super::problem::Problem;
use super::segment::Segment;
use crate::{PairingHub, metrics};

/// Gateways that have one webhook for everything send whole messages, pictures included.
const MOST_BODY_BYTES: usize = 1024 * 1024;

/// Answers as soon as the body is read: the session confirms the hint by itself, at the pace
/// its policy allows however many arrive. Nothing is read for whoever does not know the secret.
pub(super) async fn receive(
    State(hub): State<PairingHub>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (mut parts, body) = request.into_parts();
    let segments = Segment::<(String, String)>::from_request_parts(&mut parts, &hub).await?;
    let Segment((instance, secret)) = segments;
    let target = hub.0.for_webhook(&instance, &secret);
    let target = target.ok_or(Problem::NOT_FOUND)?;
    let body = body::collect(body, MOST_BODY_BYTES).await?;
    let provider = target.instance.provider();
    let read = provider.read_webhook(&body);
    metrics::webhook(provider.name(), &read);
    let hint: WebhookHint = read.map_err(|_| Problem::UNREADABLE_WEBHOOK)?;
    if let Some(pairing) = target.pairing {
        pairing.hint(hint);
    }
    Ok(StatusCode::NO_CONTENT)
}

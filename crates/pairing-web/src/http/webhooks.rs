//! Providers' webhooks: anyone could have sent them, so they are hints and nothing more.

use axum::extract::State;
use axum::http::StatusCode;
use pairing_core::WebhookHint;

use super::body::{Received, within_limit};
use super::problem::Problem;
use super::segment::Segment;
use crate::{PairingHub, metrics};

/// Gateways that have one webhook for everything send whole messages, pictures included.
pub(super) const MOST_BODY_BYTES: usize = 1024 * 1024;

/// Answers as soon as the body is read: the session confirms the hint by itself, at the pace
/// its policy allows however many arrive.
pub(super) async fn receive(
    State(hub): State<PairingHub>,
    Segment((instance, secret)): Segment<(String, String)>,
    body: Received,
) -> Result<StatusCode, Problem> {
    let target = hub.0.for_webhook(&instance, &secret);
    let target = target.ok_or(Problem::NOT_FOUND)?;
    let body = within_limit(body)?;
    let provider = target.instance.provider();
    let read = provider.read_webhook(&body);
    metrics::webhook(provider.name(), &read);
    let hint: WebhookHint = read.map_err(|_| Problem::UNREADABLE_WEBHOOK)?;
    if let Some(pairing) = target.pairing {
        pairing.hint(hint);
    }
    Ok(StatusCode::NO_CONTENT)
}

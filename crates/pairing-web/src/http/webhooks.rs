//! Providers' webhooks. The secret in the path lets one in; a webhook is a hint, and nothing more.

use axum::Json;
use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use pairing_core::ProviderErrorKind;
use serde::Serialize;

use super::api_error::ApiError;
use super::body;
use super::segment::Segment;
use super::webhook_body::{self, MOST_BODY_BYTES, Received};
use crate::hub::PairingHub;
use crate::hub::Target;
use crate::metrics;

/// How much of a body is taken off the connection: a gateway that cannot finish takes that for a
/// failure, and repeats it.
const MOST_TAKEN_BYTES: usize = 32 * 1024 * 1024;

/// For a person or a panel that looks at the address.
const ABOUT: &str = "\
This is the address of an instance's webhook. The gateway posts to it: leave it in the gateway's panel
as it is, and show it to nobody, because it holds a secret.
";

/// The answer to a webhook that was acknowledged and not read.
#[derive(Serialize)]
struct Acknowledged {
    ignored: &'static str,
}

type Address = Segment<(String, String)>;

/// Answers as soon as the body is read: the session confirms the hint by itself, at the pace
/// its policy allows however many arrive. Nothing is read from a client without the secret.
pub(super) async fn receive(
    State(hub): State<PairingHub>,
    request: Request,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let segments = Address::from_request_parts(&mut parts, &hub).await?;
    let Target { instance, pairing } = target(&hub, &segments)?;
    let provider = instance.provider();
    let received = match taken(body).await? {
        Some(body) => webhook_body::read(provider, &parts.headers, &body),
        None => Received::Ignored("too_large"),
    };
    match received {
        Received::Read(hint) => {
            metrics::webhook(provider.name(), &Ok(hint));
            if let Some(pairing) = pairing {
                pairing.hint(hint);
            }
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Received::Ignored(ignored) => {
            metrics::webhook_ignored(provider.name(), ignored);
            let Segment((instance, _)) = segments;
            tracing::info!(
                instance,
                reason = ignored,
                "a webhook was acknowledged unread"
            );
            Ok(Json(Acknowledged { ignored }).into_response())
        }
        Received::Refused(error) => {
            let is_forged = error.kind() == ProviderErrorKind::InvalidSignature;
            metrics::webhook(provider.name(), &Err(error));
            if !is_forged {
                return Err(ApiError::UNREADABLE_WEBHOOK);
            }
            let Segment((instance, _)) = segments;
            tracing::warn!(
                instance,
                "a webhook was refused: its signature is missing or wrong; the secret at the \
                 gateway and the one in the configuration must be the same"
            );
            Err(ApiError::INVALID_SIGNATURE)
        }
    }
}

/// Panels look whether an address is there before they take it.
pub(super) async fn describe(
    State(hub): State<PairingHub>,
    segments: Address,
) -> Result<impl IntoResponse, ApiError> {
    target(&hub, &segments)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], ABOUT))
}

fn target(hub: &PairingHub, Segment((instance, secret)): &Address) -> Result<Target, ApiError> {
    let target = hub.0.for_webhook(instance, secret);
    target.ok_or(ApiError::NOT_FOUND)
}

/// The whole body; `None` if it is larger than what is read. Then the rest is taken off the
/// connection and dropped, as long as that is reasonable.
async fn taken(body: Body) -> Result<Option<Vec<u8>>, ApiError> {
    if body.size_hint().lower() > MOST_TAKEN_BYTES as u64 {
        return Ok(None);
    }
    let mut parts = body.into_data_stream();
    let mut whole = Vec::new();
    let mut length = 0_usize;
    while let Some(part) = parts.next().await {
        let part = match part {
            Ok(part) => part,
            // Too much is too much, however it ends.
            Err(_) if length > MOST_BODY_BYTES => break,
            Err(error) => return Err(body::interrupted(&error)),
        };
        length = length.saturating_add(part.len());
        if length > MOST_TAKEN_BYTES {
            break;
        }
        if length > MOST_BODY_BYTES {
            whole = Vec::new();
        } else {
            // Parts are let go of at once: a byte in its own part takes forty.
            whole.extend_from_slice(&part);
        }
    }
    Ok((length <= MOST_BODY_BYTES).then_some(whole))
}

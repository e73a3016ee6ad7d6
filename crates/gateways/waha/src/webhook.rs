//! WAHA's webhook about the state of a session. It only triggers a request, signed or not.

use pairing_adapter::{HmacHash, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::SecretString;

use crate::state::State;

/// What a webhook means for one session. With a key, it must be signed with it.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_name: &str,
    key: Option<&SecretString>,
) -> Result<WebhookHint, ProviderError> {
    if key.is_some_and(|key| !is_signed(webhook, key)) {
        return Err(ProviderErrorKind::InvalidSignature.into());
    }
    let object = webhook_object(webhook.body())?;
    if object.texts(&["event"]).next() != Some("session.status") {
        return Ok(WebhookHint::Irrelevant);
    }
    let payload = object.object("payload").unwrap_or_default();
    let of_payload = payload.texts(&["name"]).next();
    let name = of_payload.or_else(|| object.texts(&["session"]).next());
    if name != Some(own_name) {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match State::of(&payload) {
        Some(State::Working) => WebhookHint::Connected,
        // Also the end of an attempt that was not used, after which nothing is linked either.
        Some(State::Failed) => WebhookHint::Disconnected,
        Some(State::ScanQrCode) => WebhookHint::CodeChanged,
        // A session that is stopped keeps its link.
        Some(
            State::Stopped
            | State::Starting
            | State::PasskeyRequired
            | State::PasskeyConfirmationRequired,
        ) => WebhookHint::Progress,
        None => WebhookHint::Irrelevant,
    })
}

/// By `X-Webhook-Hmac` over the body as it came.
fn is_signed(webhook: &IncomingWebhook<'_>, key: &SecretString) -> bool {
    let is_known_hash = webhook
        .header("x-webhook-hmac-algorithm")
        .is_some_and(|name| name.eq_ignore_ascii_case("sha512"));
    is_known_hash
        && webhook
            .header("x-webhook-hmac")
            .is_some_and(|signature| HmacHash::Sha512.verify(key, webhook.body(), signature))
}

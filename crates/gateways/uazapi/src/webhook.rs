//! uazapi's webhook about the connection. It is not signed, and brings the token of its instance, which
//! names the instance: one address may get the webhooks of all.

use pairing_adapter::{is_same_token, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, WebhookHint};
use secrecy::SecretString;

/// What a webhook means for the instance with this token. One with another token, or none, is
/// irrelevant.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_token: &SecretString,
) -> Result<WebhookHint, ProviderError> {
    let webhook = webhook_object(webhook.body())?;
    let is_own = webhook
        .texts(&["token"])
        .next()
        .is_some_and(|token| is_same_token(own_token, token));
    if !is_own || webhook.texts(&["EventType"]).next() != Some("connection") {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match webhook.texts(&["status"]).next() {
        Some("connected") => WebhookHint::Connected,
        // Also the end of an attempt that was not used, after which nothing is linked either.
        Some("disconnected") => WebhookHint::Disconnected,
        Some("connecting") if webhook.has(&["qrcode", "paircode"]) => WebhookHint::CodeChanged,
        Some("connecting" | "hibernated") => WebhookHint::Progress,
        _ => WebhookHint::Irrelevant,
    })
}

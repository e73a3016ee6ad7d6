//! Evolution's webhooks about pairing. With `jwt_key` set among the headers of a webhook, Evolution
//! adds a token to it, which proves who sent the webhook and not what is in it; so a webhook only
//! triggers requests.

use std::time::SystemTime;

use pairing_adapter::{Object, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, ProviderErrorKind, WebhookHint};

use crate::token;

/// What a webhook means for one instance. One that names another instance, or none, is irrelevant.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_name: &str,
    secret: Option<&str>,
) -> Result<WebhookHint, ProviderError> {
    if let Some(secret) = secret {
        let authorization = webhook.header("authorization").unwrap_or_default();
        if !token::is_valid(authorization, secret, SystemTime::now()) {
            return Err(ProviderErrorKind::InvalidSignature.into());
        }
    }
    let webhook = webhook_object(webhook.body())?;
    let text = |name: &str| webhook.texts(&[name]).next().unwrap_or_default();
    if text("instance") != own_name.trim() {
        return Ok(WebhookHint::Irrelevant);
    }
    let data = webhook.object("data").unwrap_or_default();
    Ok(match &*event_name(text("event")) {
        "connection.update" => connection(&data),
        // At the limit of codes there is a message in its place.
        "qrcode.updated" if data.has(&["qrcode"]) => WebhookHint::CodeChanged,
        "qrcode.updated" => WebhookHint::Progress,
        "logout.instance" | "remove.instance" | "instance.delete" => WebhookHint::Disconnected,
        _ => WebhookHint::Irrelevant,
    })
}

/// `connection.update`, which some settings write as `CONNECTION_UPDATE` or `connection-update`.
fn event_name(event: &str) -> String {
    event.to_ascii_lowercase().replace(['_', '-'], ".")
}

fn connection(data: &Object) -> WebhookHint {
    match data.texts(&["state"]).next() {
        Some("open") => WebhookHint::Connected,
        Some("close") => WebhookHint::Disconnected,
        Some("connecting" | "refused") => WebhookHint::Progress,
        _ => WebhookHint::Irrelevant,
    }
}

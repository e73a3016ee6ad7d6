//! megaAPI's webhook, which is one URL for all events. It is not signed: a webhook only triggers a
//! status check.

use pairing_adapter::webhook_object;
use pairing_core::{ProviderError, WebhookHint};

/// What a webhook means for one instance. One that names no instance is about the one whose URL
/// received it: not every version of megaAPI sends the key.
pub(crate) fn read(body: &[u8], own_key: &str) -> Result<WebhookHint, ProviderError> {
    let webhook = webhook_object(body)?;
    let text = |name: &str| webhook.texts(&[name]).next().unwrap_or_default();
    let is_own = ["", own_key].contains(&text("instance_key"));
    if !is_own || text("messageType") != "connection_update" {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match text("message") {
        "phone_connected" | "connected" | "open" => WebhookHint::Connected,
        // Only `phone_connected` is known; these are its likely counterparts.
        "phone_disconnected" | "disconnected" | "logged_out" | "phone_logged_out" | "close" => {
            WebhookHint::Disconnected
        }
        _ => WebhookHint::Irrelevant,
    })
}

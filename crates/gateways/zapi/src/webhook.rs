//! Z-API's webhooks about the connection, documented under "webhooks, on connect" and "on
//! disconnect". They are not signed: a webhook only triggers a status check.

use pairing_adapter::webhook_object;
use pairing_core::{ProviderError, WebhookHint};

/// What a webhook means for one instance. One that names another instance, or none, is irrelevant.
pub(crate) fn read(body: &[u8], own_instance: &str) -> Result<WebhookHint, ProviderError> {
    let webhook = webhook_object(body)?;
    let text = |name: &str| webhook.texts(&[name]).next().unwrap_or_default();
    if text("instanceId") != own_instance {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match text("type") {
        "ConnectedCallback" if webhook.flag(&["connected"]) != Some(false) => {
            WebhookHint::Connected
        }
        "DisconnectedCallback" => WebhookHint::Disconnected,
        _ => WebhookHint::Irrelevant,
    })
}

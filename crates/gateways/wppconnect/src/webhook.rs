//! WPPConnect-server's webhooks about the connection. They are not signed: one only triggers a request,
//! and a code in it is not shown.

use pairing_adapter::webhook_object;
use pairing_core::{IncomingWebhook, ProviderError, WebhookHint};

/// What a webhook means for one session.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_name: &str,
) -> Result<WebhookHint, ProviderError> {
    let object = webhook_object(webhook.body())?;
    // After a `close-session` the server has forgotten the name.
    if object.texts(&["session"]).any(|name| name != own_name) {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match object.texts(&["event"]).next() {
        Some("qrcode" | "phoneCode") => WebhookHint::CodeChanged,
        Some("logoutsession") => WebhookHint::Disconnected,
        // A session that is closed keeps its link.
        Some("closesession") => WebhookHint::Progress,
        Some("status-find") => match object.texts(&["status"]).next() {
            Some("inChat") => WebhookHint::Connected,
            // The spelling of older servers, and of newer ones.
            Some("desconnectedMobile" | "disconnectedMobile") => WebhookHint::Disconnected,
            // A scan, a page that is loaded, the end of an attempt or of the browser.
            Some(_) => WebhookHint::Progress,
            None => WebhookHint::Irrelevant,
        },
        _ => WebhookHint::Irrelevant,
    })
}

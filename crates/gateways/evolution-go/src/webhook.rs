//! Evolution Go's webhooks about pairing. They are not signed, so a webhook only triggers requests.

use pairing_adapter::{is_same_token, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, WebhookHint};
use secrecy::SecretString;

/// What a webhook means for the instance with this token, which is in the body of each. A server may send
/// those of all its instances to one address, so one with another token, or with none, is irrelevant.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_token: &SecretString,
) -> Result<WebhookHint, ProviderError> {
    let webhook = webhook_object(webhook.body())?.with_lower_case_names();
    let text = |name: &str| webhook.texts(&[name]).next().unwrap_or_default();
    if !is_same_token(own_token, text("instancetoken")) {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(match &*text("event").to_ascii_lowercase() {
        "qrcode" => WebhookHint::CodeChanged,
        "connected" => WebhookHint::Connected,
        // A ban ends the link as well. A client that is stopped and started again sends the first of these.
        "loggedout" | "temporaryban" => WebhookHint::Disconnected,
        "pairsuccess"
        | "qrtimeout"
        | "passkeyrequest"
        | "passkeyconfirmation"
        | "passkeyerror"
        | "disconnected"
        | "connectfailure" => WebhookHint::Progress,
        _ => WebhookHint::Irrelevant,
    })
}

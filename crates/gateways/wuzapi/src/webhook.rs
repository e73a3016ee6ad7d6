//! WuzAPI's webhook. It only triggers a request, signed or not.

use std::borrow::Cow;

use pairing_adapter::{HmacHash, Object, is_same_token, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::SecretString;

/// What a webhook means for the user with this token. With a key, it must be signed with it.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    token: &SecretString,
    key: Option<&SecretString>,
) -> Result<WebhookHint, ProviderError> {
    if key.is_some_and(|key| !is_signed(webhook, key)) {
        return Err(ProviderErrorKind::InvalidSignature.into());
    }
    let body = webhook.body();
    let object = match field(body, b"jsonData") {
        Some(json) => {
            // Older servers name the user by the token.
            if field(body, b"token").is_some_and(|its| !is_same_token(token, &its)) {
                return Ok(WebhookHint::Irrelevant);
            }
            webhook_object(json.as_bytes())?
        }
        // A message with a file; none about the connection has one.
        None if is_multipart(webhook) => return Ok(WebhookHint::Irrelevant),
        None => webhook_object(body)?,
    };
    Ok(hint(&object))
}

fn hint(object: &Object) -> WebhookHint {
    match object.texts(&["type"]).next() {
        Some("QR") => WebhookHint::CodeChanged,
        // Also sent for a new name of the account.
        Some("Connected") => WebhookHint::Connected,
        Some("LoggedOut") => WebhookHint::Disconnected,
        // A lost connection is made again, and keeps the link.
        Some(
            "PairSuccess" | "PairError" | "QRTimeout" | "Disconnected" | "ConnectFailure"
            | "TemporaryBan" | "ClientOutdated",
        ) => WebhookHint::Progress,
        _ => WebhookHint::Irrelevant,
    }
}

/// A field of a form. What begins as JSON is no form.
fn field<'a>(body: &'a [u8], name: &[u8]) -> Option<Cow<'a, str>> {
    if body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let mut fields = form_urlencoded::parse(body);
    let found = fields.find(|(its, _)| its.as_bytes() == name)?;
    Some(found.1)
}

fn is_multipart(webhook: &IncomingWebhook<'_>) -> bool {
    webhook
        .header("content-type")
        .is_some_and(|value| value.trim_start().starts_with("multipart/form-data"))
}

/// By `x-hmac-signature` over the body as it came, form or JSON.
fn is_signed(webhook: &IncomingWebhook<'_>, key: &SecretString) -> bool {
    webhook
        .header("x-hmac-signature")
        .is_some_and(|signature| HmacHash::Sha256.verify(key, webhook.body(), signature))
}

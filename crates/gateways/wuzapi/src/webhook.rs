//! WuzAPI's webhook. It only triggers a request, signed or not.

use std::borrow::Cow;

use pairing_adapter::{HmacHash, Object, is_same_token, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::SecretString;

use crate::WuzapiConfig;

/// What a webhook means for this user. With a key, it must be signed with it.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    config: &WuzapiConfig,
) -> Result<WebhookHint, ProviderError> {
    let key = config.webhook_hmac_key.as_ref();
    if key.is_some_and(|key| !is_signed(webhook, key)) {
        return Err(ProviderErrorKind::InvalidSignature.into());
    }
    let body = webhook.body();
    let object = match field(body, b"jsonData").filter(|_| is_whole(body)) {
        Some(json) => {
            // Older servers name the user by the token, newer ones by the name.
            let token = field(body, b"token");
            let is_others = token.is_some_and(|its| !is_same_token(&config.token, &its));
            if is_others || is_named_otherwise(field(body, NAME.as_bytes()).as_deref(), config) {
                return Ok(WebhookHint::Irrelevant);
            }
            webhook_object(json.as_bytes())?
        }
        // A message with a file; none about the connection has one.
        None if is_multipart(webhook) => return Ok(WebhookHint::Irrelevant),
        None => webhook_object(body)?,
    };
    if is_named_otherwise(object.texts(&[NAME]).next(), config) {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(hint(&object))
}

/// The field that names the user.
const NAME: &str = "instanceName";

/// Whether a webhook names another user.
fn is_named_otherwise(named: Option<&str>, config: &WuzapiConfig) -> bool {
    let own = config.name.as_deref();
    named.zip(own).is_some_and(|(named, own)| named != own)
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

/// A form ends with the user, so that half of one is known as such.
fn is_whole(body: &[u8]) -> bool {
    [b"userID".as_slice(), b"token"]
        .iter()
        .any(|name| field(body, name).is_some_and(|value| !value.is_empty()))
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

//! Green-API's webhook about the state of an instance. It only triggers a request, with a token or
//! without.

use pairing_adapter::{Object, is_same_token, webhook_object};
use pairing_core::{IncomingWebhook, ProviderError, ProviderErrorKind, WebhookHint};
use secrecy::SecretString;

use crate::state;

/// What a webhook means for one instance. With a token, it must bring it.
pub(crate) fn read(
    webhook: &IncomingWebhook<'_>,
    own_id: &str,
    token: Option<&SecretString>,
) -> Result<WebhookHint, ProviderError> {
    if token.is_some_and(|token| !brings(webhook, token)) {
        return Err(ProviderErrorKind::InvalidSignature.into());
    }
    let object = webhook_object(webhook.body())?;
    let is_about_state = object.says("typeWebhook", "stateInstanceChanged");
    if !is_about_state || !is_of(&object, own_id) {
        return Ok(WebhookHint::Irrelevant);
    }
    Ok(state::hint(&object))
}

/// `webhookUrlToken` comes in `Authorization`: behind `Bearer`, behind `Basic` if it was set up with that
/// word, or alone.
fn brings(webhook: &IncomingWebhook<'_>, token: &SecretString) -> bool {
    let header = webhook.header("authorization").unwrap_or_default();
    let brought = match header.split_once(' ') {
        Some((scheme, rest)) if ["bearer", "basic"].contains(&&*scheme.to_lowercase()) => rest,
        _ => header,
    };
    is_same_token(token, brought.trim())
}

/// The id is a number.
fn is_of(object: &Object, own_id: &str) -> bool {
    let instance = object.object("instanceData").unwrap_or_default();
    let id = instance.get(&["idInstance"]).map(ToString::to_string);
    id.unwrap_or_default().trim_matches('"') == own_id
}

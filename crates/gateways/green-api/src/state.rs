//! The state of an instance, as answers and webhooks name it.

use pairing_adapter::{Body, GatewayResponse, Object};
use pairing_core::{ProviderError, ProviderErrorKind as Kind, WebhookHint};

use crate::errors;

/// The field that names it.
const STATE: &str = "stateInstance";

/// What the state means for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    NotLinked,
    /// Starting, restarting or being made: whether a number is linked shows later.
    Starting,
    Linked,
}

impl State {
    /// The state in an answer of `getStateInstance` or `getWaSettings`.
    ///
    /// # Errors
    ///
    /// [`AccountBlocked`](Kind::AccountBlocked), or what the answer means instead of a state.
    pub(crate) fn read(response: &GatewayResponse) -> Result<Self, ProviderError> {
        if errors::is_starting(response) {
            return Ok(Self::Starting);
        }
        if response
            .message()
            .contains("instance account not authorized")
        {
            return Ok(Self::NotLinked);
        }
        let object = match &response.body {
            Body::Object(object) if response.is_success() => object,
            // While the instance is being made.
            Body::Empty if response.is_success() => return Ok(Self::Starting),
            _ => return Err(response.failure()),
        };
        match object.texts(&[STATE]).next() {
            Some("notAuthorized") => Ok(Self::NotLinked),
            Some("starting") => Ok(Self::Starting),
            // The phone may be off, and WhatsApp may restrict what is sent: the link stays.
            Some("authorized" | "sleepMode" | "yellowCard") => Ok(Self::Linked),
            Some("blocked" | "suspended") => {
                Err(response.error(Kind::AccountBlocked, errors::BLOCKED))
            }
            // While the instance is being made.
            None if object.has_empty(&[STATE]) => Ok(Self::Starting),
            None if object.get(&[STATE]).is_none() => Err(response.failure()),
            _ => Err(response.unknown_word()),
        }
    }
}

/// What a webhook means that names a state.
pub(crate) fn hint(webhook: &Object) -> WebhookHint {
    match webhook.texts(&[STATE]).next() {
        Some("authorized") => WebhookHint::Connected,
        Some("notAuthorized" | "blocked") => WebhookHint::Disconnected,
        Some("starting" | "sleepMode" | "yellowCard" | "suspended") => WebhookHint::Progress,
        _ => WebhookHint::Irrelevant,
    }
}

//! From the response to a status request to "linked" or "not linked": the rules that hold for every
//! gateway.

use pairing_core::{ProviderError, ProviderErrorKind};

use crate::known_message::KnownMessage;
use crate::{Body, GatewayResponse, Object};

impl GatewayResponse {
    /// Whether a number is linked. `state` is what the gateway's own field says, `None` if it is
    /// missing or cannot be trusted. A state of "not linked" that comes with a known error is that
    /// error; one that comes with a request to restore the session is a state.
    ///
    /// # Errors
    ///
    /// What the response means instead, or
    /// [`MalformedReply`](ProviderErrorKind::MalformedReply).
    pub fn linked(&self, state: Option<bool>) -> Result<bool, ProviderError> {
        if state == Some(true) {
            return Ok(true);
        }
        let is_flagged_failure = self.object().is_some_and(Object::is_flagged_failure);
        match (state, self.known_message()) {
            (Some(false), Some(KnownMessage::Error(error)))
                if error.kind() != ProviderErrorKind::Refused =>
            {
                Err(error)
            }
            (Some(linked), _) => Ok(linked),
            (None, Some(KnownMessage::Error(error))) => Err(error),
            (None, Some(KnownMessage::NotLinked)) => Ok(false),
            // A page is the same mistake everywhere: something other than the gateway answers.
            (None, _) if !self.is_success() || self.body == Body::Page => {
                Err(self.error_by_status())
            }
            (None, _) if is_flagged_failure => Err(self.refused()),
            (None, _) => Err(self.error(
                ProviderErrorKind::MalformedReply,
                "the gateway's response does not say whether the instance is linked: check base_url",
            )),
        }
    }
}

//! What a response says in prose, in the order in which meanings are tried.

use pairing_core::ProviderError;

use crate::GatewayResponse;

/// A meaning that the rules shared by all gateways know.
#[derive(Debug)]
pub(crate) enum KnownMessage {
    /// A number is linked already.
    AlreadyLinked,
    /// No number is linked.
    NotLinked,
    /// WhatsApp wants a passkey.
    PasskeyRequired,
    /// The code is still being made.
    NotReady,
    /// The code was used, or is still being made: the status decides.
    ScannedOrNotReady,
    /// A known error.
    Error(ProviderError),
}

impl GatewayResponse {
    /// What the prose means; `None` if it is not known. The speaker comes first: what a firewall or
    /// proxy says is an error, whatever its words. The gateway's own error table comes before
    /// the phrases that all gateways share, except two: "already linked" is a success and may come
    /// with any status, and WhatsApp's rate limit sounds the same everywhere.
    pub(crate) fn known_message(&self) -> Option<KnownMessage> {
        if let Some(error) = self.intercepted() {
            return Some(KnownMessage::Error(error));
        }
        let message = self.rules.meaning(self.message());
        if message.is_empty() {
            return None;
        }
        if message.is_already_linked() {
            return Some(KnownMessage::AlreadyLinked);
        }
        if let Some((kind, advice)) = self.rules.error(&message, self.status) {
            return Some(KnownMessage::Error(self.error(kind, advice)));
        }
        if message.is_passkey() {
            Some(KnownMessage::PasskeyRequired)
        } else if self.status == 429 {
            // "Please wait" with 429 does not mean that a code is being made.
            Some(KnownMessage::Error(self.error_by_status()))
        } else if message.is_not_ready() {
            Some(if message.is_already_scanned() {
                KnownMessage::ScannedOrNotReady
            } else {
                KnownMessage::NotReady
            })
        } else if message.is_not_linked() {
            Some(KnownMessage::NotLinked)
        } else {
            None
        }
    }
}

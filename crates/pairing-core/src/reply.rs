//! What a provider answers when it is not an error.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{PairingCode, PhoneNumber};

/// The answer to a request for a code: four things that are not errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeReply {
    /// A code to show.
    Code(IssuedCode),
    /// The code is still being made: ask again soon. Uses up no attempt.
    NotReady,
    /// The instance is linked already. A success, whatever HTTP status it came with.
    AlreadyConnected,
    /// WhatsApp wants a passkey for this account: a person must finish at the provider,
    /// and asking again cannot help.
    PasskeyRequired,
}

/// A code, and how long the provider says it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedCode {
    /// What to show.
    pub code: PairingCode,
    /// The rest of its life, when the provider says so. `None` leaves the policy's
    /// lifetime as an upper bound, since the code may have been made before it was asked for.
    pub expires_in: Option<Duration>,
}

impl IssuedCode {
    /// A code whose life the policy bounds.
    #[must_use]
    pub fn new(code: impl Into<PairingCode>) -> Self {
        Self {
            code: code.into(),
            expires_in: None,
        }
    }

    /// The rest of its life, which the provider named.
    #[must_use]
    pub fn with_expires_in(mut self, rest: impl Into<Option<Duration>>) -> Self {
        self.expires_in = rest.into();
        self
    }
}

impl<C: Into<PairingCode>> From<C> for CodeReply {
    fn from(code: C) -> Self {
        Self::Code(IssuedCode::new(code))
    }
}

/// Whether an instance is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InstanceStatus {
    /// A WhatsApp number is linked.
    pub connected: bool,
    /// Which one, when the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
}

impl InstanceStatus {
    /// Linked, to this number if the provider names it.
    #[must_use]
    pub fn connected(phone: Option<PhoneNumber>) -> Self {
        Self {
            connected: true,
            phone,
        }
    }

    /// Not linked.
    #[must_use]
    pub fn disconnected() -> Self {
        Self {
            connected: false,
            phone: None,
        }
    }
}

/// What a webhook claims. Most gateways do not sign webhooks, so a webhook only triggers a status
/// check, or moves the next one forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookHint {
    /// This instance may have been linked.
    Connected,
    /// This instance may have been unlinked.
    Disconnected,
    /// Nothing about pairing, or about another instance.
    Irrelevant,
}

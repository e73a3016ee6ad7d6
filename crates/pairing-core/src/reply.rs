//! What a provider answers when it is not an error.

use std::time::Duration;

use crate::{PairingCode, PasskeyStep};

/// The answer to a request for a code: what is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeReply {
    /// A code to show.
    Code(IssuedCode),
    /// The code is still being made: ask again soon. A gateway may say so for as long as
    /// [`not_ready_limit`](crate::PairingPolicy::not_ready_limit) allows.
    NotReady {
        /// When to ask again, if the provider knows better than the policy.
        retry_in: Option<Duration>,
    },
    /// The instance is starting, which may take minutes: ask again. A gateway may say so until the
    /// deadline of the session.
    Starting {
        /// When to ask again, if the provider knows better than the policy.
        retry_in: Option<Duration>,
    },
    /// A code was used, or may have been, and the link is being made: ask the status, not for codes.
    Linking,
    /// The instance is linked already. A success, whatever HTTP status it came with.
    AlreadyConnected,
    /// An attempt by another method or for another number runs. It must be
    /// [abandoned](crate::PairingProvider::abandon) before a code can be had.
    AnotherAttempt,
    /// WhatsApp wants a passkey for this account: a person must finish elsewhere.
    PasskeyRequired(PasskeyStep),
}

impl CodeReply {
    /// A code that is still being made, to be asked for when the policy says.
    pub const NOT_READY: Self = Self::NotReady { retry_in: None };
    /// An instance that is starting, to be asked again when the policy says.
    pub const STARTING: Self = Self::Starting { retry_in: None };
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

//! Requests for codes, and their answers.

use std::sync::Arc;
use std::time::Duration;

use pairing_core as core;
pub use pairing_core::CodePurpose;

use crate::{PairingCode, PairingError, PairingMethod, PasskeyStep};

/// One request for a code: what the session knows and the gateway does not say. A provider remembers
/// nothing, so the session lends it its memory.
///
/// Each language can make one of the method alone: for a first code, by a program that has shown none.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct CodeRequest {
    /// The kind of code, and the number that a phone code is for.
    pub method: PairingMethod,
    /// Why the code is asked for.
    pub purpose: CodePurpose,
    /// A code of this session was on screen a moment ago, so a phone may be linking right now. A
    /// gateway without an attempt then has perhaps just ended one with a link: where the provider
    /// cannot tell, it answers `Linking` and starts nothing.
    #[uniffi(default = false)]
    pub may_be_linking: bool,
}

/// Why a code is asked for.
#[uniffi::remote(Enum)]
pub enum CodePurpose {
    /// The session has had no answer for this method and number yet. An attempt that runs at the
    /// gateway belongs to another program, another method or another number.
    StartAttempt,
    /// The first code of a later round: the user came back. An attempt that runs at the gateway is
    /// this session's.
    OpenRound,
    /// The next code of the round, or the same request again after a reply without a code.
    Renew,
}

/// The answer to a request for a code: what is not an error.
#[derive(Clone, uniffi::Enum)]
pub enum CodeReply {
    /// A code to show.
    Code {
        /// What to show.
        code: Arc<PairingCode>,
        /// The rest of its life, when the provider says so.
        expires_in: Option<Duration>,
    },
    /// The code is still being made: ask again soon. Uses up no attempt. A gateway may say so for as
    /// long as `not_ready_limit` allows.
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
    /// The instance is linked already. A success.
    AlreadyConnected,
    /// An attempt by another method or for another number runs. It must be ended with `abandon`
    /// before a code can be had.
    AnotherAttempt,
    /// WhatsApp wants a passkey for this account: a person must finish elsewhere.
    PasskeyRequired {
        /// What the person does.
        step: Arc<PasskeyStep>,
    },
}

impl TryFrom<CodeRequest> for core::CodeRequest {
    type Error = PairingError;

    fn try_from(request: CodeRequest) -> Result<Self, Self::Error> {
        Ok(Self::new(request.method.try_into()?)
            .with_purpose(request.purpose)
            .with_may_be_linking(request.may_be_linking))
    }
}

impl From<core::CodeRequest> for CodeRequest {
    fn from(request: core::CodeRequest) -> Self {
        Self {
            method: request.method.into(),
            purpose: request.purpose,
            may_be_linking: request.may_be_linking,
        }
    }
}

impl From<core::CodeReply> for CodeReply {
    fn from(reply: core::CodeReply) -> Self {
        match reply {
            core::CodeReply::Code(issued) => Self::Code {
                code: Arc::new(PairingCode::new(issued.code)),
                expires_in: issued.expires_in,
            },
            core::CodeReply::NotReady { retry_in } => Self::NotReady { retry_in },
            core::CodeReply::Starting { retry_in } => Self::Starting { retry_in },
            core::CodeReply::Linking => Self::Linking,
            core::CodeReply::AlreadyConnected => Self::AlreadyConnected,
            core::CodeReply::AnotherAttempt => Self::AnotherAttempt,
            core::CodeReply::PasskeyRequired(step) => Self::PasskeyRequired {
                step: PasskeyStep::shared(step),
            },
        }
    }
}

impl From<CodeReply> for core::CodeReply {
    fn from(reply: CodeReply) -> Self {
        match reply {
            CodeReply::Code { code, expires_in } => {
                Self::Code(core::IssuedCode::new(code.code.clone()).with_expires_in(expires_in))
            }
            CodeReply::NotReady { retry_in } => Self::NotReady { retry_in },
            CodeReply::Starting { retry_in } => Self::Starting { retry_in },
            CodeReply::Linking => Self::Linking,
            CodeReply::AlreadyConnected => Self::AlreadyConnected,
            CodeReply::AnotherAttempt => Self::AnotherAttempt,
            CodeReply::PasskeyRequired { step } => Self::PasskeyRequired(step.step.clone()),
        }
    }
}

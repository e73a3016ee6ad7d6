//! What a flow gets: the time and its task; and the errors of starting and steering it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::moment::Moment;
use crate::{Capabilities, InvalidPolicy, PairingMethod, PairingPolicy, PhoneNumber};

/// A reading of both clocks, which the flow itself never reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time since any fixed moment, such as the start of the session. It decides
    /// when things happen. It may never go back.
    pub elapsed: Duration,
    /// The time of day. It stamps events; and because a monotonic clock may stand still
    /// while a machine sleeps, a code is also dead once its wall-clock expiry has passed.
    pub wall: SystemTime,
}

impl Now {
    pub(super) fn moment(self) -> Moment {
        Moment::new(self.elapsed)
    }
}

/// What a flow is for.
#[derive(Debug, Clone)]
pub struct FlowOptions {
    /// How to link the phone.
    pub method: PairingMethod,
    /// The numbers.
    pub policy: Arc<PairingPolicy>,
    /// What the provider can do.
    pub capabilities: Capabilities,
    /// The number that must be linked, if it matters.
    pub expected_phone: Option<PhoneNumber>,
    /// The provider's webhooks will arrive as [`Input::Hint`](super::Input::Hint), so that
    /// the status is asked less often. Without effect unless the provider has webhooks
    /// and a status.
    pub expect_webhooks: bool,
    /// Where the random part of retry delays starts. Equal seeds and inputs give equal
    /// outputs.
    pub seed: u64,
}

/// Why a session or a flow does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The numbers do not fit together.
    #[error(transparent)]
    Policy(#[from] InvalidPolicy),
    /// The provider has no codes of this kind.
    #[error("this provider does not support this pairing method")]
    MethodUnsupported,
    /// The expected number could never be compared with the linked one.
    #[error(
        "this provider does not tell which number is linked, so an expected phone number \
         cannot be verified"
    )]
    PhoneNotVerifiable,
    /// The phone code would be for another account than the expected number.
    #[error("this session expects another phone number than the one the phone code is for")]
    ExpectsAnotherPhone,
    /// There is no tokio runtime for a [session](crate::PairingSession); a flow needs none.
    #[error("a pairing session must be started within a tokio runtime")]
    NoRuntime,
}

/// Why a running session refuses to resume or to change its method. It has changed nothing then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The provider has no codes of this kind.
    #[error("this provider does not support this pairing method")]
    MethodUnsupported,
    /// The phone code would be for another account than the expected number.
    #[error("this session expects another phone number than the one the phone code is for")]
    ExpectsAnotherPhone,
    /// `resume` outside the pause between two rounds.
    #[error("the session is not waiting for a person")]
    NotWaiting,
    /// The session has ended.
    #[error("the session has ended")]
    Finished,
}

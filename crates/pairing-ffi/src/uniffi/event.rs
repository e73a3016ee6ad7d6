//! Events of a session, mirrored from core: a variant that is missing here does not compile.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_core as core;
pub use pairing_core::Expiry;

use crate::{FailureReport, PairingCode, PairingMethod, PasskeyStep};

/// One step of a session.
#[derive(Clone, uniffi::Record)]
pub struct PairingEvent {
    /// What happened.
    pub kind: EventKind,
    /// 1 for the first event of the session, then one more each.
    pub seq: u64,
    /// 1 for the first round; each `resume` or `switch_method` opens the next.
    pub round: u32,
    /// How many codes this round has put on the screen, counting the one this event is about. A code
    /// that is given again while it is shown is not counted.
    pub attempt: u32,
}

/// The kinds of events.
#[derive(Clone, uniffi::Enum)]
pub enum EventKind {
    /// A round began and its first code is on its way: show nothing yet.
    Preparing {
        /// How the phone is linked in this round.
        method: PairingMethod,
    },
    /// The gateway starts the instance, which may take minutes. No code is on screen.
    Starting,
    /// Show this code, in place of any other, until `expires_at` at the latest.
    CodeReady {
        /// What to show.
        code: Arc<PairingCode>,
        /// When the code must be off the screen. For a countdown, ask the code for what remains:
        /// the clock may be set meanwhile.
        expires_at: SystemTime,
        /// How sure that moment is.
        expiry: Expiry,
    },
    /// The code that was shown is dead, or withdrawn: take it off the screen.
    CodeExpired,
    /// A request failed and will be repeated. A code that was shown stays until it expires.
    Retrying {
        /// When the next request goes out.
        retry_at: SystemTime,
        /// What went wrong.
        error: FailureReport,
    },
    /// The code was used, or may have been, and the link is being made: show no code, and that it is
    /// nearly done. `CodeExpired` follows if it was not.
    Linking,
    /// WhatsApp wants a passkey: a person finishes elsewhere, as the step says. Takes a code off the
    /// screen. The session waits for it until its deadline; `resume` asks for codes again. Comes
    /// again when the step changes.
    PasskeyRequired {
        /// What the person does.
        step: Arc<PasskeyStep>,
    },
    /// A number is linked; the session waits to see that it stays so. Only under a policy with
    /// `link_confirmation`.
    Linked {
        /// The linked number, when the provider names it.
        phone: Option<String>,
    },
    /// The codes of this round expired unused. No code is requested until `resume` or
    /// `switch_method`; the session still ends at its deadline.
    InteractionRequired,
    /// The last event.
    Finished {
        /// How the session ended.
        outcome: PairingOutcome,
    },
}

/// How sure an expiry is.
#[uniffi::remote(Enum)]
pub enum Expiry {
    /// The provider named it.
    Exact,
    /// The code may die sooner: it may have been made before it was asked for.
    UpperBound,
}

/// How a session ended: exactly one per session.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum PairingOutcome {
    /// The phone was linked during this session.
    Connected {
        /// The linked number, when the provider names it.
        phone: Option<String>,
    },
    /// The instance was linked before the first code was shown. A success as well.
    AlreadyConnected {
        /// The linked number, when the provider names it. A gateway that answers a request for a
        /// code with "linked already" does not, and is asked only if a number was expected:
        /// `status` of the provider is the means.
        phone: Option<String>,
    },
    /// Another number than the expected one is linked.
    WrongAccount {
        /// The number that is linked.
        phone: String,
    },
    /// WhatsApp wants a passkey, and this provider has no status by which the session could see
    /// that a person has finished elsewhere.
    PasskeyRequired,
    /// The number was linked and lost again before `link_confirmation` had passed: WhatsApp or the
    /// person removed it.
    LinkDropped,
    /// The provider refused, and asking again cannot help.
    Rejected {
        /// Why.
        error: FailureReport,
    },
    /// The provider failed until the retries were used up.
    Unavailable {
        /// The last failure.
        error: FailureReport,
    },
    /// The provider asks for fewer requests, for longer than the policy waits.
    RateLimited {
        /// How long until another try makes sense, when the provider said so.
        retry_after: Option<Duration>,
    },
    /// The policy's deadline passed.
    Deadline,
    /// The session was cancelled or dropped.
    Cancelled,
}

impl From<core::PairingEvent> for PairingEvent {
    fn from(event: core::PairingEvent) -> Self {
        let core::PairingEvent {
            kind,
            seq,
            round,
            attempt,
        } = event;
        Self {
            kind: kind.into(),
            seq,
            round,
            attempt,
        }
    }
}

impl From<core::EventKind> for EventKind {
    fn from(kind: core::EventKind) -> Self {
        match kind {
            core::EventKind::Preparing { method } => Self::Preparing {
                method: method.into(),
            },
            core::EventKind::Starting => Self::Starting,
            core::EventKind::CodeReady {
                expires_at,
                expiry,
                code,
            } => Self::CodeReady {
                code: Arc::new(PairingCode::shown(code, expires_at)),
                expires_at,
                expiry,
            },
            core::EventKind::CodeExpired => Self::CodeExpired,
            core::EventKind::Retrying { retry_at, error } => Self::Retrying {
                retry_at,
                error: error.into(),
            },
            core::EventKind::Linking => Self::Linking,
            core::EventKind::PasskeyRequired { step } => Self::PasskeyRequired {
                step: PasskeyStep::shared(step),
            },
            core::EventKind::Linked { phone } => Self::Linked {
                phone: phone.map(|phone| phone.to_string()),
            },
            core::EventKind::InteractionRequired => Self::InteractionRequired,
            core::EventKind::Finished { outcome } => Self::Finished {
                outcome: outcome.into(),
            },
        }
    }
}

impl From<core::PairingOutcome> for PairingOutcome {
    fn from(outcome: core::PairingOutcome) -> Self {
        let text = |phone: core::PhoneNumber| phone.to_string();
        match outcome {
            core::PairingOutcome::Connected { phone } => Self::Connected {
                phone: phone.map(text),
            },
            core::PairingOutcome::AlreadyConnected { phone } => Self::AlreadyConnected {
                phone: phone.map(text),
            },
            core::PairingOutcome::WrongAccount { phone } => {
                Self::WrongAccount { phone: text(phone) }
            }
            core::PairingOutcome::PasskeyRequired => Self::PasskeyRequired,
            core::PairingOutcome::LinkDropped => Self::LinkDropped,
            core::PairingOutcome::Rejected { error } => Self::Rejected {
                error: error.into(),
            },
            core::PairingOutcome::Unavailable { error } => Self::Unavailable {
                error: error.into(),
            },
            core::PairingOutcome::RateLimited {
                retry_after_seconds,
            } => Self::RateLimited {
                retry_after: retry_after_seconds.map(Duration::from_secs),
            },
            core::PairingOutcome::Deadline => Self::Deadline,
            core::PairingOutcome::Cancelled => Self::Cancelled,
        }
    }
}

//! What a session tells: one schema for Rust, JSON, and every other language.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::{ErrorReport, PairingCode, PairingMethod, PasskeyStep, PhoneNumber, wall_time};

/// One step of a session.
///
/// As JSON, `kind` stands beside the numbers:
/// `{"event":"code_expired","seq":4,"round":1,"attempt":1}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingEvent {
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// 1 for the first event of the session, then one more each.
    pub seq: u64,
    /// 1 for the first round; each `resume` or `switch_method` opens the next.
    pub round: u32,
    /// How many codes this round has put on the screen, counting the one this event is about.
    /// A code that is given again while it is shown is neither announced nor counted.
    pub attempt: u32,
}

/// The kinds of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A round began and its first code is on its way: show nothing yet.
    Preparing {
        /// How the phone is linked in this round.
        #[serde(flatten)]
        method: PairingMethod,
    },
    /// The gateway starts the instance, which may take minutes. No code is on screen.
    Starting,
    /// Show this code, in place of any other, until `expires_at` at the latest.
    CodeReady {
        /// When the code must be off the screen. RFC 3339 in JSON.
        #[serde(with = "wall_time")]
        expires_at: SystemTime,
        /// How sure that moment is.
        expiry: Expiry,
        /// What to show.
        code: PairingCode,
    },
    /// The code that was shown is dead, or withdrawn: take it off the screen.
    CodeExpired,
    /// A request failed and will be repeated. A code that was shown stays until it expires.
    Retrying {
        /// When the next request goes out. RFC 3339 in JSON.
        #[serde(with = "wall_time")]
        retry_at: SystemTime,
        /// What went wrong.
        error: ErrorReport,
    },
    /// The code was used, or may have been, and the link is being made: show no code, and that it is
    /// nearly done. `CodeExpired` follows if it was not.
    Linking,
    /// WhatsApp wants a passkey: a person finishes elsewhere, as the step says. Takes a code off the
    /// screen. The session waits for it until its deadline; `resume` asks for codes again. Emitted
    /// again when the step changes.
    PasskeyRequired {
        /// What the person does.
        #[serde(flatten)]
        step: PasskeyStep,
    },
    /// A number is linked; the session waits to see that it stays so. Only under a policy with
    /// [`link_confirmation`](crate::PairingPolicy::link_confirmation).
    Linked {
        /// The linked number, when the provider names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<PhoneNumber>,
    },
    /// The codes of this round expired unused. No code is requested until `resume` or
    /// `switch_method`; the session still ends at its deadline.
    InteractionRequired,
    /// The last event.
    Finished {
        /// How the session ended.
        #[serde(flatten)]
        outcome: PairingOutcome,
    },
}

/// How sure an expiry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// The provider named it.
    Exact,
    /// The code may die sooner: it may have been made before it was asked for.
    UpperBound,
}

/// How a session ended: exactly one per session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PairingOutcome {
    /// The phone was linked during this session.
    Connected {
        /// The linked number, when the provider names it. Where it can and did not, one
        /// [`status`](crate::PairingProvider::status) was asked for it, and named none in time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<PhoneNumber>,
    },
    /// The instance was linked before anything was shown: no code, no phone that was linking, no
    /// passkey. A success as well.
    AlreadyConnected {
        /// The linked number, when the provider names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<PhoneNumber>,
    },
    /// Another number than the expected one is linked.
    WrongAccount {
        /// The number that is linked.
        phone: PhoneNumber,
    },
    /// WhatsApp wants a passkey, and this provider has no status by which the session could see
    /// that a person has finished elsewhere.
    PasskeyRequired,
    /// The number was linked and lost again before
    /// [`link_confirmation`](crate::PairingPolicy::link_confirmation) had passed: WhatsApp or the
    /// person removed it.
    LinkDropped,
    /// The provider refused, and asking again cannot help.
    Rejected {
        /// Why.
        error: ErrorReport,
    },
    /// The provider failed until the retries were used up.
    Unavailable {
        /// The last failure.
        error: ErrorReport,
    },
    /// The provider asks for fewer requests, for longer than the policy waits.
    RateLimited {
        /// Seconds until another try makes sense, when the provider said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_seconds: Option<u64>,
    },
    /// The policy's deadline passed.
    Deadline,
    /// The session was cancelled or dropped.
    Cancelled,
}

impl PairingOutcome {
    /// Whether the instance is now linked to the right number.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        matches!(self, Self::Connected { .. } | Self::AlreadyConnected { .. })
    }

    /// The stable name, as in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Connected { .. } => "connected",
            Self::AlreadyConnected { .. } => "already_connected",
            Self::WrongAccount { .. } => "wrong_account",
            Self::PasskeyRequired => "passkey_required",
            Self::LinkDropped => "link_dropped",
            Self::Rejected { .. } => "rejected",
            Self::Unavailable { .. } => "unavailable",
            Self::RateLimited { .. } => "rate_limited",
            Self::Deadline => "deadline",
            Self::Cancelled => "cancelled",
        }
    }
}

impl PairingEvent {
    /// The outcome, if this is the last event.
    #[must_use]
    pub fn outcome(&self) -> Option<&PairingOutcome> {
        match &self.kind {
            EventKind::Finished { outcome } => Some(outcome),
            _ => None,
        }
    }

    /// How much of the shown code's life is left at `now`; `None` if this event shows none,
    /// zero once it is dead. By the time of day alone, which may be set meanwhile: what counts
    /// down goes by a [`Countdown`](crate::Countdown).
    #[must_use]
    pub fn remaining(&self, now: SystemTime) -> Option<Duration> {
        match &self.kind {
            EventKind::CodeReady { expires_at, .. } => {
                Some(expires_at.duration_since(now).unwrap_or(Duration::ZERO))
            }
            _ => None,
        }
    }
}

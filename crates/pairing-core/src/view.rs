//! What a screen shows: the events of a session, folded into one state.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::{
    Capabilities, ErrorReport, EventKind, Expiry, PairingCode, PairingEvent, PairingMethod,
    PairingOutcome, PasskeyStep, PhoneNumber, wall_time,
};

/// The present of a session: what a screen shows, and what its user may do.
///
/// A view is complete. A screen that draws the latest one needs no other view and no event, so
/// one that is late, slow or reconnected skips the views in between.
///
/// As JSON, the method stands beside the numbers:
/// `{"seq":4,"round":1,"attempt":1,"codes_per_round":3,"method":"qr","screen":{"kind":"code_expired"},"actions":{…}}`.
///
/// ```
/// use pairing_core::{PairingView, Screen};
///
/// fn words(view: &PairingView) -> String {
///     match &view.screen {
///         Screen::Code { .. } => format!("Code {} of {}", view.attempt, view.codes_per_round),
///         Screen::WaitingForUser => "Show new codes?".to_owned(),
///         Screen::Finished { outcome } => outcome.as_str().to_owned(),
///         _ => "One moment …".to_owned(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PairingView {
    /// The [`seq`](PairingEvent::seq) of the latest event; 0 before the first.
    pub seq: u64,
    /// As in [`PairingEvent::round`].
    pub round: u32,
    /// As in [`PairingEvent::attempt`].
    pub attempt: u32,
    /// QR codes in one round, from the policy. A round by phone code has one code.
    pub codes_per_round: u32,
    /// How the phone is being linked.
    #[serde(flatten)]
    pub method: PairingMethod,
    /// What the screen shows.
    pub screen: Screen,
    /// The failed request that will be repeated, if the latest event was about one. A code on
    /// screen stays usable meanwhile. Boxed, as most sessions wait without a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrying: Option<Box<Retrying>>,
    /// What the user may do.
    pub actions: Actions,
}

/// What a screen shows, and nothing beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Screen {
    /// The first code of the round is on its way.
    Preparing,
    /// The gateway starts the instance, which may take minutes.
    Starting,
    /// A code.
    Code {
        /// When the code must be off the screen. RFC 3339 in JSON.
        #[serde(with = "wall_time")]
        expires_at: SystemTime,
        /// How sure that moment is.
        expiry: Expiry,
        /// What to show.
        code: PairingCode,
    },
    /// The code expired or was withdrawn, and the next one is on its way.
    CodeExpired,
    /// A code was used, or may have been, and the link is being made.
    Linking,
    /// WhatsApp wants a passkey: a person finishes elsewhere. [`Actions::resume`] asks for codes
    /// again.
    PasskeyRequired {
        /// What the person does.
        #[serde(flatten)]
        step: PasskeyStep,
    },
    /// A number is linked; the session waits to see that it stays so.
    Linked {
        /// The linked number, when the provider names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<PhoneNumber>,
    },
    /// The codes of the round were not used: offer [`Actions::resume`].
    WaitingForUser,
    /// The session has ended. This view is the last.
    Finished {
        /// How the session ended.
        #[serde(flatten)]
        outcome: PairingOutcome,
    },
}

/// A request that failed and will be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Retrying {
    /// When the next request goes out. RFC 3339 in JSON.
    #[serde(with = "wall_time")]
    pub retry_at: SystemTime,
    /// What went wrong.
    pub error: ErrorReport,
}

/// What the user of a screen may do: all that a [`PairingHandle`](crate::PairingHandle) accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Actions {
    /// [`resume`](crate::PairingHandle::resume): open the next round.
    pub resume: bool,
    /// [`switch_method`](crate::PairingHandle::switch_method) to QR codes.
    pub switch_to_qr: bool,
    /// [`switch_method`](crate::PairingHandle::switch_method) to a phone code, also for another
    /// number. Where the session expects a number, for that number only.
    pub switch_to_phone_code: bool,
    /// [`cancel`](crate::PairingHandle::cancel): end the session.
    pub cancel: bool,
}

impl PairingView {
    /// The view before the first event, for a program that folds recorded events with
    /// [`apply`](Self::apply). A running session gives its own:
    /// [`PairingHandle::view`](crate::PairingHandle::view).
    #[must_use]
    pub fn new(method: PairingMethod, codes_per_round: u32, capabilities: Capabilities) -> Self {
        Self {
            seq: 0,
            round: 1,
            attempt: 0,
            codes_per_round,
            method,
            screen: Screen::Preparing,
            retrying: None,
            actions: Actions {
                resume: false,
                switch_to_qr: capabilities.supports_qr(),
                switch_to_phone_code: capabilities.phone_code,
                cancel: true,
            },
        }
    }

    /// The view after the next event of the session.
    pub fn apply(&mut self, event: &PairingEvent) {
        self.seq = event.seq;
        self.round = event.round;
        self.attempt = event.attempt;
        self.screen = match &event.kind {
            EventKind::Retrying { retry_at, error } => {
                self.retrying = Some(Box::new(Retrying {
                    retry_at: *retry_at,
                    error: error.clone(),
                }));
                return;
            }
            EventKind::Preparing { method } => {
                self.method.clone_from(method);
                Screen::Preparing
            }
            EventKind::Starting => Screen::Starting,
            EventKind::Linking => Screen::Linking,
            EventKind::PasskeyRequired { step } => Screen::PasskeyRequired { step: step.clone() },
            EventKind::Linked { phone } => Screen::Linked {
                phone: phone.clone(),
            },
            EventKind::CodeReady {
                expires_at,
                expiry,
                code,
            } => Screen::Code {
                expires_at: *expires_at,
                expiry: *expiry,
                code: code.clone(),
            },
            EventKind::CodeExpired => Screen::CodeExpired,
            EventKind::InteractionRequired => Screen::WaitingForUser,
            EventKind::Finished { outcome } => Screen::Finished {
                outcome: outcome.clone(),
            },
        };
        self.retrying = None;
        self.actions.resume = matches!(
            self.screen,
            Screen::WaitingForUser | Screen::PasskeyRequired { .. }
        );
        if matches!(self.screen, Screen::Linked { .. }) {
            self.actions = Actions {
                cancel: true,
                ..Actions::default()
            };
        }
        if self.outcome().is_some() {
            self.actions = Actions::default();
        }
    }

    /// The code on screen.
    #[must_use]
    pub fn code(&self) -> Option<&PairingCode> {
        match &self.screen {
            Screen::Code { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The outcome, once the session has ended.
    #[must_use]
    pub fn outcome(&self) -> Option<&PairingOutcome> {
        match &self.screen {
            Screen::Finished { outcome } => Some(outcome),
            _ => None,
        }
    }

    /// The event that says most of this view: what a reader of events who comes late gets first.
    /// It tells of a retry only where no code is on screen.
    #[must_use]
    pub fn to_event(&self) -> PairingEvent {
        let kind = match (&self.screen, self.retrying.as_deref()) {
            (
                Screen::Code {
                    expires_at,
                    expiry,
                    code,
                },
                _,
            ) => EventKind::CodeReady {
                expires_at: *expires_at,
                expiry: *expiry,
                code: code.clone(),
            },
            (_, Some(Retrying { retry_at, error })) => EventKind::Retrying {
                retry_at: *retry_at,
                error: error.clone(),
            },
            (Screen::Preparing, None) => EventKind::Preparing {
                method: self.method.clone(),
            },
            (Screen::Starting, None) => EventKind::Starting,
            (Screen::Linking, None) => EventKind::Linking,
            (Screen::PasskeyRequired { step }, None) => {
                EventKind::PasskeyRequired { step: step.clone() }
            }
            (Screen::Linked { phone }, None) => EventKind::Linked {
                phone: phone.clone(),
            },
            (Screen::CodeExpired, None) => EventKind::CodeExpired,
            (Screen::WaitingForUser, None) => EventKind::InteractionRequired,
            (Screen::Finished { outcome }, None) => EventKind::Finished {
                outcome: outcome.clone(),
            },
        };
        PairingEvent {
            kind,
            seq: self.seq,
            round: self.round,
            attempt: self.attempt,
        }
    }
}

//! What a screen shows, mirrored from core: a screen that is missing here does not compile.

use std::sync::Arc;
use std::time::SystemTime;

use pairing_core as core;

use crate::{Expiry, FailureReport, PairingCode, PairingMethod, PairingOutcome, PasskeyStep};

/// The present of a session: what a screen shows, and what its user may do.
///
/// A view is complete: a screen draws the latest one and needs no event and no view before it.
#[derive(Clone, uniffi::Record)]
pub struct PairingView {
    /// The `seq` of the latest event; 0 before the first.
    pub seq: u64,
    /// 1 for the first round; each `resume` or `switch_method` opens the next.
    pub round: u32,
    /// How many codes this round has put on the screen.
    pub attempt: u32,
    /// QR codes in one round, from the policy. A round by phone code has one code, or several where
    /// the gateway renews phone codes.
    pub codes_per_round: u32,
    /// How the phone is being linked.
    pub method: PairingMethod,
    /// What the screen shows.
    pub screen: Screen,
    /// The failed request that will be repeated, if the latest event was about one. A code on
    /// screen stays usable meanwhile.
    pub retrying: Option<Retrying>,
    /// What the user may do.
    pub actions: Actions,
}

/// What a screen shows.
#[derive(Clone, uniffi::Enum)]
pub enum Screen {
    /// The first code of the round is on its way.
    Preparing,
    /// The gateway starts the instance, which may take minutes.
    Starting,
    /// A code.
    Code {
        /// What to show.
        code: Arc<PairingCode>,
        /// When the code must be off the screen. For a countdown, ask the code for what remains:
        /// the clock may be set meanwhile.
        expires_at: SystemTime,
        /// How sure that moment is.
        expiry: Expiry,
    },
    /// The code expired or was withdrawn, and the next one is on its way.
    CodeExpired,
    /// A code was used, or may have been, and the link is being made.
    Linking,
    /// WhatsApp wants a passkey: a person finishes elsewhere. `resume` asks for codes again.
    PasskeyRequired {
        /// What the person does.
        step: Arc<PasskeyStep>,
    },
    /// A number is linked; the session waits to see that it stays so.
    Linked {
        /// The linked number, when the provider names it.
        phone: Option<String>,
    },
    /// The codes of the round expired unused: offer `resume`.
    WaitingForUser,
    /// The session has ended. This view is the last.
    Finished {
        /// How the session ended.
        outcome: PairingOutcome,
    },
}

/// A request that failed and will be repeated.
#[derive(Clone, uniffi::Record)]
pub struct Retrying {
    /// When the next request goes out.
    pub retry_at: SystemTime,
    /// What went wrong.
    pub error: FailureReport,
}

/// What the user of a screen may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Actions {
    /// `resume`: open the next round, or ask for codes again in place of a passkey.
    pub resume: bool,
    /// `switch_method` to QR codes.
    pub switch_to_qr: bool,
    /// `switch_method` to a phone code, also for another number. Where the session expects a
    /// number, for that number only.
    pub switch_to_phone_code: bool,
    /// `cancel`: end the session.
    pub cancel: bool,
}

impl From<core::PairingView> for PairingView {
    fn from(view: core::PairingView) -> Self {
        Self {
            seq: view.seq,
            round: view.round,
            attempt: view.attempt,
            codes_per_round: view.codes_per_round,
            method: view.method.into(),
            screen: view.screen.into(),
            retrying: view.retrying.map(|retrying| Retrying {
                retry_at: retrying.retry_at,
                error: retrying.error.into(),
            }),
            actions: Actions {
                resume: view.actions.resume,
                switch_to_qr: view.actions.switch_to_qr,
                switch_to_phone_code: view.actions.switch_to_phone_code,
                cancel: view.actions.cancel,
            },
        }
    }
}

impl From<core::Screen> for Screen {
    fn from(screen: core::Screen) -> Self {
        match screen {
            core::Screen::Preparing => Self::Preparing,
            core::Screen::Starting => Self::Starting,
            core::Screen::Code {
                expires_at,
                expiry,
                code,
            } => Self::Code {
                code: Arc::new(PairingCode::shown(code, expires_at)),
                expires_at,
                expiry,
            },
            core::Screen::CodeExpired => Self::CodeExpired,
            core::Screen::Linking => Self::Linking,
            core::Screen::PasskeyRequired { step } => Self::PasskeyRequired {
                step: PasskeyStep::shared(step),
            },
            core::Screen::Linked { phone } => Self::Linked {
                phone: phone.map(|phone| phone.to_string()),
            },
            core::Screen::WaitingForUser => Self::WaitingForUser,
            core::Screen::Finished { outcome } => Self::Finished {
                outcome: outcome.into(),
            },
        }
    }
}

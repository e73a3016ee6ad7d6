//! What has been seen of a session, as far as it matters for what may come.

use std::time::Duration;

use super::feed::End;
use super::requests::{Purpose, UnderWay};
use super::screen::Shown;
use crate::search::says::passkey;
use crate::search::setting::Setting;
use pairing_core::flow::{Now, RequestId};
use pairing_core::{CodePurpose, PairingMethod, PhoneNumber};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Round,
    /// A code was used, or may have been: in a row since the first moment, and whatever else the
    /// gateway says, until the second.
    Linking {
        since: Duration,
        until: Duration,
    },
    /// A person finishes elsewhere.
    Passkey,
    /// A link has to last, and was denied so often in a row.
    Confirming {
        phone: Option<PhoneNumber>,
        denied: u32,
    },
    Gate {
        since: Duration,
    },
    Ended(End),
}

/// What a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Screen {
    Preparing,
    Starting,
    Code,
    Expired,
    Linking,
    Passkey(u8),
    Linked,
    Gate,
    End,
}

impl Screen {
    pub(super) fn of(screen: &pairing_core::Screen) -> Self {
        match screen {
            pairing_core::Screen::Preparing => Self::Preparing,
            pairing_core::Screen::Starting => Self::Starting,
            pairing_core::Screen::Code { .. } => Self::Code,
            pairing_core::Screen::CodeExpired => Self::Expired,
            pairing_core::Screen::Linking => Self::Linking,
            pairing_core::Screen::PasskeyRequired { step } => {
                let number = (0..=u8::MAX).find(|number| passkey(*number) == *step);
                Self::Passkey(number.expect("a step of the search"))
            }
            pairing_core::Screen::Linked { .. } => Self::Linked,
            pairing_core::Screen::WaitingForUser => Self::Gate,
            pairing_core::Screen::Finished { .. } => Self::End,
        }
    }
}

/// The last code of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Known {
    pub(super) number: u64,
    /// Whom a phone code was for.
    pub(super) phone: Option<PhoneNumber>,
    /// The attempt that it is of was ended.
    pub(super) ended: bool,
}

#[derive(Hash)]
pub(super) struct Seen {
    pub(super) deadline: Duration,
    pub(super) method: PairingMethod,
    pub(super) stage: Stage,
    pub(super) screen: Screen,
    pub(super) seq: u64,
    /// The latest event was about a failure.
    pub(super) retrying: bool,
    pub(super) round: u32,
    pub(super) attempt: u32,
    /// A code was shown, a phone was linking, or a passkey was waited for.
    pub(super) saw_attempt: bool,
    /// Of phone codes and of QR codes, how many have come, up to two: then the flow may know when
    /// the gateway changes them.
    pub(super) came: [u8; 2],
    pub(super) known: [Option<Known>; 2],
    /// The gateway starts: its next QR code is the first.
    pub(super) first_next: bool,
    pub(super) shown: Option<Shown>,
    /// When a code was last on screen that a phone may be linking with.
    pub(super) off_screen: Option<Duration>,
    /// What the next request for a code is for.
    pub(super) purpose: CodePurpose,
    /// Any code has been asked for.
    pub(super) ever_asked: bool,
    /// When the attempt is ended that is another's; whether one was in this round.
    pub(super) ends_attempt: Option<Duration>,
    pub(super) ended_attempt: bool,
    pub(super) under_way: Option<UnderWay>,
    pub(super) last_qr: Option<Duration>,
    pub(super) last_phone_code: Option<Duration>,
    /// Until when the gateway is left alone that was not ready: with a phone code, and with a QR code.
    pub(super) rests_until: [Duration; 2],
    /// No request before the first; none has to go out before the second.
    pub(super) silence: (Duration, Duration),
    pub(super) failures: u32,
    pub(super) not_ready: u32,
    pub(super) unnamed: u32,
    /// A code has been asked for in this round.
    pub(super) asked: bool,
    /// The next code is asked for between these moments; `None` while none may be.
    pub(super) code: Option<(Duration, Duration)>,
    /// The status is asked between these moments, if nothing else is.
    pub(super) status: Option<(Duration, Duration)>,
    /// When the status was last asked.
    pub(super) status_asked: Option<Duration>,
    pub(super) hinted: bool,
    pub(super) confirmed: Option<Duration>,
    pub(super) watch_until: Duration,
    /// A request that has to be abandoned in this step.
    pub(super) to_abandon: Option<RequestId>,
    /// A status that has to be asked in this step.
    pub(super) to_ask: Option<Purpose>,
    /// The attempt has to be left in this step.
    pub(super) to_leave: bool,
}

impl Seen {
    pub(super) fn starting(setting: &Setting, now: Now) -> Self {
        Self {
            deadline: now.elapsed + setting.policy().deadline,
            method: setting.options.method.clone(),
            stage: Stage::Round,
            screen: Screen::Preparing,
            seq: 0,
            retrying: false,
            round: 1,
            attempt: 0,
            saw_attempt: false,
            came: [0, 0],
            known: [None, None],
            first_next: false,
            shown: None,
            off_screen: None,
            purpose: CodePurpose::StartAttempt,
            ever_asked: false,
            ends_attempt: None,
            ended_attempt: false,
            under_way: None,
            last_qr: None,
            last_phone_code: None,
            rests_until: [Duration::ZERO, Duration::ZERO],
            silence: (Duration::ZERO, Duration::ZERO),
            failures: 0,
            not_ready: 0,
            unnamed: 0,
            asked: false,
            code: Some((now.elapsed, now.elapsed)),
            status: None,
            status_asked: None,
            hinted: false,
            confirmed: None,
            watch_until: Duration::ZERO,
            to_abandon: None,
            to_ask: None,
            to_leave: false,
        }
    }
}

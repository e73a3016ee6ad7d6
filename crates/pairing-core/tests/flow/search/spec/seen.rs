//! What has been seen of a session, as far as it matters for what may come.

use std::time::Duration;

use super::feed::End;
use super::requests::{Purpose, UnderWay};
use super::screen::Shown;
use crate::search::setting::Setting;
use pairing_core::PairingMethod;
use pairing_core::flow::{Now, RequestId};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    Round,
    Gate { since: Duration },
    Ended(End),
}

#[derive(Hash)]
pub(super) struct Seen {
    pub(super) deadline: Duration,
    pub(super) method: PairingMethod,
    pub(super) stage: Stage,
    pub(super) seq: u64,
    /// The latest event was about a failure.
    pub(super) retrying: bool,
    pub(super) round: u32,
    pub(super) attempt: u32,
    pub(super) ever_shown: bool,
    /// Two QR codes have come: the flow may know when the gateway changes them.
    pub(super) knows_rotation: bool,
    pub(super) shown: Option<Shown>,
    pub(super) under_way: Option<UnderWay>,
    pub(super) last_qr: Option<Duration>,
    pub(super) last_phone_code: Option<Duration>,
    /// When the gateway last said that it is not ready: for a phone code, and for a QR code.
    pub(super) not_ready_since: [Option<Duration>; 2],
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
    pub(super) hinted: bool,
    pub(super) confirmed: Option<Duration>,
    pub(super) watch_until: Duration,
    /// A request that has to be abandoned in this step.
    pub(super) to_abandon: Option<RequestId>,
    /// A status that has to be asked in this step.
    pub(super) to_ask: Option<Purpose>,
}

impl Seen {
    pub(super) fn starting(setting: &Setting, now: Now) -> Self {
        Self {
            deadline: now.elapsed + setting.policy().deadline,
            method: setting.options.method.clone(),
            stage: Stage::Round,
            seq: 0,
            retrying: false,
            round: 1,
            attempt: 0,
            ever_shown: false,
            knows_rotation: false,
            shown: None,
            under_way: None,
            last_qr: None,
            last_phone_code: None,
            not_ready_since: [None, None],
            silence: (Duration::ZERO, Duration::ZERO),
            failures: 0,
            not_ready: 0,
            unnamed: 0,
            asked: false,
            code: Some((now.elapsed, now.elapsed)),
            status: None,
            hinted: false,
            confirmed: None,
            watch_until: Duration::ZERO,
            to_abandon: None,
            to_ask: None,
        }
    }
}

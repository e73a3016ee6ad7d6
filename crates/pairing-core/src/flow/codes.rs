//! When codes are asked for.

use std::time::Duration;

use super::moment::Moment;
use super::rotation::{self, Rotations};
use super::stage::{Phase, Stage};
use super::task::Task;
use crate::{
    CodePurpose, Expiry, PairingCode, PairingMethod, PairingPolicy, PhoneNumber, WebhookHint,
};

/// The due times of codes. All are readings of the flow's monotonic clock.
#[derive(Debug)]
pub(super) struct CodePlan {
    /// When the next code is asked for.
    pub(super) at: Option<Moment>,
    /// What the next request is for.
    pub(super) purpose: CodePurpose,
    /// The gateway said that it starts an attempt: its next QR code is the first one.
    is_first_qr_next: bool,
    last_qr: Option<Moment>,
    soonest_qr: Moment,
    soonest_phone_code: Moment,
    qr: Known,
    phone_code: Known,
    /// The number that the last phone code was asked for.
    phone_code_for: Option<PhoneNumber>,
}

/// What is kept of the last code of one kind, so that a dead one is never shown again.
#[derive(Debug, Default)]
struct Known {
    /// A hash, of which no code can be made.
    last: Option<u64>,
    /// Its attempt was ended.
    is_dead: bool,
}

impl CodePlan {
    pub(super) fn starting(now: Moment) -> Self {
        Self {
            at: Some(now),
            purpose: CodePurpose::StartAttempt,
            is_first_qr_next: false,
            last_qr: None,
            soonest_qr: Moment::ZERO,
            soonest_phone_code: Moment::ZERO,
            qr: Known::default(),
            phone_code: Known::default(),
            phone_code_for: None,
        }
    }

    /// The gateway took the session's request: what runs there is its attempt.
    pub(super) fn took_over(&mut self) {
        self.purpose = CodePurpose::Renew;
    }

    /// The gateway starts an attempt for this session.
    pub(super) fn attempt_starts(&mut self) {
        self.took_over();
        self.is_first_qr_next = true;
    }

    /// The user came back to the same method and number.
    pub(super) fn opens_round(&mut self) {
        if self.purpose == CodePurpose::Renew {
            self.purpose = CodePurpose::OpenRound;
        }
    }

    /// The method or the number changed: an attempt that runs is for what was left, and how old its
    /// codes are when the user comes back is not known.
    pub(super) fn switches_method(&mut self) {
        self.purpose = CodePurpose::StartAttempt;
        self.is_first_qr_next = false;
    }

    /// The attempt was ended: its codes are dead.
    pub(super) fn attempt_ended(&mut self) {
        self.purpose = CodePurpose::StartAttempt;
        self.is_first_qr_next = false;
        self.qr.is_dead = true;
        self.phone_code.is_dead = true;
    }

    /// Remembers a code that was asked for by this method; `false` if it is known to be dead: the
    /// last one of an attempt that was ended, or for another number.
    pub(super) fn is_alive(&mut self, code: &PairingCode, asked_for: &PairingMethod) -> bool {
        let phone = match asked_for {
            PairingMethod::PhoneCode(phone) if !code.is_qr() => Some(phone),
            _ => None,
        };
        let last_phone = self.phone_code_for.as_ref();
        let is_for_another = phone
            .zip(last_phone)
            .is_some_and(|(phone, last)| !phone.is_same_account(last));
        let known = if code.is_qr() {
            &mut self.qr
        } else {
            &mut self.phone_code
        };
        let hash = Some(rotation::hash(code));
        if known.last == hash && (known.is_dead || is_for_another) {
            return false;
        }
        *known = Known {
            last: hash,
            is_dead: false,
        };
        if !code.is_qr() {
            self.phone_code_for = phone.cloned();
        }
        true
    }

    /// How long a code lives that has just come for the first time, when the gateway does not say.
    pub(super) fn lifetime(&mut self, method: &PairingMethod, policy: &PairingPolicy) -> Duration {
        let usual = policy.lifetime(method);
        match method {
            PairingMethod::Qr if std::mem::take(&mut self.is_first_qr_next) => {
                usual.max(policy.first_qr_lifetime)
            }
            _ => usual,
        }
    }

    /// A code came: the next of its kind is left alone for a while.
    pub(super) fn arrived(&mut self, is_qr: bool, task: &Task, now: Moment) {
        let apart = if is_qr {
            self.last_qr = Some(now);
            task.policy.refresh_min
        } else if task.capabilities.renews_phone_codes {
            task.policy.refresh_min
        } else {
            task.policy.phone_code_spacing
        };
        self.rest_until(is_qr, now.plus(apart));
    }

    /// Asks for no code of this kind until then, also if a person wants one.
    pub(super) fn rest_until(&mut self, is_qr: bool, until: Moment) {
        let soonest = if is_qr {
            &mut self.soonest_qr
        } else {
            &mut self.soonest_phone_code
        };
        *soonest = until.max(*soonest);
    }

    /// Before this moment no code may be asked for, because of the last one of its kind, or
    /// because the gateway was not ready to make one. The other kind is not kept waiting for it.
    pub(super) fn soonest(&self, stage: &Stage) -> Moment {
        match stage.view.method {
            PairingMethod::Qr => self.soonest_qr,
            PairingMethod::PhoneCode(_) => self.soonest_phone_code,
        }
    }

    /// Plans the code that opens a round: immediately, but never sooner after the last answer to its
    /// kind than the policy allows, however often people resume and switch. A QR code
    /// that would die before the next one may be asked for is not worth asking for: then the
    /// one after it is waited for.
    pub(super) fn plan_first(
        &mut self,
        task: &Task,
        stage: &Stage,
        rotations: &Rotations,
        now: Moment,
    ) {
        let soonest = self.soonest(stage).max(now);
        let period = task.policy.lifetime(&stage.view.method);
        let next_change = rotations
            .of(&stage.view.method)
            .next_change(soonest, period);
        let patience = soonest.plus(task.policy.refresh_min);
        let worth_waiting = next_change.filter(|change| change.to <= patience);
        self.at = Some(worth_waiting.map_or(soonest, |change| change.to));
    }

    /// Plans the next code of the round after one has arrived, within the limits that the gateway asks
    /// for: when that one expires, if the provider says so or the earlier codes have shown it.
    pub(super) fn plan_next(
        &mut self,
        task: &Task,
        stage: &Stage,
        rotations: &Rotations,
        now: Moment,
    ) {
        let soonest = now.plus(task.policy.refresh_min);
        let latest = now.plus(task.policy.refresh_interval);
        self.at = match stage.shown() {
            _ if stage.round_is_spent(task) => None,
            Some(shown) if shown.expiry == Expiry::Exact => {
                Some(shown.expires.clamp(soonest, latest))
            }
            Some(_) => Some(next_by_rotation(task, stage, rotations, now).clamp(soonest, latest)),
            None => Some(soonest),
        };
    }

    /// A webhook says that the gateway has another code: it is asked for as soon as the last one has
    /// been left alone for long enough.
    pub(super) fn hint(&mut self, hint: WebhookHint, stage: &Stage) {
        if hint == WebhookHint::CodeChanged && stage.expires.is_some() {
            let soonest = self.soonest(stage);
            self.at = self.at.map(|at| at.min(soonest));
        }
    }

    /// When the next code is due, while a round is running and no failure asks for silence.
    pub(super) fn due(&self, stage: &Stage, quiet_until: Moment) -> Option<Moment> {
        let at = self.at.filter(|_| stage.phase == Phase::Round)?;
        Some(at.max(quiet_until))
    }

    /// When a status call under way must make room for the next code, which is due then.
    pub(super) fn preempts_at(&self, task: &Task, stage: &Stage, due: Moment) -> Option<Moment> {
        if !stage.asked {
            // A person has just asked for it, and waits. A repetition after a failure, or by a gateway that
            // was not ready, has no person who clicked.
            return Some(due);
        }
        let latest = self.last_qr?.plus(task.policy.refresh_max);
        Some(due.max(latest))
    }
}

/// When a code is best asked for that the gateway says nothing about.
///
/// Seconds of life on screen for each code that is asked for, with an unknown rotation of
/// 20 s: 11.4 in the first round, 12.4 in the second, which gives up some to learn, and 17.2
/// from the third on. Asking every 20 s gives 10.
fn next_by_rotation(task: &Task, stage: &Stage, rotations: &Rotations, now: Moment) -> Moment {
    let period = task.policy.lifetime(&stage.view.method);
    match rotations.of(&stage.view.method).next_change(now, period) {
        // Nothing to compare with yet: whether it has changed halfway through its life
        // tells in which half it does.
        None if stage.view.attempt == 1 => now.plus(period / 2),
        None => now.plus(task.policy.refresh_interval),
        // A question whose answer is worth more than what it costs this code: with the
        // window cut in three rounds earlier, all later codes live longer.
        Some(change) if stage.view.round > 1 && change.width() > period / 4 => {
            change.from.plus(change.width() * 2 / 3)
        }
        Some(change) => without_a_gap(change.to, task, now),
    }
}

/// A change that is further away than one interval, and nearer than the next request after it may
/// be: one request sooner, so that the next one comes just then.
fn without_a_gap(change: Moment, task: &Task, now: Moment) -> Moment {
    let left = change.since(now);
    let beyond = left.saturating_sub(task.policy.refresh_interval);
    let soonest = task.policy.refresh_min;
    if beyond.is_zero() || beyond >= soonest {
        return change;
    }
    now.plus(left.saturating_sub(soonest))
}

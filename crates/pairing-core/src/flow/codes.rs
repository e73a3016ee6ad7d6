//! When codes are asked for.

use super::moment::Moment;
use super::rotation::Rotation;
use super::stage::{Phase, Stage};
use super::task::Task;
use crate::{Expiry, PairingMethod};

/// The due times of codes. All are readings of the flow's monotonic clock.
#[derive(Debug)]
pub(super) struct CodePlan {
    /// When the next code is asked for.
    pub(super) at: Option<Moment>,
    last_qr: Option<Moment>,
    soonest_qr: Moment,
    soonest_phone_code: Moment,
}

impl CodePlan {
    pub(super) fn starting(now: Moment) -> Self {
        Self {
            at: Some(now),
            last_qr: None,
            soonest_qr: Moment::ZERO,
            soonest_phone_code: Moment::ZERO,
        }
    }

    /// A code came: the next of its kind is left alone for a while.
    pub(super) fn arrived(&mut self, is_qr: bool, task: &Task, now: Moment) {
        let apart = if is_qr {
            self.last_qr = Some(now);
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
        rotation: &Rotation,
        now: Moment,
    ) {
        let soonest = self.soonest(stage).max(now);
        let next_change = match stage.view.method {
            PairingMethod::Qr => rotation.next_change(soonest, task.policy.qr_lifetime),
            PairingMethod::PhoneCode(_) => None,
        };
        let patience = soonest.plus(task.policy.refresh_min);
        let worth_waiting = next_change.filter(|change| change.to <= patience);
        self.at = Some(worth_waiting.map_or(soonest, |change| change.to));
    }

    /// Plans the next QR code after one has arrived, within the limits that the gateway asks
    /// for: when that one dies, if the provider says so or the codes before have told.
    pub(super) fn plan_next(
        &mut self,
        task: &Task,
        stage: &Stage,
        rotation: &Rotation,
        now: Moment,
    ) {
        let soonest = now.plus(task.policy.refresh_min);
        let latest = now.plus(task.policy.refresh_interval);
        self.at = match stage.shown() {
            _ if stage.round_is_spent(task) => None,
            Some(shown) if shown.expiry == Expiry::Exact => {
                Some(shown.expires.clamp(soonest, latest))
            }
            Some(_) => Some(next_by_rotation(task, stage, rotation, now).clamp(soonest, latest)),
            None => Some(soonest),
        };
    }

    /// When the next code is due, while a round is running and no failure asks for silence.
    pub(super) fn due(&self, stage: &Stage, quiet_until: Moment) -> Option<Moment> {
        let at = self.at.filter(|_| stage.phase == Phase::Round)?;
        Some(at.max(quiet_until))
    }

    /// When a status call under way must make room for the next code, which is due then.
    pub(super) fn preempts_at(&self, task: &Task, stage: &Stage, due: Moment) -> Option<Moment> {
        if !stage.asked {
            // A person has just asked for it, and waits. One that is asked for again because
            // the gateway was not ready, or failed, is nobody's click.
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
fn next_by_rotation(task: &Task, stage: &Stage, rotation: &Rotation, now: Moment) -> Moment {
    let period = task.policy.qr_lifetime;
    match rotation.next_change(now, period) {
        // Nothing to compare with yet: whether it has changed halfway through its life
        // tells in which half it does.
        None if stage.view.attempt == 1 => now.plus(period / 2),
        None => now.plus(task.policy.refresh_interval),
        // A question whose answer is worth more than what it costs this code: with the
        // window cut in three rounds earlier, all later codes live longer.
        Some(change) if stage.view.round > 1 && change.width() > period / 4 => {
            change.from.plus(change.width() * 2 / 3)
        }
        Some(change) => change.to,
    }
}

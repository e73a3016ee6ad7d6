//! Which requests must go out, and when at the latest: the flow wants to be woken by then, and
//! then does what it was woken for.

use std::time::Duration;

use super::requests::Purpose;
use super::{Broken, Spec, Stage, Step, rule};
use pairing_core::PairingMethod;

impl Spec<'_> {
    /// The first code of a round: at once, but not too soon after the last; and a QR code that
    /// is about to die may be waited for, as long as one may be asked for again.
    pub(super) fn plan_first_code(&mut self, now: Duration) {
        let policy = self.setting.policy();
        let soonest = self.soonest_code().max(now);
        // Without a code there is no rotation to know.
        let is_qr = self.seen.method == PairingMethod::Qr;
        let patience = match self.seen.came[usize::from(is_qr)] {
            0 => Duration::ZERO,
            _ if is_qr || self.setting.renews_phone_codes() => policy.refresh_min,
            _ => Duration::ZERO,
        };
        self.seen.code = Some((soonest, soonest + patience));
        self.plan_status(now);
    }

    /// However often people act and gateways say that they are not ready.
    pub(super) fn soonest_code(&self) -> Duration {
        let policy = self.setting.policy();
        let is_qr = self.seen.method == PairingMethod::Qr;
        let (last, apart) = match is_qr {
            true => (self.seen.last_qr, policy.refresh_min),
            false if self.setting.renews_phone_codes() => {
                (self.seen.last_phone_code, policy.refresh_min)
            }
            false => (self.seen.last_phone_code, policy.phone_code_spacing),
        };
        let apart = last.map_or(Duration::ZERO, |last| last + apart);
        apart.max(self.ready_again())
    }

    /// Whoever clicks, and however often: a gateway that was not ready has its pause.
    pub(super) fn ready_again(&self) -> Duration {
        let is_qr = self.seen.method == PairingMethod::Qr;
        self.seen.rests_until[usize::from(is_qr)]
    }

    /// Two codes have come: the flow may know when the gateway changes them.
    pub(super) fn knows_rotation(&self, is_qr: bool) -> bool {
        let changes = is_qr || self.setting.renews_phone_codes();
        changes && self.seen.came[usize::from(is_qr)] == 2
    }

    /// The next code of a round, while it has one left. `exact` is the life of one that has just
    /// come up.
    pub(super) fn plan_next_code(&mut self, exact: Option<Duration>, now: Duration) {
        let policy = self.setting.policy();
        let (soonest, latest) = (policy.refresh_min, policy.refresh_interval);
        let after = match exact {
            Some(life) => {
                let at = life.clamp(soonest, latest);
                (at, at)
            }
            None => (soonest, latest),
        };
        let planned = (now + after.0, now + after.1);
        self.seen.code = (!self.is_spent()).then_some(planned);
        self.plan_status(now);
    }

    /// The next status: at most one interval away, and never so soon that a session would cost
    /// more than twice the calls of that interval.
    pub(super) fn plan_status(&mut self, now: Duration) {
        let policy = self.setting.policy();
        let often = policy.status_interval;
        let watched = now + often <= self.seen.watch_until;
        let interval = match self.seen.stage {
            _ if watched => often,
            _ if self.setting.relieved() => often.max(policy.webhook_status_interval),
            // Ever more rarely, the longer nobody has come back.
            Stage::Gate { since } => often.max((now - since) * 2),
            _ => often,
        };
        let exactly = match self.seen.stage {
            Stage::Linking { .. } | Stage::Confirming { .. } => {
                Some(policy.linking_status_interval)
            }
            Stage::Passkey => Some(often),
            _ => None,
        };
        if let Some(interval) = exactly {
            self.seen.status = Some((now + interval, now + interval));
            return;
        }
        let planned = match self.seen.stage {
            // Between two codes it is spread evenly.
            Stage::Round if self.seen.code.is_some() => (now + interval / 2, now + interval),
            _ => (now + interval, now + interval),
        };
        let last = self.watch_end().filter(|end| {
            // The last one before nobody watches, unless it has just been asked.
            !self.setting.relieved() && now + often <= *end
        });
        let by = last.map_or(planned.1, |end| end.min(planned.1));
        self.seen.status = Some((planned.0.min(by), by));
        self.plan_last_look(now);
    }

    /// The status is asked a moment before a code is called expired, unless another is to take
    /// its place by then; or to follow, where webhooks tell. And before an attempt is ended.
    fn plan_last_look(&mut self, now: Duration) {
        let spacing = self.setting.policy().webhook_debounce;
        let ends = self.seen.ends_attempt.map(|at| at.saturating_sub(spacing));
        if let (Some(look), Some((from, by))) = (ends.filter(|at| *at > now), self.seen.status) {
            self.seen.status = Some((from.min(look), by.min(look)));
        }
        let shown = self.seen.shown.filter(|_| self.seen.stage == Stage::Round);
        let (Some(shown), Some((from, by))) = (shown, self.seen.status) else {
            return;
        };
        let look = shown.not_before.saturating_sub(spacing);
        let (may, must) = match self.seen.code {
            None => (true, true),
            Some(_) if self.setting.relieved() => (false, false),
            // Where a learned rotation leaves it open, the flow may choose.
            Some((soonest, latest)) => (latest >= shown.not_before, soonest >= shown.not_before),
        };
        if may && look > now {
            let by = if must { by.min(look) } else { by };
            self.seen.status = Some((from.min(look), by));
        }
    }

    /// Whether the status that is planned will be asked for: at the gate only for a while.
    pub(super) fn status_is_watched(&self) -> bool {
        match self.seen.stage {
            Stage::Ended(_) => false,
            Stage::Gate { .. } => {
                let end = self.watch_end();
                self.seen
                    .status
                    .is_none_or(|(_, by)| end.is_some_and(|end| by <= end))
            }
            _ => true,
        }
    }

    /// Until when the gate is watched; `None` in a round, which is always.
    fn watch_end(&self) -> Option<Duration> {
        match self.seen.stage {
            Stage::Gate { since } => {
                let end = since + self.setting.policy().post_expiry_status_window;
                Some(end.max(self.seen.watch_until))
            }
            _ => None,
        }
    }

    /// When a webhook has to be confirmed. A gateway that has said "connected" and not who has
    /// nothing to confirm.
    pub(super) fn confirmation_due(&self) -> Option<Duration> {
        let spacing = self.setting.policy().webhook_debounce;
        let since = |at: Option<Duration>| at.map_or(Duration::ZERO, |at| at + spacing);
        (self.seen.hinted && self.seen.unnamed == 0).then(|| since(self.seen.confirmed))
    }

    pub(super) fn check_pace(&self, step: &Step) -> Result<(), Broken> {
        let now = step.now.elapsed;
        let Some(wake) = step.wake_at else {
            rule!(self.is_over(), "nothing is due and nothing has ended");
            return Ok(());
        };
        rule!(!self.is_over(), "something is due after the end");
        rule!(wake > now, "wants to be woken in the past");
        for (what, by) in self.limits() {
            rule!(by > now, "{what} is overdue");
            rule!(wake <= by, "would sleep through: {what}");
        }
        Ok(())
    }

    /// What has to happen next, and by when.
    fn limits(&self) -> Vec<(&'static str, Duration)> {
        let policy = self.setting.policy();
        let mut limits = vec![("the deadline", self.seen.deadline)];
        if let Some(shown) = &self.seen.shown {
            limits.push(("the end of a code", shown.until));
        }
        limits.extend(self.linking_ends().map(|end| ("the end of linking", end)));
        let quiet = self.seen.silence.1;
        let code = self.seen.code.filter(|_| self.seen.stage == Stage::Round);
        let code = code.map(|(_, by)| by.max(quiet));
        match &self.seen.under_way {
            Some(request) => {
                limits.push(("a time-out", request.given_up_at(policy)));
                let latest = self.seen.last_qr.map(|last| last + policy.refresh_max);
                let latest = match self.seen.asked {
                    // A person waits for the first code of a round.
                    false => Some(Duration::ZERO),
                    true => latest,
                };
                let makes_room = request.is_status() && request.purpose == Purpose::Regular;
                if let (true, Some(code), Some(latest)) = (makes_room, code, latest) {
                    limits.push(("room for a code", code.max(latest)));
                }
            }
            None => {
                let ends = self.seen.ends_attempt;
                let ends = ends.filter(|_| self.seen.stage == Stage::Round);
                limits.extend(ends.map(|at| ("the end of another attempt", at.max(quiet))));
                limits.extend(code.map(|by| ("a code", by)));
                let has_status = self.setting.has_status() && self.status_is_watched();
                let status = self.seen.status.filter(|_| has_status);
                limits.extend(status.map(|(_, by)| ("a status", by.max(quiet))));
                let hint = self.confirmation_due();
                limits.extend(hint.map(|by| ("a confirmation", by.max(quiet))));
            }
        }
        limits
    }
}

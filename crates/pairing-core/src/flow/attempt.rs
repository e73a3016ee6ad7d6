//! The attempt to link that runs at the gateway: one that is another's is ended before a code is
//! asked for, and the session's own once its user has left.

use super::moment::Moment;
use super::output::Output;
use super::stage::Phase;
use super::{Now, PairingFlow, RequestId};
use crate::{PairingOutcome, ProviderError, ProviderErrorKind};

#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// When an attempt that is another's is ended.
    pub(super) is_ended_at: Option<Moment>,
    /// Whether one was ended in this round.
    was_ended: bool,
    /// Whether the session has asked for any code.
    pub(super) was_made: bool,
}

impl Attempt {
    /// What was planned for the last round is planned again if it is still so.
    pub(super) fn opens_round(&mut self) {
        self.is_ended_at = None;
        self.was_ended = false;
    }
}

impl PairingFlow {
    /// When an attempt that is another's is ended.
    pub(super) fn attempt_due(&self) -> Option<Moment> {
        let at = self.attempt.is_ended_at;
        let at = at.filter(|_| self.stage.phase == Phase::Round)?;
        Some(at.max(self.failures.quiet_until()))
    }

    /// The gateway is busy with another method or number. That attempt is ended once no phone can be
    /// linking with a code that was on screen.
    pub(super) fn another_attempt(&mut self, now: Now) {
        if !self.task.capabilities.abandon || self.attempt.was_ended {
            self.end_with(&ProviderError::new(
                ProviderErrorKind::Refused,
                "the gateway is busy with another attempt to link this instance: wait until it is over, or end it in the dashboard",
            ));
            return;
        }
        let moment = now.moment();
        let safe = self.stage.may_link_until(&self.task, moment);
        let safe = safe.map_or(moment, |safe| safe.max(moment));
        self.attempt.is_ended_at = Some(safe);
        self.codes.at = None;
        self.plan_status(now);
        // A last look: a link that is there by then is not to be lost.
        let last_look = safe
            .since(moment)
            .saturating_sub(self.task.policy.webhook_debounce);
        if !last_look.is_zero() && self.task.capabilities.status {
            self.status.at = Some(moment.plus(last_look));
        }
    }

    pub(super) fn attempt_ended(
        &mut self,
        id: RequestId,
        reply: Result<(), ProviderError>,
        now: Now,
    ) {
        if self.requests.complete(id).is_none() {
            return;
        }
        match reply {
            Ok(()) => {
                self.attempt.was_ended = true;
                self.codes.attempt_ended();
                if self.stage.phase == Phase::Round {
                    self.plan_first_code(now);
                }
            }
            Err(error) => self.fail_code(error, now),
        }
    }

    /// Ends the session, and the attempt that it leaves at the gateway, unless a phone is linking.
    pub(super) fn leave(&mut self, outcome: PairingOutcome) {
        let is_left = matches!(
            self.stage.phase,
            Phase::Round | Phase::WaitingForUser { .. }
        ) && !self.requests.is_number_asked();
        self.finish(outcome);
        if is_left && self.attempt.was_made && self.task.capabilities.abandon {
            self.outbox.push(Output::LeaveAttempt);
        }
    }
}

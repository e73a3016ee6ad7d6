//! The attempt to link that runs at the gateway: one that is another's is ended before a code is
//! asked for, and the session's own once its user has left.

use std::time::Duration;

use super::moment::Moment;
use super::output::Output;
use super::stage::Phase;
use super::{Now, PairingFlow, RequestId};
use crate::{PairingOutcome, ProviderError, ProviderErrorKind};

#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// When an attempt that is another's is ended.
    pub(super) ends_at: Option<Moment>,
    /// Whether one was ended in this round.
    was_ended: bool,
    /// Whether the session has asked for any code.
    pub(super) was_made: bool,
}

impl Attempt {
    /// What was planned for the last round is planned again if it is still so.
    pub(super) fn opens_round(&mut self) {
        self.ends_at = None;
        self.was_ended = false;
    }

    /// How long it is until the status is asked for the last time before an attempt is ended, so that
    /// a link that is there by then is not lost. `None` if that moment has passed.
    pub(super) fn last_look_in(&self, spacing: Duration, now: Moment) -> Option<Duration> {
        let left = self.ends_at?.since(now).checked_sub(spacing)?;
        (!left.is_zero()).then_some(left)
    }
}

impl PairingFlow {
    /// When an attempt that is another's is ended.
    pub(super) fn attempt_due(&self) -> Option<Moment> {
        let at = self.attempt.ends_at;
        let at = at.filter(|_| self.stage.phase == Phase::Round)?;
        Some(at.max(self.failures.quiet_until()))
    }

    /// The gateway is busy with another method or number, so a code on screen is dead. That attempt is
    /// ended once no phone can be linking with a code that was on screen.
    pub(super) fn another_attempt(&mut self, now: Now) {
        if !self.task.capabilities.abandon || self.attempt.was_ended {
            self.end_with(&ProviderError::new(
                ProviderErrorKind::Refused,
                "the gateway is busy with another attempt to link this instance: wait until it is over, or end it in the dashboard",
            ));
            return;
        }
        self.stage.take_down(now, &mut self.outbox);
        let moment = now.moment();
        let safe = self.stage.may_link_until(&self.task, moment);
        self.attempt.ends_at = Some(safe.map_or(moment, |safe| safe.max(moment)));
        self.codes.at = None;
        self.plan_status(now);
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

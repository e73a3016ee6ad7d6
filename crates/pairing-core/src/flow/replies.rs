//! What a provider's reply means for the flow: a code, a link, a wait, or a failure, which is
//! waited out or ends the session after one last status.

use std::time::Duration;

use super::moment::Moment;
use super::{Now, Operation, PairingFlow, Phase, RequestId};
use crate::{
    CodeReply, EventKind, InstancePhase, InstanceStatus, IssuedCode, PairingMethod, PairingOutcome,
    PasskeyStep, PhoneNumber, ProviderError, ProviderErrorKind, Screen,
};

/// How often in a row a status may deny a link before it counts as lost.
const DENIED_LIMIT: u8 = 2;
/// How often a status may say "connected" without the number that must be verified.
const UNNAMED_LIMIT: u8 = 3;

impl PairingFlow {
    pub(super) fn code_reply(
        &mut self,
        id: RequestId,
        reply: Result<CodeReply, ProviderError>,
        now: Now,
    ) {
        let Some((operation, asked)) = self.requests.complete(id) else {
            return;
        };
        let wanted = matches!(operation, Operation::Code);
        let asked_for = match operation {
            Operation::UnwantedCode(method) => method,
            _ => self.stage.view.method.clone(),
        };
        match reply {
            Ok(CodeReply::Code(issued)) if wanted => {
                self.code_arrived(issued, &asked_for, asked, now);
            }
            Ok(CodeReply::Code(issued)) => {
                self.unwanted_code_arrived(issued, &asked_for, asked, now);
            }
            Ok(CodeReply::AlreadyConnected) => self.said_connected(now),
            Ok(CodeReply::PasskeyRequired(step)) => self.passkey_required(step, now),
            Ok(CodeReply::Linking) => self.linking(now),
            Ok(CodeReply::NotReady { retry_in }) if wanted => {
                self.codes.took_over();
                self.not_ready(retry_in, now);
            }
            Ok(CodeReply::Starting { retry_in }) if wanted => self.starting(retry_in, now),
            Ok(CodeReply::AnotherAttempt) if wanted => self.another_attempt(now),
            Err(error) if wanted => self.fail_code(error, now),
            Ok(CodeReply::NotReady { .. } | CodeReply::Starting { .. }) => {
                self.rest_of_the_other_method(asked_for == PairingMethod::Qr, now);
            }
            // What is asked for next says it again.
            Ok(CodeReply::AnotherAttempt) => self.plan_first_code(now),
            // The method was switched: the request that follows tells what still matters.
            Err(error) => self.rest(&error, now),
        }
    }

    fn code_arrived(
        &mut self,
        issued: IssuedCode,
        method: &PairingMethod,
        asked: Moment,
        now: Now,
    ) {
        let is_qr = issued.code.is_qr();
        if is_qr != self.stage.is_qr() {
            let error = ProviderError::from(ProviderErrorKind::MalformedReply);
            self.fail_code(error, now);
            return;
        }
        self.codes.took_over();
        if !self.codes.is_alive(&issued.code, method) {
            self.not_ready(None, now);
            return;
        }
        self.failures.reset_all();
        self.codes.arrived(is_qr, &self.task, now.moment());
        let lifetime = self.codes.lifetime(method, &self.task.policy);
        self.learn(&issued, asked, lifetime, now);
        self.stage.show(
            issued,
            lifetime,
            &self.rotations,
            &self.task,
            now,
            &mut self.outbox,
        );
        self.codes
            .plan_next(&self.task, &self.stage, &self.rotations, now.moment());
        self.plan_status(now);
    }

    /// A code for a method that was left: a phone code may be for another number.
    fn unwanted_code_arrived(
        &mut self,
        issued: IssuedCode,
        method: &PairingMethod,
        asked: Moment,
        now: Now,
    ) {
        let is_qr = issued.code.is_qr();
        if !self.codes.is_alive(&issued.code, method) {
            self.rest_of_the_other_method(is_qr, now);
            return;
        }
        self.failures.reset_all();
        self.codes.arrived(is_qr, &self.task, now.moment());
        if is_qr {
            let lifetime = self.task.policy.qr_lifetime;
            self.learn(&issued, asked, lifetime, now);
        }
        self.plan_first_code(now);
    }

    /// Compares the code with the one before, where the gateway changes them by itself.
    fn learn(&mut self, issued: &IssuedCode, asked: Moment, lifetime: Duration, now: Now) {
        let policy = &self.task.policy;
        let (rotation, period) = if issued.code.is_qr() {
            (&mut self.rotations.qr, policy.qr_lifetime)
        } else {
            (&mut self.rotations.phone_code, policy.phone_code_lifetime)
        };
        let changes = issued.code.is_qr() || self.task.capabilities.renews_phone_codes;
        if changes && issued.expires_in.is_none() {
            rotation.learn(&issued.code, asked, now.moment(), lifetime, period);
        }
    }

    pub(super) fn status_reply(
        &mut self,
        id: RequestId,
        reply: Result<InstanceStatus, ProviderError>,
        now: Now,
    ) {
        let Some((operation, _)) = self.requests.complete(id) else {
            return;
        };
        let confirms = matches!(operation, Operation::Confirmation);
        match (operation, reply) {
            (Operation::Number, reply) => {
                let linked = reply.ok().filter(InstanceStatus::is_connected);
                self.linked(linked.and_then(|status| status.phone), now);
            }
            (Operation::LastWord(error), reply)
                if !reply.as_ref().is_ok_and(|status| is_hopeful(status.phase)) =>
            {
                self.end_with(&error);
            }
            (_, Ok(status)) => {
                self.failures.reset();
                if status.is_connected() {
                    self.verify(status.phone, now);
                } else {
                    if confirms {
                        // The gateway's status may lag behind its webhook.
                        self.status.watch(&self.task, now.moment());
                    }
                    self.status.unnamed = 0;
                    self.not_linked(status, now);
                }
            }
            (_, Err(error)) => {
                // What it was to confirm still waits.
                self.status.hinted |= confirms;
                self.fail_status(&error, now);
            }
        }
    }

    /// What a status that says "not linked" tells about the attempt.
    fn not_linked(&mut self, status: InstanceStatus, now: Now) {
        let phase = status.phase;
        if let Phase::Confirming { denied } = self.stage.phase {
            self.denied(denied + 1, now);
            return;
        }
        match (self.stage.phase, phase) {
            (_, InstancePhase::PasskeyRequired) => {
                self.passkey_required(status.passkey.unwrap_or_default(), now);
            }
            (_, InstancePhase::Linking) => self.linking(now),
            (Phase::Linking { until, .. }, _) if now.moment() < until => self.plan_status(now),
            (Phase::Linking { .. }, _) => self.back_to_codes(now),
            // A gateway that says nothing more does not say that the passkey is dealt with.
            (Phase::Passkey, InstancePhase::NotLinked) => self.plan_status(now),
            (Phase::Passkey, _) => self.back_to_codes(now),
            (Phase::Round | Phase::WaitingForUser { .. }, InstancePhase::Idle) => {
                self.no_attempt_runs(now);
            }
            _ => self.still_not_linked(phase, now),
        }
    }

    /// No attempt runs at the gateway: it ended with a link that is not there yet, or the code on
    /// screen is dead.
    fn no_attempt_runs(&mut self, now: Now) {
        let link_until = self.stage.may_link_until(&self.task, now.moment());
        if link_until.is_some_and(|until| now.moment() < until) {
            self.linking(now);
        } else if self.stage.expires.is_some() {
            self.stage.end_code(&self.task, now, &mut self.outbox);
            if self.stage.phase == Phase::Round {
                self.codes.at = Some(self.codes.soonest(&self.stage).max(now.moment()));
            }
            self.plan_status(now);
        } else {
            self.still_not_linked(InstancePhase::Idle, now);
        }
    }

    fn still_not_linked(&mut self, phase: InstancePhase, now: Now) {
        if phase == InstancePhase::Starting && self.stage.phase == Phase::Round {
            self.stage.show_starting(&mut self.outbox);
        }
        let waits = self.attempt.ends_at.is_some() || self.stage.round_is_spent(&self.task);
        let stalled = self.stage.phase == Phase::Round && self.codes.at.is_none();
        if stalled && !waits {
            // The request for a code said "connected", the status says otherwise: the
            // gateway is between two states.
            if let Err(error) = self.ask_again_soon(None, now) {
                self.end_with(&error);
            }
        } else {
            self.plan_status(now);
        }
    }

    /// A code was used, or may have been.
    fn linking(&mut self, now: Now) {
        if matches!(self.stage.phase, Phase::Confirming { .. }) {
            return;
        }
        self.failures.reset();
        self.codes.at = None;
        self.stage.enter_linking(&self.task, now, &mut self.outbox);
        self.plan_status(now);
    }

    /// The phone did not link, or the passkey is no longer asked for: codes again.
    pub(super) fn back_to_codes(&mut self, now: Now) {
        self.stage.back_to_codes(&self.task, now, &mut self.outbox);
        // Whether another attempt runs, the next request for a code says.
        self.attempt.ends_at = None;
        if self.stage.phase == Phase::Round {
            self.codes.at = Some(self.codes.soonest(&self.stage).max(now.moment()));
        }
        self.plan_status(now);
    }

    /// A person finishes elsewhere; without a status the session could not see it.
    fn passkey_required(&mut self, step: PasskeyStep, now: Now) {
        if !self.task.capabilities.status {
            self.finish(PairingOutcome::PasskeyRequired);
            return;
        }
        self.failures.reset_all();
        self.codes.at = None;
        self.stage.enter_passkey(step, now, &mut self.outbox);
        self.plan_status(now);
    }

    /// The gateway starts the instance, for as long as it takes.
    fn starting(&mut self, retry_in: Option<Duration>, now: Now) {
        self.failures.reset_all();
        self.codes.attempt_starts();
        self.stage.show_starting(&mut self.outbox);
        let usual = self.task.policy.starting_delay;
        self.ask_again_after(retry_in, usual, now);
    }

    fn not_ready(&mut self, retry_in: Option<Duration>, now: Now) {
        if let Err(error) = self.ask_again_soon(retry_in, now) {
            self.ask_before_giving_up(error, now);
        }
    }

    /// The gateway is still making a code. Uses up no attempt.
    ///
    /// # Errors
    ///
    /// What the session ends with once the gateway has said so too often.
    fn ask_again_soon(
        &mut self,
        retry_in: Option<Duration>,
        now: Now,
    ) -> Result<(), ProviderError> {
        self.failures.reset();
        let (delay, limit) = self.task.policy.not_ready(self.stage.is_qr());
        if self.failures.not_ready() > limit {
            return Err(ProviderError::new(
                ProviderErrorKind::Unavailable,
                "the gateway went on saying that the code is not ready yet",
            ));
        }
        self.ask_again_after(retry_in, delay, now);
        Ok(())
    }

    /// A provider may know better than the policy when to ask again, within reason.
    fn ask_again_after(&mut self, retry_in: Option<Duration>, usual: Duration, now: Now) {
        let policy = &self.task.policy;
        let longest = policy.retry.max_cooldown.max(policy.webhook_debounce);
        let delay = retry_in.map_or(usual, |delay| delay.clamp(policy.webhook_debounce, longest));
        let is_qr = self.stage.is_qr();
        self.codes.rest_until(is_qr, now.moment().plus(delay));
        self.codes.at = Some(self.codes.soonest(&self.stage));
        self.plan_status(now);
    }

    /// Not ready for a method that was left: clicking to and fro does not ask more often.
    fn rest_of_the_other_method(&mut self, is_qr: bool, now: Now) {
        let (delay, _) = self.task.policy.not_ready(is_qr);
        self.codes.rest_until(is_qr, now.moment().plus(delay));
        let soonest = self.codes.soonest(&self.stage);
        if self.codes.at.is_some_and(|at| at < soonest) {
            self.codes.at = Some(soonest);
            self.plan_status(now);
        }
    }

    /// A request for a code was answered with "already connected".
    fn said_connected(&mut self, now: Now) {
        if self.task.expected_phone.is_some() {
            // Only the status says who: ask it now, and no more codes until it is known.
            self.codes.at = None;
            self.status.at = Some(now.moment());
            return;
        }
        self.is_linked(None, now);
    }

    /// The status says "connected": with the right number?
    fn verify(&mut self, phone: Option<PhoneNumber>, now: Now) {
        match (&self.task.expected_phone, phone) {
            (None, phone) => self.is_linked(phone, now),
            (Some(expected), Some(phone)) if expected.is_same_account(&phone) => {
                self.linked(Some(phone), now);
            }
            (Some(_), Some(phone)) => self.finish(PairingOutcome::WrongAccount { phone }),
            (Some(_), None) => self.ask_who(now),
        }
    }

    /// Never accepts an expected number that could not be verified.
    fn ask_who(&mut self, now: Now) {
        self.status.unnamed += 1;
        if self.status.unnamed >= UNNAMED_LIMIT {
            self.end_with(&ProviderError::new(
                ProviderErrorKind::MalformedReply,
                "the instance is linked, but the gateway does not say with which number",
            ));
            return;
        }
        self.status.watch(&self.task, now.moment());
        self.status.at = Some(now.moment().plus(self.task.policy.webhook_debounce));
    }

    /// A link was noticed, and no number had to be verified. Where the gateway can name the
    /// number and has not, one status asks for it.
    fn is_linked(&mut self, phone: Option<PhoneNumber>, now: Now) {
        let confirming = matches!(self.stage.phase, Phase::Confirming { .. });
        if phone.is_none() && self.task.capabilities.verifies_phones() && !confirming {
            self.ask_status(Operation::Number, now);
        } else {
            self.linked(phone, now);
        }
    }

    /// The link is there: the end, or one more status after the time that the policy wants it to
    /// last.
    fn linked(&mut self, phone: Option<PhoneNumber>, now: Now) {
        let wait = self.task.policy.link_confirmation;
        let is_new = self.stage.saw_an_attempt && self.task.capabilities.status;
        let was_shown = match &self.stage.view.screen {
            Screen::Linked { phone } => Some(phone.clone()),
            _ => None,
        };
        match was_shown {
            Some(shown) => self.finish_linked(phone.or(shown)),
            None if is_new && !wait.is_zero() => {
                self.stage.enter_confirming(phone, now, &mut self.outbox);
                self.codes.at = None;
                self.status.hinted = false;
                self.status.at = Some(now.moment().plus(wait));
            }
            None => self.finish_linked(phone),
        }
    }

    /// A status denies the link that was shown. One may be of a gateway between two states.
    fn denied(&mut self, denied: u8, now: Now) {
        if denied >= DENIED_LIMIT {
            self.finish(PairingOutcome::LinkDropped);
            return;
        }
        self.stage.phase = Phase::Confirming { denied };
        self.plan_status(now);
    }

    pub(super) fn finish_linked(&mut self, phone: Option<PhoneNumber>) {
        self.finish(if self.stage.saw_an_attempt {
            PairingOutcome::Connected { phone }
        } else {
            PairingOutcome::AlreadyConnected { phone }
        });
    }

    pub(super) fn fail_code(&mut self, error: ProviderError, now: Now) {
        // The end of another attempt may have failed, and a person may have switched meanwhile.
        self.codes.at = Some(self.codes.soonest(&self.stage).max(now.moment()));
        let retry = &self.task.policy.retry;
        let retries = retry.code_retries(&self.stage.view.method, &error);
        if !self.is_waited_out(&error, retries, now) {
            self.ask_before_giving_up(error, now);
        }
    }

    fn fail_status(&mut self, error: &ProviderError, now: Now) {
        self.status.at = Some(now.moment());
        // While a code can be used, or a person is waited for, the failure does not end the session.
        let retries = if self.stage.expires.is_some() || self.stage.phase != Phase::Round {
            u32::MAX
        } else {
            self.task.policy.retry.max_retries
        };
        if self.is_waited_out(error, retries, now) {
            return;
        }
        match &self.stage.view.screen {
            // The link is known; only that it lasts cannot be seen.
            Screen::Linked { phone } => {
                let phone = phone.clone();
                self.finish_linked(phone);
            }
            _ => self.end_with(error),
        }
    }

    /// Counts a failure and waits before the request is repeated; `false` if it is not worth it.
    fn is_waited_out(&mut self, error: &ProviderError, retries: u32, now: Now) -> bool {
        let retry = &self.task.policy.retry;
        let wait = self.failures.wait_after(error, retries, retry);
        if let Some(wait) = wait {
            self.keep_quiet(wait, error, now);
        }
        wait.is_some()
    }

    /// No code can be had. A gateway may fail to say so because the number is linked by now, so
    /// one status decides; it is sent whatever silence the last failure asks for, and never
    /// repeated. What does not pass is no hint of a link.
    fn ask_before_giving_up(&mut self, error: ProviderError, now: Now) {
        if !self.task.capabilities.status || !error.is_retryable() {
            self.end_with(&error);
            return;
        }
        self.codes.at = None;
        self.ask_status(Operation::LastWord(error), now);
    }

    /// After the failure of a request whose answer is no longer wanted: it does not count, but the next
    /// request to a failing gateway is delayed. A permanent failure shows again with that request.
    fn rest(&mut self, error: &ProviderError, now: Now) {
        if let Some(wait) = self.failures.rest_after(error, &self.task.policy.retry) {
            self.keep_quiet(wait, error, now);
        }
    }

    fn keep_quiet(&mut self, wait: Duration, error: &ProviderError, now: Now) {
        self.failures.keep_quiet(now.moment().plus(wait));
        if self.stage.phase == Phase::Round {
            self.emit(EventKind::Retrying {
                retry_at: now.wall.checked_add(wait).unwrap_or(now.wall),
                error: error.report(),
            });
        }
    }

    pub(super) fn end_with(&mut self, error: &ProviderError) {
        let report = error.report();
        self.finish(if report.kind == ProviderErrorKind::RateLimited {
            PairingOutcome::RateLimited {
                retry_after_seconds: report.retry_after_seconds,
            }
        } else if report.retryable {
            PairingOutcome::Unavailable { error: report }
        } else {
            PairingOutcome::Rejected { error: report }
        });
    }
}

/// Whether an instance in this phase may be linked yet, although no code can be had.
const fn is_hopeful(phase: InstancePhase) -> bool {
    matches!(
        phase,
        InstancePhase::Linked | InstancePhase::Linking | InstancePhase::PasskeyRequired
    )
}

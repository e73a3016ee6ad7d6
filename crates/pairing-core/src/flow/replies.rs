//! What a provider's reply means for the flow: a code, a link, a wait, or a failure, which is
//! waited out or ends the session after one last status.

use std::time::Duration;

use super::moment::Moment;
use super::{Now, Operation, PairingFlow, Phase, RequestId};
use crate::{
    CodeReply, EventKind, InstanceStatus, IssuedCode, PairingMethod, PairingOutcome, PhoneNumber,
    ProviderError, ProviderErrorKind,
};

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
        let asked_for_qr = match &operation {
            Operation::UnwantedCode(method) => *method == PairingMethod::Qr,
            _ => self.stage.is_qr(),
        };
        match reply {
            Ok(CodeReply::Code(issued)) => self.code_arrived(issued, wanted, asked, now),
            Ok(CodeReply::AlreadyConnected) => self.said_connected(now),
            Ok(CodeReply::PasskeyRequired) => self.finish(PairingOutcome::PasskeyRequired),
            Ok(CodeReply::NotReady) if wanted => {
                if let Err(error) = self.ask_again_soon(now) {
                    self.ask_before_giving_up(error, now);
                }
            }
            Err(error) if wanted => self.fail_code(error, now),
            Ok(CodeReply::NotReady) => self.rest_for_nobody(asked_for_qr, now),
            // The method was switched: the request that follows tells what still matters.
            Err(error) => self.rest(&error, now),
        }
    }

    fn code_arrived(&mut self, issued: IssuedCode, wanted: bool, asked: Moment, now: Now) {
        let is_qr = issued.code.is_qr();
        if wanted && is_qr != self.stage.is_qr() {
            let error = ProviderError::from(ProviderErrorKind::MalformedReply);
            self.fail_code(error, now);
            return;
        }
        self.failures.reset_all();
        self.codes.arrived(is_qr, &self.task, now.moment());
        if is_qr && issued.expires_in.is_none() {
            let period = self.task.policy.qr_lifetime;
            self.rotation
                .learn(&issued.code, asked, now.moment(), period);
        }
        // An unwanted phone code may be for another number.
        if wanted {
            self.stage
                .show(issued, &self.rotation, &self.task, now, &mut self.outbox);
            self.codes
                .plan_next(&self.task, &self.stage, &self.rotation, now.moment());
            self.plan_status(now);
        } else {
            self.plan_first_code(now);
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
                let linked = reply.ok().filter(|status| status.connected);
                self.linked(linked.and_then(|status| status.phone));
            }
            (Operation::LastWord(error), reply)
                if !reply.as_ref().is_ok_and(|status| status.connected) =>
            {
                self.end_with(&error);
            }
            (_, Ok(status)) => {
                self.failures.reset();
                if status.connected {
                    self.verify(status.phone, now);
                } else {
                    if confirms {
                        // The gateway's status may lag behind its webhook.
                        self.status.watch(&self.task, now.moment());
                    }
                    self.not_linked(now);
                }
            }
            (_, Err(error)) => {
                // What it was to confirm still waits.
                self.status.hinted |= confirms;
                self.fail_status(&error, now);
            }
        }
    }

    fn not_linked(&mut self, now: Now) {
        self.status.unnamed = 0;
        let stalled = self.stage.phase == Phase::Round && self.codes.at.is_none();
        if stalled && !self.stage.round_is_spent(&self.task) {
            // The request for a code said "connected", the status says otherwise: the
            // gateway is between two states.
            if let Err(error) = self.ask_again_soon(now) {
                self.end_with(&error);
            }
        } else {
            self.plan_status(now);
        }
    }

    /// The gateway is still making a code. Uses up no attempt.
    ///
    /// # Errors
    ///
    /// What the session ends with once the gateway has said so too often.
    fn ask_again_soon(&mut self, now: Now) -> Result<(), ProviderError> {
        self.failures.reset();
        let is_qr = self.stage.is_qr();
        let (delay, limit) = self.task.policy.not_ready(is_qr);
        if self.failures.not_ready() > limit {
            return Err(ProviderError::new(
                ProviderErrorKind::Unavailable,
                "the gateway went on saying that the code is not ready yet",
            ));
        }
        self.codes.rest_until(is_qr, now.moment().plus(delay));
        self.codes.at = Some(self.codes.soonest(&self.stage));
        self.plan_status(now);
        Ok(())
    }

    /// Not ready for a method that was left: clicking to and fro does not ask more often.
    fn rest_for_nobody(&mut self, is_qr: bool, now: Now) {
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
                self.linked(Some(phone));
            }
            (Some(_), Some(phone)) => self.finish(PairingOutcome::WrongAccount { phone }),
            (Some(_), None) => self.ask_who(now),
        }
    }

    /// Never accepts a number it was told to verify and could not.
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
        if phone.is_none() && self.task.capabilities.verifies_phones() {
            self.ask_status(Operation::Number, now);
        } else {
            self.linked(phone);
        }
    }

    pub(super) fn linked(&mut self, phone: Option<PhoneNumber>) {
        self.finish(if self.stage.ever_shown {
            PairingOutcome::Connected { phone }
        } else {
            PairingOutcome::AlreadyConnected { phone }
        });
    }

    fn fail_code(&mut self, error: ProviderError, now: Now) {
        self.codes.at = Some(now.moment());
        let retry = &self.task.policy.retry;
        let retries = retry.code_retries(&self.stage.view.method, &error);
        if !self.is_waited_out(&error, retries, now) {
            self.ask_before_giving_up(error, now);
        }
    }

    fn fail_status(&mut self, error: &ProviderError, now: Now) {
        self.status.at = Some(now.moment());
        // While a code can be used, or a person is waited for, the failure is nobody's yet.
        let waiting = matches!(self.stage.phase, Phase::WaitingForUser { .. });
        let retries = if self.stage.expires.is_some() || waiting {
            u32::MAX
        } else {
            self.task.policy.retry.max_retries
        };
        if !self.is_waited_out(error, retries, now) {
            self.end_with(error);
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

    /// After the failure of a request that nobody wants any more: it counts for nothing, but
    /// a gateway that fails deserves its rest. What does not pass, the next request tells.
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

    fn end_with(&mut self, error: &ProviderError) {
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

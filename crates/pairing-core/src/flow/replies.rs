//! What a provider's reply means for the flow.

use super::moment::Moment;
use super::schedule::Operation;
use super::{Now, PairingFlow, Phase, RequestId};
use crate::{
    CodeReply, InstanceStatus, IssuedCode, PairingMethod, PairingOutcome, PhoneNumber,
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
        let Some((operation, asked)) = self.schedule.complete(id) else {
            return;
        };
        let wanted = matches!(operation, Operation::Code);
        let asked_for_qr = match &operation {
            Operation::UnwantedCode(method) => *method == PairingMethod::Qr,
            _ => self.view.method == PairingMethod::Qr,
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
        let fits = is_qr == (self.view.method == PairingMethod::Qr);
        if wanted && !fits {
            let error = ProviderError::from(ProviderErrorKind::MalformedReply);
            self.fail_code(error, now);
            return;
        }
        self.failures.reset();
        self.not_ready = 0;
        let apart = if is_qr {
            self.schedule.qr_arrived(now.moment());
            self.policy.refresh_min
        } else {
            self.policy.phone_code_spacing
        };
        self.schedule.rest_until(is_qr, now.moment().plus(apart));
        if is_qr && issued.expires_in.is_none() {
            let period = self.policy.qr_lifetime;
            self.rotation
                .learn(&issued.code, asked, now.moment(), period);
        }
        // An unwanted phone code may be for another number.
        if wanted {
            self.show(issued, now);
            self.plan_next_code(now);
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
        let Some((operation, _)) = self.schedule.complete(id) else {
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
                        self.watch_status(now);
                    }
                    self.not_linked(now);
                }
            }
            (_, Err(error)) => {
                // What it was to confirm still waits.
                self.schedule.hinted |= confirms;
                self.fail_status(&error, now);
            }
        }
    }

    fn not_linked(&mut self, now: Now) {
        self.unnamed = 0;
        let stalled = self.phase == Phase::Round && self.schedule.code_at.is_none();
        if stalled && !self.round_is_spent() {
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
        self.not_ready += 1;
        let is_qr = self.view.method == PairingMethod::Qr;
        let (delay, limit) = self.policy.not_ready(is_qr);
        if self.not_ready > limit {
            return Err(ProviderError::new(
                ProviderErrorKind::Unavailable,
                "the gateway went on saying that the code is not ready yet",
            ));
        }
        self.schedule.rest_until(is_qr, now.moment().plus(delay));
        self.schedule.code_at = Some(self.soonest_code());
        self.plan_status(now);
        Ok(())
    }

    /// Not ready for a method that was left: clicking to and fro does not ask more often.
    fn rest_for_nobody(&mut self, is_qr: bool, now: Now) {
        let (delay, _) = self.policy.not_ready(is_qr);
        self.schedule.rest_until(is_qr, now.moment().plus(delay));
        let soonest = self.soonest_code();
        if self.schedule.code_at.is_some_and(|at| at < soonest) {
            self.schedule.code_at = Some(soonest);
            self.plan_status(now);
        }
    }

    /// A request for a code was answered with "already connected".
    fn said_connected(&mut self, now: Now) {
        if self.expected_phone.is_some() {
            // Only the status says who: ask it now, and no more codes until it is known.
            self.schedule.code_at = None;
            self.schedule.status_at = Some(now.moment());
            return;
        }
        self.is_linked(None, now);
    }

    /// The status says "connected": with the right number?
    fn verify(&mut self, phone: Option<PhoneNumber>, now: Now) {
        match (&self.expected_phone, phone) {
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
        self.unnamed += 1;
        if self.unnamed >= UNNAMED_LIMIT {
            self.end_with(&ProviderError::new(
                ProviderErrorKind::MalformedReply,
                "the instance is linked, but the gateway does not say with which number",
            ));
            return;
        }
        self.watch_status(now);
        self.schedule.status_at = Some(now.moment().plus(self.policy.hint_spacing));
    }

    /// A link was noticed, and no number had to be verified. Where the gateway can name the
    /// number and has not, one status asks for it.
    fn is_linked(&mut self, phone: Option<PhoneNumber>, now: Now) {
        if phone.is_none() && self.capabilities.verifies_phones() {
            self.ask_status(Operation::Number, now);
        } else {
            self.linked(phone);
        }
    }

    pub(super) fn linked(&mut self, phone: Option<PhoneNumber>) {
        self.finish(if self.ever_shown {
            PairingOutcome::Connected { phone }
        } else {
            PairingOutcome::AlreadyConnected { phone }
        });
    }
}

//! Which requests may go out and when at the soonest, and which are given up.

use std::time::Duration;

use super::feed::{End, Feed};
use super::{Broken, Spec, Stage, Step, rule};
use crate::search::says::{Fault, StatusSays};
use pairing_core::flow::{Now, Output, Request, RequestId};
use pairing_core::{CodeRequest, PairingMethod, PairingPolicy, ProviderErrorKind};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct UnderWay {
    pub(super) id: RequestId,
    pub(super) call: Call,
    /// The method, if it is for a code.
    pub(super) code: Option<PairingMethod>,
    pub(super) since: Duration,
    /// The method has not been switched since.
    pub(super) wanted: bool,
    /// It was sent when a webhook was waiting to be confirmed.
    pub(super) confirms: bool,
    pub(super) purpose: Purpose,
}

/// What is asked of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    Code,
    Status,
    EndAttempt,
}

/// What a request is for that cannot be told from itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// A code, or a status in the regular course.
    Regular,
    /// The number of a link that is known.
    Number,
    /// Whether the number is linked by now; if not, the session ends like this.
    LastWord(End),
}

impl UnderWay {
    pub(super) fn is_code(&self) -> bool {
        self.call == Call::Code
    }

    pub(super) fn is_status(&self) -> bool {
        self.call == Call::Status
    }

    /// Who has linked a phone is not kept waiting because its number is not known.
    pub(super) fn given_up_at(&self, policy: &PairingPolicy) -> Duration {
        let patience = match self.purpose {
            Purpose::Number => policy.request_timeout.min(policy.status_interval),
            _ => policy.request_timeout,
        };
        self.since + patience
    }
}

impl Spec<'_> {
    /// The request with this id, if it is the one under way.
    pub(super) fn answered(&mut self, id: RequestId) -> Option<UnderWay> {
        self.seen.under_way.take_if(|request| request.id == id)
    }

    pub(super) fn give_up_what_takes_too_long(
        &mut self,
        now: Now,
        feed: &mut Feed<'_>,
    ) -> Result<(), Broken> {
        let policy = self.setting.policy();
        let late = |request: &mut UnderWay| now.elapsed >= request.given_up_at(policy);
        let Some(request) = self.seen.under_way.take_if(late) else {
            return Ok(());
        };
        let fault = Fault::of(ProviderErrorKind::TimedOut);
        match request.purpose {
            Purpose::Regular => self.failed(&request, fault, now, feed)?,
            _ => self.status_answered(&request, StatusSays::Fails(fault), now, feed)?,
        }
        self.seen.to_abandon = Some(request.id);
        Ok(())
    }

    pub(super) fn check_requests(&mut self, step: &Step) -> Result<(), Broken> {
        let mut sent = false;
        let leaves = std::mem::take(&mut self.seen.to_leave);
        let left = step
            .outputs
            .iter()
            .filter(|output| matches!(output, Output::LeaveAttempt));
        let left = left.count();
        rule!(
            left <= usize::from(leaves),
            "an attempt was left without a reason"
        );
        rule!(left == usize::from(leaves), "an attempt was not left");
        let is_last = matches!(step.outputs.last(), Some(Output::LeaveAttempt));
        rule!(
            !leaves || is_last,
            "something follows the end of the attempt"
        );
        for (index, output) in step.outputs.iter().enumerate() {
            match output {
                Output::Abandon(id) => {
                    self.check_abandoned(*id, &step.outputs[index..], step.now)?
                }
                Output::Request(id, request) => {
                    rule!(!sent, "two requests in one step");
                    sent = true;
                    self.check_request(*id, request, step.now.elapsed)?;
                }
                _ => {}
            }
        }
        let forgotten = self.seen.to_abandon.take();
        rule!(forgotten.is_none(), "a request was not abandoned");
        let asked = self.seen.to_ask.is_none() || self.is_over();
        rule!(asked, "no status was asked that had to decide");
        Ok(())
    }

    /// A request is abandoned at the end, after its time-out, or for the next code: nothing else.
    fn check_abandoned(&mut self, id: RequestId, rest: &[Output], now: Now) -> Result<(), Broken> {
        if self.seen.to_abandon == Some(id) {
            self.seen.to_abandon = None;
            return Ok(());
        }
        let Some(request) = self.answered(id) else {
            return Err("a request was abandoned that is not under way".into());
        };
        let code_follows = rest
            .iter()
            .any(|output| matches!(output, Output::Request(_, Request::Code(_))));
        let latest = self
            .seen
            .last_qr
            .map(|at| at + self.setting.policy().refresh_max);
        // The first code of a round was asked for by a person: nothing keeps it waiting.
        let in_time = !self.seen.asked || latest.is_some_and(|latest| now.elapsed >= latest);
        rule!(
            request.purpose == Purpose::Regular && request.is_status() && code_follows && in_time,
            "a request was abandoned without a reason"
        );
        self.seen.hinted |= request.confirms;
        Ok(())
    }

    fn check_request(
        &mut self,
        id: RequestId,
        request: &Request,
        now: Duration,
    ) -> Result<(), Broken> {
        rule!(self.seen.under_way.is_none(), "two requests at once");
        rule!(!self.is_over(), "a request after the end");
        rule!(
            now >= self.seen.silence.0,
            "a request in the silence after a failure"
        );
        let (call, code) = match request {
            Request::Code(request) => (Call::Code, Some(request.method.clone())),
            Request::Status => (Call::Status, None),
            Request::EndAttempt => (Call::EndAttempt, None),
        };
        let purpose = self.seen.to_ask.take_if(|_| call == Call::Status);
        match request {
            _ if purpose.is_some() => {}
            Request::Code(request) => self.check_code_request(request, now)?,
            Request::Status => self.check_status_request(now)?,
            Request::EndAttempt => self.check_end_of_attempt(now)?,
        }
        if call == Call::Status {
            self.seen.status_asked = Some(now);
        }
        let purpose = purpose.unwrap_or(Purpose::Regular);
        let regular = call == Call::Status && purpose == Purpose::Regular;
        let confirms = regular && std::mem::take(&mut self.seen.hinted);
        if confirms {
            self.seen.confirmed = Some(now);
        }
        self.seen.under_way = Some(UnderWay {
            id,
            call,
            code,
            since: now,
            wanted: true,
            confirms,
            purpose,
        });
        Ok(())
    }

    fn check_code_request(&mut self, request: &CodeRequest, now: Duration) -> Result<(), Broken> {
        rule!(
            request.method == self.seen.method,
            "a code for a method that was left"
        );
        rule!(!self.at_gate(), "a code is asked for at the gate");
        rule!(
            self.seen.stage == Stage::Round,
            "a code is asked for while {:?}",
            self.seen.stage
        );
        rule!(
            self.seen.ends_attempt.is_none(),
            "a code is asked for although another attempt runs"
        );
        let typing = self.seen.shown.is_some_and(|shown| !shown.qr);
        let renewed = self.setting.renews_phone_codes();
        rule!(!typing || renewed, "another phone code while one is typed");
        rule!(!self.is_spent(), "more codes than a round has");
        rule!(
            now >= self.ready_again(),
            "a code is asked for too soon after the gateway was not ready"
        );
        rule!(
            now >= self.soonest_code(),
            "the next code is asked for too soon after the last"
        );
        rule!(
            request.purpose == self.seen.purpose,
            "{:?} instead of {:?}",
            request.purpose,
            self.seen.purpose
        );
        rule!(
            request.may_be_linking == (self.seen.shown.is_some() || self.may_be_linking(now)),
            "a phone may be linking, or none, and the request says otherwise"
        );
        self.seen.asked = true;
        self.seen.ever_asked = true;
        let from = self.seen.code.take().map(|(from, _)| from);
        rule!(
            from.is_some_and(|from| now >= from),
            "a code is asked for although none is due"
        );
        Ok(())
    }

    fn check_status_request(&mut self, now: Duration) -> Result<(), Broken> {
        rule!(self.setting.has_status(), "this gateway has no status");
        let watched = self.status_is_watched();
        let regular = self.seen.status.take().filter(|_| watched);
        let due = regular.is_some_and(|(from, _)| now >= from);
        let confirming = self.confirmation_due().is_some_and(|at| now >= at);
        rule!(due || confirming, "the status is asked for too soon");
        Ok(())
    }
}

//! When codes are asked for, and that it is one request at a time.

use super::moment::Moment;
use super::rotation::Window;
use super::{Now, Output, PairingFlow, Phase, Request, RequestId};
use crate::{Expiry, PairingMethod, ProviderError, ProviderErrorKind};

/// The due times of a flow. All are readings of its monotonic clock.
#[derive(Debug)]
pub(super) struct Schedule {
    in_flight: Option<InFlight>,
    /// When the next code is asked for.
    pub(super) code_at: Option<Moment>,
    /// Whether a code has been asked for in this round.
    asked: bool,
    /// When the status is asked next in the regular course.
    pub(super) status_at: Option<Moment>,
    /// A webhook wants to be confirmed.
    pub(super) hinted: bool,
    /// When the status was last asked because of a webhook.
    pub(super) last_confirmation: Option<Moment>,
    /// Until when the status is asked often, even at the gate and with webhooks.
    pub(super) watch_until: Moment,
    last_qr: Option<Moment>,
    soonest_qr: Moment,
    soonest_phone_code: Moment,
}

#[derive(Debug)]
struct InFlight {
    id: RequestId,
    operation: Operation,
    since: Moment,
}

/// What a request under way is for.
#[derive(Debug)]
pub(super) enum Operation {
    /// A code for the present method.
    Code,
    /// A code for this method, which was left. It is waited for all the same: a gateway must
    /// not see two attempts at once.
    UnwantedCode(PairingMethod),
    /// A status in the regular course.
    Status,
    /// A status that a webhook wants to be confirmed by.
    Confirmation,
    /// A status that names the number of a link that was noticed without it.
    Number,
    /// A status that says whether the number is linked by now, before the session ends with this
    /// failure.
    LastWord(ProviderError),
}

impl Operation {
    fn is_code(&self) -> bool {
        matches!(self, Self::Code | Self::UnwantedCode(_))
    }

    /// Whether it is dropped for a code that is due.
    fn makes_room(&self) -> bool {
        matches!(self, Self::Status | Self::Confirmation)
    }
}

impl Schedule {
    pub(super) fn starting(now: Moment) -> Self {
        Self {
            in_flight: None,
            code_at: Some(now),
            asked: false,
            status_at: None,
            hinted: false,
            last_confirmation: None,
            watch_until: Moment::ZERO,
            last_qr: None,
            soonest_qr: Moment::ZERO,
            soonest_phone_code: Moment::ZERO,
        }
    }

    /// Takes the request with this id off the wire, and says when it was sent; `None` if it is
    /// not under way.
    pub(super) fn complete(&mut self, id: RequestId) -> Option<(Operation, Moment)> {
        let request = self.in_flight.take_if(|request| request.id == id)?;
        Some((request.operation, request.since))
    }

    pub(super) fn abandon(&mut self) -> Option<RequestId> {
        self.in_flight.take().map(|request| request.id)
    }

    /// Whether the link is known and its number is being asked for.
    pub(super) fn is_number_asked(&self) -> bool {
        let under_way = self.in_flight.as_ref().map(|request| &request.operation);
        matches!(under_way, Some(Operation::Number))
    }

    /// The code under way, if any, is wanted only if it is for the method that is taken up. What
    /// the method that was left would have ended with is forgotten.
    pub(super) fn switch_method(&mut self, from: PairingMethod, to: &PairingMethod) {
        let Some(request) = &mut self.in_flight else {
            return;
        };
        match &request.operation {
            Operation::Code => request.operation = Operation::UnwantedCode(from),
            Operation::UnwantedCode(method) if method == to => request.operation = Operation::Code,
            Operation::LastWord(_) => request.operation = Operation::Status,
            Operation::UnwantedCode(_)
            | Operation::Status
            | Operation::Confirmation
            | Operation::Number => {}
        }
    }

    /// A person wants a code, unless the one for it is under way.
    pub(super) fn open_round(&mut self) {
        let under_way = self.in_flight.as_ref().map(|request| &request.operation);
        self.asked = matches!(under_way, Some(Operation::Code));
    }

    pub(super) fn qr_arrived(&mut self, now: Moment) {
        self.last_qr = Some(now);
    }

    /// Leaves codes of this kind alone until then, whoever asks for one.
    pub(super) fn rest_until(&mut self, is_qr: bool, until: Moment) {
        let soonest = if is_qr {
            &mut self.soonest_qr
        } else {
            &mut self.soonest_phone_code
        };
        *soonest = until.max(*soonest);
    }
}

impl PairingFlow {
    /// Plans the code that opens a round: at once, but never sooner after the last answer to its
    /// kind than the policy allows, however often people resume and switch. A QR code
    /// that would die before the next one may be asked for is not worth asking for: then the
    /// one after it is waited for.
    pub(super) fn plan_first_code(&mut self, now: Now) {
        let soonest = self.soonest_code().max(now.moment());
        let next_change = match self.view.method {
            PairingMethod::Qr => self.next_change(soonest),
            PairingMethod::PhoneCode(_) => None,
        };
        let patience = soonest.plus(self.policy.refresh_min);
        let worth_waiting = next_change.filter(|change| change.to <= patience);
        self.schedule.code_at = Some(worth_waiting.map_or(soonest, |change| change.to));
        self.plan_status(now);
    }

    /// Before this moment no code may be asked for, because of the last one of its kind, or
    /// because the gateway was not ready to make one. The other kind is not kept waiting for it.
    pub(super) fn soonest_code(&self) -> Moment {
        match self.view.method {
            PairingMethod::Qr => self.schedule.soonest_qr,
            PairingMethod::PhoneCode(_) => self.schedule.soonest_phone_code,
        }
    }

    /// Plans the next QR code after one has arrived, within the limits that the gateway asks
    /// for: when that one dies, if the provider says so or the codes before have told.
    pub(super) fn plan_next_code(&mut self, now: Now) {
        let soonest = now.moment().plus(self.policy.refresh_min);
        let latest = now.moment().plus(self.policy.refresh_interval);
        self.schedule.code_at = match self.shown() {
            _ if self.round_is_spent() => None,
            Some(shown) if shown.expiry == Expiry::Exact => {
                Some(shown.expires.clamp(soonest, latest))
            }
            Some(_) => Some(self.next_code_by_rotation(now).clamp(soonest, latest)),
            None => Some(soonest),
        };
    }

    /// When a code is best asked for that the gateway says nothing about.
    ///
    /// Seconds of life on screen for each code that is asked for, with an unknown rotation of
    /// 20 s: 11.4 in the first round, 12.4 in the second, which gives up some to learn, and 17.2
    /// from the third on. Asking every 20 s gives 10.
    fn next_code_by_rotation(&self, now: Now) -> Moment {
        let period = self.policy.qr_lifetime;
        match self.next_change(now.moment()) {
            // Nothing to compare with yet: whether it has changed halfway through its life
            // tells in which half it does.
            None if self.view.attempt == 1 => now.moment().plus(period / 2),
            None => now.moment().plus(self.policy.refresh_interval),
            // A question whose answer is worth more than what it costs this code: with the
            // window cut in three rounds earlier, all later codes live longer.
            Some(change) if self.view.round > 1 && change.width() > period / 4 => {
                change.from.plus(change.width() * 2 / 3)
            }
            Some(change) => change.to,
        }
    }

    /// When the gateway changes its code next after this moment, as far as that is known.
    pub(super) fn next_change(&self, after: Moment) -> Option<Window> {
        self.rotation.next_change(after, self.policy.qr_lifetime)
    }

    /// When something about requests is due next: a start, a time-out or a pre-emption.
    pub(super) fn next_request_at(&self) -> Option<Moment> {
        match &self.schedule.in_flight {
            Some(request) => {
                let timeout = self.timeout_at(request);
                let preempted = self.preemption_at(&request.operation);
                Some(preempted.map_or(timeout, |at| at.min(timeout)))
            }
            None => [self.code_due(), self.status_due()]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    /// Nobody who has linked a phone looks at its code for longer than `status_interval`, only
    /// because the number is not known.
    fn timeout_at(&self, request: &InFlight) -> Moment {
        let longest = self.policy.request_timeout;
        let patience = match request.operation {
            Operation::Number => longest.min(self.policy.status_interval),
            _ => longest,
        };
        request.since.plus(patience)
    }

    /// Gives up a request that takes too long.
    pub(super) fn time_out_request(&mut self, now: Now) {
        let Some(request) = &self.schedule.in_flight else {
            return;
        };
        if now.moment() < self.timeout_at(request) {
            return;
        }
        let (id, is_code) = (request.id, request.operation.is_code());
        self.outbox.push(Output::Abandon(id));
        let error = ProviderError::from(ProviderErrorKind::TimedOut);
        if is_code {
            self.code_reply(id, Err(error), now);
        } else {
            self.status_reply(id, Err(error), now);
        }
    }

    /// Sends what is due, unless a request is under way.
    pub(super) fn start_due_request(&mut self, now: Now) {
        if self.phase == Phase::Done {
            return;
        }
        if let Some(request) = &self.schedule.in_flight {
            let preempt = self
                .preemption_at(&request.operation)
                .is_some_and(|at| now.moment() >= at);
            if !preempt {
                return;
            }
            self.outbox.push(Output::Abandon(request.id));
            // What it was to confirm still waits.
            self.schedule.hinted |= matches!(request.operation, Operation::Confirmation);
            self.schedule.in_flight = None;
        }
        let due = |at: Option<Moment>| at.is_some_and(|at| now.moment() >= at);
        if due(self.code_due()) {
            self.schedule.code_at = None;
            self.schedule.asked = true;
            self.start(
                Operation::Code,
                Request::Code(self.view.method.clone()),
                now,
            );
        } else if due(self.status_due()) {
            let operation = if std::mem::take(&mut self.schedule.hinted) {
                self.schedule.last_confirmation = Some(now.moment());
                Operation::Confirmation
            } else {
                Operation::Status
            };
            self.ask_status(operation, now);
        }
    }

    /// Asks for the status now; no other request is under way.
    pub(super) fn ask_status(&mut self, operation: Operation, now: Now) {
        self.start(operation, Request::Status, now);
    }

    fn start(&mut self, operation: Operation, request: Request, now: Now) {
        let id = self.outbox.next_request();
        self.schedule.in_flight = Some(InFlight {
            id,
            operation,
            since: now.moment(),
        });
        self.outbox.push(Output::Request(id, request));
    }

    fn code_due(&self) -> Option<Moment> {
        let at = self
            .schedule
            .code_at
            .filter(|_| self.phase == Phase::Round)?;
        Some(at.max(self.failures.quiet_until()))
    }

    /// When a status call under way must make room for the next code.
    fn preemption_at(&self, operation: &Operation) -> Option<Moment> {
        if !operation.makes_room() {
            return None;
        }
        let code_at = self.code_due()?;
        if !self.schedule.asked {
            // A person has just asked for it, and waits. One that is asked for again because
            // the gateway was not ready, or failed, is nobody's click.
            return Some(code_at);
        }
        let latest = self.schedule.last_qr?.plus(self.policy.refresh_max);
        Some(code_at.max(latest))
    }
}

//! The rules of pairing as a state machine: no I/O, no clock, no task.
//!
//! [`PairingFlow`] is fed with [`Input`]s and the time, and says through [`Output`]s what
//! to request and what to show. [`PairingSession`](crate::PairingSession) drives it on
//! tokio; another runtime, or a model checker, can do the same.
//!
//! | rule | where |
//! |---|---|
//! | what goes in and out, one request at a time, the one end | this file |
//! | what a reply or a failure means | `replies.rs` |
//! | what the flow is for, and its numbers | `task.rs` |
//! | rounds, the code on screen, waiting for the user | `stage.rs` |
//! | when codes are asked for | `codes.rs` |
//! | when the status is asked for, what a webhook is worth | `status.rs` |
//! | when the gateway changes its code | `rotation.rs` |
//! | an attempt at the gateway that is another's, or is left | `attempt.rs` |
//! | the request under way | `requests.rs` |
//! | failures in a row, backoff | `failures.rs` |
//!
//! Only the first two act on the whole flow. The others hold the state of one subject and are
//! handed what they need of the rest.

mod attempt;
mod codes;
mod failures;
mod moment;
mod options;
mod output;
mod replies;
mod requests;
mod rotation;
mod stage;
mod status;
mod task;

use std::time::Duration;

pub use options::{CommandError, FlowOptions, Now, StartError};
pub use output::{Input, Output, Request, RequestId};

use crate::{
    CodeRequest, EventKind, PairingMethod, PairingOutcome, PairingView, ProviderErrorKind, Screen,
};
use attempt::Attempt;
use codes::CodePlan;
use failures::Failures;
use moment::Moment;
use output::Outbox;
use requests::{Operation, Requests};
use rotation::{Rotation, Rotations};
use stage::{Phase, Stage};
use status::StatusPlan;
use task::Task;

/// The state machine of one session. See the [module](self).
#[derive(Debug)]
pub struct PairingFlow {
    task: Task,
    stage: Stage,
    codes: CodePlan,
    status: StatusPlan,
    rotations: Rotations,
    attempt: Attempt,
    requests: Requests,
    failures: Failures,
    outbox: Outbox,
}

impl PairingFlow {
    /// Starts a flow. The first outputs wait to be [taken](Self::next_output).
    ///
    /// # Errors
    ///
    /// Any [`StartError`] but [`NoRuntime`](StartError::NoRuntime).
    pub fn new(options: FlowOptions, now: Now) -> Result<Self, StartError> {
        let failures = Failures::seeded(options.seed);
        let (task, view) = Task::new(options, now.moment())?;
        let mut outbox = Outbox::default();
        let mut flow = Self {
            task,
            stage: Stage::starting(view, &mut outbox),
            codes: CodePlan::starting(now.moment()),
            status: StatusPlan::starting(),
            rotations: Rotations::default(),
            attempt: Attempt::default(),
            requests: Requests::default(),
            failures,
            outbox,
        };
        flow.advance(now);
        Ok(flow)
    }

    /// Takes one input at the time `now`, and whatever has become due by then.
    ///
    /// # Errors
    ///
    /// Only for [`Input::Resume`] and [`Input::SwitchMethod`], which then changed nothing.
    /// Every other input is fine at any time; a reply to a request that is no longer under way
    /// is ignored.
    pub fn handle(&mut self, input: Input, now: Now) -> Result<(), CommandError> {
        if let Input::Cancel = input {
            self.leave(PairingOutcome::Cancelled);
            return Ok(());
        }
        // What was due before the input came happened before it: a code that expired first
        // ends its round first. But an answer that has come is not timed out any more.
        self.let_time_pass(now);
        let result = match input {
            Input::Tick | Input::Cancel => Ok(()),
            Input::CodeReply(id, reply) => {
                self.code_reply(id, reply, now);
                Ok(())
            }
            Input::StatusReply(id, reply) => {
                self.status_reply(id, reply, now);
                Ok(())
            }
            Input::AttemptEnded(id, reply) => {
                self.attempt_ended(id, reply, now);
                Ok(())
            }
            // The link must last for the time that the policy says, whatever is sent meanwhile.
            Input::Hint(_) if matches!(self.stage.phase, Phase::Confirming { .. }) => Ok(()),
            Input::Hint(hint) => {
                self.status.hint(&self.task, hint, now.moment());
                self.codes.hint(hint, &self.stage);
                Ok(())
            }
            Input::Resume => self.resume(now),
            Input::SwitchMethod(method) => self.switch_method(method, now),
        };
        self.advance(now);
        result
    }

    /// The next thing to do, until there is none. Call it after every
    /// [`handle`](Self::handle).
    pub fn next_output(&mut self) -> Option<Output> {
        self.outbox.pop()
    }

    /// Gives back the room that taken outputs leave for the next ones, which is more than a
    /// third of what a waiting session needs.
    pub(crate) fn release_outputs(&mut self) {
        self.outbox.release();
    }

    /// When the flow wants an [`Input::Tick`] if nothing else comes before; `None` once it
    /// has finished.
    #[must_use]
    pub fn wake_at(&self) -> Option<Duration> {
        if self.is_finished() {
            return None;
        }
        [
            Some(self.task.deadline),
            self.stage.expires,
            self.stage.linking_ends(&self.task),
            self.next_request_at(),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(Moment::elapsed)
    }

    /// How long a request may take.
    pub(crate) fn request_timeout(&self) -> Duration {
        self.task.policy.request_timeout
    }

    /// Whether the terminal event has been emitted.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.stage.phase == Phase::Done
    }

    /// What a screen shows now.
    #[must_use]
    pub fn view(&self) -> &PairingView {
        &self.stage.view
    }

    /// [`view`](Self::view) for a screen that is drawn at `now`. Where the clock was set back since
    /// the code was shown, the expiry is in the time of day as it is now.
    #[must_use]
    pub fn view_at(&self, now: Now) -> PairingView {
        self.stage.view_at(now)
    }

    /// Lets everything happen that is due, requests included.
    fn advance(&mut self, now: Now) {
        self.let_time_pass(now);
        if !self.is_finished() {
            self.time_out_request(now);
            self.start_due_request(now);
        }
    }

    /// Lets codes and the session itself come to their end.
    fn let_time_pass(&mut self, now: Now) {
        if self.is_finished() {
            return;
        }
        if now.moment() >= self.task.deadline {
            if self.requests.is_number_asked() {
                self.finish_linked(None);
            } else if let Screen::Linked { phone } = &self.stage.view.screen {
                // No status has denied it twice.
                let phone = phone.clone();
                self.finish_linked(phone);
            } else {
                self.leave(PairingOutcome::Deadline);
            }
            return;
        }
        self.stage.expire_code(&self.task, now, &mut self.outbox);
        let linking_ends = self.stage.linking_ends(&self.task);
        if linking_ends.is_some_and(|end| now.moment() >= end) {
            self.back_to_codes(now);
        }
    }

    fn resume(&mut self, now: Now) -> Result<(), CommandError> {
        match self.stage.phase {
            Phase::Done | Phase::Confirming { .. } => Err(CommandError::Finished),
            Phase::Round | Phase::Linking { .. } => Err(CommandError::NotWaiting),
            Phase::WaitingForUser { .. } | Phase::Passkey => {
                self.codes.opens_round();
                self.open_round(now);
                Ok(())
            }
        }
    }

    fn switch_method(&mut self, method: PairingMethod, now: Now) -> Result<(), CommandError> {
        if matches!(self.stage.phase, Phase::Done | Phase::Confirming { .. }) {
            return Err(CommandError::Finished);
        }
        self.task.permits(&method)?;
        if method == self.stage.view.method {
            return match self.stage.phase {
                // Asking for what is on screen already must not replace a phone code.
                Phase::WaitingForUser { .. } | Phase::Passkey => self.resume(now),
                _ => Ok(()),
            };
        }
        self.stage.take_down(now, &mut self.outbox);
        self.codes.switches_method();
        self.rotations.phone_code = Rotation::default();
        let left = std::mem::replace(&mut self.stage.view.method, method);
        self.requests.switch_method(left, &self.stage.view.method);
        self.open_round(now);
        Ok(())
    }

    fn open_round(&mut self, now: Now) {
        self.failures.reset_all();
        self.attempt.opens_round();
        let asked = self.requests.is_code_asked();
        self.stage.open_round(asked, &mut self.outbox);
        self.plan_first_code(now);
    }

    fn plan_first_code(&mut self, now: Now) {
        self.codes
            .plan_first(&self.task, &self.stage, &self.rotations, now.moment());
        self.plan_status(now);
    }

    fn plan_status(&mut self, now: Now) {
        let next_code = self.codes.at;
        self.status
            .plan(&self.task, &self.stage, next_code, now.moment());
        let spacing = self.task.policy.webhook_debounce;
        if let Some(gap) = self.attempt.last_look_in(spacing, now.moment()) {
            let look = now.moment().plus(gap);
            self.status.at = self.status.at.map(|at| at.min(look));
        }
    }

    fn code_due(&self) -> Option<Moment> {
        self.codes.due(&self.stage, self.failures.quiet_until())
    }

    fn status_due(&self) -> Option<Moment> {
        let quiet_until = self.failures.quiet_until();
        self.status.due(&self.task, &self.stage, quiet_until)
    }

    /// When something about requests is due next: a start, a time-out or a pre-emption.
    fn next_request_at(&self) -> Option<Moment> {
        match self.requests.under_way() {
            Some(request) => {
                let timeout = request.timeout_at(&self.task);
                let preempted = self.preemption_at(&request.operation);
                Some(preempted.map_or(timeout, |at| at.min(timeout)))
            }
            None => [self.attempt_due(), self.code_due(), self.status_due()]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    /// When a status call under way must make room for the next code.
    fn preemption_at(&self, operation: &Operation) -> Option<Moment> {
        if !operation.makes_room() {
            return None;
        }
        let due = self.code_due()?;
        self.codes.preempts_at(&self.task, &self.stage, due)
    }

    /// Gives up a request that takes too long.
    fn time_out_request(&mut self, now: Now) {
        let Some(request) = self.requests.under_way() else {
            return;
        };
        if now.moment() < request.timeout_at(&self.task) {
            return;
        }
        let id = request.id;
        let error = ProviderErrorKind::TimedOut.into();
        self.outbox.push(Output::Abandon(id));
        match request.operation {
            Operation::Code | Operation::UnwantedCode(_) => self.code_reply(id, Err(error), now),
            Operation::EndAttempt => self.attempt_ended(id, Err(error), now),
            _ => self.status_reply(id, Err(error), now),
        }
    }

    /// Sends what is due, unless a request is under way.
    fn start_due_request(&mut self, now: Now) {
        if self.is_finished() {
            return;
        }
        let due = |at: Option<Moment>| at.is_some_and(|at| now.moment() >= at);
        if let Some(request) = self.requests.under_way() {
            if !due(self.preemption_at(&request.operation)) {
                return;
            }
            if let Some(request) = self.requests.abandon() {
                self.outbox.push(Output::Abandon(request.id));
                // What it was to confirm still waits.
                self.status.hinted |= matches!(request.operation, Operation::Confirmation);
            }
        }
        if due(self.attempt_due()) {
            self.attempt.ends_at = None;
            self.start(Operation::EndAttempt, Request::EndAttempt, now);
        } else if due(self.code_due()) {
            self.codes.at = None;
            self.stage.asked = true;
            self.attempt.was_made = true;
            let request = CodeRequest::new(self.stage.view.method.clone())
                .with_purpose(self.codes.purpose)
                .with_may_be_linking(self.stage.may_be_linking(&self.task, now.moment()));
            self.start(Operation::Code, Request::Code(request), now);
        } else if due(self.status_due()) {
            let operation = if self.status.take_hint(now.moment()) {
                Operation::Confirmation
            } else {
                Operation::Status
            };
            self.ask_status(operation, now);
        }
    }

    /// Asks for the status now; no other request is under way.
    fn ask_status(&mut self, operation: Operation, now: Now) {
        self.status.asked(now.moment());
        self.start(operation, Request::Status, now);
    }

    fn start(&mut self, operation: Operation, request: Request, now: Now) {
        let id = self.outbox.next_request();
        self.requests.start(id, operation, now.moment());
        self.outbox.push(Output::Request(id, request));
    }

    fn finish(&mut self, outcome: PairingOutcome) {
        if self.is_finished() {
            return;
        }
        if let Some(request) = self.requests.abandon() {
            self.outbox.push(Output::Abandon(request.id));
        }
        self.stage.expires = None;
        self.stage.phase = Phase::Done;
        self.emit(EventKind::Finished { outcome });
    }

    fn emit(&mut self, kind: EventKind) {
        self.stage.emit(kind, &mut self.outbox);
    }
}

//! The rules of pairing as a state machine: no I/O, no clock, no task.
//!
//! [`PairingFlow`] is fed with [`Input`]s and the time, and says through [`Output`]s what
//! to request and what to show. [`PairingSession`](crate::PairingSession) drives it on
//! tokio; another runtime, or a model checker, can do the same.
//!
//! | rule | where |
//! |---|---|
//! | when codes are asked for, one request at a time | `schedule.rs` |
//! | when the status is asked for, what a webhook is worth | `status.rs` |
//! | what a reply means | `replies.rs` |
//! | failures, backoff, rate limits | `failures.rs` |
//! | rounds, codes on screen, the gate | `rounds.rs` |
//! | when the gateway changes its code | `rotation.rs` |
//! | what goes in and out, and the one end | this file |

mod failures;
mod moment;
mod options;
mod output;
mod replies;
mod rotation;
mod rounds;
mod schedule;
mod status;

use std::sync::Arc;
use std::time::Duration;

pub use options::{CommandError, FlowOptions, Now, StartError};
pub use output::{Input, Output, Request, RequestId};

use crate::{
    Capabilities, EventKind, PairingEvent, PairingMethod, PairingOutcome, PairingPolicy,
    PairingView, PhoneNumber, Screen,
};
use failures::Failures;
use moment::Moment;
use output::Outbox;
use rotation::Rotation;
use schedule::Schedule;

/// Two readings of two clocks are never of the same moment: what differs by less was not set.
const READING_ERROR: Duration = Duration::from_secs(1);

/// Whether codes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A round is running.
    Round,
    /// The round was not used; a person must ask for the next one.
    Gate {
        /// Since when.
        opened: Moment,
    },
    /// The one terminal event has been emitted.
    Done,
}

/// The state machine of one session. See the [module](self).
#[derive(Debug)]
pub struct PairingFlow {
    policy: Arc<PairingPolicy>,
    capabilities: Capabilities,
    expected_phone: Option<PhoneNumber>,
    /// Whether webhooks relieve the regular status calls.
    expect_webhooks: bool,
    deadline: Moment,
    phase: Phase,
    /// When the code on screen dies; `None` while there is none.
    expires: Option<Moment>,
    /// Whether any code was shown: then a linked phone was linked by this session.
    ever_shown: bool,
    schedule: Schedule,
    rotation: Rotation,
    failures: Failures,
    /// `NotReady` replies in a row.
    not_ready: u32,
    /// Statuses in a row that said "connected" without the number that must be verified.
    unnamed: u8,
    outbox: Outbox,
    /// What the events add up to, and the method, round and attempt of the flow itself.
    view: PairingView,
}

impl PairingFlow {
    /// Starts a flow. The first outputs wait to be [taken](Self::next_output).
    ///
    /// # Errors
    ///
    /// Any [`StartError`] but [`NoRuntime`](StartError::NoRuntime).
    pub fn new(options: FlowOptions, now: Now) -> Result<Self, StartError> {
        options.policy.validate()?;
        if !options.capabilities.supports(&options.method) {
            return Err(StartError::MethodUnsupported);
        }
        if options.expected_phone.is_some() && !options.capabilities.verifies_phones() {
            return Err(StartError::PhoneNotVerifiable);
        }
        if is_for_another(&options.method, options.expected_phone.as_ref()) {
            return Err(StartError::ExpectsAnotherPhone);
        }
        let mut flow = Self {
            deadline: now.moment().plus(options.policy.deadline),
            expect_webhooks: options.expect_webhooks && options.capabilities.webhooks,
            capabilities: options.capabilities,
            expected_phone: options.expected_phone,
            phase: Phase::Round,
            expires: None,
            ever_shown: false,
            schedule: Schedule::starting(now.moment()),
            rotation: Rotation::default(),
            failures: Failures::seeded(options.seed),
            not_ready: 0,
            unnamed: 0,
            outbox: Outbox::default(),
            view: PairingView::new(
                options.method,
                options.policy.codes_per_round,
                options.capabilities,
            ),
            policy: options.policy,
        };
        flow.emit_preparing();
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
            self.finish(PairingOutcome::Cancelled);
            return Ok(());
        }
        // What was due before the input came happened before it: a code that died first
        // opens the gate first. But an answer that has come is not timed out any more.
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
            Input::Hint(hint) => {
                self.hint(hint);
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
        if self.phase == Phase::Done {
            return None;
        }
        [Some(self.deadline), self.expires, self.next_request_at()]
            .into_iter()
            .flatten()
            .min()
            .map(Moment::elapsed)
    }

    /// Whether the terminal event has been emitted.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.phase == Phase::Done
    }

    /// What a screen shows now.
    #[must_use]
    pub fn view(&self) -> &PairingView {
        &self.view
    }

    /// [`view`](Self::view) for a screen that is drawn at `now`. Where the clock was set back since
    /// the code was shown, the expiry is in the time of day as it is now.
    #[must_use]
    pub fn view_at(&self, now: Now) -> PairingView {
        let mut view = self.view.clone();
        if let (Some(expires), Screen::Code { expires_at, .. }) = (self.expires, &mut view.screen) {
            let left = expires.since(now.moment());
            let by_monotonic = now.wall.checked_add(left).unwrap_or(now.wall);
            if expires_at.duration_since(by_monotonic).unwrap_or_default() > READING_ERROR {
                *expires_at = by_monotonic;
            }
        }
        view
    }

    /// Lets everything happen that is due, requests included.
    fn advance(&mut self, now: Now) {
        self.let_time_pass(now);
        if self.phase != Phase::Done {
            self.time_out_request(now);
            self.start_due_request(now);
        }
    }

    /// Lets codes and the session itself come to their end.
    fn let_time_pass(&mut self, now: Now) {
        if self.phase == Phase::Done {
            return;
        }
        if now.moment() >= self.deadline {
            if self.schedule.is_number_asked() {
                self.linked(None);
            } else {
                self.finish(PairingOutcome::Deadline);
            }
        } else {
            self.expire_code(now);
        }
    }

    fn finish(&mut self, outcome: PairingOutcome) {
        if self.phase == Phase::Done {
            return;
        }
        if let Some(id) = self.schedule.abandon() {
            self.outbox.push(Output::Abandon(id));
        }
        self.expires = None;
        self.phase = Phase::Done;
        self.emit(EventKind::Finished { outcome });
    }

    fn emit_preparing(&mut self) {
        let method = self.view.method.clone();
        self.emit(EventKind::Preparing { method });
    }

    fn emit(&mut self, kind: EventKind) {
        let event = PairingEvent {
            kind,
            seq: self.view.seq + 1,
            round: self.view.round,
            attempt: self.view.attempt,
        };
        self.view.apply(&event);
        self.outbox.push(Output::Emit(event));
    }
}

/// Whether a code by this method would link another account than the expected one.
fn is_for_another(method: &PairingMethod, expected: Option<&PhoneNumber>) -> bool {
    match (method, expected) {
        (PairingMethod::PhoneCode(phone), Some(expected)) => !expected.is_same_account(phone),
        _ => false,
    }
}

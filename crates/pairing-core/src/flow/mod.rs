//! The rules of pairing as a state machine: no I/O, no clock, no task.
//!
//! [`PairingFlow`] is fed with [`Input`]s and the time, and says through [`Output`]s what
//! to request and what to show. [`PairingSession`](crate::PairingSession) drives it on
//! tokio; another runtime, or a model checker, can do the same.
//!
//! | rule | where |
//! |---|---|
//! | when codes and statuses are asked for | `schedule.rs` |
//! | what a reply means | `replies.rs` |
//! | failures, backoff, rate limits | `failures.rs` |
//! | rounds, codes on screen, the gate | this file |

mod failures;
mod output;
mod replies;
mod schedule;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use output::{Input, Output, Request, RequestId};

use crate::{
    Capabilities, EventKind, Expiry, InvalidPolicy, IssuedCode, PairingCode, PairingEvent,
    PairingMethod, PairingOutcome, PairingPolicy, PairingSnapshot, PhoneNumber,
};
use failures::Failures;
use output::Outbox;
use schedule::Schedule;

/// A reading of both clocks, which the flow itself never reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time since any fixed moment, such as the start of the session. It decides
    /// when things happen. It may never go back.
    pub elapsed: Duration,
    /// The time of day. It stamps events; and because a monotonic clock may stand still
    /// while a machine sleeps, a code is also dead once its wall-clock expiry has passed.
    pub wall: SystemTime,
}

/// What a flow is for.
#[derive(Debug, Clone)]
pub struct FlowOptions {
    /// How to link the phone.
    pub method: PairingMethod,
    /// The numbers.
    pub policy: Arc<PairingPolicy>,
    /// What the provider can do.
    pub capabilities: Capabilities,
    /// The number that must be linked, if it matters.
    pub expected_phone: Option<PhoneNumber>,
    /// Where the random part of retry delays starts. Equal seeds and inputs give equal
    /// outputs.
    pub seed: u64,
}

/// Why a session cannot start or change its method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// The numbers do not fit together.
    #[error(transparent)]
    Policy(#[from] InvalidPolicy),
    /// The provider has no codes of this kind.
    #[error("this provider does not support this pairing method")]
    MethodUnsupported,
    /// The expected number could never be compared with the linked one.
    #[error(
        "this provider does not tell which number is linked, so an expected phone number \
         cannot be verified"
    )]
    PhoneNotVerifiable,
    /// `resume` while no one is being waited for.
    #[error("the session is not waiting for a person")]
    NotWaiting,
    /// The session has ended.
    #[error("the session has ended")]
    Finished,
}

/// Whether codes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A round is running.
    Round,
    /// The round was not used; a person must ask for the next one.
    Gate {
        /// Until when the status is still asked.
        watch_until: Duration,
    },
    /// The one terminal event has been emitted.
    Done,
}

/// The code on screen.
#[derive(Debug, Clone)]
struct Shown {
    code: PairingCode,
    expires: Duration,
    expires_wall: SystemTime,
}

/// The state machine of one session. See the [module](self).
#[derive(Debug)]
pub struct PairingFlow {
    policy: Arc<PairingPolicy>,
    capabilities: Capabilities,
    method: PairingMethod,
    expected_phone: Option<PhoneNumber>,
    deadline: Duration,
    phase: Phase,
    round: u32,
    attempt: u32,
    shown: Option<Shown>,
    /// Whether any code was shown: then a linked phone was linked by this session.
    ever_shown: bool,
    schedule: Schedule,
    failures: Failures,
    /// `NotReady` replies in a row.
    not_ready: u32,
    /// Statuses in a row that said "connected" without the number that must be verified.
    unnamed: u32,
    outbox: Outbox,
    /// The event that describes the present.
    state: PairingEvent,
}

impl PairingFlow {
    /// Starts a flow. The first outputs wait to be [taken](Self::next_output).
    ///
    /// # Errors
    ///
    /// [`FlowError::Policy`], [`MethodUnsupported`](FlowError::MethodUnsupported) or
    /// [`PhoneNotVerifiable`](FlowError::PhoneNotVerifiable).
    pub fn new(options: FlowOptions, now: Now) -> Result<Self, FlowError> {
        options.policy.validate()?;
        if !options.capabilities.supports(&options.method) {
            return Err(FlowError::MethodUnsupported);
        }
        let verifiable = options.capabilities.status && options.capabilities.linked_phone;
        if options.expected_phone.is_some() && !verifiable {
            return Err(FlowError::PhoneNotVerifiable);
        }
        let mut flow = Self {
            deadline: now.elapsed.saturating_add(options.policy.deadline),
            capabilities: options.capabilities,
            method: options.method,
            expected_phone: options.expected_phone,
            phase: Phase::Round,
            round: 1,
            attempt: 0,
            shown: None,
            ever_shown: false,
            schedule: Schedule::starting(now.elapsed),
            failures: Failures::seeded(options.seed),
            not_ready: 0,
            unnamed: 0,
            outbox: Outbox::default(),
            state: PairingEvent {
                kind: EventKind::Preparing,
                seq: 0,
                round: 1,
                attempt: 0,
            },
            policy: options.policy,
        };
        flow.emit(EventKind::Preparing);
        flow.advance(now);
        Ok(flow)
    }

    /// Takes one input at the time `now`, and whatever has become due by then.
    ///
    /// # Errors
    ///
    /// Only for [`Input::Resume`] and [`Input::SwitchMethod`], which then changed nothing:
    /// [`FlowError::NotWaiting`], [`MethodUnsupported`](FlowError::MethodUnsupported) or
    /// [`Finished`](FlowError::Finished). Every other input is fine at any time; a reply to
    /// a request that is no longer under way is ignored.
    pub fn handle(&mut self, input: Input, now: Now) -> Result<(), FlowError> {
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

    /// When the flow wants an [`Input::Tick`] if nothing else comes before; `None` once it
    /// has finished.
    #[must_use]
    pub fn wake_at(&self) -> Option<Duration> {
        if self.phase == Phase::Done {
            return None;
        }
        let shown = self.shown.as_ref().map(|shown| shown.expires);
        [Some(self.deadline), shown, self.next_request_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether the terminal event has been emitted.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.phase == Phase::Done
    }

    /// What someone who looks only now has to show.
    #[must_use]
    pub fn snapshot(&self) -> PairingSnapshot {
        PairingSnapshot {
            method: self.method.clone(),
            state: self.state.clone(),
        }
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
        if now.elapsed >= self.deadline {
            self.finish(PairingOutcome::Deadline);
        } else {
            self.expire_code(now);
        }
    }

    /// Takes a dead code off the screen, and opens the gate behind the last one.
    fn expire_code(&mut self, now: Now) {
        let dead = |shown: &Shown| now.elapsed >= shown.expires || now.wall >= shown.expires_wall;
        if !self.shown.as_ref().is_some_and(dead) {
            return;
        }
        self.shown = None;
        self.emit(EventKind::CodeExpired);
        if self.round_is_spent() {
            self.open_gate(now);
        }
    }

    /// Whether this round may ask for no further code. A phone code is the only one of its
    /// round: another would replace it under the fingers of the person who types it.
    fn round_is_spent(&self) -> bool {
        match self.method {
            PairingMethod::Qr => self.attempt >= self.policy.codes_per_round,
            PairingMethod::PhoneCode(_) => self.attempt >= 1,
        }
    }

    fn open_gate(&mut self, now: Now) {
        self.phase = Phase::Gate {
            watch_until: now.elapsed.saturating_add(self.policy.gate_watch),
        };
        self.emit(EventKind::InteractionRequired);
    }

    fn show(&mut self, issued: IssuedCode, now: Now) {
        let lifetime = match (&issued.expires_in, &self.method) {
            (Some(exact), _) => *exact,
            (None, PairingMethod::Qr) => self.policy.qr_lifetime,
            (None, PairingMethod::PhoneCode(_)) => self.policy.phone_code_lifetime,
        };
        let expiry = match issued.expires_in {
            Some(_) => Expiry::Exact,
            None => Expiry::UpperBound,
        };
        let mut expires = now.elapsed.saturating_add(lifetime);
        let mut expires_at = now.wall.checked_add(lifetime).unwrap_or(now.wall);
        // The same code again is as old as it was: asking does not make it younger.
        if let Some(shown) = self.shown.take()
            && shown.code == issued.code
            && expiry == Expiry::UpperBound
        {
            expires = expires.min(shown.expires);
            expires_at = expires_at.min(shown.expires_wall);
        }
        self.attempt += 1;
        self.ever_shown = true;
        self.emit(EventKind::CodeReady {
            expires_at,
            expiry,
            code: issued.code.clone(),
        });
        self.shown = Some(Shown {
            code: issued.code,
            expires,
            expires_wall: expires_at,
        });
        // A provider may hand out a code in its last moment.
        self.expire_code(now);
    }

    fn resume(&mut self, now: Now) -> Result<(), FlowError> {
        match self.phase {
            Phase::Done => Err(FlowError::Finished),
            Phase::Round => Err(FlowError::NotWaiting),
            Phase::Gate { .. } => {
                self.open_round(now);
                Ok(())
            }
        }
    }

    fn switch_method(&mut self, method: PairingMethod, now: Now) -> Result<(), FlowError> {
        if self.phase == Phase::Done {
            return Err(FlowError::Finished);
        }
        if !self.capabilities.supports(&method) {
            return Err(FlowError::MethodUnsupported);
        }
        if method == self.method {
            return match self.phase {
                // Asking for what is on screen already must not replace a phone code.
                Phase::Round | Phase::Done => Ok(()),
                Phase::Gate { .. } => self.resume(now),
            };
        }
        self.method = method;
        self.schedule.disown_code_request();
        if self.shown.take().is_some() {
            self.emit(EventKind::CodeExpired);
        }
        self.open_round(now);
        Ok(())
    }

    fn open_round(&mut self, now: Now) {
        self.phase = Phase::Round;
        self.round += 1;
        self.attempt = 0;
        self.not_ready = 0;
        self.failures.reset();
        self.plan_first_code(now);
        self.emit(EventKind::Preparing);
    }

    fn finish(&mut self, outcome: PairingOutcome) {
        if self.phase == Phase::Done {
            return;
        }
        if let Some(id) = self.schedule.abandon() {
            self.outbox.push(Output::Abandon(id));
        }
        self.shown = None;
        self.phase = Phase::Done;
        self.emit(EventKind::Finished { outcome });
    }

    fn emit(&mut self, kind: EventKind) {
        let event = PairingEvent {
            kind,
            seq: self.outbox.next_seq(),
            round: self.round,
            attempt: self.attempt,
        };
        // A failing request does not change what is on screen while a code is.
        let hidden = matches!(event.kind, EventKind::Retrying { .. }) && self.shown.is_some();
        if !hidden {
            self.state = event.clone();
        }
        self.outbox.push(Output::Emit(event));
    }
}

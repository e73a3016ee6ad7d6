//! Around the state machine: the clocks, the request under way, and what must hold after each input.

use std::time::{Duration, SystemTime};

use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request, RequestId};
use pairing_core::testing::EventRules;
use pairing_core::{
    CodeReply, CommandError, EventKind, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingView, ProviderErrorKind, StartError, WebhookHint,
};

use super::decisions::Answer;
use super::outcome::{Cause, Said, outcome_has_its_cause};
use crate::said::assert_no_canary;

const WALL_SECONDS: u64 = 1_800_000_000;
/// Wakes at one and the same moment; more is spinning.
const MOST_WAKES: u32 = 8;
/// Wakes without an answer before the story is cut short.
const LAST_WAKES: u32 = 60;

#[derive(Debug)]
struct UnderWay {
    id: RequestId,
    request: Request,
    /// The method was switched since: its answer decides nothing.
    disowned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    Linking,
    Passkey,
    Confirming,
}

pub(super) struct World {
    flow: PairingFlow,
    options: FlowOptions,
    now: Now,
    deadline: Duration,
    under_way: Option<UnderWay>,
    past: Vec<RequestId>,
    rules: EventRules,
    /// When the code on screen has lived as long as it may, by the monotonic clock.
    dead_by: Duration,
    saw_attempt: bool,
    round: u32,
    /// What the events add up to.
    folded: PairingView,
    outcome: Option<PairingOutcome>,
    gate: bool,
    /// A phone is linking, a person finishes elsewhere, or a link has to last: no code is asked for.
    elsewhere: Option<Elsewhere>,
    /// The gateway said that it starts.
    started: bool,
    left: bool,
    quiet_until: Duration,
    last_code: [Option<Duration>; 2],
    last_seen: [Option<PairingCode>; 2],
    said: Said,
    wakes: u32,
}

pub(super) fn start() -> Now {
    Now {
        elapsed: Duration::ZERO,
        wall: SystemTime::UNIX_EPOCH + Duration::from_secs(WALL_SECONDS),
    }
}

pub(super) fn refused_rightly(options: &FlowOptions, refusal: StartError) {
    let supported = options.capabilities.supports(&options.method);
    match refusal {
        StartError::Policy(problem) => assert_eq!(options.policy.validate(), Err(problem)),
        StartError::MethodUnsupported => assert!(!supported),
        StartError::PhoneNotVerifiable => {
            assert!(options.expected_phone.is_some() && !options.capabilities.verifies_phones());
        }
        StartError::ExpectsAnotherPhone => assert!(is_for_another(options, &options.method)),
        StartError::NoRuntime => panic!("a flow needs no runtime"),
    }
}

fn is_for_another(options: &FlowOptions, method: &PairingMethod) -> bool {
    match (method, &options.expected_phone) {
        (PairingMethod::PhoneCode(phone), Some(expected)) => !phone.is_same_account(expected),
        _ => false,
    }
}

impl World {
    pub(super) fn new(flow: PairingFlow, options: FlowOptions, now: Now) -> Self {
        let folded = PairingView::new(
            options.method.clone(),
            options.policy.codes_per_round,
            options.capabilities,
        );
        let mut world = Self {
            deadline: now.elapsed.saturating_add(options.policy.deadline),
            flow,
            now,
            under_way: None,
            past: Vec::new(),
            rules: EventRules::new(&options.policy),
            dead_by: Duration::ZERO,
            saw_attempt: false,
            round: 1,
            folded,
            outcome: None,
            gate: false,
            elsewhere: None,
            started: false,
            left: false,
            quiet_until: Duration::ZERO,
            last_code: [None; 2],
            last_seen: [None, None],
            said: Said::default(),
            wakes: 0,
            options,
        };
        world.take_outputs(&Cause::Person, None, Duration::ZERO);
        world
    }

    pub(super) fn under_way(&self) -> Option<Request> {
        Some(self.under_way.as_ref()?.request.clone())
    }

    /// Both clocks go on.
    pub(super) fn pass(&mut self, time: Duration) {
        self.now.elapsed += time;
        self.now.wall += time;
        let _ = self.input(Input::Tick, &Cause::Time);
    }

    /// Somebody sets the clock on the wall, or the machine slept: up to an hour either way.
    pub(super) fn set_wall_clock(&mut self, seconds: u32) {
        let base = SystemTime::UNIX_EPOCH + Duration::from_secs(WALL_SECONDS - 3600);
        self.now.wall = base + self.now.elapsed + Duration::from_secs(seconds.into());
        let _ = self.input(Input::Tick, &Cause::Time);
    }

    /// Time passes until the flow wants to be woken.
    pub(super) fn wake(&mut self) {
        let Some(at) = self.flow.wake_at() else {
            let _ = self.input(Input::Tick, &Cause::Time);
            return;
        };
        self.wakes = if at > self.now.elapsed {
            0
        } else {
            self.wakes + 1
        };
        assert!(
            self.wakes <= MOST_WAKES,
            "it wants to be woken again and again"
        );
        self.pass(at.saturating_sub(self.now.elapsed));
    }

    pub(super) fn person(&mut self, input: Input) {
        let round = self.round;
        let method = match &input {
            Input::SwitchMethod(method) => Some(method.clone()),
            _ => None,
        };
        let before = self.flow.view().method.clone();
        let result = self.input(input, &Cause::Person);
        let after = self.flow.view().clone();
        match (result, method) {
            (Err(CommandError::Finished), _) => {
                let lasts = self.elsewhere == Some(Elsewhere::Confirming);
                assert!(self.outcome.is_some() || lasts);
            }
            (Err(CommandError::NotWaiting), None) => {
                let waits = self.gate || self.elsewhere == Some(Elsewhere::Passkey);
                assert!(!waits && self.outcome.is_none());
            }
            (Err(CommandError::MethodUnsupported), Some(method)) => {
                assert!(!self.options.capabilities.supports(&method));
                assert_eq!(after.method, before, "refused, and yet switched");
            }
            (Err(CommandError::ExpectsAnotherPhone), Some(method)) => {
                assert!(is_for_another(&self.options, &method));
                assert_eq!(after.method, before, "refused, and yet switched");
            }
            (Ok(()), None) => assert!(after.round == round + 1 || self.outcome.is_some()),
            (Ok(()), Some(method)) => {
                assert_eq!(after.method, method);
                assert!(!is_for_another(&self.options, &method));
                if let Some(under_way) = self.under_way.as_mut().filter(|_| method != before) {
                    under_way.disowned = matches!(&under_way.request, Request::Code(asked) if asked.method != method);
                }
            }
            (Err(error), _) => panic!("a refusal that says something else: {error:?}"),
        }
    }

    pub(super) fn hint(&mut self, hint: WebhookHint) {
        let _ = self.input(Input::Hint(hint), &Cause::Hint);
    }

    pub(super) fn cancel(&mut self) {
        let _ = self.input(Input::Cancel, &Cause::Cancel);
        assert!(self.outcome.is_some());
    }

    /// The answer to the request under way.
    pub(super) fn answer(&mut self, answer: Answer) {
        let Some(asked) = self.under_way.take() else {
            return;
        };
        let cause = Cause::of(&answer, asked.disowned);
        self.said.hear(&cause);
        let over = self.must_end(&asked, &answer);
        let longest = match &answer {
            Answer::Code(Ok(CodeReply::Code(issued))) => {
                let own = self
                    .options
                    .policy
                    .lifetime(&self.flow.view().method.clone());
                let first = self.options.policy.first_qr_lifetime;
                let own = if self.started { own.max(first) } else { own };
                self.code_arrived(&asked, &issued.code);
                issued.expires_in.unwrap_or(own)
            }
            Answer::Code(Ok(CodeReply::Starting { .. })) => {
                self.started = true;
                Duration::ZERO
            }
            _ => Duration::ZERO,
        };
        let input = match answer {
            Answer::Code(reply) => Input::CodeReply(asked.id, reply),
            Answer::Status(reply) => Input::StatusReply(asked.id, reply),
            Answer::Ended(reply) => Input::AttemptEnded(asked.id, reply),
        };
        let result = self.flow.handle(input, self.now);
        assert_eq!(result, Ok(()), "an answer is fine at any time");
        self.past.push(asked.id);
        self.take_outputs(&cause, Some(asked.id), longest);
        assert!(
            !over || self.outcome.is_some(),
            "it goes on after what ends it"
        );
    }

    /// Whether there is nothing left to find out, or to ask again.
    fn must_end(&self, asked: &UnderWay, answer: &Answer) -> bool {
        let for_a_phone =
            matches!(&asked.request, Request::Code(asked) if asked.method != PairingMethod::Qr);
        let unverified = self.options.expected_phone.is_none();
        let capabilities = &self.options.capabilities;
        // Otherwise a status may have to name the number.
        let unnamed_ends = unverified && !capabilities.verifies_phones();
        // A link that has to last, and is not confirmed yet, ends nothing.
        let lasts = self.saw_attempt
            && capabilities.status
            && !self.options.policy.link_confirmation.is_zero();
        match answer {
            Answer::Code(Ok(CodeReply::AlreadyConnected)) => unnamed_ends && !lasts,
            Answer::Code(Ok(CodeReply::PasskeyRequired(_))) => !capabilities.status,
            Answer::Code(Ok(CodeReply::AnotherAttempt)) => !asked.disowned && !capabilities.abandon,
            Answer::Status(Ok(status)) => {
                status.is_connected() && (unnamed_ends || status.phone.is_some()) && !lasts
            }
            Answer::Code(Ok(_)) | Answer::Ended(Ok(())) => false,
            // One that was to name the number of a link.
            Answer::Status(Err(_)) if lasts => false,
            Answer::Code(Err(error)) | Answer::Status(Err(error)) | Answer::Ended(Err(error)) => {
                // Before it is an end, one status decides.
                let limited = for_a_phone
                    && error.kind() == ProviderErrorKind::RateLimited
                    && !capabilities.status;
                !asked.disowned && (!error.is_retryable() || limited)
            }
        }
    }

    /// A code that is shown counts with its event. Of the others those do that are on screen, and new
    /// ones for a method that was left: not one that may be dead.
    fn code_arrived(&mut self, asked: &UnderWay, code: &PairingCode) {
        let is_qr = code.is_qr();
        if let Request::Code(request) = &asked.request
            && (request.method == PairingMethod::Qr) == is_qr
            && self.now.elapsed < self.deadline
        {
            let new = asked.disowned && self.last_seen[usize::from(is_qr)].as_ref() != Some(code);
            if new || self.flow.view().code() == Some(code) {
                self.last_code[usize::from(is_qr)] = Some(self.now.elapsed);
            }
            self.last_seen[usize::from(is_qr)] = Some(code.clone());
        }
    }

    /// An answer to a request that is over changes nothing.
    pub(super) fn answer_late(&mut self, answer: Answer) {
        let Some(id) = self.past.last().copied() else {
            return;
        };
        let input = match answer {
            Answer::Code(reply) => Input::CodeReply(id, reply),
            Answer::Status(reply) => Input::StatusReply(id, reply),
            Answer::Ended(reply) => Input::AttemptEnded(id, reply),
        };
        assert_eq!(self.input(input, &Cause::Time), Ok(()));
    }

    /// Nobody answers and nobody acts: it must come to its end.
    pub(super) fn run_out(&mut self) {
        for _ in 0..LAST_WAKES {
            self.wake();
        }
        self.pass(self.deadline.saturating_sub(self.now.elapsed));
        assert!(self.outcome.is_some(), "a session without an end");
        assert_eq!(self.flow.wake_at(), None, "what has ended wants nothing");
        self.person(Input::Resume);
        self.cancel();
        self.hint(WebhookHint::Connected);
    }

    fn input(&mut self, input: Input, cause: &Cause) -> Result<(), CommandError> {
        let result = self.flow.handle(input, self.now);
        assert!(
            result.is_ok() || matches!(cause, Cause::Person),
            "{result:?}"
        );
        self.take_outputs(cause, None, Duration::ZERO);
        result
    }

    fn take_outputs(&mut self, cause: &Cause, just_answered: Option<RequestId>, longest: Duration) {
        while let Some(output) = self.flow.next_output() {
            if matches!(output, Output::LeaveAttempt) {
                assert!(self.outcome.is_some() && !self.left && self.elsewhere.is_none());
                assert!(self.options.capabilities.abandon, "it cannot be left");
                self.left = true;
                continue;
            }
            assert!(self.outcome.is_none(), "{output:?} after the end");
            match output {
                Output::Request(id, request) => self.request(id, request),
                Output::Abandon(id) => {
                    let under_way = self.under_way.take().map(|asked| asked.id);
                    assert_eq!(under_way.or(just_answered), Some(id), "nothing to abandon");
                    self.past.push(id);
                }
                Output::Emit(event) => self.event(event, cause, longest),
                Output::LeaveAttempt => unreachable!("it was taken above"),
            }
        }
        if let Some((_, expires_at)) = self.rules.shown() {
            assert!(
                self.now.elapsed < self.dead_by && self.now.wall < *expires_at,
                "a dead code is on screen"
            );
        }
        let finished = self.outcome.is_some();
        assert_eq!(self.flow.is_finished(), finished);
        assert!(
            finished || self.now.elapsed < self.deadline,
            "a session beyond its deadline"
        );
        assert!(
            !finished || self.under_way.is_none(),
            "a request for nobody"
        );
        let wake_at = self.flow.wake_at();
        assert_eq!(wake_at.is_none(), finished);
        assert!(wake_at.is_none_or(|at| at <= self.deadline));
        assert_eq!(*self.flow.view(), self.folded);
    }

    fn request(&mut self, id: RequestId, request: Request) {
        assert!(self.under_way.is_none(), "two requests at once");
        assert!(
            self.now.elapsed >= self.quiet_until,
            "no rest for a failing gateway"
        );
        match &request {
            Request::Code(request) => {
                assert!(!self.gate, "a code that nobody asked for");
                assert_eq!(self.elsewhere, None, "a code while a person is elsewhere");
                assert_eq!(request.method, self.flow.view().method);
                let is_qr = request.method == PairingMethod::Qr;
                let policy = &self.options.policy;
                let spacing = if is_qr || self.options.capabilities.renews_phone_codes {
                    policy.refresh_min
                } else {
                    policy.phone_code_spacing
                };
                let soonest =
                    self.last_code[usize::from(is_qr)].map(|at| at.saturating_add(spacing));
                assert!(
                    soonest.is_none_or(|at| at <= self.now.elapsed),
                    "too soon after the last"
                );
            }
            Request::Status => assert!(
                self.options.capabilities.status,
                "a status that it cannot have"
            ),
            Request::EndAttempt => {
                assert!(self.options.capabilities.abandon, "it cannot be ended");
                assert!(self.flow.view().code().is_none(), "with its code on screen");
                assert!(!self.gate && self.elsewhere.is_none());
            }
        }
        self.under_way = Some(UnderWay {
            id,
            request,
            disowned: false,
        });
    }

    fn event(&mut self, event: PairingEvent, cause: &Cause, longest: Duration) {
        self.rules
            .check(&event)
            .unwrap_or_else(|broken| panic!("{broken}"));
        self.round = event.round;
        match &event.kind {
            EventKind::Preparing { .. } => {
                assert!(matches!(cause, Cause::Person), "a round that nobody opened");
                self.gate = false;
                self.elsewhere = None;
            }
            EventKind::Starting => assert!(!self.gate && self.elsewhere.is_none()),
            EventKind::Linking => {
                self.gate = false;
                self.elsewhere = Some(Elsewhere::Linking);
                self.saw_attempt = true;
            }
            EventKind::PasskeyRequired { .. } => {
                assert!(self.options.capabilities.status, "it could not be noticed");
                self.gate = false;
                self.elsewhere = Some(Elsewhere::Passkey);
                self.saw_attempt = true;
                assert_no_canary(&format!("{event:?}"));
            }
            EventKind::Linked { .. } => self.elsewhere = Some(Elsewhere::Confirming),
            EventKind::InteractionRequired => self.gate = true,
            EventKind::CodeReady { code, .. } => {
                let is_qr = self.flow.view().method == PairingMethod::Qr;
                assert_eq!(code.is_qr(), is_qr, "the other kind of code");
                self.last_code[usize::from(is_qr)] = Some(self.now.elapsed);
                self.dead_by = self.now.elapsed.saturating_add(longest);
                self.saw_attempt = true;
                assert_no_canary(&format!("{event:?}"));
            }
            EventKind::Retrying { retry_at, .. } => {
                let wait = retry_at.duration_since(self.now.wall).unwrap_or_default();
                self.quiet_until = self.now.elapsed.saturating_add(wait);
            }
            EventKind::Finished { outcome } => {
                let reached = self.now.elapsed >= self.deadline;
                let ever = self.saw_attempt;
                outcome_has_its_cause(outcome, cause, &self.said, &self.options, ever, reached);
                self.outcome = Some(outcome.clone());
            }
            EventKind::CodeExpired => self.elsewhere = None,
        }
        reads_back(&event);
        self.folded.apply(&event);
    }
}

/// Times are cut to milliseconds in JSON, so it is the JSON that must stay the same.
fn reads_back(event: &PairingEvent) {
    let json = serde_json::to_string(event).expect("an event is JSON");
    let read: PairingEvent = serde_json::from_str(&json).expect("its own JSON");
    assert_eq!(serde_json::to_string(&read).ok(), Some(json));
}

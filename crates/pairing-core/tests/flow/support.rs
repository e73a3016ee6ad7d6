//! Drives a `PairingFlow` through virtual time against a scripted provider, and checks at
//! every step what must hold at every step.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request, RequestId};
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, EventKind, InstanceStatus, PairingEvent, PairingMethod,
    PairingOutcome, PairingPolicy, PhoneCode, PhoneNumber, ProviderError, ProviderErrorKind,
    QrText, WebhookHint, testing::EventRules,
};

pub(crate) const EVERYTHING: Capabilities = Capabilities::none()
    .with_qr_text()
    .with_phone_code()
    .with_status()
    .with_linked_phone()
    .with_unlink()
    .with_webhooks();

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) fn phone(digits: &str) -> PhoneNumber {
    digits.parse().unwrap()
}

pub(crate) fn phone_method() -> PairingMethod {
    PairingMethod::PhoneCode(phone("5511999998888"))
}

pub(crate) fn qr(number: u64) -> CodeReply {
    QrText::new(format!("2@code-{number}")).unwrap().into()
}

pub(crate) fn phone_code(number: u64) -> CodeReply {
    PhoneCode::new(format!("CODE{number:04}")).unwrap().into()
}

pub(crate) fn error<T>(kind: ProviderErrorKind) -> Result<T, ProviderError> {
    Err(kind.into())
}

pub(crate) fn exact(code: CodeReply, lifetime: Duration) -> CodeReply {
    match code {
        CodeReply::Code(issued) => CodeReply::Code(issued.with_expires_in(lifetime)),
        other => other,
    }
}

/// What a scripted provider answers, and after how long.
pub(crate) type Answer<T> = (Duration, Result<T, ProviderError>);

pub(crate) trait Script {
    fn code(&mut self, method: &PairingMethod, at: Duration) -> Answer<CodeReply>;

    /// What a gateway answers that cares for more than the method.
    fn request(&mut self, request: &CodeRequest, at: Duration) -> Answer<CodeReply> {
        self.code(&request.method, at)
    }

    fn end_attempt(&mut self, _: Duration) -> Answer<()> {
        (Duration::ZERO, Ok(()))
    }

    fn status(&mut self, at: Duration) -> Answer<InstanceStatus>;
}

/// A gateway that makes a new code for every request, and a phone that links at a given time.
#[derive(Default)]
pub(crate) struct Healthy {
    pub(crate) latency: Duration,
    pub(crate) links_at: Option<Duration>,
    pub(crate) linked_phone: Option<PhoneNumber>,
    pub(crate) issued: u64,
}

impl Healthy {
    fn linked(&self, at: Duration) -> bool {
        self.links_at.is_some_and(|linked| at >= linked)
    }
}

impl Script for Healthy {
    fn code(&mut self, method: &PairingMethod, at: Duration) -> Answer<CodeReply> {
        self.issued += 1;
        let reply = match method {
            _ if self.linked(at) => CodeReply::AlreadyConnected,
            PairingMethod::Qr => qr(self.issued),
            PairingMethod::PhoneCode(_) => phone_code(self.issued),
        };
        (self.latency, Ok(reply))
    }

    fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
        let status = if self.linked(at) {
            InstanceStatus::connected(self.linked_phone.clone())
        } else {
            InstanceStatus::disconnected()
        };
        (self.latency, Ok(status))
    }
}

/// Answers from a list, then goes on like [`Healthy`].
#[derive(Default)]
pub(crate) struct Scripted {
    pub(crate) codes: Vec<Result<CodeReply, ProviderError>>,
    pub(crate) statuses: Vec<Result<InstanceStatus, ProviderError>>,
    pub(crate) healthy: Healthy,
}

impl Script for Scripted {
    fn code(&mut self, method: &PairingMethod, at: Duration) -> Answer<CodeReply> {
        if self.codes.is_empty() {
            return self.healthy.code(method, at);
        }
        (self.healthy.latency, self.codes.remove(0))
    }

    fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
        if self.statuses.is_empty() {
            return self.healthy.status(at);
        }
        (self.healthy.latency, self.statuses.remove(0))
    }
}

/// A gateway whose status takes nearly as long as is waited for it.
#[derive(Default)]
pub(crate) struct StatusHangs(Healthy);

impl Script for StatusHangs {
    fn code(&mut self, method: &PairingMethod, at: Duration) -> Answer<CodeReply> {
        self.0.code(method, at)
    }

    fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
        (secs(29), Ok(InstanceStatus::disconnected()))
    }
}

/// One request as the provider saw it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) round: u32,
    pub(crate) started: Duration,
    /// `None` while under way, and for an abandoned one.
    pub(crate) answered: Option<Duration>,
    pub(crate) abandoned: bool,
    pub(crate) failed: bool,
    pub(crate) got_code: bool,
}

impl Call {
    pub(crate) fn is_code(&self) -> bool {
        matches!(self.request, Request::Code(_))
    }

    pub(crate) fn is_code_for(&self, method: &PairingMethod) -> bool {
        matches!(&self.request, Request::Code(asked) if asked.method == *method)
    }
}

#[derive(Debug)]
enum Reply {
    Code(Result<CodeReply, ProviderError>),
    AttemptEnded(Result<(), ProviderError>),
    Status(Result<InstanceStatus, ProviderError>),
}

#[derive(Debug)]
pub(crate) struct World<S> {
    pub(crate) flow: PairingFlow,
    pub(crate) script: S,
    pub(crate) now: Duration,
    pub(crate) calls: Vec<Call>,
    pub(crate) events: Vec<(Duration, PairingEvent)>,
    in_flight: Option<(RequestId, Duration, Reply)>,
    just_answered: Option<RequestId>,
    rules: EventRules,
    /// The attempt at the gateway was to be ended after the session.
    pub(crate) left_attempt: bool,
    /// How often the flow was woken, by replies and by time.
    pub(crate) steps: u32,
}

pub(crate) fn wall(at: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH + secs(1_800_000_000) + at
}

pub(crate) fn options(method: PairingMethod) -> FlowOptions {
    FlowOptions {
        method,
        policy: Arc::new(PairingPolicy::default()),
        capabilities: EVERYTHING,
        expected_phone: None,
        expect_webhooks: false,
        seed: 7,
    }
}

impl<S: Script> World<S> {
    pub(crate) fn start(options: FlowOptions, script: S) -> Self {
        let now = Duration::ZERO;
        let rules = EventRules::new(&options.policy);
        let flow = PairingFlow::new(options, World::<S>::clock(now)).unwrap();
        let mut world = Self {
            flow,
            script,
            now,
            calls: Vec::new(),
            events: Vec::new(),
            in_flight: None,
            just_answered: None,
            rules,
            left_attempt: false,
            steps: 0,
        };
        world.take_outputs();
        world
    }

    fn clock(now: Duration) -> Now {
        Now {
            elapsed: now,
            wall: wall(now),
        }
    }

    /// A person, a webhook or the program does something now.
    pub(crate) fn input(&mut self, input: Input) -> Result<(), pairing_core::CommandError> {
        let result = self.flow.handle(input, Self::clock(self.now));
        self.take_outputs();
        result
    }

    pub(crate) fn hint(&mut self) {
        self.input(Input::Hint(WebhookHint::Connected)).unwrap();
    }

    /// Lets time pass until `end`, and answers requests on the way.
    pub(crate) fn run_until(&mut self, end: Duration) {
        while let Some(next) = self.next_due().filter(|next| *next <= end) {
            self.step(next);
        }
        self.now = self.now.max(end);
    }

    pub(crate) fn run_for(&mut self, time: Duration) {
        self.run_until(self.now + time);
    }

    pub(crate) fn run_to_the_end(&mut self) -> PairingOutcome {
        while let Some(next) = self.next_due() {
            self.step(next);
        }
        self.outcome()
            .expect("a flow without a due time has finished")
            .clone()
    }

    pub(crate) fn next_due(&self) -> Option<Duration> {
        let wake = self.flow.wake_at()?;
        let reply = self.in_flight.as_ref().map(|(_, at, _)| *at);
        Some(reply.map_or(wake, |at| at.min(wake)))
    }

    pub(crate) fn step(&mut self, next: Duration) {
        self.steps += 1;
        assert!(self.steps < 20_000, "the flow spins at {:?}", self.now);
        assert!(next >= self.now, "the flow wants to be woken in the past");
        self.now = next;
        self.just_answered = None;
        let input = match self.in_flight.take() {
            Some((id, at, reply)) if at <= next => {
                self.just_answered = Some(id);
                let call = self.calls.last_mut().unwrap();
                call.answered = Some(next);
                match reply {
                    Reply::Code(reply) => {
                        let qr = call.is_code_for(&PairingMethod::Qr);
                        // A code of the other kind is as bad as none.
                        call.got_code = matches!(&reply, Ok(CodeReply::Code(issued)) if issued.code.is_qr() == qr);
                        call.failed =
                            !call.got_code && matches!(&reply, Err(_) | Ok(CodeReply::Code(_)));
                        Input::CodeReply(id, reply)
                    }
                    Reply::AttemptEnded(reply) => {
                        call.failed = reply.is_err();
                        Input::AttemptEnded(id, reply)
                    }
                    Reply::Status(reply) => {
                        call.failed = reply.is_err();
                        Input::StatusReply(id, reply)
                    }
                }
            }
            under_way => {
                self.in_flight = under_way;
                Input::Tick
            }
        };
        self.input(input).unwrap();
    }

    fn take_outputs(&mut self) {
        while let Some(output) = self.flow.next_output() {
            let leaves = matches!(output, Output::LeaveAttempt) && !self.left_attempt;
            assert!(
                self.outcome().is_none() || leaves,
                "{output:?} after the terminal event"
            );
            match output {
                Output::Request(id, request) => self.send(id, request),
                Output::Abandon(id) => {
                    // A session may end in the very moment in which the answer comes.
                    let under_way = self.in_flight.take().map(|(id, ..)| id);
                    assert_eq!(under_way.or(self.just_answered), Some(id));
                    self.calls.last_mut().unwrap().abandoned = true;
                }
                Output::LeaveAttempt => self.left_attempt = true,
                Output::Emit(event) => {
                    self.rules.check(&event).unwrap();
                    self.events.push((self.now, event));
                }
            }
        }
        if let Some((_, until)) = self.rules.shown() {
            assert!(
                wall(self.now) < *until,
                "a dead code is on screen at {:?}",
                self.now
            );
        }
    }

    fn send(&mut self, id: RequestId, request: Request) {
        assert!(
            self.in_flight.is_none(),
            "two requests at once at {:?}",
            self.now
        );
        let (latency, reply) = match &request {
            Request::Code(request) => {
                let (latency, reply) = self.script.request(request, self.now);
                (latency, Reply::Code(reply))
            }
            Request::EndAttempt => {
                let (latency, reply) = self.script.end_attempt(self.now);
                (latency, Reply::AttemptEnded(reply))
            }
            Request::Status => {
                let (latency, reply) = self.script.status(self.now);
                (latency, Reply::Status(reply))
            }
        };
        self.in_flight = Some((id, self.now + latency, reply));
        self.calls.push(Call {
            request,
            round: self.flow.view().round,
            started: self.now,
            answered: None,
            abandoned: false,
            failed: false,
            got_code: false,
        });
    }

    pub(crate) fn outcome(&self) -> Option<&PairingOutcome> {
        self.events.last().and_then(|(_, event)| event.outcome())
    }

    pub(crate) fn times(&self, wanted: fn(&EventKind) -> bool) -> Vec<Duration> {
        let matching = self.events.iter().filter(|(_, event)| wanted(&event.kind));
        matching.map(|(at, _)| *at).collect()
    }

    /// When each code was shown, and until when at most.
    pub(crate) fn expiries(&self) -> Vec<(Duration, Duration)> {
        let expires = |kind: &EventKind| match kind {
            EventKind::CodeReady { expires_at, .. } => {
                expires_at.duration_since(wall(secs(0))).ok()
            }
            _ => None,
        };
        let events = self.events.iter();
        events
            .filter_map(|(at, event)| Some((*at, expires(&event.kind)?)))
            .collect()
    }

    pub(crate) fn code_calls(&self) -> Vec<Duration> {
        self.calls
            .iter()
            .filter(|call| call.is_code())
            .map(|call| call.started)
            .collect()
    }

    pub(crate) fn status_calls(&self) -> Vec<Duration> {
        self.calls
            .iter()
            .filter(|call| call.request == Request::Status)
            .map(|call| call.started)
            .collect()
    }
}

pub(crate) fn is_ready(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CodeReady { .. })
}

pub(crate) fn is_expired(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CodeExpired)
}

pub(crate) fn is_gate(kind: &EventKind) -> bool {
    matches!(kind, EventKind::InteractionRequired)
}

pub(crate) fn is_retrying(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Retrying { .. })
}

pub(crate) fn healthy(links_at: Option<Duration>) -> World<Healthy> {
    let script = Healthy {
        latency: millis(300),
        links_at,
        linked_phone: Some(phone("5511999998888")),
        ..Healthy::default()
    };
    World::start(options(PairingMethod::Qr), script)
}

pub(crate) fn scripted(
    method: PairingMethod,
    codes: Vec<Result<CodeReply, ProviderError>>,
    statuses: Vec<Result<InstanceStatus, ProviderError>>,
) -> World<Scripted> {
    let script = Scripted {
        codes,
        statuses,
        healthy: Healthy::default(),
    };
    World::start(options(method), script)
}

/// A policy that asks for every QR code 15 s after the last.
pub(crate) fn asking_early(codes: Vec<Result<CodeReply, ProviderError>>) -> World<Scripted> {
    let policy = PairingPolicy::default()
        .with_refresh_min(secs(15))
        .with_refresh_interval(secs(15));
    let options = FlowOptions {
        policy: Arc::new(policy),
        ..options(PairingMethod::Qr)
    };
    let script = Scripted {
        codes,
        ..Scripted::default()
    };
    World::start(options, script)
}

//! Whole sessions over the simulated server, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{HttpMethod, HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, Screen, WebhookHint,
};
use pairing_http::BaseUrl;
use pairing_sim::{
    Faults, InProcessTransport, Instance, InstanceSetup, ScanError, Simulator, SimulatorOptions,
    TypeError,
};
use pairing_waha::simulator::DIALECT;
use pairing_waha::{Waha, WahaConfig};
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<Waha>,
    simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn world(setup: InstanceSetup) -> World {
    world_with(setup, |config| config)
}

fn world_with(setup: InstanceSetup, configure: fn(WahaConfig) -> WahaConfig) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let transport = Arc::new(simulator.transport());
    let config = configure(config(&instance));
    World {
        provider: Arc::new(Waha::with_transport(config, transport).unwrap()),
        instance,
        simulator,
    }
}

fn config(instance: &Instance) -> WahaConfig {
    WahaConfig::new(InProcessTransport::BASE_URL.parse().unwrap())
        .with_session(instance.id())
        .with_api_key(instance.token().to_owned())
}

/// What became of a code that the person at the screen used.
#[derive(Debug, PartialEq, Eq)]
enum Used {
    Linked,
    Dead,
    NoCode,
}

impl World {
    fn start(&self, method: PairingMethod) -> PairingSession {
        let policy = self.provider.recommended_policy();
        let builder = PairingSession::builder(self.provider.clone()).policy(policy);
        builder.method(method).start().unwrap()
    }

    fn methods(&self) -> [PairingMethod; 2] {
        [
            PairingMethod::Qr,
            PairingMethod::PhoneCode(self.instance.phone()),
        ]
    }

    /// Another program's order to the gateway.
    async fn order(&self, action: &str) {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let url = base.join(&["api", "sessions", self.instance.id(), action]);
        let request = HttpRequest::new(HttpMethod::Post, url)
            .with_header("x-api-key", self.instance.token().to_owned().into());
        let answer = self.simulator.transport().send(request).await.unwrap();
        assert_eq!(answer.status, 201, "{action}");
    }

    /// Uses the code on screen, and waits for the end.
    async fn link(&self, session: &mut PairingSession) -> PairingOutcome {
        assert_eq!(self.use_screen(session), Used::Linked);
        outcome(&rest(session).await).clone()
    }

    fn connected(&self) -> PairingOutcome {
        PairingOutcome::Connected {
            phone: Some(self.instance.phone()),
        }
    }

    /// The person uses what is on screen.
    fn use_screen(&self, session: &PairingSession) -> Used {
        let Screen::Code { code, .. } = session.handle().view().screen else {
            return Used::NoCode;
        };
        let is_linked = match &code {
            PairingCode::QrText { text } => match self.instance.scan(text.expose()) {
                Ok(()) => true,
                Err(ScanError::Dead) => false,
                Err(error) => unreachable!("{error}"),
            },
            PairingCode::PhoneCode { code } => match self.instance.type_code(code.expose()) {
                Ok(()) => true,
                Err(TypeError::Dead) => false,
                Err(error) => unreachable!("{error}"),
            },
            PairingCode::QrImage { .. } => unreachable!("texts are asked for"),
        };
        if is_linked { Used::Linked } else { Used::Dead }
    }
}

async fn events_until(session: &mut PairingSession, moment: Instant) -> Vec<PairingEvent> {
    let mut events = Vec::new();
    while let Ok(Some(event)) = timeout_at(moment, session.next_event()).await {
        events.push(event);
    }
    events
}

async fn rest(session: &mut PairingSession) -> Vec<PairingEvent> {
    let mut events = Vec::new();
    while let Some(event) = session.next_event().await {
        events.push(event);
    }
    events
}

fn outcome(events: &[PairingEvent]) -> &PairingOutcome {
    events.last().and_then(PairingEvent::outcome).unwrap()
}

async fn until(
    session: &mut PairingSession,
    is_meant: impl Fn(&EventKind) -> bool,
) -> PairingEvent {
    while let Some(event) = session.next_event().await {
        if is_meant(&event.kind) {
            return event;
        }
        let outcome = event.outcome();
        assert_eq!(outcome, None);
    }
    unreachable!("the last event has an outcome")
}

async fn first_code(session: &mut PairingSession) {
    until(session, |kind| matches!(kind, EventKind::CodeReady { .. })).await;
}

/// Between the moments in which a code is replaced.
const fn moment(half_seconds: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_add(Duration::from_millis(500).saturating_mul(half_seconds))
}

/// Over a whole attempt and the beginning of the next, every half second.
#[tokio::test(start_paused = true)]
async fn whenever_a_phone_uses_the_code_on_screen_it_links() {
    for attempts_end in [false, true] {
        for method in 0..2 {
            for half_seconds in 0..340 {
                let world = world(setup().with_option("attempts_end", attempts_end));
                let mut session = world.start(world.methods()[method].clone());
                events_until(&mut session, Instant::now() + moment(half_seconds)).await;
                let case = format!("{attempts_end} {method} at {:?}", moment(half_seconds));
                let asked = world.instance.calls().codes();
                match world.use_screen(&session) {
                    // Before the start is over, and after the last code of the round.
                    Used::NoCode => assert!(!(10..300).contains(&half_seconds), "{case}"),
                    Used::Dead => unreachable!("a dead code is on screen: {case}"),
                    Used::Linked => {
                        let events = rest(&mut session).await;
                        assert_eq!(*outcome(&events), world.connected(), "{case}");
                        let fails = |kind: &EventKind| {
                            matches!(
                                kind,
                                EventKind::Retrying { .. } | EventKind::CodeReady { .. }
                            )
                        };
                        let failed = events.iter().any(|event| fails(&event.kind));
                        assert!(!failed, "{case}: {events:?}");
                        // One that was due in the same moment finds that there is none.
                        let calls = world.instance.calls();
                        assert!(calls.codes() <= asked + 1, "{case}");
                        assert_eq!((calls.unlink, calls.max_in_flight), (0, 1), "{case}");
                        let disturbed = DIALECT.second_attempts(&world.instance);
                        assert_eq!(disturbed, 0, "{case}");
                    }
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_minutes_shows_that_and_uses_up_nothing() {
    for method in 0..2 {
        let world = world(setup().with_option("start_ms", 240_000));
        let mut session = world.start(world.methods()[method].clone());
        let events = events_until(&mut session, Instant::now() + s(239)).await;
        let kinds = events.iter().map(|event| &event.kind);
        assert!(kinds.skip(1).all(|kind| *kind == EventKind::Starting));
        assert_eq!(session.handle().view().screen, Screen::Starting);
        assert_eq!(world.instance.calls().phone_code, 0);
        let code = until(&mut session, |kind| {
            matches!(kind, EventKind::CodeReady { .. })
        });
        let code = code.await;
        assert_eq!((code.round, code.attempt), (1, 1));
        assert_eq!(world.instance.calls().other, 1, "one start");
        assert_eq!(world.link(&mut session).await, world.connected());
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_by_another_program_costs_the_code_on_screen_and_no_more() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        world.order("restart").await;
        if method == 1 {
            // A phone code is asked for again when the person comes back.
            until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
            session.handle().resume().unwrap();
        }
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.instance.calls().unlink, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_on_the_phone_is_linked_again() {
    for method in 0..2 {
        let world = world(setup());
        world.instance.link();
        world.instance.unlink();
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        let calls = world.instance.calls();
        // A restart, which does not help, and a logout.
        assert_eq!((calls.other, calls.unlink), (1, 1));
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.instance.calls().unlink, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_whatever_state_its_session_is_in() {
    for method in 0..2 {
        for order in ["", "restart", "stop"] {
            let world = world(setup());
            world.instance.link();
            if !order.is_empty() {
                world.order(order).await;
            }
            let mut session = world.start(world.methods()[method].clone());
            let events = rest(&mut session).await;
            let phone = Some(world.instance.phone());
            let expected = PairingOutcome::AlreadyConnected { phone };
            assert_eq!(*outcome(&events), expected, "after {order}");
            assert!(world.instance.is_linked());
            let calls = world.instance.calls();
            assert_eq!((calls.unlink, calls.phone_code), (0, 0));
        }
    }
}

/// Links the phone just before the gateway gets an order to stop.
#[derive(Debug)]
struct LinksBeforeStop(InProcessTransport, Instance);

#[async_trait]
impl HttpTransport for LinksBeforeStop {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if request.url.expose().ends_with("/stop") && !self.1.is_linked() {
            self.1.link();
        }
        self.0.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_made_while_an_attempt_is_ended_is_kept() {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup().with_option("state", "SCAN_QR_CODE"));
    let transport = LinksBeforeStop(simulator.transport(), instance.clone());
    let provider = Waha::with_transport(config(&instance), Arc::new(transport)).unwrap();
    let policy = provider.recommended_policy();
    let session = PairingSession::builder(provider)
        .policy(policy)
        .method(PairingMethod::PhoneCode(instance.phone()));
    let phone = Some(instance.phone());
    let outcome = session.start().unwrap().outcome().await;
    assert_eq!(outcome, PairingOutcome::AlreadyConnected { phone });
    assert!(instance.is_linked());
    assert_eq!(instance.calls().unlink, 0);
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_lives_as_long_as_is_shown_also_where_an_attempt_runs_already() {
    // Another program's attempt, of which 100 s have passed.
    let world = world(
        setup()
            .with_option("state", "SCAN_QR_CODE")
            .with_phase(s(100)),
    );
    let [_, phone_code] = world.methods();
    let mut session = world.start(phone_code);
    first_code(&mut session).await;
    let events = events_until(&mut session, Instant::now() + s(149)).await;
    assert_eq!(events, []);
    assert_eq!(world.link(&mut session).await, world.connected());
    assert_eq!(world.instance.calls().phone_code, 1);
}

#[tokio::test(start_paused = true)]
async fn a_switch_to_a_phone_code_ends_the_attempt_once_no_phone_can_be_linking() {
    let world = world(setup());
    let [qr, phone_code] = world.methods();
    let mut session = world.start(qr);
    first_code(&mut session).await;
    let switched = Instant::now();
    session.handle().switch_method(phone_code).unwrap();
    first_code(&mut session).await;
    // 10 s in which a scan may show, 3 s for the stop, and the start.
    assert!((s(15)..s(20)).contains(&switched.elapsed()));
    let calls = world.instance.calls();
    assert_eq!((calls.phone_code, calls.unlink), (1, 0));
    assert_eq!(world.link(&mut session).await, world.connected());
}

#[tokio::test(start_paused = true)]
async fn a_scan_just_before_a_switch_links() {
    let world = world(setup());
    let [qr, phone_code] = world.methods();
    let mut session = world.start(qr);
    first_code(&mut session).await;
    assert_eq!(world.use_screen(&session), Used::Linked);
    session.handle().switch_method(phone_code).unwrap();
    assert_eq!(*outcome(&rest(&mut session).await), world.connected());
    let calls = world.instance.calls();
    assert_eq!((calls.phone_code, calls.unlink), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_left_makes_no_more_codes() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        session.handle().cancel();
        rest(&mut session).await;
        tokio::time::sleep(s(10)).await;
        assert_eq!(world.instance.current_qr(), None);
        assert_eq!(world.instance.current_phone_code(), None);
        assert_eq!(world.instance.calls().unlink, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_passkey_is_waited_for_with_the_code_to_compare() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        let asked = world.instance.calls().codes();
        let fault = DIALECT.fault("passkey_confirmation").unwrap();
        world.instance.set_faults(fault);
        let wanted = until(&mut session, |kind| {
            matches!(kind, EventKind::PasskeyRequired { .. })
        });
        let EventKind::PasskeyRequired { step } = wanted.await.kind else {
            unreachable!("it was waited for")
        };
        assert_eq!(step.confirmation_code(), Some("1234"));
        assert_eq!(
            events_until(&mut session, Instant::now() + s(120)).await,
            []
        );
        // The request that was due when it was noticed may be one.
        assert!(world.instance.calls().codes() <= asked + 1);
        world.instance.set_faults(Faults::none());
        world.instance.link();
        assert_eq!(*outcome(&rest(&mut session).await), world.connected());
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_created_where_that_is_wanted() {
    let missing = || setup().with_option("exists", false);
    let refusing = world(missing());
    let mut session = refusing.start(PairingMethod::Qr);
    let events = rest(&mut session).await;
    assert!(matches!(outcome(&events), PairingOutcome::Rejected { .. }));
    let world = world_with(missing(), |config| config.with_create(true));
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
}

/// Requests for a code, for the state, and orders (a start, and the stop at the end where the session
/// still makes codes). Six QR codes take nine requests, since the first one lives for three periods.
#[tokio::test(start_paused = true)]
async fn an_unattended_session_costs_a_counted_number_of_calls() {
    let mut counted = Vec::new();
    for method in 0..2 {
        for attempts_end in [false, true] {
            let world = world(setup().with_option("attempts_end", attempts_end));
            let mut session = world.start(world.methods()[method].clone());
            let events = rest(&mut session).await;
            assert_eq!(*outcome(&events), PairingOutcome::Deadline);
            let calls = world.instance.calls();
            counted.push((calls.codes(), calls.status, calls.other));
        }
    }
    assert_eq!(counted, [(9, 43, 2), (9, 49, 1), (1, 37, 2), (1, 37, 1)]);
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read_signed_or_not() {
    for signed in [false, true] {
        let world = world(setup().with_option("signed", signed));
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        world.link(&mut session).await;
        world.instance.unlink();
        let mut config = config(&world.instance);
        let settings = world.instance.settings();
        config.webhook_hmac_key = settings
            .get("webhook_hmac_key")
            .map(|key| key.clone().into());
        let transport = Arc::new(world.simulator.transport());
        let provider = Waha::with_transport(config, transport).unwrap();
        let mut hints = Vec::new();
        for webhook in world.instance.webhooks() {
            let headers = webhook.headers().iter();
            let headers: Vec<_> = headers.map(|(name, value)| (*name, &**value)).collect();
            let incoming = IncomingWebhook::new(webhook.body());
            let read = provider.read_webhook(&incoming.with_headers(&headers));
            hints.push(read.unwrap());
            assert_eq!(provider.read_webhook(&incoming).is_ok(), !signed);
        }
        assert_eq!(
            hints,
            [
                WebhookHint::Progress,
                WebhookHint::CodeChanged,
                WebhookHint::Progress,
                WebhookHint::Connected,
                WebhookHint::Disconnected,
            ]
        );
    }
}

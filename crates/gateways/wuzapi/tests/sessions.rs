//! Whole sessions over the simulated server, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::{HttpMethod, HttpRequest, HttpTransport as _};
use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, Screen, WebhookHint,
};
use pairing_http::BaseUrl;
use pairing_sim::{
    Faults, InProcessTransport, Instance, InstanceSetup, ScanError, Simulator, SimulatorOptions,
    TypeError,
};
use pairing_wuzapi::simulator::DIALECT;
use pairing_wuzapi::{Wuzapi, WuzapiConfig};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<Wuzapi>,
    simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn world(setup: InstanceSetup) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let provider = Arc::new(provider(&simulator, &instance, |config| config));
    World {
        instance,
        provider,
        simulator,
    }
}

fn provider(
    simulator: &Simulator,
    instance: &Instance,
    configure: impl Fn(WuzapiConfig) -> WuzapiConfig,
) -> Wuzapi {
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = configure(WuzapiConfig::new(base, instance.token().to_owned()));
    Wuzapi::with_transport(config, Arc::new(simulator.transport())).unwrap()
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

    /// Another program's request to the gateway.
    async fn order(&self, method: HttpMethod, action: &str) -> Value {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let request = HttpRequest::new(method, base.join(&["session", action]))
            .with_header("token", self.instance.token().to_owned().into())
            .with_json(json!({"Immediate": true}).to_string());
        let answer = self.simulator.transport().send(request).await.unwrap();
        serde_json::from_slice(&answer.body).unwrap()
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
            PairingCode::QrImage { image } => match self.instance.scan_picture(image.expose()) {
                Ok(()) => true,
                Err(ScanError::Dead) => false,
                Err(error) => unreachable!("{error}"),
            },
            PairingCode::PhoneCode { code } => match self.instance.type_code(code.expose()) {
                Ok(()) => true,
                Err(TypeError::Dead) => false,
                Err(error) => unreachable!("{error}"),
            },
            PairingCode::QrText { .. } => unreachable!("it has pictures alone"),
        };
        if is_linked { Used::Linked } else { Used::Dead }
    }

    fn is_undisturbed(&self) -> bool {
        let calls = self.instance.calls();
        DIALECT.second_attempts(&self.instance) == 0 && calls.unlink == 0
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

/// Over a whole connection and the beginning of the next, every half second.
async fn used_at_any_moment(method: usize, version: &str) {
    for half_seconds in 0..340 {
        let world = world(setup().with_option("version", version));
        let mut session = world.start(world.methods()[method].clone());
        events_until(&mut session, Instant::now() + moment(half_seconds)).await;
        let case = format!("{version} at {:?}", moment(half_seconds));
        let asked = world.instance.calls().codes();
        match world.use_screen(&session) {
            // Before there is a code, and after the last one of the round.
            Used::NoCode => assert!(!(10..300).contains(&half_seconds), "{case}"),
            Used::Dead => unreachable!("a dead code is on screen: {case}"),
            Used::Linked => {
                let events = rest(&mut session).await;
                let linked = match version {
                    "2025" => PairingOutcome::Connected { phone: None },
                    _ => world.connected(),
                };
                assert_eq!(*outcome(&events), linked, "{case}");
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
                assert_eq!(calls.max_in_flight, 1, "{case}");
                assert!(world.is_undisturbed(), "{case}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_a_phone_scans_the_code_on_screen_it_links() {
    used_at_any_moment(0, "2026").await;
}

#[tokio::test(start_paused = true)]
async fn whenever_a_person_types_the_code_on_screen_the_phone_links() {
    used_at_any_moment(1, "2026").await;
}

#[tokio::test(start_paused = true)]
async fn at_an_older_server_a_code_on_screen_links_as_well() {
    used_at_any_moment(1, "2025").await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_takes_its_time_is_started_once() {
    for method in 0..2 {
        let world = world(setup().with_option("start_ms", 15_000));
        let mut session = world.start(world.methods()[method].clone());
        let events = events_until(&mut session, Instant::now() + s(14)).await;
        let kinds = events.iter().map(|event| &event.kind);
        assert!(kinds.skip(1).all(|kind| *kind == EventKind::Starting));
        first_code(&mut session).await;
        assert_eq!(world.instance.calls().other, 1, "one start");
        assert_eq!(world.link(&mut session).await, world.connected());
        assert!(world.is_undisturbed());
    }
}

/// The number that was unlinked stays in `jid`.
#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_on_the_phone_is_linked_again() {
    for method in 0..2 {
        let world = world(setup());
        world.instance.link();
        world.instance.unlink();
        assert!(!world.provider.status().await.unwrap().is_connected());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert!(world.is_undisturbed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_connected_or_not() {
    for method in 0..2 {
        for action in [None, Some("disconnect")] {
            let world = world(setup());
            world.instance.link();
            if let Some(action) = action {
                let answer = world.order(HttpMethod::Post, action).await;
                assert_eq!(answer["success"], true);
            }
            let mut session = world.start(world.methods()[method].clone());
            let events = rest(&mut session).await;
            let phone = Some(world.instance.phone());
            let expected = PairingOutcome::AlreadyConnected { phone };
            assert_eq!(*outcome(&events), expected, "after {action:?}");
            assert!(world.instance.is_linked());
            assert_eq!(world.instance.calls().phone_code, 0);
            assert!(world.is_undisturbed());
        }
    }
}

/// How old it is, WuzAPI does not say, and with it the code would die.
#[tokio::test(start_paused = true)]
async fn a_phone_code_waits_for_the_end_of_another_programs_connection() {
    for version in ["2025", "2026"] {
        let setup = setup().with_option("state", "up").with_phase(s(100));
        let world = world(setup.with_option("version", version));
        let [_, phone_code] = world.methods();
        let mut session = world.start(phone_code);
        let began = Instant::now();
        first_code(&mut session).await;
        assert!((s(60)..s(70)).contains(&began.elapsed()));
        assert_eq!(
            events_until(&mut session, Instant::now() + s(149)).await,
            []
        );
        assert_eq!(world.use_screen(&session), Used::Linked);
        assert!(outcome(&rest(&mut session).await).is_linked());
        assert_eq!(world.instance.calls().phone_code, 1);
        assert!(world.is_undisturbed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_to_a_phone_code_is_quick_while_the_first_qr_code_is_on_offer() {
    for (after, at_most, lives) in [(5, 1, 94), (58, 1, 94), (65, 110, 149)] {
        let world = world(setup());
        let [qr, phone_code] = world.methods();
        let mut session = world.start(qr);
        first_code(&mut session).await;
        events_until(&mut session, Instant::now() + s(after)).await;
        let switched = Instant::now();
        session.handle().switch_method(phone_code).unwrap();
        until(
            &mut session,
            |kind| matches!(kind, EventKind::CodeReady { code, .. } if !code.is_qr()),
        )
        .await;
        assert!(switched.elapsed() <= s(at_most), "{:?}", switched.elapsed());
        assert_eq!(
            events_until(&mut session, Instant::now() + s(lives)).await,
            []
        );
        assert_eq!(world.link(&mut session).await, world.connected());
        assert!(world.is_undisturbed());
    }
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
    assert_eq!(world.instance.calls().phone_code, 0);
    assert!(world.is_undisturbed());
}

#[tokio::test(start_paused = true)]
async fn a_person_who_comes_back_gets_a_code_of_the_next_connection() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
        session.handle().resume().unwrap();
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.instance.calls().other, 2, "two starts");
        assert!(world.is_undisturbed());
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_the_code_on_screen_and_no_more() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        world
            .instance
            .set_faults(DIALECT.fault("server_error").unwrap());
        events_until(&mut session, Instant::now() + s(20)).await;
        world.instance.set_faults(Faults::none());
        loop {
            events_until(&mut session, Instant::now() + s(5)).await;
            match world.use_screen(&session) {
                Used::Linked => break,
                Used::NoCode => {
                    let _ = session.handle().resume();
                }
                Used::Dead => unreachable!("a dead code is on screen"),
            }
        }
        assert_eq!(*outcome(&rest(&mut session).await), world.connected());
        assert!(world.is_undisturbed());
    }
}

fn outcome_text(outcome: &PairingOutcome) -> String {
    let error = match outcome {
        PairingOutcome::Rejected { error } | PairingOutcome::Unavailable { error } => {
            format!(" {}", error.kind)
        }
        _ => String::new(),
    };
    outcome.as_str().to_owned() + &error
}

#[tokio::test(start_paused = true)]
async fn what_whatsapp_refuses_ends_a_session_with_its_reason() {
    for (fault, expected) in [
        ("rate_overlimit", "rate_limited"),
        ("number_refused", "rejected refused"),
        ("unauthorized", "rejected invalid_credentials"),
    ] {
        let world = world(setup());
        world.instance.set_faults(DIALECT.fault(fault).unwrap());
        let [_, phone_code] = world.methods();
        let mut session = world.start(phone_code);
        let events = rest(&mut session).await;
        assert_eq!(outcome_text(outcome(&events)), expected, "{fault}");
        assert!(world.is_undisturbed());
    }
}

#[tokio::test(start_paused = true)]
async fn another_account_than_the_wanted_one_is_noticed() {
    let world = world(setup());
    let policy = world.provider.recommended_policy();
    let wanted = "+55 11 98888-7777".parse().unwrap();
    let builder = PairingSession::builder(world.provider.clone()).policy(policy);
    let mut session = builder.expect_phone(wanted).start().unwrap();
    first_code(&mut session).await;
    let ended = world.link(&mut session).await;
    assert!(
        matches!(ended, PairingOutcome::WrongAccount { .. }),
        "{ended:?}"
    );
}

/// Requests for a code, for the status, and starts. Six QR codes take ten requests: one finds none yet,
/// and the first code lives for three periods.
#[tokio::test(start_paused = true)]
async fn an_unattended_session_costs_a_counted_number_of_calls() {
    let mut counted = Vec::new();
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        let events = rest(&mut session).await;
        assert_eq!(*outcome(&events), PairingOutcome::Deadline);
        let calls = world.instance.calls();
        counted.push((calls.codes(), calls.status, calls.other));
    }
    assert_eq!(counted, [(10, 50, 1), (1, 37, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_session_changes_nothing_of_what_the_webhook_gets() {
    for events in ["All", ""] {
        let world = world(setup());
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let subscribe = json!({"Subscribe": events.split(',').filter(|it| !it.is_empty()).collect::<Vec<_>>(), "Immediate": true});
        let request = HttpRequest::new(HttpMethod::Post, base.join(&["session", "connect"]))
            .with_header("token", world.instance.token().to_owned().into())
            .with_json(subscribe.to_string());
        world.simulator.transport().send(request).await.unwrap();
        let before = world.order(HttpMethod::Get, "status").await["data"]["events"].clone();
        // That connection ends, and the session starts another.
        tokio::time::sleep(s(170)).await;
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        let after = world.order(HttpMethod::Get, "status").await["data"]["events"].clone();
        assert_eq!(before, after);
    }
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read_signed_or_not_form_or_json() {
    for (signed, is_json, version) in [
        (false, false, "2025"),
        (false, false, "2026"),
        (true, false, "2026"),
        (false, true, "2026"),
        (true, true, "2026"),
    ] {
        let setup = setup()
            .with_option("signed", signed)
            .with_option("version", version);
        let world = world(setup.with_option("json_webhooks", is_json));
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        world.link(&mut session).await;
        world.instance.unlink();
        let settings = world.instance.settings();
        let provider = provider(&world.simulator, &world.instance, |mut config| {
            let key = settings.get("webhook_hmac_key");
            config.webhook_hmac_key = key.map(|key| key.clone().into());
            config
        });
        let mut hints = Vec::new();
        for webhook in world.instance.webhooks() {
            let headers = webhook.headers().iter();
            let headers: Vec<_> = headers.map(|(name, value)| (*name, &**value)).collect();
            let incoming = IncomingWebhook::new(webhook.body());
            hints.push(
                provider
                    .read_webhook(&incoming.with_headers(&headers))
                    .unwrap(),
            );
            assert_eq!(provider.read_webhook(&incoming).is_ok(), !signed);
        }
        assert_eq!(
            hints,
            [
                WebhookHint::CodeChanged,
                WebhookHint::Progress,
                WebhookHint::Progress,
                WebhookHint::Connected,
                WebhookHint::Disconnected,
            ]
        );
    }
}

//! Whole sessions over the simulated server, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{HttpMethod, HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, PhoneNumber, Screen, WebhookHint,
};
use pairing_http::BaseUrl;
use pairing_sim::{
    Fault, Faults, InProcessTransport, Instance, InstanceSetup, Rotation, ScanError, Simulator,
    SimulatorOptions, TypeError,
};
use pairing_uazapi::simulator::DIALECT;
use pairing_uazapi::{Uazapi, UazapiConfig};
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<Uazapi>,
    simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn world(setup: InstanceSetup) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let transport = Arc::new(simulator.transport());
    World {
        provider: Arc::new(provider(&instance, transport)),
        instance,
        simulator,
    }
}

fn provider(instance: &Instance, transport: Arc<dyn HttpTransport>) -> Uazapi {
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = UazapiConfig::new(instance.token().to_owned(), base);
    Uazapi::with_transport(config, transport).unwrap()
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
        let builder = PairingSession::builder(self.provider.clone());
        builder.method(method).start().unwrap()
    }

    fn methods(&self) -> [PairingMethod; 2] {
        [
            PairingMethod::Qr,
            PairingMethod::PhoneCode(self.instance.phone()),
        ]
    }

    /// Another program's order to the gateway.
    async fn order(&self, call: &str) {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let url = base.join(&["instance", call]);
        let request = HttpRequest::new(HttpMethod::Post, url)
            .with_header("token", self.instance.token().to_owned().into())
            .with_json("{}".to_owned());
        let answer = self.simulator.transport().send(request).await.unwrap();
        assert_eq!(answer.status, 200, "{call}");
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
            PairingCode::QrText { .. } => unreachable!("the gateway has pictures alone"),
        };
        if is_linked { Used::Linked } else { Used::Dead }
    }

    /// Requests to start an attempt.
    fn starts(&self) -> u64 {
        self.instance.calls().codes()
    }

    /// Nothing broke a link, nothing unlinked, and no request ran beside another.
    fn assert_harmless(&self, case: &str) {
        assert_eq!(DIALECT.second_attempts(&self.instance), 0, "{case}");
        let calls = self.instance.calls();
        assert_eq!((calls.unlink, calls.max_in_flight), (0, 1), "{case}");
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

async fn waits_for_the_person(session: &mut PairingSession) {
    until(session, |kind| *kind == EventKind::InteractionRequired).await;
}

/// Between the moments in which a code is replaced.
const fn moment(half_seconds: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_add(Duration::from_millis(500).saturating_mul(half_seconds))
}

/// One scan, or one code typed, at this moment of a session. `shown`: how many half seconds a round
/// has a code on screen.
async fn a_scan_links(setup: InstanceSetup, method: usize, half_seconds: u32, shown: u32) {
    let case = format!("{method} at {:?}", moment(half_seconds));
    let world = world(setup);
    let mut session = world.start(world.methods()[method].clone());
    events_until(&mut session, Instant::now() + moment(half_seconds)).await;
    match world.use_screen(&session) {
        // Before the first code, and after the last one of the round.
        Used::NoCode => assert!(!(2..shown).contains(&half_seconds), "{case}"),
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
            assert_eq!(world.starts(), 1, "{case}");
        }
    }
    world.assert_harmless(&case);
}

/// Over a whole attempt, every half second, whatever the status says between a scan and the link.
#[tokio::test(start_paused = true)]
async fn whenever_a_phone_scans_the_code_on_screen_it_links() {
    for half_seconds in 0..250 {
        let state = ["connecting", "disconnected"][half_seconds as usize % 2];
        let setup = setup().with_option("link_state", state);
        a_scan_links(setup, 0, half_seconds, 200).await;
    }
}

/// And where a code lives 20 s from the first one on.
#[tokio::test(start_paused = true)]
async fn whenever_a_phone_scans_a_code_of_20_seconds_it_links() {
    for half_seconds in (0..250).step_by(3) {
        let setup = setup().with_rotation(Rotation::EVERY_20_S);
        a_scan_links(setup, 0, half_seconds, 200).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_a_person_types_the_code_on_screen_it_links() {
    for half_seconds in 0..610 {
        let state = ["connecting", "disconnected"][half_seconds as usize % 2];
        let setup = setup().with_option("link_state", state);
        a_scan_links(setup, 1, half_seconds, 570).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_comes_after_the_first_answer_is_read_in_the_status() {
    for delay in [3500, 12_000] {
        for method in 0..2 {
            let world = world(setup().with_option("qr_delay_ms", delay));
            let mut session = world.start(world.methods()[method].clone());
            until(&mut session, |kind| *kind == EventKind::Starting).await;
            first_code(&mut session).await;
            assert_eq!(world.starts(), 1, "{delay} {method}");
            assert_eq!(world.link(&mut session).await, world.connected());
            world.assert_harmless("");
        }
    }
}

/// A code on screen is counted as old as the first one was when it came: 0.5 s here.
#[tokio::test(start_paused = true)]
async fn after_a_late_first_code_a_dead_one_is_on_screen_for_moments_alone() {
    let world = world(setup().with_option("qr_delay_ms", 4500));
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    let (mut shown, mut dead) = (0, 0);
    for _ in 0..990 {
        events_until(&mut session, Instant::now() + Duration::from_millis(100)).await;
        let view = session.handle().view();
        let Some(PairingCode::QrImage { image }) = view.code() else {
            continue;
        };
        let text = pairing_qr::decode(image.expose()).ok();
        shown += 1;
        dead += u32::from(text != world.instance.current_qr());
    }
    // Tenths of a second, for two changes.
    assert!(shown >= 980, "{shown}");
    assert!((1..=10).contains(&dead), "{dead}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_over_is_followed_by_another_when_the_user_comes_back() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        waits_for_the_person(&mut session).await;
        assert_eq!(world.starts(), 1);
        // Longer than the gateway's limit.
        events_until(&mut session, Instant::now() + s(60)).await;
        session.handle().resume().unwrap();
        first_code(&mut session).await;
        assert_eq!(world.starts(), 2, "{method}");
        assert_eq!(world.link(&mut session).await, world.connected());
        world.assert_harmless("");
    }
}

/// The attempt still runs: its QR code is shown, and another phone code is made.
#[tokio::test(start_paused = true)]
async fn a_user_who_comes_back_soon_gets_a_code_that_links() {
    for (method, starts) in [(0, 1), (1, 2)] {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        waits_for_the_person(&mut session).await;
        session.handle().resume().unwrap();
        first_code(&mut session).await;
        assert_eq!(world.starts(), starts, "{method}");
        assert_eq!(world.link(&mut session).await, world.connected());
        world.assert_harmless("");
    }
}

#[tokio::test(start_paused = true)]
async fn a_logout_by_another_program_costs_the_code_on_screen_and_no_more() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        world.order("disconnect").await;
        if method == 1 {
            // A phone code is asked for again when the person comes back.
            waits_for_the_person(&mut session).await;
            session.handle().resume().unwrap();
        }
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(DIALECT.second_attempts(&world.instance), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_another_program_starts_is_followed() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    world.order("connect").await;
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_left_sends_nothing_more_and_the_next_one_takes_its_attempt() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    session.close().await;
    let before = world.instance.calls().total;
    tokio::time::sleep(s(10)).await;
    assert_eq!(world.instance.calls().total, before);
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.starts(), 1);
    assert_eq!(world.link(&mut session).await, world.connected());
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_is_never_that_of_an_attempt_for_another_number() {
    let world = world(setup());
    let other: PhoneNumber = "+351912345678".parse().unwrap();
    let mut others = world.start(PairingMethod::PhoneCode(other.clone()));
    first_code(&mut others).await;
    others.close().await;
    assert_eq!(world.instance.current_phone_code_for(), Some(other));
    let [_, phone_code] = world.methods();
    let mut session = world.start(phone_code);
    first_code(&mut session).await;
    let phone = Some(world.instance.phone());
    assert_eq!(world.instance.current_phone_code_for(), phone);
    assert_eq!(world.link(&mut session).await, world.connected());
}

#[tokio::test(start_paused = true)]
async fn method_and_number_are_switched_once_no_phone_can_be_linking() {
    let world = world(setup());
    let [qr, own] = world.methods();
    let other = PairingMethod::PhoneCode("+351912345678".parse().unwrap());
    let mut session = world.start(qr.clone());
    first_code(&mut session).await;
    for method in [own.clone(), other, own, qr] {
        let switched = Instant::now();
        session.handle().switch_method(method).unwrap();
        first_code(&mut session).await;
        // 10 s in which a scan may show, and 30 s between two phone codes.
        assert!((s(10)..s(35)).contains(&switched.elapsed()));
    }
    assert_eq!(world.starts(), 5);
    assert_eq!(world.link(&mut session).await, world.connected());
    world.assert_harmless("");
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
    assert_eq!(world.starts(), 1);
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_on_the_phone_is_linked_again() {
    for method in 0..2 {
        let world = world(setup());
        world.instance.link();
        world.instance.unlink();
        assert_eq!(world.provider.status().await.unwrap().phone, None);
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.starts(), 1);
        world.assert_harmless("");
    }
}

/// Links the phone just before the gateway gets an order to start.
#[derive(Debug)]
struct LinksBeforeStart(InProcessTransport, Instance);

#[async_trait]
impl HttpTransport for LinksBeforeStart {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if request.url.expose().ends_with("/connect") {
            self.1.link();
        }
        self.0.send(request).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_also_one_that_is_linked_between_two_requests() {
    for method in 0..2 {
        for between in [false, true] {
            let world = world(setup());
            let provider = match between {
                true => {
                    let transport =
                        LinksBeforeStart(world.simulator.transport(), world.instance.clone());
                    Arc::new(provider(&world.instance, Arc::new(transport)))
                }
                false => {
                    world.instance.link();
                    world.provider.clone()
                }
            };
            let builder = PairingSession::builder(provider);
            let builder = builder.method(world.methods()[method].clone());
            let outcome = builder.start().unwrap().outcome().await;
            let phone = Some(world.instance.phone());
            assert_eq!(outcome, PairingOutcome::AlreadyConnected { phone });
            assert_eq!(world.starts(), u64::from(between));
            assert!(world.instance.is_linked());
            world.assert_harmless("");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_no_session() {
    for method in 0..2 {
        for fault in [Fault::SERVER_ERROR, Fault::CONNECTION_RESET] {
            let world = world(setup());
            let mut session = world.start(world.methods()[method].clone());
            first_code(&mut session).await;
            world.instance.set_faults(fault);
            events_until(&mut session, Instant::now() + s(8)).await;
            world.instance.set_faults(Faults::none());
            events_until(&mut session, Instant::now() + s(8)).await;
            assert_eq!(world.link(&mut session).await, world.connected());
            assert_eq!(world.starts(), 1, "{method}");
            world.assert_harmless("");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_passkey_is_waited_for_and_codes_are_asked_for_again_when_the_user_wishes() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        let fault = DIALECT.fault("passkey_not_supported").unwrap();
        world.instance.set_faults(fault);
        until(&mut session, |kind| {
            matches!(kind, EventKind::PasskeyRequired { .. })
        })
        .await;
        let starts = world.starts();
        let later = Instant::now() + s(100);
        assert_eq!(events_until(&mut session, later).await, []);
        assert_eq!(world.starts(), starts);
        world.instance.set_faults(Faults::none());
        session.handle().resume().unwrap();
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
    }
}

async fn rejected(fault: &str, method: usize, later: bool) -> (String, World) {
    let world = world(setup());
    let fault = DIALECT.fault(fault).unwrap();
    if !later {
        world.instance.set_faults(fault);
    }
    let mut session = world.start(world.methods()[method].clone());
    if later {
        first_code(&mut session).await;
        world.instance.set_faults(fault);
    }
    loop {
        let event = session.next_event().await.unwrap();
        if event.kind == EventKind::InteractionRequired {
            session.handle().resume().unwrap();
        }
        match event.outcome() {
            Some(PairingOutcome::Rejected { error }) => {
                return (error.kind.as_str().to_owned(), world);
            }
            outcome => assert_eq!(outcome, None),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_waiting_helps_is_told_and_not_repeated() {
    for method in 0..2 {
        for (fault, kind) in [
            ("capacity_reached", "capacity_reached"),
            ("capacity_reached_empty", "capacity_reached"),
            ("not_reconnectable", "refused"),
        ] {
            let (told, world) = rejected(fault, method, false).await;
            assert_eq!(told, kind, "{fault}");
            assert_eq!((world.starts(), world.instance.calls().status), (1, 1));
        }
        let (told, world) = rejected("hibernated", method, false).await;
        assert_eq!((&*told, world.starts()), ("refused", 0));
        let (told, _) = rejected("account_banned", method, true).await;
        assert_eq!(told, "account_blocked");
    }
}

#[tokio::test(start_paused = true)]
async fn whatsapps_limit_for_phone_codes_ends_the_session() {
    let world = world(setup().with_phone_code_limit(0));
    let [_, phone_code] = world.methods();
    let outcome = world.start(phone_code).outcome().await;
    assert!(matches!(outcome, PairingOutcome::RateLimited { .. }));
    assert_eq!(world.starts(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_number_than_the_expected_one_is_noticed() {
    let world = world(setup());
    let other: PhoneNumber = "+351912345678".parse().unwrap();
    let builder = PairingSession::builder(world.provider.clone()).expect_phone(other);
    let mut session = builder.start().unwrap();
    first_code(&mut session).await;
    let phone = world.instance.phone();
    let noticed = world.link(&mut session).await;
    assert_eq!(noticed, PairingOutcome::WrongAccount { phone });
}

#[tokio::test(start_paused = true)]
async fn a_reset_of_minutes_is_waited_for_without_a_start() {
    for method in 0..2 {
        let world = world(setup());
        world
            .instance
            .set_faults(DIALECT.fault("resetting").unwrap());
        let mut session = world.start(world.methods()[method].clone());
        events_until(&mut session, Instant::now() + s(180)).await;
        assert_eq!(session.handle().view().screen, Screen::Starting);
        assert_eq!(world.starts(), 0);
        world.instance.set_faults(Faults::none());
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
    }
}

/// A server that cannot connect ends every attempt without a code.
#[tokio::test(start_paused = true)]
async fn attempts_that_end_without_a_code_are_given_up_after_a_few() {
    for (method, most) in [(0, 17), (1, 5)] {
        let setup = setup()
            .with_option("qr_attempt_s", 0)
            .with_option("phone_attempt_s", 0);
        let world = world(setup);
        let outcome = world.start(world.methods()[method].clone()).outcome().await;
        assert!(
            matches!(outcome, PairingOutcome::Unavailable { .. }),
            "{outcome:?}"
        );
        assert_eq!(world.starts(), most, "{method}");
    }
}

/// Requests to start, and statuses, which also bring the codes.
#[tokio::test(start_paused = true)]
async fn an_unattended_session_costs_a_counted_number_of_calls() {
    let mut counted = Vec::new();
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        assert_eq!(
            *outcome(&rest(&mut session).await),
            PairingOutcome::Deadline
        );
        let calls = world.instance.calls();
        assert_eq!(calls.total, calls.codes() + calls.status);
        counted.push((calls.codes(), calls.status));
    }
    assert_eq!(counted, [(1, 28), (1, 61)]);
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read_by_their_instance_alone() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    world.link(&mut session).await;
    world.instance.unlink();
    let other = world.simulator.add_instance(setup());
    let other = provider(&other, Arc::new(world.simulator.transport()));
    let mut hints = Vec::new();
    for webhook in world.instance.webhooks() {
        let webhook = IncomingWebhook::new(webhook.body());
        hints.push(world.provider.read_webhook(&webhook).unwrap());
        let others = other.read_webhook(&webhook).unwrap();
        assert_eq!(others, WebhookHint::Irrelevant);
    }
    assert_eq!(
        hints,
        [
            WebhookHint::CodeChanged,
            WebhookHint::Connected,
            WebhookHint::Disconnected,
        ]
    );
}

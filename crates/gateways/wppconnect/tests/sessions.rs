//! Whole sessions over the simulated server, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::{HttpMethod, HttpRequest, HttpTransport as _};
use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, PhoneNumber, ProviderErrorKind, Screen, WebhookHint,
};
use pairing_http::BaseUrl;
use pairing_sim::{
    Faults, InProcessTransport, Instance, InstanceSetup, ScanError, Simulator, SimulatorOptions,
    TypeError,
};
use pairing_wppconnect::simulator::DIALECT;
use pairing_wppconnect::{WppConnect, WppConnectConfig};
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<WppConnect>,
    simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

/// With an HTTP client that waits for 20 s, as the bundled one does.
fn world(setup: InstanceSetup) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let transport = simulator.transport().with_timeout(s(20));
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = WppConnectConfig::new(base, instance.id()).with_phone_codes(true);
    let settings = instance.settings();
    let config = match settings.get("secret_key") {
        Some(key) => config.with_secret_key(key.clone()),
        None => config.with_token(instance.token().to_owned()),
    };
    World {
        provider: Arc::new(WppConnect::with_transport(config, Arc::new(transport)).unwrap()),
        instance,
        simulator,
    }
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

    /// Another program's order to the server.
    async fn order(&self, call: &str, body: &str) -> u16 {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let url = base.join(&["api", self.instance.id(), call]);
        let token = format!("Bearer {}", self.instance.token());
        let request =
            HttpRequest::new(HttpMethod::Post, url).with_header("authorization", token.into());
        let request = request.with_json(body.to_owned());
        self.simulator
            .transport()
            .send(request)
            .await
            .unwrap()
            .status
    }

    async fn link(&self, session: &mut PairingSession) -> PairingOutcome {
        assert_eq!(self.use_screen(session), Used::Linked);
        outcome(&rest(session).await).clone()
    }

    fn connected(&self) -> PairingOutcome {
        PairingOutcome::Connected {
            phone: Some(self.instance.phone()),
        }
    }

    /// No attempt was started while a phone was linking, and nothing was unlinked.
    fn is_undisturbed(&self) -> bool {
        DIALECT.second_attempts(&self.instance) == 0 && self.instance.calls().unlink == 0
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

async fn until(session: &mut PairingSession, is_meant: impl Fn(&EventKind) -> bool) {
    while let Some(event) = session.next_event().await {
        if is_meant(&event.kind) {
            return;
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

fn shows_a_code(event: &PairingEvent) -> bool {
    matches!(
        event.kind,
        EventKind::Retrying { .. } | EventKind::CodeReady { .. }
    )
}

/// Over a whole attempt and the beginning of the next, every half second; with a page that loads quickly
/// after a scan, and with one that takes longer than a code lives. The server goes on showing the used
/// code meanwhile.
#[tokio::test(start_paused = true)]
async fn whenever_a_phone_uses_the_code_on_screen_it_links() {
    for link_ms in [3000, 40_000] {
        for start_ms in [2000, 3300] {
            let mut used = 0;
            for half_seconds in 0..140 {
                let setup = setup().with_option("link_ms", link_ms);
                let world = world(setup.with_option("start_ms", start_ms));
                let mut session = world.start(PairingMethod::Qr);
                events_until(&mut session, Instant::now() + moment(half_seconds)).await;
                let case = format!("{link_ms} {start_ms} at {:?}", moment(half_seconds));
                match world.use_screen(&session) {
                    Used::NoCode => {}
                    Used::Dead => unreachable!("a dead code is on screen: {case}"),
                    Used::Linked => {
                        used += 1;
                        let events = rest(&mut session).await;
                        assert_eq!(*outcome(&events), world.connected(), "{case}");
                        let failed = events.iter().any(shows_a_code);
                        assert!(!failed, "{case}: {events:?}");
                        assert!(world.is_undisturbed(), "{case}");
                        assert_eq!(world.instance.calls().max_in_flight, 1, "{case}");
                    }
                }
            }
            // Most of the 60 s of an attempt: between two codes lies the time in which the last one may be
            // dead, and the next one is not seen.
            assert!(used > 90, "{link_ms} {start_ms}: {used}");
        }
    }
}

/// The library up to 2.3.1 makes another phone code every 20 s, which nobody is shown.
#[tokio::test(start_paused = true)]
async fn a_phone_code_is_shown_for_as_long_as_it_can_be_typed() {
    let mut used = 0;
    for half_seconds in 0..70 {
        let world = world(setup());
        let mut session = world.start(world.methods()[1].clone());
        events_until(&mut session, Instant::now() + moment(half_seconds)).await;
        let case = format!("at {:?}", moment(half_seconds));
        match world.use_screen(&session) {
            Used::NoCode => {}
            Used::Dead => unreachable!("a dead code is on screen: {case}"),
            Used::Linked => {
                used += 1;
                assert_eq!(
                    *outcome(&rest(&mut session).await),
                    world.connected(),
                    "{case}"
                );
                assert!(world.is_undisturbed(), "{case}");
                assert_eq!(world.instance.calls().phone_code, 1, "{case}");
            }
        }
    }
    assert!(used >= 39, "{used}");
}

/// The server shows a phone code once: a session that wants another is told so.
#[tokio::test(start_paused = true)]
async fn a_second_phone_code_is_refused_without_a_start() {
    let world = world(setup());
    let mut session = world.start(world.methods()[1].clone());
    first_code(&mut session).await;
    until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
    session.handle().resume().unwrap();
    let events = rest(&mut session).await;
    let PairingOutcome::Rejected { error } = outcome(&events) else {
        unreachable!("{events:?}")
    };
    assert_eq!(error.kind, ProviderErrorKind::Refused);
    assert!(error.message.contains("QR code"));
    assert_eq!(world.instance.calls().phone_code, 1);
    // By QR code it goes on, once the attempt is over.
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
    assert!(world.is_undisturbed());
}

#[tokio::test(start_paused = true)]
async fn a_switch_to_qr_codes_waits_for_the_end_of_the_attempt() {
    let world = world(setup());
    let [qr, phone_code] = world.methods();
    let mut session = world.start(phone_code);
    first_code(&mut session).await;
    let switched = Instant::now();
    session.handle().switch_method(qr).unwrap();
    first_code(&mut session).await;
    assert!((s(58)..s(75)).contains(&switched.elapsed()));
    assert_eq!(world.link(&mut session).await, world.connected());
    assert!(world.is_undisturbed());
}

#[tokio::test(start_paused = true)]
async fn a_scan_just_before_a_switch_links() {
    for from in 0..2 {
        let world = world(setup());
        let methods = world.methods();
        let mut session = world.start(methods[from].clone());
        first_code(&mut session).await;
        assert_eq!(world.use_screen(&session), Used::Linked);
        let other = methods[1 - from].clone();
        session.handle().switch_method(other).unwrap();
        assert_eq!(*outcome(&rest(&mut session).await), world.connected());
        assert!(world.is_undisturbed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_minutes_shows_that_and_is_not_repeated() {
    let world = world(setup().with_option("start_ms", 240_000));
    let mut session = world.start(PairingMethod::Qr);
    let events = events_until(&mut session, Instant::now() + s(239)).await;
    let kinds = events.iter().map(|event| &event.kind);
    assert!(kinds.skip(1).all(|kind| *kind == EventKind::Starting));
    assert_eq!(session.handle().view().screen, Screen::Starting);
    first_code(&mut session).await;
    assert_eq!(world.instance.calls().other, 1, "one start");
    assert_eq!(world.link(&mut session).await, world.connected());
}

/// The start waits for a code that does not come before the client gives up: it is not made again, and
/// the code is lost.
#[tokio::test(start_paused = true)]
async fn a_waiting_start_that_is_given_up_is_not_repeated() {
    let world = world(setup().with_option("start_ms", 50_000));
    let session = world.start(world.methods()[1].clone());
    let outcome = session.outcome().await;
    let PairingOutcome::Rejected { error } = outcome else {
        unreachable!("{outcome:?}")
    };
    assert_eq!(error.kind, ProviderErrorKind::Refused);
    assert_eq!(world.instance.calls().phone_code, 1);
}

/// The browser of the attempt before takes a moment to end, and a start before its end would leave the
/// session in INITIALIZING for ever.
#[tokio::test(start_paused = true)]
async fn rounds_follow_each_other_whenever_the_person_comes_back() {
    for waits in (0..30).step_by(3) {
        let world = world(setup());
        let mut session = world.start(PairingMethod::Qr);
        for _ in 0..2 {
            until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
            events_until(&mut session, Instant::now() + s(waits)).await;
            session.handle().resume().unwrap();
            first_code(&mut session).await;
        }
        assert_eq!(world.link(&mut session).await, world.connected(), "{waits}");
        assert!(world.is_undisturbed(), "{waits}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_on_the_phone_is_linked_again() {
    let world = world(setup());
    world.instance.link();
    world.instance.unlink();
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
    assert!(world.is_undisturbed());
}

/// Also where the server has closed its browser: a start finds it linked.
#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_whatever_state_its_session_is_in() {
    for method in 0..2 {
        for closed in [false, true] {
            let world = world(setup());
            world.instance.link();
            if closed {
                assert_eq!(world.order("close-session", "{}").await, 200);
                tokio::time::sleep(s(5)).await;
            }
            let mut session = world.start(world.methods()[method].clone());
            let events = rest(&mut session).await;
            let phone = Some(world.instance.phone());
            let expected = PairingOutcome::AlreadyConnected { phone };
            assert_eq!(*outcome(&events), expected, "{method} {closed}");
            assert!(world.instance.is_linked() && world.is_undisturbed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_number_than_the_expected_one_is_noticed() {
    let world = world(setup());
    let expected: PhoneNumber = "+351912345678".parse().unwrap();
    let builder = PairingSession::builder(world.provider.clone());
    let builder = builder.policy(world.provider.recommended_policy());
    let mut session = builder.expect_phone(expected).start().unwrap();
    first_code(&mut session).await;
    let phone = world.instance.phone();
    assert_eq!(
        world.link(&mut session).await,
        PairingOutcome::WrongAccount { phone }
    );
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_no_session_and_no_second_start() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    world
        .instance
        .set_faults(DIALECT.fault("session_not_active").unwrap());
    tokio::time::sleep(s(12)).await;
    world.instance.set_faults(Faults::none());
    until(&mut session, |kind| {
        matches!(kind, EventKind::CodeReady { .. })
    })
    .await;
    assert_eq!(world.link(&mut session).await, world.connected());
    assert_eq!(world.instance.calls().other, 1, "one start");
}

/// What the server keeps of another program's start is left as it is, but for a phone number, for which
/// it would make phone codes.
#[tokio::test(start_paused = true)]
async fn the_webhook_of_another_program_stays_and_its_phone_number_goes() {
    const HOOK: &str = "http://127.0.0.1:9/hook";
    let world = world(setup());
    let body = format!(r#"{{"webhook":"{HOOK}"}}"#);
    world.order("start-session", &body).await;
    tokio::time::sleep(s(70)).await;
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.instance.webhook().as_deref(), Some(HOOK));
    session.handle().cancel();
    rest(&mut session).await;
    tokio::time::sleep(s(70)).await;

    let phone = world.instance.phone();
    let body = format!(r#"{{"phone":"{}"}}"#, phone.digits());
    world.order("start-session", &body).await;
    tokio::time::sleep(s(70)).await;
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_made_from_the_secret_key_once_and_again_where_it_is_refused() {
    let world = world(setup().with_option("secret", true));
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    // The token and the start.
    assert_eq!(world.instance.calls().other, 2);
    let refused = DIALECT.fault("wrong_token").unwrap().first(1);
    world.instance.set_faults(refused);
    tokio::time::sleep(s(10)).await;
    assert_eq!(world.instance.calls().other, 3);
    assert_eq!(world.link(&mut session).await, world.connected());

    let lasting = self::world(setup().with_option("secret", true));
    lasting
        .instance
        .set_faults(DIALECT.fault("wrong_secret").unwrap());
    let outcome = lasting.start(PairingMethod::Qr).outcome().await;
    let PairingOutcome::Rejected { error } = outcome else {
        unreachable!("{outcome:?}")
    };
    assert_eq!(error.kind, ProviderErrorKind::InvalidCredentials);
    assert_eq!(lasting.instance.calls().total, 1);
}

/// A start, and at most one request every two seconds while there is no code.
#[tokio::test(start_paused = true)]
async fn an_unattended_session_ends_its_attempt_by_itself() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    let events = rest(&mut session).await;
    assert_eq!(*outcome(&events), PairingOutcome::Deadline);
    let shown = events.iter().filter(|event| shows_a_code(event)).count();
    let calls = world.instance.calls();
    assert_eq!((shown, calls.other, calls.unlink), (3, 1, 0));
    assert_eq!(world.instance.current_qr(), None);
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    world.link(&mut session).await;
    world.instance.unlink();
    let bodies = world.instance.webhook_bodies();
    let read = |body: &Vec<u8>| world.provider.read_webhook(&IncomingWebhook::new(body));
    let hints: Vec<_> = bodies.iter().map(|body| read(body).unwrap()).collect();
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

//! Whole sessions over the simulated gateway, in virtual time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::{HttpMethod, HttpRequest, HttpTransport as _, read_qr_code};
use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, ProviderErrorKind, Screen, WebhookHint,
};
use pairing_green_api::simulator::DIALECT;
use pairing_green_api::{GreenApi, GreenApiConfig};
use pairing_http::BaseUrl;
use pairing_sim::{
    Endpoint, Fault, Faults, InProcessTransport, Instance, InstanceSetup, ScanError, Simulator,
    SimulatorOptions, TypeError,
};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<GreenApi>,
    simulator: Simulator,
}

/// At a gateway that keeps to its limits.
fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT).with_option("limits", true)
}

fn world(setup: InstanceSetup) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let transport = Arc::new(simulator.transport());
    World {
        provider: Arc::new(GreenApi::with_transport(config(&instance), transport).unwrap()),
        instance,
        simulator,
    }
}

fn config(instance: &Instance) -> GreenApiConfig {
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    GreenApiConfig::new(instance.id(), instance.token(), base)
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
    async fn ask(&self, method: &str) -> Value {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let instance = format!("waInstance{}", self.instance.id());
        let url = base.join(&[&*instance, method, self.instance.token()]);
        let request = HttpRequest::new(HttpMethod::Get, url);
        let answer = self.simulator.transport().send(request).await.unwrap();
        assert_eq!(answer.status, 200, "{method}");
        serde_json::from_slice(&answer.body).unwrap()
    }

    fn fail(&self, fault: &str) {
        self.instance.set_faults(DIALECT.fault(fault).unwrap());
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
            PairingCode::QrText { .. } => unreachable!("there are pictures alone"),
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

async fn first_code(session: &mut PairingSession) -> PairingEvent {
    until(session, |kind| matches!(kind, EventKind::CodeReady { .. })).await
}

/// Between the moments in which a code is replaced.
const fn moment(half_seconds: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_add(Duration::from_millis(500).saturating_mul(half_seconds))
}

/// Over a whole round, every half second.
async fn a_code_on_screen_links_until(method: usize, last: u32) {
    for half_seconds in 0..last + 20 {
        let world = world(setup());
        // A first code, one that replaces it, and the last one: pictures take long to be read.
        let policy = world.provider.recommended_policy().with_codes_per_round(2);
        let mut session = PairingSession::builder(world.provider.clone())
            .policy(policy)
            .method(world.methods()[method].clone())
            .start()
            .unwrap();
        events_until(&mut session, Instant::now() + moment(half_seconds)).await;
        let case = format!("at {:?}", moment(half_seconds));
        let asked = world.instance.calls().codes();
        match world.use_screen(&session) {
            Used::NoCode => assert!(half_seconds >= last, "{case}"),
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
                // The one that was due finds that the instance is starting.
                let calls = world.instance.calls();
                assert!(calls.codes() <= asked + 1, "{case}");
                assert_eq!((calls.unlink, calls.max_in_flight), (0, 1), "{case}");
                assert_eq!(DIALECT.second_attempts(&world.instance), 0, "{case}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_a_phone_scans_the_code_on_screen_it_links() {
    a_code_on_screen_links_until(0, 80).await;
}

#[tokio::test(start_paused = true)]
async fn whenever_a_phone_code_on_screen_is_typed_it_links() {
    a_code_on_screen_links_until(1, 280).await;
}

/// Over the five codes of a round, every half second.
#[tokio::test(start_paused = true)]
async fn the_picture_on_screen_is_always_the_one_that_the_gateway_has() {
    let world = world(setup().with_option("limits", false));
    let mut session = world.start(PairingMethod::Qr);
    let mut shown = Vec::new();
    for _ in 0..200 {
        events_until(&mut session, Instant::now() + Duration::from_millis(250)).await;
        let Screen::Code { code, .. } = session.handle().view().screen else {
            unreachable!("a code is on screen from the first moment to the last");
        };
        let answer = world.ask("qr").await;
        let message = answer["message"].as_str().unwrap();
        assert_eq!(Some(&code), read_qr_code(message).as_ref());
        if shown.last() != Some(&code) {
            shown.push(code);
        }
        events_until(&mut session, Instant::now() + Duration::from_millis(250)).await;
    }
    assert_eq!(shown.len(), 5);
    until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
}

/// Where the gateway's codes are as old as they may be when the session begins.
#[tokio::test(start_paused = true)]
async fn a_code_that_was_replaced_is_off_the_screen_within_two_seconds() {
    for phase in [3, 10, 17] {
        for half_seconds in (0..80).step_by(3) {
            let world = world(setup().with_phase(s(phase)));
            let mut session = world.start(PairingMethod::Qr);
            events_until(&mut session, Instant::now() + moment(half_seconds)).await;
            if world.use_screen(&session) == Used::Dead {
                events_until(&mut session, Instant::now() + s(2)).await;
                assert_eq!(world.use_screen(&session), Used::Linked);
            }
            assert_eq!(*outcome(&rest(&mut session).await), world.connected());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_minutes_shows_that_and_uses_up_nothing() {
    for method in 0..2 {
        for option in ["making_ms", "start_ms"] {
            let world = world(setup().with_option(option, 240_000));
            let mut session = world.start(world.methods()[method].clone());
            let events = events_until(&mut session, Instant::now() + s(239)).await;
            let kinds: Vec<_> = events.iter().skip(1).map(|event| &event.kind).collect();
            assert_eq!(kinds, [&EventKind::Starting], "{option}");
            assert_eq!(session.handle().view().screen, Screen::Starting);
            let calls = world.instance.calls();
            assert_eq!((calls.phone_code, calls.other), (0, 0), "{option}");
            let code = first_code(&mut session).await;
            assert_eq!((code.round, code.attempt), (1, 1));
            assert_eq!(world.link(&mut session).await, world.connected());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_qr_code_may_take_minutes_to_be_made() {
    let world = world(setup().with_option("qr_ms", 300_000));
    let mut session = world.start(PairingMethod::Qr);
    let code = first_code(&mut session).await;
    assert_eq!((code.round, code.attempt), (1, 1));
    assert_eq!(world.link(&mut session).await, world.connected());
}

#[tokio::test(start_paused = true)]
async fn a_link_that_takes_minutes_is_waited_for_and_not_disturbed() {
    // A phone code leaves the screen after 140 s, and nothing says that it was typed.
    for (method, milliseconds) in [(0, 290_000), (1, 120_000)] {
        let world = world(setup().with_option("link_ms", milliseconds));
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(DIALECT.second_attempts(&world.instance), 0);
        assert_eq!(world.instance.calls().unlink, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_round_that_was_not_used_is_followed_by_another_when_the_user_comes_back() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
        session.handle().resume().unwrap();
        let code = first_code(&mut session).await;
        assert_eq!((code.round, code.attempt), (2, 1));
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.instance.calls().unlink, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reboot_by_another_program_costs_the_code_on_screen_and_no_more() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        world.ask("reboot").await;
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
async fn an_outage_and_a_limit_are_waited_out() {
    for fault in [
        Fault::SERVER_ERROR.first(2),
        Fault::CONNECTION_RESET.first(2),
        Fault::RATE_LIMITED_SECONDS.first(1),
    ] {
        let world = world(setup());
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        world.instance.set_faults(fault);
        let retrying = |kind: &EventKind| matches!(kind, EventKind::Retrying { .. });
        until(&mut session, retrying).await;
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
    }
    // A phone code is not asked for again, and its status is.
    let world = world(setup());
    let [_, phone_code] = world.methods();
    let mut session = world.start(phone_code);
    first_code(&mut session).await;
    world.instance.set_faults(Fault::SERVER_ERROR.first(3));
    assert_eq!(world.link(&mut session).await, world.connected());
    assert_eq!(world.instance.calls().phone_code, 1);
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_is_asked_for_again_where_the_gateway_says_so_and_not_above_whatsapps_limit() {
    let world_ = world(setup());
    let [_, phone_code] = world_.methods();
    let fault = DIALECT.fault("phone_code_not_ready").unwrap();
    world_.instance.set_faults(fault.first(2));
    let mut session = world_.start(phone_code.clone());
    first_code(&mut session).await;
    assert_eq!(world_.instance.calls().phone_code, 3);
    assert_eq!(world_.link(&mut session).await, world_.connected());
    let limited = world(setup().with_phone_code_limit(0));
    let mut session = limited.start(phone_code);
    let events = rest(&mut session).await;
    let is_limited = matches!(outcome(&events), PairingOutcome::RateLimited { .. });
    assert!(is_limited, "{events:?}");
    assert_eq!(limited.instance.calls().phone_code, 1);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_on_the_phone_is_linked_again() {
    for method in 0..2 {
        let world = world(setup());
        world.instance.link();
        world.instance.unlink();
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        assert_eq!(world.instance.calls().unlink, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_whatever_state_its_instance_is_in() {
    for method in 0..2 {
        for state in ["authorized", "yellowCard", "sleepMode", "reboot"] {
            let is_rebooting = state == "reboot";
            let state = if is_rebooting { "authorized" } else { state };
            let world = world(setup().with_option("linked_state", state));
            world.instance.link();
            tokio::time::sleep(s(3)).await;
            if is_rebooting {
                world.ask("reboot").await;
            }
            let mut session = world.start(world.methods()[method].clone());
            let events = rest(&mut session).await;
            let phone = Some(world.instance.phone());
            let expected = PairingOutcome::AlreadyConnected { phone };
            assert_eq!(*outcome(&events), expected, "{state}");
            let calls = world.instance.calls();
            assert_eq!((calls.unlink, calls.phone_code), (0, 0), "{state}");
            assert!(world.instance.is_linked());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_number_than_the_expected_one_is_noticed_and_stays_linked() {
    for method in 0..2 {
        let world = world(setup());
        let other = "+5521988887777".parse().unwrap();
        let builder = PairingSession::builder(world.provider.clone())
            .policy(world.provider.recommended_policy())
            .method(world.methods()[method].clone())
            .expect_phone(world.instance.phone());
        let mut session = builder.start().unwrap();
        first_code(&mut session).await;
        world.instance.link_as(other);
        let events = rest(&mut session).await;
        let is_wrong = matches!(outcome(&events), PairingOutcome::WrongAccount { .. });
        assert!(is_wrong, "{events:?}");
        assert_eq!(world.instance.calls().unlink, 0);
        assert!(world.instance.is_linked());
    }
}

#[tokio::test(start_paused = true)]
async fn a_passkey_is_waited_for() {
    for method in 0..2 {
        let world = world(setup());
        world.fail("passkey_required");
        let mut session = world.start(world.methods()[method].clone());
        let wanted = |kind: &EventKind| matches!(kind, EventKind::PasskeyRequired { .. });
        until(&mut session, wanted).await;
        assert_eq!(
            events_until(&mut session, Instant::now() + s(120)).await,
            []
        );
        assert_eq!(world.instance.calls().codes(), 1);
        world.instance.set_faults(Faults::none());
        world.instance.link();
        assert_eq!(*outcome(&rest(&mut session).await), world.connected());
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_person_must_clear_up_at_the_gateway_ends_a_session_with_its_kind() {
    use ProviderErrorKind as Kind;
    for (fault, kind) in [
        ("blocked", Kind::AccountBlocked),
        ("suspended", Kind::AccountBlocked),
        ("expired", Kind::SubscriptionLapsed),
        ("quota", Kind::SubscriptionLapsed),
        ("deleted", Kind::UnknownInstance),
    ] {
        for method in 0..2 {
            let world = world(setup());
            let mut session = world.start(world.methods()[method].clone());
            first_code(&mut session).await;
            world.fail(fault);
            let events = rest(&mut session).await;
            let PairingOutcome::Rejected { error } = outcome(&events) else {
                unreachable!("{fault}: {events:?}")
            };
            assert_eq!(error.kind, kind, "{fault}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_switch_to_a_phone_code_waits_until_no_phone_can_be_linking() {
    let world = world(setup());
    let [qr, phone_code] = world.methods();
    let mut session = world.start(qr);
    first_code(&mut session).await;
    let switched = Instant::now();
    session.handle().switch_method(phone_code).unwrap();
    first_code(&mut session).await;
    assert_eq!(switched.elapsed(), s(10));
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

/// Codes, states and the number: five QR codes take one request every two seconds, and no status
/// while another is to come.
#[tokio::test(start_paused = true)]
async fn an_unattended_session_costs_a_counted_number_of_calls() {
    let mut counted = Vec::new();
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        let events = rest(&mut session).await;
        assert_eq!(*outcome(&events), PairingOutcome::Deadline);
        let calls = world.instance.calls();
        counted.push((calls.codes(), calls.status, calls.of(Endpoint::Other)));
    }
    assert_eq!(counted, [(41, 11, 0), (1, 32, 0)]);
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read_with_a_token_or_without() {
    for scheme in [None, Some("Bearer"), Some("Basic"), Some("")] {
        let setup = match scheme {
            Some(scheme) => setup()
                .with_option("webhook_token", "a-token")
                .with_option("webhook_scheme", scheme),
            None => setup(),
        };
        let world = world(setup);
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        world.link(&mut session).await;
        world.instance.unlink();
        let mut config = config(&world.instance);
        config.webhook_token = scheme.map(|_| "a-token".into());
        let transport = Arc::new(world.simulator.transport());
        let provider = GreenApi::with_transport(config, transport).unwrap();
        let mut hints = Vec::new();
        for webhook in world.instance.webhooks() {
            let headers = webhook.headers().iter();
            let headers: Vec<_> = headers.map(|(name, value)| (*name, &**value)).collect();
            let incoming = IncomingWebhook::new(webhook.body());
            let read = provider.read_webhook(&incoming.with_headers(&headers));
            hints.push(read.unwrap());
            assert_eq!(provider.read_webhook(&incoming).is_ok(), scheme.is_none());
        }
        assert_eq!(
            hints,
            [
                WebhookHint::Progress,
                WebhookHint::Connected,
                WebhookHint::Disconnected,
            ]
        );
    }
}

//! Whole sessions over the simulated server, in virtual time: whenever a phone scans or types, it links,
//! and nothing disturbs the link; attempts that end, dead codes, passkeys, outages and restarts.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pairing_core::{
    EventKind, IncomingWebhook, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingProvider, PairingSession, PhoneNumber, ProviderErrorKind, Screen, WebhookHint,
};
use pairing_evolution_go::simulator::DIALECT;
use pairing_evolution_go::{EvolutionGo, EvolutionGoConfig};
use pairing_sim::{
    Fault, Faults, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use tokio::time::{Instant, timeout_at};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct World {
    instance: Instance,
    provider: Arc<EvolutionGo>,
    _simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn world(setup: InstanceSetup) -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = EvolutionGoConfig::new(instance.token().to_owned(), base);
    let transport = Arc::new(simulator.transport());
    World {
        provider: Arc::new(EvolutionGo::with_transport(config, transport).unwrap()),
        instance,
        _simulator: simulator,
    }
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

    fn connected(&self) -> PairingOutcome {
        PairingOutcome::Connected {
            phone: self.named(),
        }
    }

    /// The number, where the version names it.
    fn named(&self) -> Option<PhoneNumber> {
        let version = self.instance.setup().options.get("version");
        let is_named = version.is_none_or(|version| version == "newer");
        is_named.then(|| self.instance.phone())
    }

    /// The person uses what is on screen; `None` if there is no code, and whether it linked.
    fn use_screen(&self, session: &PairingSession) -> Option<bool> {
        let Screen::Code { code, .. } = session.handle().view().screen else {
            return None;
        };
        Some(match &code {
            PairingCode::QrText { text } => self.instance.scan(text.expose()).is_ok(),
            PairingCode::PhoneCode { code } => self.instance.type_code(code.expose()).is_ok(),
            PairingCode::QrImage { .. } => unreachable!("texts are asked for"),
        })
    }

    /// Uses the code on screen, and waits for the end.
    async fn link(&self, session: &mut PairingSession) -> PairingOutcome {
        assert_eq!(self.use_screen(session), Some(true));
        outcome(&rest(session).await).clone()
    }

    /// No request beside another, none that disturbs a link, and none that unlinks.
    fn assert_harmless(&self, case: &str) {
        let calls = self.instance.calls();
        let disturbed = DIALECT.second_attempts(&self.instance);
        assert_eq!(
            (disturbed, calls.unlink, calls.max_in_flight),
            (0, 0, 1),
            "{case}"
        );
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
        assert_eq!(event.outcome(), None);
    }
    unreachable!("the last event has an outcome")
}

async fn first_code(session: &mut PairingSession) {
    until(session, |kind| matches!(kind, EventKind::CodeReady { .. })).await;
}

/// The next code, with a person who asks for further rounds.
async fn next_code(session: &mut PairingSession) {
    let is_awaited = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::CodeReady { .. } | EventKind::InteractionRequired
        )
    };
    while until(session, is_awaited).await.kind == EventKind::InteractionRequired {
        session.handle().resume().unwrap();
    }
}

/// Between the moments in which a code is replaced.
const fn moment(half_seconds: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_add(Duration::from_millis(500).saturating_mul(half_seconds))
}

/// Over a whole attempt and the beginning of what follows, every half second. A phone code is never dead
/// on screen. A QR code is, for as long as the first one took to arrive: then the person scans the next.
#[tokio::test(start_paused = true)]
async fn whenever_a_phone_uses_a_code_it_links_and_nothing_disturbs_the_link() {
    for version in ["newer", "0.6.1"] {
        for method in 0..2 {
            for half_seconds in 0..280 {
                let world = world(setup().with_option("version", version));
                let mut session = world.start(world.methods()[method].clone());
                events_until(&mut session, Instant::now() + moment(half_seconds)).await;
                let case = format!("{version} {method} at {:?}", moment(half_seconds));
                let used = match world.use_screen(&session) {
                    Some(false) => {
                        assert_eq!(method, 0, "a dead phone code: {case}");
                        next_code(&mut session).await;
                        world.use_screen(&session)
                    }
                    used => used,
                };
                if used != Some(true) {
                    // Before the start is over, and once the round is.
                    assert!(!(9..210).contains(&half_seconds), "{case}");
                    continue;
                }
                let asked = world.instance.calls().codes();
                let events = rest(&mut session).await;
                assert_eq!(*outcome(&events), world.connected(), "{case}");
                let retried =
                    |event: &PairingEvent| matches!(event.kind, EventKind::Retrying { .. });
                assert!(!events.iter().any(retried), "{case}: {events:?}");
                // The present QR code may be read once more, until the scan shows.
                let asked = world.instance.calls().codes() - asked;
                assert!(asked <= u64::from(method == 0), "{case}: {asked}");
                world.assert_harmless(&case);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_qr_code_on_screen_is_alive_but_for_as_long_as_the_first_one_took() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    let (mut shown, mut dead, mut longest, mut in_a_row) = (0, 0, 0, 0);
    for _ in 0..1160 {
        events_until(&mut session, Instant::now() + Duration::from_millis(100)).await;
        let view = session.handle().view();
        let on_screen = view.code().map(|code| match code {
            PairingCode::QrText { text } => text.expose().to_owned(),
            code => unreachable!("{code:?} was not asked for"),
        });
        let is_dead = on_screen.is_some() && on_screen != world.instance.current_qr();
        shown += u32::from(on_screen.is_some());
        dead += u32::from(is_dead);
        in_a_row = if is_dead { in_a_row + 1 } else { 0 };
        longest = longest.max(in_a_row);
    }
    // Tenths of a second, for three changes and the end: the code is there 1 s after the start, and comes
    // after 4 s.
    assert!(shown >= 1150, "shown {shown}");
    assert!(longest <= 31, "dead for {longest} in a row");
    assert!(dead <= 4 * 31, "dead for {dead} of {shown}");
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_of_an_attempt_that_ends_leaves_the_screen_with_the_next_status() {
    // Another program's attempt, of which 100 s have passed.
    let world = world(setup().with_option("attempt", true).with_phase(s(100)));
    let [_, phone_code] = world.methods();
    let mut session = world.start(phone_code);
    first_code(&mut session).await;
    let shown = Instant::now();
    until(&mut session, |kind| {
        !matches!(kind, EventKind::CodeReady { .. })
    })
    .await;
    assert!(shown.elapsed() <= s(20 + 5), "{:?}", shown.elapsed());
    // The person comes back, and gets one of an attempt that has just begun.
    until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
    session.handle().resume().unwrap();
    first_code(&mut session).await;
    assert_eq!(
        events_until(&mut session, Instant::now() + s(109)).await,
        []
    );
    assert_eq!(world.link(&mut session).await, world.connected());
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_round_that_was_not_used_can_be_followed_by_another() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        until(&mut session, |kind| *kind == EventKind::InteractionRequired).await;
        events_until(&mut session, Instant::now() + s(60)).await;
        session.handle().resume().unwrap();
        first_code(&mut session).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        world.assert_harmless("");
    }
}

#[tokio::test(start_paused = true)]
async fn method_and_number_can_be_switched_and_a_code_that_may_be_in_use_is_not_replaced() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    let other: PhoneNumber = "+351912345678".parse().unwrap();
    for number in [other, world.instance.phone()] {
        let switched = Instant::now();
        let method = PairingMethod::PhoneCode(number.clone());
        session.handle().switch_method(method).unwrap();
        first_code(&mut session).await;
        // A phone may be linking by the code before for 10 s; and two phone codes are 30 s apart.
        let waited = switched.elapsed();
        assert!((s(10)..=s(35)).contains(&waited), "{waited:?}");
        assert_eq!(world.instance.current_phone_code_for(), Some(number));
    }
    session.handle().switch_method(PairingMethod::Qr).unwrap();
    first_code(&mut session).await;
    assert_eq!(world.link(&mut session).await, world.connected());
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_scan_just_before_a_switch_links() {
    let world = world(setup());
    let [qr, phone_code] = world.methods();
    let mut session = world.start(qr);
    first_code(&mut session).await;
    assert_eq!(world.use_screen(&session), Some(true));
    session.handle().switch_method(phone_code).unwrap();
    assert_eq!(*outcome(&rest(&mut session).await), world.connected());
    assert_eq!(world.instance.calls().phone_code, 0);
    world.assert_harmless("");
}

#[tokio::test(start_paused = true)]
async fn a_dead_code_that_was_left_in_the_database_is_not_shown() {
    // The first code takes longer than the request that starts the client waits.
    let world = world(
        setup()
            .with_option("keeps_dead_qr", true)
            .with_option("connect_ms", 3500),
    );
    for _ in 0..3 {
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        let view = session.handle().view();
        let Some(PairingCode::QrText { text }) = view.code() else {
            unreachable!("a QR code was asked for");
        };
        assert_eq!(Some(text.expose()), world.instance.current_qr().as_deref());
        session.close().await;
        // The attempt ends by itself.
        tokio::time::sleep(s(200)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_minutes_shows_that_and_uses_up_nothing() {
    for method in 0..2 {
        let world = world(setup().with_option("connect_ms", 240_000));
        let mut session = world.start(world.methods()[method].clone());
        let events = events_until(&mut session, Instant::now() + s(238)).await;
        let kinds = events.iter().map(|event| &event.kind);
        assert!(kinds.skip(1).all(|kind| *kind == EventKind::Starting));
        assert_eq!(session.handle().view().screen, Screen::Starting);
        assert_eq!(world.instance.calls().phone_code, 0);
        let code = until(&mut session, |kind| {
            matches!(kind, EventKind::CodeReady { .. })
        });
        let code = code.await;
        assert_eq!((code.round, code.attempt), (1, 1));
        assert_eq!(world.link(&mut session).await, world.connected());
    }
}

#[tokio::test(start_paused = true)]
async fn a_linked_number_stays_linked_also_where_no_client_runs() {
    for version in ["newer", "0.7.2", "0.6.1"] {
        for asleep in [false, true] {
            for method in 0..2 {
                let setup = setup()
                    .with_option("version", version)
                    .with_option("asleep", asleep);
                let world = world(setup);
                world.instance.link();
                let mut session = world.start(world.methods()[method].clone());
                let events = rest(&mut session).await;
                let phone = world.named();
                let expected = PairingOutcome::AlreadyConnected { phone };
                assert_eq!(*outcome(&events), expected, "{version} {asleep}");
                assert!(world.instance.is_linked());
                assert_eq!(world.instance.calls().phone_code, 0);
                world.assert_harmless(version);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_that_was_unlinked_can_be_linked_again() {
    for method in 0..2 {
        for by_the_phone in [false, true] {
            let world = world(setup());
            world.instance.link();
            match by_the_phone {
                true => world.instance.unlink(),
                false => world.provider.unlink().await.unwrap(),
            }
            assert!(!world.instance.is_linked());
            assert!(!world.provider.status().await.unwrap().is_connected());
            let mut session = world.start(world.methods()[method].clone());
            first_code(&mut session).await;
            assert_eq!(world.link(&mut session).await, world.connected());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_unlink_says_whether_a_number_is_left() {
    // Where no client runs, the server starts one, and has logged in within 2 s or not.
    for (connect_ms, is_unlinked) in [(1000, true), (5000, false)] {
        let setup = setup()
            .with_option("asleep", true)
            .with_option("connect_ms", connect_ms);
        let world = world(setup);
        world.instance.link();
        let result = world.provider.unlink().await;
        assert_eq!(result.is_ok(), is_unlinked, "{result:?}");
        assert_eq!(world.instance.is_linked(), !is_unlinked);
    }
    let never_linked = world(setup());
    never_linked.provider.unlink().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_passkey_is_waited_for_with_what_the_person_needs() {
    for (fault, url, code) in [
        ("passkey_required", true, None),
        ("passkey_confirmation", false, Some("ABCD-1234")),
    ] {
        let world = world(setup());
        let mut session = world.start(PairingMethod::Qr);
        first_code(&mut session).await;
        world.instance.set_faults(DIALECT.fault(fault).unwrap());
        let wanted = until(&mut session, |kind| {
            matches!(kind, EventKind::PasskeyRequired { .. })
        });
        let EventKind::PasskeyRequired { step } = wanted.await.kind else {
            unreachable!("it was waited for")
        };
        assert_eq!(
            (step.url().is_some(), step.confirmation_code()),
            (url, code)
        );
        let asked = world.instance.calls().codes();
        // As long as the attempt runs.
        let events = events_until(&mut session, Instant::now() + s(60)).await;
        assert_eq!(events, []);
        assert_eq!(world.instance.calls().codes(), asked);
        world.instance.set_faults(Faults::none());
        world.instance.link();
        assert_eq!(*outcome(&rest(&mut session).await), world.connected());
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_what_it_lasts() {
    for method in 0..2 {
        let world = world(setup());
        let mut session = world.start(world.methods()[method].clone());
        first_code(&mut session).await;
        world.instance.set_faults(Fault::SERVER_ERROR.first(2));
        events_until(&mut session, Instant::now() + s(40)).await;
        assert_eq!(world.link(&mut session).await, world.connected());
        world.assert_harmless("");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_person_must_see_to_ends_the_session_as_that() {
    use ProviderErrorKind as Kind;
    for (fault, method, kind) in [
        ("license_required", 0, Kind::LicenseRequired),
        ("instance_not_found", 1, Kind::UnknownInstance),
        ("temporary_ban", 1, Kind::AccountBlocked),
        ("pairing_failed", 1, Kind::Refused),
        ("unauthorized", 0, Kind::InvalidCredentials),
    ] {
        let world = world(setup());
        world.instance.set_faults(DIALECT.fault(fault).unwrap());
        let mut session = world.start(world.methods()[method].clone());
        let events = rest(&mut session).await;
        let PairingOutcome::Rejected { error } = outcome(&events) else {
            unreachable!("{fault}: {events:?}");
        };
        assert_eq!(error.kind, kind, "{fault}");
    }
    let world = world(setup().with_phone_code_limit(0));
    let mut session = world.start(world.methods()[1].clone());
    let events = rest(&mut session).await;
    let is_limited = matches!(outcome(&events), PairingOutcome::RateLimited { .. });
    assert!(is_limited, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn an_expected_number_is_verified_where_the_server_names_it() {
    for (version, is_named) in [("newer", true), ("0.6.1", false)] {
        let world = world(setup().with_option("version", version));
        let other: PhoneNumber = "+351912345678".parse().unwrap();
        let builder = PairingSession::builder(world.provider.clone())
            .policy(world.provider.recommended_policy())
            .expect_phone(world.instance.phone());
        let mut session = builder.start().unwrap();
        first_code(&mut session).await;
        world.instance.link_as(other.clone());
        let events = rest(&mut session).await;
        match outcome(&events) {
            PairingOutcome::WrongAccount { phone } => assert!(is_named && *phone == other),
            // Never taken for the expected one.
            outcome => assert!(!is_named && !outcome.is_linked(), "{outcome:?}"),
        }
    }
}

/// Requests for a code and for the status, where the person never comes.
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
        world.assert_harmless("");
    }
    assert_eq!(counted, [(12, 37, 0), (2, 27, 0)]);
}

#[tokio::test(start_paused = true)]
async fn the_webhooks_of_a_link_are_read_by_the_instance_they_are_about() {
    let world = world(setup());
    let mut session = world.start(PairingMethod::Qr);
    first_code(&mut session).await;
    world.link(&mut session).await;
    world.instance.unlink();
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let other = EvolutionGoConfig::new("another-token-of-32-characters-x".to_owned(), base);
    let transport = Arc::new(world._simulator.transport());
    let other = EvolutionGo::with_transport(other, transport).unwrap();
    let mut hints = Vec::new();
    for webhook in world.instance.webhooks() {
        let incoming = IncomingWebhook::new(webhook.body());
        hints.push(world.provider.read_webhook(&incoming).unwrap());
        let of_other = other.read_webhook(&incoming).unwrap();
        assert_eq!(of_other, WebhookHint::Irrelevant);
    }
    assert_eq!(
        hints,
        [
            WebhookHint::CodeChanged,
            WebhookHint::Progress,
            WebhookHint::Connected,
            WebhookHint::Disconnected,
        ]
    );
}

//! Whole sessions over the simulated server, in virtual time: no second socket, whenever a phone scans;
//! another method or number; a server that is slow, full or of another version.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_adapter::{HttpRequest, HttpResponse, HttpTransport, QrForm, TransportError};
use pairing_core::{
    EventKind, PairingCode, PairingMethod, PairingOutcome, PairingProvider, PairingSession,
    PhoneNumber, WebhookHint,
};
use pairing_evolution::simulator::DIALECT;
use pairing_evolution::{Evolution, EvolutionConfig};
use pairing_sim::{
    Calls, Faults, InProcessTransport, Instance, InstanceSetup, Rotation, Simulator,
    SimulatorOptions,
};
use tokio::time::{Instant, timeout_at};

struct Bench {
    instance: Instance,
    provider: Arc<Evolution>,
    _simulator: Simulator,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn config(instance: &Instance) -> EvolutionConfig {
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    EvolutionConfig::new(instance.id(), instance.token(), base)
}

fn bench_with(
    setup: InstanceSetup,
    configure: impl Fn(EvolutionConfig) -> EvolutionConfig,
) -> Bench {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    let transport = Arc::new(simulator.transport());
    let config = configure(config(&instance));
    Bench {
        provider: Arc::new(Evolution::with_transport(config, transport).unwrap()),
        instance,
        _simulator: simulator,
    }
}

fn bench(setup: InstanceSetup) -> Bench {
    bench_with(setup, |config| config)
}

impl Bench {
    fn start(&self, method: PairingMethod) -> PairingSession {
        let builder = PairingSession::builder(self.provider.clone());
        builder.method(method).start().unwrap()
    }

    fn phone_code(&self) -> PairingMethod {
        PairingMethod::PhoneCode(self.instance.phone())
    }

    fn methods(&self) -> [PairingMethod; 2] {
        [PairingMethod::Qr, self.phone_code()]
    }

    /// The phone scans or types a code; whether that linked it.
    fn use_code(&self, code: &PairingCode) -> bool {
        match code {
            PairingCode::QrText { text } => self.instance.scan(text.expose()).is_ok(),
            PairingCode::QrImage { image } => self.instance.scan_picture(image.expose()).is_ok(),
            PairingCode::PhoneCode { code } => self.instance.type_code(code.expose()).is_ok(),
        }
    }
}

async fn next_code(session: &mut PairingSession) -> PairingCode {
    while let Some(event) = session.next_event().await {
        match event.kind {
            EventKind::CodeReady { code, .. } => return code,
            EventKind::InteractionRequired => session.handle().resume().unwrap(),
            EventKind::Finished { outcome } => panic!("{outcome:?} before a code"),
            _ => {}
        }
    }
    panic!("the session ended")
}

/// Lets the session go on until then, with a person who asks for further rounds.
async fn go_on_until(session: &mut PairingSession, moment: Instant) {
    while let Ok(event) = timeout_at(moment, session.next_event()).await {
        if let EventKind::InteractionRequired = event.unwrap().kind {
            session.handle().resume().unwrap();
        }
    }
}

/// No request beside another, and none that opens a second socket.
fn assert_harmless(bench: &Bench) -> Calls {
    assert_eq!(DIALECT.second_attempts(&bench.instance), 0);
    let calls = bench.instance.calls();
    assert_eq!(calls.max_in_flight, 1);
    calls
}

#[tokio::test(start_paused = true)]
async fn whenever_a_phone_scans_it_links_and_no_second_socket_opens() {
    for half_seconds in 0..180 {
        for method in bench(setup()).methods() {
            let bench = bench(setup());
            let mut session = bench.start(method.clone());
            next_code(&mut session).await;
            let moment = Instant::now() + Duration::from_millis(500) * half_seconds;
            go_on_until(&mut session, moment).await;
            // What is on screen, or dies within the moment that the person takes to scan it.
            let code = loop {
                let view = session.handle().view();
                if let Some(code) = view.code().filter(|code| bench.use_code(code)) {
                    break code.clone();
                }
                let next = next_code(&mut session).await;
                if bench.use_code(&next) {
                    break next;
                }
            };
            let outcome = session.outcome().await;
            let linked = PairingOutcome::Connected {
                phone: Some(bench.instance.phone()),
            };
            assert_eq!(outcome, linked, "{method:?} {half_seconds} {code:?}");
            assert_harmless(&bench);
            let unlinks = bench.instance.calls().unlink;
            assert_eq!(unlinks, 0, "{method:?} {half_seconds}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_on_screen_is_alive_but_for_seconds_after_a_change() {
    for method in bench(setup()).methods() {
        let bench = bench(setup());
        let mut session = bench.start(method.clone());
        next_code(&mut session).await;
        let (mut shown, mut dead, mut longest, mut in_a_row) = (0, 0, 0, 0);
        for _ in 0..2000 {
            go_on_until(&mut session, Instant::now() + Duration::from_millis(100)).await;
            let view = session.handle().view();
            let on_screen = view.code().map(|code| match code {
                PairingCode::QrText { text } => text.expose().to_owned(),
                PairingCode::PhoneCode { code } => code.expose().replace('-', ""),
                PairingCode::QrImage { .. } => unreachable!("text was asked for"),
            });
            let alive = match method {
                PairingMethod::Qr => bench.instance.current_qr(),
                PairingMethod::PhoneCode(_) => bench.instance.current_phone_code(),
            };
            let is_dead = on_screen.is_some() && on_screen != alive;
            shown += u32::from(on_screen.is_some());
            dead += u32::from(is_dead);
            in_a_row = if is_dead { in_a_row + 1 } else { 0 };
            longest = longest.max(in_a_row);
        }
        // Tenths of a second, for five changes: a code is as old as the first one was when it came. The
        // phone code is made a second after the QR code, and asked for at the same time.
        let most = if method == PairingMethod::Qr { 38 } else { 28 };
        assert!(shown >= 1990, "{method:?}: shown {shown}");
        assert!(longest <= most, "{method:?}: dead for {longest} in a row");
        assert!(dead <= 5 * most, "{method:?}: dead for {dead} of {shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unused_round_costs_a_known_number_of_calls() {
    // Requests for a code, each with a state before it; in all, with the statuses.
    for (method, codes, total) in [("qr", 12, 43), ("phone", 27, 91)] {
        let bench = bench(setup());
        let by_qr = method == "qr";
        let method = if by_qr {
            PairingMethod::Qr
        } else {
            bench.phone_code()
        };
        let mut session = bench.start(method);
        loop {
            let event = session.next_event().await.unwrap();
            if event.kind == EventKind::InteractionRequired {
                break;
            }
        }
        let calls = assert_harmless(&bench);
        assert_eq!(calls.codes(), codes);
        assert_eq!(calls.total, total);
        session.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_ran_for_another_number_is_ended_and_its_code_is_not_shown() {
    let bench = bench(setup());
    let other: PhoneNumber = "+351912345678".parse().unwrap();
    let mut others = bench.start(PairingMethod::PhoneCode(other.clone()));
    let foreign = next_code(&mut others).await;
    drop(others);
    assert_eq!(bench.instance.current_phone_code_for(), Some(other));

    let mut session = bench.start(bench.phone_code());
    let code = next_code(&mut session).await;
    assert_ne!(code, foreign);
    assert_eq!(
        bench.instance.current_phone_code_for(),
        Some(bench.instance.phone())
    );
    assert!(bench.use_code(&code));
    assert!(session.outcome().await.is_linked());
    assert_harmless(&bench);
    assert!(bench.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn method_and_number_can_be_switched() {
    let bench = bench(setup());
    let mut session = bench.start(PairingMethod::Qr);
    next_code(&mut session).await;
    let other: PhoneNumber = "+351912345678".parse().unwrap();
    for number in [other, bench.instance.phone()] {
        let method = PairingMethod::PhoneCode(number.clone());
        session.handle().switch_method(method).unwrap();
        let code = next_code(&mut session).await;
        assert!(matches!(code, PairingCode::PhoneCode { .. }));
        assert_eq!(bench.instance.current_phone_code_for(), Some(number));
    }
    session.handle().switch_method(PairingMethod::Qr).unwrap();
    let code = next_code(&mut session).await;
    assert!(code.is_qr() && bench.use_code(&code));
    assert!(session.outcome().await.is_linked());
    assert_harmless(&bench);
}

/// A phone scans as soon as the state was answered.
#[derive(Debug)]
struct ScansBetween {
    transport: InProcessTransport,
    instance: Instance,
}

#[async_trait]
impl HttpTransport for ScansBetween {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let is_state = request.url.expose().contains("connectionState");
        let answer = self.transport.send(request).await;
        if is_state {
            let _ = self.instance.scan_current();
        }
        answer
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_made_while_an_attempt_is_ended_is_never_unlinked() {
    for version in ["1.8", "2.3", "2.4"] {
        let bench = bench(setup().with_option("version", version));
        let mut session = bench.start(PairingMethod::Qr);
        next_code(&mut session).await;
        let transport = ScansBetween {
            transport: bench._simulator.transport(),
            instance: bench.instance.clone(),
        };
        let config = config(&bench.instance);
        let provider = Evolution::with_transport(config, Arc::new(transport)).unwrap();
        provider.abandon().await.unwrap();
        assert!(bench.instance.is_linked(), "{version}");
        // And one that was made before.
        tokio::time::sleep(Duration::from_secs(10)).await;
        let unlinks = bench.instance.calls().unlink;
        provider.abandon().await.unwrap();
        assert_eq!(bench.instance.calls().unlink, unlinks, "{version}");
        assert!(bench.instance.is_linked(), "{version}");
        assert!(session.outcome().await.is_linked(), "{version}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_left_ends_its_attempt() {
    for method in bench(setup()).methods() {
        let bench = bench(setup());
        let mut session = bench.start(method.clone());
        next_code(&mut session).await;
        session.close().await;
        assert_eq!(bench.instance.current_qr(), None, "{method:?}");
        let calls = assert_harmless(&bench);
        assert_eq!(calls.unlink, 1, "{method:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_dead_code_of_an_attempt_that_is_over_is_not_shown() {
    // The new code takes longer than `connect` waits, so that it answers with the old one. The phone code
    // comes another second later, half a second before it is asked for.
    let bench = bench(setup().with_option("qr_delay_ms", 2500));
    for method in bench.methods() {
        let mut session = bench.start(method.clone());
        let code = next_code(&mut session).await;
        assert!(bench.use_code(&code));
        assert!(session.outcome().await.is_linked());
        bench.provider.unlink().await.unwrap();
        for _ in 0..2 {
            let mut session = bench.start(method.clone());
            let again = next_code(&mut session).await;
            assert_ne!(again, code, "{method:?}");
            session.close().await;
            bench.provider.abandon().await.unwrap();
        }
    }
    assert_harmless(&bench);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_codes_costs_a_start_and_no_session() {
    let life = Duration::from_secs(45);
    let setup = setup().with_rotation(Rotation::new(life, life, Some(2)));
    let bench = bench(setup);
    let mut session = bench.start(PairingMethod::Qr);
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(next_code(&mut session).await);
    }
    assert!(bench.use_code(&codes[5]));
    assert!(session.outcome().await.is_linked());
    assert_harmless(&bench);
}

#[tokio::test(start_paused = true)]
async fn every_version_links_in_both_forms_and_by_phone() {
    for version in ["1.8", "2.3", "2.4"] {
        for form in [QrForm::Text, QrForm::Image] {
            let bench = || {
                let setup = setup().with_option("version", version);
                bench_with(setup, |config| config.with_qr_form(form))
            };
            for method in bench().methods() {
                let bench = bench();
                let mut session = bench.start(method);
                let code = next_code(&mut session).await;
                let is_picture = matches!(code, PairingCode::QrImage { .. });
                assert_eq!(is_picture, code.is_qr() && form == QrForm::Image);
                assert!(bench.use_code(&code), "{version}");
                let phone = Some(bench.instance.phone());
                assert_eq!(session.outcome().await, PairingOutcome::Connected { phone });
                assert_harmless(&bench);
                bench.provider.unlink().await.unwrap();
                assert!(!bench.instance.is_linked());
                bench.provider.unlink().await.unwrap();
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_instance_is_created_only_if_that_is_wished() {
    let missing = || {
        setup()
            .with_option("missing", true)
            .with_credentials("my shop é/1", "CANARY")
    };
    let refused = bench(missing());
    let outcome = refused.start(PairingMethod::Qr).outcome().await;
    let PairingOutcome::Rejected { error } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind.as_str(), "unknown_instance");
    assert_eq!(refused.instance.calls().total, 1);

    for version in ["1.8", "2.3"] {
        let missing = missing().with_option("version", version);
        let bench = bench_with(missing, |config| config.with_create(true));
        assert!(!bench.provider.status().await.unwrap().is_connected());
        let mut session = bench.start(bench.phone_code());
        let code = next_code(&mut session).await;
        assert!(bench.use_code(&code));
        assert!(session.outcome().await.is_linked());
        assert_eq!(assert_harmless(&bench).other, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn webhooks_with_a_token_are_read_and_others_refused() {
    let setup = setup().with_option("webhook_secret", "canary-secret");
    let bench = bench_with(setup, |config| config.with_webhook_secret("canary-secret"));
    let mut session = bench.start(PairingMethod::Qr);
    let code = next_code(&mut session).await;
    assert!(bench.use_code(&code));
    assert!(session.outcome().await.is_linked());
    tokio::time::sleep(Duration::from_secs(5)).await;
    bench.instance.unlink();
    let mut hints = Vec::new();
    for webhook in bench.instance.webhooks() {
        let headers: Vec<(&str, &str)> = webhook
            .headers()
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let incoming = pairing_core::IncomingWebhook::new(webhook.body());
        hints.push(
            bench
                .provider
                .read_webhook(&incoming.with_headers(&headers))
                .unwrap(),
        );
        let unsigned = bench.provider.read_webhook(&incoming).unwrap_err();
        assert_eq!(unsigned.kind().as_str(), "invalid_signature");
    }
    assert_eq!(
        hints,
        [
            WebhookHint::Progress,
            WebhookHint::CodeChanged,
            WebhookHint::Connected,
            WebhookHint::Disconnected,
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_licence_is_not_waited_for() {
    let bench = bench(setup());
    let fault = DIALECT.fault("license_required").unwrap();
    bench.instance.set_faults(Faults::from(fault));
    let outcome = bench.start(PairingMethod::Qr).outcome().await;
    let PairingOutcome::Rejected { error } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind.as_str(), "license_required");
    assert_eq!(bench.instance.calls().total, 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_makes_a_code_is_given_up() {
    let bench = bench(setup().with_option("qr_delay_ms", 10_000_000));
    let outcome = bench.start(PairingMethod::Qr).outcome().await;
    assert!(
        matches!(outcome, PairingOutcome::Unavailable { .. }),
        "{outcome:?}"
    );
    assert_harmless(&bench);
}

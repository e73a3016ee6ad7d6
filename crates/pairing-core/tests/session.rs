//! The session on tokio, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use futures_util::StreamExt;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, CommandError, EventKind, IncomingWebhook, InstanceStatus,
    PairingEvent, PairingHandle, PairingMethod, PairingOutcome, PairingProvider, PairingSession,
    PhoneCode, ProviderError, ProviderErrorKind, QrText, Screen, StartError, WebhookHint,
};
use tokio::runtime::Handle;
use tokio::time::{Instant, advance, sleep};

/// A gateway in memory that counts what it is asked.
#[derive(Debug, Default)]
struct Gateway {
    linked: AtomicBool,
    hangs: AtomicBool,
    panics: AtomicBool,
    fails: AtomicBool,
    codes: AtomicUsize,
    statuses: AtomicUsize,
    in_flight: AtomicUsize,
    ends_attempts: AtomicBool,
    abandoned: AtomicUsize,
}

struct InFlight<'a>(&'a AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Gateway {
    async fn answer(&self) -> Result<(), ProviderError> {
        self.in_flight.fetch_add(1, SeqCst);
        let _in_flight = InFlight(&self.in_flight);
        assert!(!self.panics.load(SeqCst), "a defect of the provider");
        if self.hangs.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(100)).await;
        if self.fails.load(SeqCst) {
            return Err(ProviderErrorKind::Unavailable.into());
        }
        Ok(())
    }

    fn calls(&self) -> usize {
        self.codes.load(SeqCst) + self.statuses.load(SeqCst)
    }
}

#[async_trait]
impl PairingProvider for Gateway {
    fn name(&self) -> &str {
        "memory"
    }

    fn capabilities(&self) -> Capabilities {
        let capabilities = Capabilities::none()
            .with_qr_text()
            .with_phone_code()
            .with_status()
            .with_webhooks();
        match self.ends_attempts.load(SeqCst) {
            true => capabilities.with_abandon(),
            false => capabilities,
        }
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let method = &request.method;
        let number = self.codes.fetch_add(1, SeqCst);
        self.answer().await?;
        Ok(match method {
            _ if self.linked.load(SeqCst) => CodeReply::AlreadyConnected,
            PairingMethod::Qr => QrText::new(format!("2@{number}")).unwrap().into(),
            PairingMethod::PhoneCode(_) => PhoneCode::new("ABCD1234").unwrap().into(),
        })
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.statuses.fetch_add(1, SeqCst);
        self.answer().await?;
        Ok(if self.linked.load(SeqCst) {
            InstanceStatus::connected(None)
        } else {
            InstanceStatus::disconnected()
        })
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        self.abandoned.fetch_add(1, SeqCst);
        self.answer().await
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        match body {
            b"linked" => Ok(WebhookHint::Connected),
            _ => Err(ProviderErrorKind::MalformedReply.into()),
        }
    }
}

fn gateway() -> Arc<Gateway> {
    Arc::new(Gateway::default())
}

fn start(gateway: &Arc<Gateway>) -> PairingSession {
    PairingSession::builder(gateway.clone()).start().unwrap()
}

async fn until(session: &mut PairingSession, wanted: fn(&EventKind) -> bool) -> PairingEvent {
    while let Some(event) = session.next_event().await {
        if wanted(&event.kind) {
            return event;
        }
    }
    panic!("the session ended before");
}

fn is_ready(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CodeReady { .. })
}

mod an_attempt_that_is_left {
    use super::*;

    async fn shown() -> (Arc<Gateway>, PairingSession) {
        let gateway = gateway();
        gateway.ends_attempts.store(true, SeqCst);
        let mut session = start(&gateway);
        until(&mut session, is_ready).await;
        (gateway, session)
    }

    #[tokio::test(start_paused = true)]
    async fn is_ended_once_however_the_session_ends() {
        for how in ["cancel", "close", "drop", "outcome", "deadline"] {
            let (gateway, session) = shown().await;
            match how {
                "cancel" => {
                    session.handle().cancel();
                    sleep(Duration::from_secs(1)).await;
                }
                "close" => session.close().await,
                "drop" => drop(session),
                "outcome" => {
                    session.handle().cancel();
                    assert_eq!(session.outcome().await, PairingOutcome::Cancelled);
                }
                _ => assert_eq!(session.outcome().await, PairingOutcome::Deadline),
            }
            sleep(Duration::from_secs(60)).await;
            assert_eq!(gateway.abandoned.load(SeqCst), 1, "{how}");
            assert_eq!(gateway.in_flight.load(SeqCst), 0, "{how}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn is_given_up_with_a_gateway_that_hangs() {
        let (gateway, session) = shown().await;
        gateway.hangs.store(true, SeqCst);
        drop(session);
        sleep(Duration::from_secs(29)).await;
        assert_eq!(gateway.in_flight.load(SeqCst), 1);
        sleep(Duration::from_secs(2)).await;
        assert_eq!(gateway.in_flight.load(SeqCst), 0);
        assert_eq!(gateway.abandoned.load(SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn is_left_alone_where_the_number_is_linked() {
        let (gateway, session) = shown().await;
        gateway.linked.store(true, SeqCst);
        assert!(session.outcome().await.is_linked());
        sleep(Duration::from_secs(60)).await;
        assert_eq!(gateway.abandoned.load(SeqCst), 0);
    }
}

fn is_gate(kind: &EventKind) -> bool {
    matches!(kind, EventKind::InteractionRequired)
}

#[tokio::test(start_paused = true)]
async fn the_stream_ends_after_one_terminal_event() {
    let gateway = gateway();
    let mut session = start(&gateway);
    until(&mut session, is_ready).await;
    gateway.linked.store(true, SeqCst);
    let rest: Vec<_> = (&mut session).collect().await;
    assert_eq!(rest.len(), 1);
    assert_eq!(
        rest[0].outcome(),
        Some(&PairingOutcome::Connected { phone: None })
    );
    assert_eq!(session.next_event().await, None);
    assert_eq!(session.next_event().await, None);
    assert_eq!(
        session.outcome().await,
        PairingOutcome::Connected { phone: None }
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_goes_on_without_a_reader() {
    let gateway = gateway();
    let mut session = start(&gateway);
    sleep(Duration::from_secs(120)).await;
    assert_eq!(gateway.codes.load(SeqCst), 3);
    // Nothing was lost meanwhile.
    let first = session.next_event().await.unwrap();
    assert_eq!(first.seq, 1);
    let method = PairingMethod::Qr;
    assert_eq!(first.kind, EventKind::Preparing { method });
    until(&mut session, is_gate).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_cancels_the_request_and_leaves_nothing() {
    let gateway = gateway();
    gateway.hangs.store(true, SeqCst);
    let before = Handle::current().metrics().num_alive_tasks();
    let session = start(&gateway);
    let mut watcher = session.handle().subscribe();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(gateway.in_flight.load(SeqCst), 1);
    drop(session);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(gateway.in_flight.load(SeqCst), 0);
    assert_eq!(gateway.calls(), 1);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), before);
    // Whoever watches is told.
    let mut last = None;
    while let Some(event) = watcher.next_event().await {
        last = Some(event);
    }
    assert_eq!(last.unwrap().outcome(), Some(&PairingOutcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn close_returns_when_nothing_is_left() {
    let gateway = gateway();
    gateway.hangs.store(true, SeqCst);
    let session = start(&gateway);
    sleep(Duration::from_secs(1)).await;
    session.close().await;
    assert_eq!(gateway.in_flight.load(SeqCst), 0);
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_ended_leaves_nothing_even_before_it_is_dropped() {
    let gateway = gateway();
    gateway.linked.store(true, SeqCst);
    let mut session = start(&gateway);
    while session.next_event().await.is_some() {}
    sleep(Duration::from_secs(1)).await;
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    assert_eq!(gateway.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_late_subscriber_sees_the_present_first() {
    let gateway = gateway();
    let mut session = start(&gateway);
    let shown = until(&mut session, is_ready).await;
    let mut late = session.handle().subscribe();
    assert_eq!(late.next_event().await.unwrap(), shown);
    assert_eq!(session.handle().view().to_event(), shown);
    // Then both see the same.
    let next = session.next_event().await;
    assert_eq!(late.next_event().await, next);
    gateway.linked.store(true, SeqCst);
    while session.next_event().await.is_some() {}
    let mut after_the_end = session.handle().subscribe();
    assert!(
        after_the_end
            .next_event()
            .await
            .unwrap()
            .outcome()
            .is_some()
    );
    assert_eq!(after_the_end.next_event().await, None);
}

#[tokio::test(start_paused = true)]
async fn views_are_the_present_then_every_change_and_the_end_last() {
    let gateway = gateway();
    let session = start(&gateway);
    let mut views = session.handle().views();
    let first = views.next_view().await.unwrap();
    assert_eq!((first.seq, &first.screen), (1, &Screen::Preparing));
    let mut last = first;
    while last.screen != Screen::WaitingForUser {
        let view = views.next_view().await.unwrap();
        assert_eq!(view, session.handle().view());
        assert!(view.seq > last.seq);
        last = view;
    }
    assert!(last.actions.resume);
    session.handle().cancel();
    let end = views.next_view().await.unwrap();
    assert_eq!(end.outcome(), Some(&PairingOutcome::Cancelled));
    assert_eq!(views.next_view().await, None);
    let mut late = session.handle().views();
    assert_eq!(late.next_view().await, Some(end));
    assert_eq!(late.next_view().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_late_view_has_the_code_and_the_retry() {
    let gateway = gateway();
    let mut session = start(&gateway);
    until(&mut session, is_ready).await;
    gateway.fails.store(true, SeqCst);
    let event = until(&mut session, |kind| {
        matches!(kind, EventKind::Retrying { .. })
    })
    .await;
    let view = session.handle().views().next_view().await.unwrap();
    assert!(view.code().is_some() && view.retrying.is_some());
    assert_eq!(view.seq, event.seq);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_the_latest_view_alone_and_then_the_events_after_it() {
    let gateway = gateway();
    let mut session = start(&gateway);
    sleep(Duration::from_secs(120)).await;
    let view = session.next_view().await.unwrap();
    assert_eq!(view.screen, Screen::WaitingForUser);
    session.handle().resume().unwrap();
    session.handle().cancel();
    let event = session.next_event().await.unwrap();
    assert_eq!(event.seq, view.seq + 2);
    assert_eq!(session.next_view().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_reader_far_behind_goes_on_with_the_present() {
    let gateway = gateway();
    let mut session = start(&gateway);
    let handle = session.handle();
    for _ in 0..60 {
        handle
            .switch_method(PairingMethod::PhoneCode("5511999998888".parse().unwrap()))
            .unwrap();
        handle.switch_method(PairingMethod::Qr).unwrap();
    }
    let present = handle.view().to_event();
    assert_eq!(session.next_event().await.unwrap(), present);
    let next = session.next_event().await.unwrap();
    assert_eq!(next.seq, present.seq + 1);
}

#[tokio::test(start_paused = true)]
async fn resume_switch_and_cancel_work_from_anywhere() {
    let gateway = gateway();
    let mut session = start(&gateway);
    let handle = session.handle();
    assert_eq!(handle.resume(), Err(CommandError::NotWaiting));
    until(&mut session, is_gate).await;
    tokio::spawn(async move { handle.resume() })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(until(&mut session, is_ready).await.round, 2);
    let phone = PairingMethod::PhoneCode("5511999998888".parse().unwrap());
    session.handle().switch_method(phone.clone()).unwrap();
    let event = until(&mut session, is_ready).await;
    assert!(matches!(event.kind, EventKind::CodeReady { code, .. } if !code.is_qr()));
    assert_eq!(session.handle().view().method, phone);
    session.handle().cancel();
    assert_eq!(session.handle().resume(), Err(CommandError::Finished));
    let calls = gateway.calls();
    assert_eq!(session.outcome().await, PairingOutcome::Cancelled);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(gateway.calls(), calls);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_attended_once_a_person_has_acted() {
    let phone = || PairingMethod::PhoneCode("5511999998888".parse().unwrap());
    let acts: [fn(&PairingHandle, PairingMethod); 2] = [
        |handle, _| assert_eq!(handle.resume(), Err(CommandError::NotWaiting)),
        |handle, phone| handle.switch_method(phone).unwrap(),
    ];
    for act in acts {
        let gateway = gateway();
        let mut session = start(&gateway);
        until(&mut session, is_ready).await;
        session.handle().notify(WebhookHint::Connected);
        let handle = session.handle();
        assert!(!handle.is_attended());
        act(&handle, phone());
        assert!(handle.is_attended());
        handle.cancel();
        assert!(handle.is_attended());
    }
    let typed = PairingSession::builder(gateway()).method(phone());
    assert!(typed.start().unwrap().handle().is_attended());
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_confirmed_by_one_status_call() {
    let gateway = gateway();
    let mut session = start(&gateway);
    until(&mut session, is_ready).await;
    assert!(session.handle().notify_webhook(b"rubbish").is_err());
    gateway.linked.store(true, SeqCst);
    let handle = session.handle();
    assert_eq!(
        handle.notify_webhook(b"linked").unwrap(),
        WebhookHint::Connected
    );
    assert!(session.outcome().await.is_linked());
    assert_eq!(gateway.statuses.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn where_webhooks_are_expected_the_status_waits_for_them() {
    let gateway = gateway();
    let session = PairingSession::builder(gateway.clone())
        .expect_webhooks()
        .start()
        .unwrap();
    sleep(Duration::from_secs(50)).await;
    assert_eq!(
        (gateway.codes.load(SeqCst), gateway.statuses.load(SeqCst)),
        (3, 1)
    );
    gateway.linked.store(true, SeqCst);
    let linked = Instant::now();
    session.handle().notify_webhook(b"linked").unwrap();
    assert!(session.outcome().await.is_linked());
    assert_eq!(linked.elapsed(), Duration::from_millis(100));
    // The other was the last look at the last code.
    assert_eq!(gateway.statuses.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_is_an_outcome_and_not_a_hanging_reader() {
    let gateway = gateway();
    gateway.panics.store(true, SeqCst);
    match start(&gateway).outcome().await {
        PairingOutcome::Rejected { error } => {
            assert_eq!(error.kind, ProviderErrorKind::Internal);
            // Whatever a foreign provider put into its panic.
            assert!(!error.message.contains("defect"), "{}", error.message);
        }
        other => panic!("{other:?}"),
    }
}

/// A session with a phone code on screen, for which nothing is due for 5 s, or where webhooks are
/// expected for 20. The time of day goes on by what is put into the second part.
async fn asleep(expect_webhooks: bool) -> (PairingSession, Arc<Mutex<Duration>>) {
    let slept = Arc::new(Mutex::new(Duration::ZERO));
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let clock = slept.clone();
    let mut builder = PairingSession::builder(gateway())
        .method(PairingMethod::PhoneCode("5511999998888".parse().unwrap()))
        .wall_clock(move || start + *clock.lock().unwrap());
    if expect_webhooks {
        builder = builder.expect_webhooks();
    }
    let mut session = builder.start().unwrap();
    let event = until(&mut session, is_ready).await;
    assert_eq!(event.remaining(start), Some(Duration::from_secs(160)));
    assert_eq!(session.handle().view().to_event(), event);
    (session, slept)
}

#[tokio::test(start_paused = true)]
async fn a_code_that_died_in_the_machines_sleep_is_not_in_the_view() {
    let (session, slept) = asleep(true).await;
    *slept.lock().unwrap() = Duration::from_secs(3600);
    assert_eq!(session.handle().view().screen, Screen::WaitingForUser);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_died_in_the_machines_sleep_is_not_shown_to_a_late_subscriber() {
    let (session, slept) = asleep(true).await;
    let mut before = session.handle().subscribe();
    let mut views = session.handle().views();
    *slept.lock().unwrap() = Duration::from_secs(3600);
    let mut after = session.handle().subscribe();
    for late in [&mut before, &mut after] {
        assert!(is_gate(&late.next_event().await.unwrap().kind));
    }
    let view = views.next_view().await.unwrap();
    assert_eq!(view.screen, Screen::WaitingForUser);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_died_in_the_machines_sleep_is_taken_down_with_the_next_status() {
    let (mut session, slept) = asleep(false).await;
    *slept.lock().unwrap() = Duration::from_secs(3600);
    let awake = Instant::now();
    let event = session.next_event().await.unwrap();
    assert_eq!(event.kind, EventKind::CodeExpired);
    assert!(awake.elapsed() <= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_set_back_gives_the_code_on_screen_no_longer_life() {
    let wall = Arc::new(Mutex::new(
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
    ));
    let clock = wall.clone();
    let mut session = PairingSession::builder(gateway())
        .method(PairingMethod::PhoneCode("5511999998888".parse().unwrap()))
        .wall_clock(move || *clock.lock().unwrap())
        .start()
        .unwrap();
    let ready = until(&mut session, is_ready).await;
    let shown = *wall.lock().unwrap();
    assert_eq!(ready.remaining(shown), Some(Duration::from_secs(160)));
    // An hour back, while ten seconds pass.
    advance(Duration::from_secs(10)).await;
    let now = shown - Duration::from_secs(3590);
    *wall.lock().unwrap() = now;
    let mut late = session.handle().subscribe();
    for event in [
        session.handle().view().to_event(),
        late.next_event().await.unwrap(),
    ] {
        assert_eq!(event.remaining(now), Some(Duration::from_secs(150)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_sessions_side_by_side_do_not_disturb_each_other() {
    let gateways: Vec<_> = (0..100).map(|_| gateway()).collect();
    let sessions: Vec<_> = gateways.iter().map(start).collect();
    advance(Duration::from_secs(1)).await;
    for gateway in gateways.iter().step_by(2) {
        gateway.linked.store(true, SeqCst);
    }
    for (index, session) in sessions.into_iter().enumerate() {
        let outcome = session.outcome().await;
        assert_eq!(outcome.is_linked(), index % 2 == 0, "{outcome:?}");
    }
    for abandoned in gateways.iter().skip(1).step_by(2) {
        assert_eq!(abandoned.codes.load(SeqCst), 3);
        assert!(abandoned.calls() <= 19, "{}", abandoned.calls());
    }
}

#[test]
fn outside_a_runtime_it_is_an_error_and_not_a_panic() {
    let error = PairingSession::builder(gateway()).start().err();
    assert_eq!(error, Some(StartError::NoRuntime));
}

#[test]
fn the_end_of_the_runtime_is_the_end_of_the_stream() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let gateway = gateway();
    let mut watcher = runtime.block_on(async {
        let mut session = start(&gateway);
        until(&mut session, is_ready).await;
        let watcher = session.handle().subscribe();
        // Kept alive: only the runtime goes.
        std::mem::forget(session);
        watcher
    });
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    other.block_on(async {
        let mut last = None;
        while let Some(event) = watcher.next_event().await {
            last = Some(event);
        }
        assert_eq!(last.unwrap().outcome(), Some(&PairingOutcome::Cancelled));
    });
}

mod single_calls {
    use pairing_core::{PairingPolicy, PairingProviderExt as _, RetryPolicy};

    use super::*;

    fn policy(retry: RetryPolicy) -> PairingPolicy {
        PairingPolicy::default().with_retry(retry)
    }

    fn twice() -> PairingPolicy {
        policy(RetryPolicy::default().with_max_retries(2))
    }

    #[tokio::test(start_paused = true)]
    async fn repeat_as_the_policy_says() {
        let gateway = gateway();
        gateway.fails.store(true, SeqCst);
        let mut waits = Vec::new();
        let error = gateway
            .request_code_with_retry(&PairingMethod::Qr.into(), &twice(), |_, wait| {
                waits.push(wait.as_secs());
            })
            .await;
        assert_eq!(error.unwrap_err().kind(), ProviderErrorKind::Unavailable);
        assert_eq!(gateway.codes.load(SeqCst), 3);
        assert!(matches!(waits[..], [1, 2..=3]), "{waits:?}");
        let once = policy(RetryPolicy::never());
        gateway
            .status_with_retry(&once, |_, _| {})
            .await
            .unwrap_err();
        assert_eq!(gateway.statuses.load(SeqCst), 1);
        gateway.fails.store(false, SeqCst);
        assert!(
            !gateway
                .status_with_retry(&twice(), |_, _| {})
                .await
                .unwrap()
                .is_connected()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn are_given_up_in_time() {
        let gateway = gateway();
        gateway.hangs.store(true, SeqCst);
        let started = Instant::now();
        let error = gateway
            .status_with_retry(&policy(RetryPolicy::never()), |_, _| {})
            .await;
        assert_eq!(error.unwrap_err().kind(), ProviderErrorKind::TimedOut);
        assert_eq!(started.elapsed(), Duration::from_secs(30));
        assert_eq!(gateway.in_flight.load(SeqCst), 0);
    }
}

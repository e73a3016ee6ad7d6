//! Sessions as an app sees them, with a provider or a transport of its own.
#![cfg(feature = "uniffi")]
#![allow(clippy::panic, clippy::unwrap_used)]

mod app;

use std::collections::{HashMap, VecDeque};
use std::future::{Future, pending, poll_fn};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use app::{next, wait};
use async_trait::async_trait;
use pairing_ffi::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, ErrorCode, EventKind, HttpRequest,
    HttpResponse, HttpTransport, IncomingWebhook, InstancePhase, InstanceStatus, PairingCode,
    PairingError, PairingMethod, PairingOutcome, PairingPolicy, PairingProvider, PairingSession,
    PasskeyStep, ProviderDescription, Screen, SessionOptions, TransportError, WebhookHint,
    default_policy, max_body_bytes, open_provider, providers, scaled_down_policy,
};
use tokio::sync::oneshot;

fn outcome(session: &PairingSession) -> PairingOutcome {
    wait(async {
        loop {
            let event = next(session).await.unwrap();
            if let EventKind::Finished { outcome } = event.kind {
                assert!(next(session).await.is_none());
                return outcome;
            }
        }
    })
}

fn refusal(error: &PairingError) -> (ErrorCode, &str) {
    let PairingError::Failed { code, message, .. } = error;
    (*code, message)
}

fn options() -> SessionOptions {
    SessionOptions {
        method: PairingMethod::Qr,
        policy: Some(scaled_down_policy(default_policy(), 1_000)),
        expected_phone: None,
        expect_webhooks: false,
    }
}

/// Sends when it is dropped.
struct Drops(Mutex<Option<oneshot::Sender<()>>>);

impl Drop for Drops {
    fn drop(&mut self) {
        let sender = self.0.lock().unwrap().take();
        sender.unwrap().send(()).unwrap();
    }
}

/// A provider of the app, each call as the test wants it.
struct Own {
    describe: Result<(), PairingError>,
    policy: Option<PairingPolicy>,
    expires_in: Option<Duration>,
    status: InstanceStatus,
    /// What the first requests for codes answer, before there are codes.
    replies: Mutex<VecDeque<CodeReply>>,
    /// What was asked for, in order.
    requests: Mutex<Vec<CodeRequest>>,
    /// Told when an attempt is ended, with the capability `abandon`.
    abandoned: Option<mpsc::Sender<()>>,
    /// Held by a request for a code, which then takes for ever.
    hang: Mutex<Option<(oneshot::Sender<()>, Drops)>>,
}

impl Default for Own {
    fn default() -> Self {
        Self {
            describe: Ok(()),
            policy: None,
            expires_in: None,
            status: in_phase(InstancePhase::NotLinked),
            replies: Mutex::default(),
            requests: Mutex::default(),
            abandoned: None,
            hang: Mutex::new(None),
        }
    }
}

#[async_trait]
impl PairingProvider for Own {
    fn describe(&self) -> Result<ProviderDescription, PairingError> {
        self.describe.clone()?;
        Ok(ProviderDescription {
            name: "own".to_owned(),
            capabilities: Capabilities {
                qr_text: true,
                qr_image: false,
                phone_code: false,
                status: true,
                linked_phone: true,
                unlink: false,
                abandon: self.abandoned.is_some(),
                renews_phone_codes: false,
                webhooks: true,
            },
            recommended_policy: self.policy.clone(),
        })
    }

    async fn request_code(&self, request: CodeRequest) -> Result<CodeReply, PairingError> {
        self.requests.lock().unwrap().push(request);
        let reply = self.replies.lock().unwrap().pop_front();
        if let Some(reply) = reply {
            return Ok(reply);
        }
        let hang = self.hang.lock().unwrap().take();
        if let Some((begun, _drops)) = hang {
            begun.send(()).unwrap();
            pending::<()>().await;
        }
        Ok(CodeReply::Code {
            code: PairingCode::from_qr_text("2@own".to_owned())?,
            expires_in: self.expires_in,
        })
    }

    async fn status(&self) -> Result<InstanceStatus, PairingError> {
        Ok(self.status.clone())
    }

    async fn abandon(&self) -> Result<(), PairingError> {
        if let Some(abandoned) = &self.abandoned {
            abandoned.send(()).unwrap();
        }
        Ok(())
    }

    async fn unlink(&self) -> Result<(), PairingError> {
        Ok(())
    }

    fn read_webhook(&self, webhook: Arc<IncomingWebhook>) -> Result<WebhookHint, PairingError> {
        assert_eq!(webhook.expose_body(), b"{}");
        match webhook.expose_header("x-signature".to_owned()).as_deref() {
            Some("right") => Ok(WebhookHint::Progress),
            _ => Err(PairingError::Failed {
                code: ErrorCode::InvalidSignature,
                message: "not signed".to_owned(),
                retryable: false,
                retry_after: None,
            }),
        }
    }
}

fn in_phase(phase: InstancePhase) -> InstanceStatus {
    InstanceStatus {
        phase,
        phone: None,
        passkey: None,
    }
}

fn linked(phone: Option<&str>) -> InstanceStatus {
    InstanceStatus {
        phone: phone.map(str::to_owned),
        ..in_phase(InstancePhase::Linked)
    }
}

/// A provider whose first request hangs, when it has begun, and when it was dropped.
fn hanging() -> (Arc<Own>, oneshot::Receiver<()>, oneshot::Receiver<()>) {
    let (begin, begun) = oneshot::channel();
    let (drop, dropped) = oneshot::channel();
    let own = Own {
        hang: Mutex::new(Some((begin, Drops(Mutex::new(Some(drop)))))),
        ..Own::default()
    };
    (Arc::new(own), begun, dropped)
}

#[test]
fn a_provider_that_cannot_describe_itself_starts_no_session() {
    let failure = PairingError::Failed {
        code: ErrorCode::InvalidSettings,
        message: "no address".to_owned(),
        retryable: false,
        retry_after: None,
    };
    let own = Own {
        describe: Err(failure.clone()),
        ..Own::default()
    };
    let refused = PairingSession::new(Arc::new(own), options()).err().unwrap();
    assert_eq!(refused, failure);
}

#[test]
fn an_invalid_linked_number_is_a_malformed_reply_and_is_not_quoted() {
    let own = Own {
        status: linked(Some("not-a-number")),
        ..Own::default()
    };
    let session = PairingSession::new(Arc::new(own), options()).unwrap();
    let error = wait(async {
        loop {
            if let EventKind::Retrying { error, .. } = next(&session).await.unwrap().kind {
                break error;
            }
        }
    });
    assert_eq!(error.code, ErrorCode::MalformedReply);
    assert!(!error.message.contains("not-a-number"));
}

#[test]
fn the_id_of_a_linked_account_names_its_number_or_none() {
    for (id, phone) in [
        ("5511999998888:12@s.whatsapp.net", Some("+5511999998888")),
        ("5511999998888.0:12@s.whatsapp.net", Some("+5511999998888")),
        ("5511999998888@c.us", Some("+5511999998888")),
        ("104316219412678@lid", None),
    ] {
        let own = Own {
            status: linked(Some(id)),
            ..Own::default()
        };
        let session = PairingSession::new(Arc::new(own), options()).unwrap();
        let linked = PairingOutcome::Connected {
            phone: phone.map(str::to_owned),
        };
        assert!(outcome(&session) == linked, "{id}");
    }
}

#[test]
fn where_webhooks_are_expected_the_status_waits_for_them() {
    let seconds = Duration::from_secs;
    for (expect_webhooks, deadline) in [(false, seconds(60)), (true, Duration::from_millis(100))] {
        let own = Own {
            status: linked(None),
            ..Own::default()
        };
        let policy = PairingPolicy {
            status_interval: Duration::from_millis(1),
            webhook_status_interval: seconds(3600),
            deadline,
            ..default_policy()
        };
        let options = SessionOptions {
            policy: Some(policy),
            expect_webhooks,
            ..options()
        };
        let session = PairingSession::new(Arc::new(own), options).unwrap();
        let outcome = outcome(&session);
        assert_eq!(outcome == PairingOutcome::Deadline, expect_webhooks);
    }
}

#[test]
fn cancelling_drops_the_request_under_way() {
    let (own, begun, dropped) = hanging();
    let session = PairingSession::new(own, options()).unwrap();
    wait(begun).unwrap();
    session.cancel();
    wait(dropped).unwrap();
    assert!(outcome(&session) == PairingOutcome::Cancelled);
}

#[test]
fn releasing_the_session_drops_the_request_under_way() {
    let (own, begun, dropped) = hanging();
    let session = PairingSession::new(own, options()).unwrap();
    wait(begun).unwrap();
    drop(session);
    wait(dropped).unwrap();
}

#[test]
fn a_session_released_during_a_wait_ends_with_that_wait() {
    let (own, begun, mut dropped) = hanging();
    let session = PairingSession::new(own, options()).unwrap();
    wait(async {
        // A round begins, and then there is nothing to tell.
        assert!(matches!(
            next(&session).await.unwrap().kind,
            EventKind::Preparing { .. }
        ));
        begun.await.unwrap();
        let mut waiting = Box::pin(async move { session.wait_for_event().await });
        let asked_once = poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx)));
        assert!(asked_once.await.is_pending(), "nothing has happened");
        assert!(dropped.try_recv().is_err(), "somebody still waits");
        drop(waiting);
        dropped.await.unwrap();
    });
}

#[test]
fn waiting_that_is_given_up_loses_no_event() {
    let session = PairingSession::new(Arc::new(Own::default()), options()).unwrap();
    wait(async {
        let mut expected = 1;
        while session.wait_for_event().await {
            // The event has come, and whoever waited has gone.
            assert!(session.wait_for_event().await);
            let event = session.take_event().unwrap();
            assert_eq!(event.seq, expected);
            expected += 1;
            if expected == 3 {
                session.cancel();
            }
        }
        assert!(session.take_event().is_none());
    });
}

#[test]
fn a_wait_for_a_view_that_is_given_up_loses_no_view() {
    let session = PairingSession::new(Arc::new(Own::default()), options()).unwrap();
    wait(async {
        let mut last = None;
        while session.wait_for_view().await {
            // The view has come, and the first wait was given up.
            assert!(session.wait_for_view().await);
            let view = session.take_view().unwrap();
            if matches!(view.screen, Screen::Code { .. }) {
                session.cancel();
            }
            last = Some(view.screen);
        }
        let cancelled = PairingOutcome::Cancelled;
        assert!(matches!(last, Some(Screen::Finished { outcome }) if outcome == cancelled));
        assert!(session.take_view().is_none());
    });
}

#[test]
fn times_beyond_all_measure_are_refused_or_survived() {
    let mut policy = default_policy();
    policy.deadline = Duration::MAX;
    policy.qr_lifetime = Duration::MAX;
    policy.post_expiry_status_window = Duration::MAX;
    policy.request_timeout = Duration::MAX;
    for policy in [None, Some(policy)] {
        let own = Own {
            expires_in: Some(Duration::MAX),
            policy,
            ..Own::default()
        };
        let options = SessionOptions {
            policy: None,
            ..options()
        };
        match PairingSession::new(Arc::new(own), options) {
            Err(error) => assert_eq!(refusal(&error).0, ErrorCode::InvalidPolicy),
            Ok(session) => wait(async {
                // The session tells something that an app can show, and goes on.
                while let Some(event) = next(&session).await {
                    if !matches!(event.kind, EventKind::Preparing { .. }) {
                        session.cancel();
                    }
                    if let EventKind::Finished { outcome } = event.kind {
                        assert!(outcome == PairingOutcome::Cancelled);
                    }
                }
            }),
        }
    }
}

/// The screens of a session, in words, up to the one that ends the reading.
fn screens(session: &PairingSession, last: fn(&Screen) -> bool) -> Vec<Screen> {
    wait(async {
        let mut screens = Vec::new();
        while session.wait_for_view().await {
            let screen = session.take_view().unwrap().screen;
            let is_last = last(&screen);
            screens.push(screen);
            if is_last {
                return screens;
            }
        }
        panic!("the session ended before it");
    })
}

#[test]
fn a_gateway_that_starts_and_links_shows_it() {
    let own = Own {
        replies: Mutex::new([CodeReply::Starting { retry_in: None }].into()),
        status: in_phase(InstancePhase::Linking),
        ..Own::default()
    };
    let own = Arc::new(own);
    let session = PairingSession::new(own.clone(), options()).unwrap();
    let screens = screens(&session, |screen| matches!(screen, Screen::Linking));
    assert!(screens.iter().any(|it| matches!(it, Screen::Starting)));
    assert!(screens.iter().any(|it| matches!(it, Screen::Code { .. })));
    let purposes: Vec<_> = own
        .requests
        .lock()
        .unwrap()
        .iter()
        .map(|it| it.purpose)
        .collect();
    assert_eq!(
        purposes[..2],
        [CodePurpose::StartAttempt, CodePurpose::Renew]
    );
}

#[test]
fn a_passkey_reaches_the_screen_and_codes_can_be_asked_for_again() {
    let url = Some("https://example.com/passkey".to_owned());
    let step = || PasskeyStep::new(url.clone(), Some("1234".to_owned()));
    let own = Own {
        replies: Mutex::new([CodeReply::PasskeyRequired { step: step() }].into()),
        status: InstanceStatus {
            passkey: Some(step()),
            ..in_phase(InstancePhase::PasskeyRequired)
        },
        ..Own::default()
    };
    let session = PairingSession::new(Arc::new(own), options()).unwrap();
    let mut shown = screens(&session, |screen| {
        matches!(screen, Screen::PasskeyRequired { .. })
    });
    let Some(Screen::PasskeyRequired { step }) = shown.pop() else {
        panic!("another screen");
    };
    assert_eq!(step.expose_url(), url);
    assert_eq!(step.expose_confirmation_code().as_deref(), Some("1234"));
    session.resume().unwrap();
    screens(&session, |screen| matches!(screen, Screen::Code { .. }));
}

#[test]
fn an_attempt_that_is_left_is_ended_by_the_apps_provider() {
    let (abandoned, told) = mpsc::channel();
    let own = Own {
        abandoned: Some(abandoned),
        ..Own::default()
    };
    let session = PairingSession::new(Arc::new(own), options()).unwrap();
    screens(&session, |screen| matches!(screen, Screen::Code { .. }));
    session.cancel();
    told.recv().unwrap();
}

#[test]
fn a_webhook_brings_its_headers() {
    let session = PairingSession::new(Arc::new(Own::default()), options()).unwrap();
    let notify = |headers: &[(&str, &str)]| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        session.notify(b"{}".to_vec(), headers.iter().map(owned).collect())
    };
    let hint = notify(&[("X-Signature", "right")]).unwrap();
    assert_eq!(hint, WebhookHint::Progress);
    for headers in [&[][..], &[("x-signature", "wrong")]] {
        let error = notify(headers).unwrap_err();
        assert_eq!(refusal(&error).0, ErrorCode::InvalidSignature);
    }
}

struct Answering(fn() -> Result<Arc<HttpResponse>, TransportError>);

#[async_trait]
impl HttpTransport for Answering {
    async fn send(&self, _: Arc<HttpRequest>) -> Result<Arc<HttpResponse>, TransportError> {
        (self.0)()
    }
}

fn settings() -> HashMap<String, String> {
    [("instance", "3C01"), ("token", "A0F5")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

#[test]
fn a_body_of_the_apps_transport_may_be_as_large_as_any_other_and_no_larger() {
    fn of_size(extra: u64) -> Result<Arc<HttpResponse>, TransportError> {
        let size = usize::try_from(max_body_bytes() + extra).unwrap();
        let mut body = br#"{"connected":true}"#.to_vec();
        body.resize(size, b' ');
        Ok(HttpResponse::new(200, body, None, None, None))
    }
    let status = |answer| {
        let transport = Some(Arc::new(Answering(answer)) as _);
        let provider = open_provider("zapi".to_owned(), settings(), transport).unwrap();
        wait(provider.status())
    };
    let error = status(|| of_size(1)).err().unwrap();
    assert_eq!(refusal(&error).0, ErrorCode::MalformedReply);
    let told = refusal(&error).1;
    assert!(told.contains("larger"), "{told}");
    // Whatever the gateway says in it: it was read.
    let read = status(|| of_size(0));
    assert!(
        read.as_ref()
            .err()
            .is_none_or(|error| refusal(error).1 != told)
    );
}

#[test]
fn what_the_settings_say_is_never_repeated() {
    const SECRET: &str = "a-very-secret-value\n";
    for provider in providers() {
        for field in provider.fields {
            let only = HashMap::from([(field.name, SECRET.to_owned())]);
            let refused = open_provider(provider.name.clone(), only, None);
            let error = refused.err().unwrap();
            assert_eq!(refusal(&error).0, ErrorCode::InvalidSettings);
            for text in [error.to_string(), format!("{error:?}")] {
                assert!(!text.contains("secret-value"), "{text}");
            }
        }
    }
    let unknown = HashMap::from([("colour".to_owned(), SECRET.to_owned())]);
    let error = open_provider("zapi".to_owned(), unknown, None)
        .err()
        .unwrap();
    assert!(!error.to_string().contains("secret-value"));
}

//! What an app's own code says while it panics stays with the app: no event, outcome or error of the
//! library repeats it.
#![cfg(feature = "uniffi")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::panic, reason = "what is tested")]

mod app;

use std::sync::Arc;
use std::time::Duration;

use app::{next, wait};
use async_trait::async_trait;
use pairing_ffi::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, ErrorCode, EventKind, HttpRequest,
    HttpResponse, HttpTransport, IncomingWebhook, InstanceStatus, PairingError, PairingMethod,
    PairingOutcome, PairingProvider, PairingSession, ProviderDescription, SessionOptions,
    TransportError, WebhookHint, default_policy, open_provider, scaled_down_policy,
};

const CANARY: &str = "canary-F4E2C9";

/// HTTP of the app that panics with the whole of a request, credentials included.
struct Transport;

#[async_trait]
impl HttpTransport for Transport {
    async fn send(&self, request: Arc<HttpRequest>) -> Result<Arc<HttpResponse>, TransportError> {
        let (url, headers) = (request.expose_url(), request.expose_headers());
        assert!(url.contains(CANARY));
        panic!("cannot open {url} with {headers:?}");
    }
}

/// A provider of the app that panics in every call but the first.
struct Provider;

#[async_trait]
impl PairingProvider for Provider {
    fn describe(&self) -> Result<ProviderDescription, PairingError> {
        Ok(ProviderDescription {
            name: "own".to_owned(),
            capabilities: Capabilities {
                qr_text: true,
                qr_image: false,
                phone_code: true,
                status: true,
                linked_phone: true,
                unlink: true,
                abandon: true,
                renews_phone_codes: false,
                webhooks: true,
            },
            recommended_policy: None,
        })
    }

    async fn request_code(&self, _: CodeRequest) -> Result<CodeReply, PairingError> {
        panic!("no code with {CANARY}");
    }

    async fn status(&self) -> Result<InstanceStatus, PairingError> {
        panic!("no status with {CANARY}");
    }

    async fn abandon(&self) -> Result<(), PairingError> {
        panic!("no abandoning with {CANARY}");
    }

    async fn unlink(&self) -> Result<(), PairingError> {
        panic!("no unlinking with {CANARY}");
    }

    fn read_webhook(&self, _: Arc<IncomingWebhook>) -> Result<WebhookHint, PairingError> {
        panic!("no webhook with {CANARY}");
    }
}

fn with_transport() -> Arc<dyn PairingProvider> {
    let settings = ["instance", "token", "client_token"]
        .map(|name| (name.to_owned(), format!("{CANARY}-{name}")))
        .into();
    open_provider("zapi".to_owned(), settings, Some(Arc::new(Transport))).unwrap()
}

fn assert_silent(said: &str) {
    assert!(!said.contains(CANARY), "{said}");
}

/// Reads the session to its end, which is an internal error in words of ours.
fn ends_as_a_defect(session: &PairingSession) {
    let outcome = wait(async {
        loop {
            if let Some(retrying) = session.view().retrying {
                assert_silent(&format!("{:?}", retrying.error));
            }
            let event = next(session).await.unwrap();
            if let EventKind::Retrying { error, .. } = &event.kind {
                assert_silent(&format!("{error:?}"));
            }
            if let EventKind::Finished { outcome } = event.kind {
                return outcome;
            }
        }
    });
    let PairingOutcome::Rejected { error } = outcome else {
        panic!("another outcome");
    };
    assert_eq!(error.code, ErrorCode::Internal);
    assert_silent(&format!("{error:?}"));
}

#[test]
fn a_panic_of_the_apps_code_ends_the_session_and_is_not_repeated() {
    for provider in [with_transport(), Arc::new(Provider)] {
        for method in [
            PairingMethod::Qr,
            PairingMethod::PhoneCode {
                phone: "+5511999998888".to_owned(),
            },
        ] {
            let mut policy = scaled_down_policy(default_policy(), 1_000);
            policy.deadline = Duration::from_secs(60);
            let options = SessionOptions {
                method,
                policy: Some(policy),
                expected_phone: None,
                expect_webhooks: false,
            };
            ends_as_a_defect(&PairingSession::new(provider.clone(), options).unwrap());
        }
    }
}

#[test]
fn a_panic_of_the_apps_transport_is_an_error_of_the_call_and_not_repeated() {
    let provider = with_transport();
    let request = CodeRequest {
        method: PairingMethod::Qr,
        purpose: CodePurpose::StartAttempt,
        may_be_linking: false,
    };
    let refused = [
        wait(provider.request_code(request)).err(),
        wait(provider.status()).err(),
        wait(provider.unlink()).err(),
    ];
    for error in refused {
        let error = error.unwrap();
        let PairingError::Failed { code, message, .. } = &error;
        assert_eq!(*code, ErrorCode::Internal);
        assert_silent(&format!("{message} {error} {error:?}"));
    }
}

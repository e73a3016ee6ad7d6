//! Every known exchange with WuzAPI means what its file says, and nothing it leads to prints a secret.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use pairing_adapter::testing::{Fixture, FixtureSetup};
use pairing_adapter::{BaseUrl, HttpRequest, HttpResponse, HttpTransport, TransportError};
use pairing_core::{CodeReply, CodeRequest, PairingMethod, PairingProvider as _};
use pairing_wuzapi::{Wuzapi, WuzapiConfig};

/// Answers to the first requests, before those of the fixture.
#[derive(Debug)]
struct First(Mutex<VecDeque<HttpResponse>>, Arc<dyn HttpTransport>);

#[async_trait]
impl HttpTransport for First {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let first = self.0.lock().unwrap().pop_front();
        match first {
            Some(response) => Ok(response),
            None => self.1.send(request).await,
        }
    }
}

fn wuzapi(transport: Arc<dyn HttpTransport>, folder: &str) -> Wuzapi {
    let base = BaseUrl::parse("https://gateway.example.com").unwrap();
    let mut config = WuzapiConfig::new(base, "canary-token".to_owned());
    match folder {
        "webhook-signed" => {
            config = config.with_webhook_hmac_key("canary-hmac-key-of-32-characters".to_owned());
        }
        "webhook-named" => config = config.with_name("canary-name"),
        _ => {}
    }
    Wuzapi::with_transport(config, transport).unwrap()
}

/// A provider that has just started the connection: it asks for phone codes in no other.
fn started(transport: Arc<dyn HttpTransport>) -> Wuzapi {
    let answers = [
        r#"{"code":200,"data":{"connected":false,"loggedIn":false,"jid":""},"success":true}"#,
        r#"{"code":200,"data":{"details":"Connected!"},"success":true}"#,
    ];
    let answers = answers.map(|body| HttpResponse::new(200, body));
    let provider = wuzapi(
        Arc::new(First(Mutex::new(answers.into()), transport)),
        "pairphone",
    );
    let request = CodeRequest::new(PairingMethod::Qr);
    // It is answered without a wait.
    let started = {
        let mut start = provider.request_code(&request);
        start.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    };
    assert!(matches!(
        started,
        Poll::Ready(Ok(CodeReply::Starting { .. }))
    ));
    provider
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        let folder = fixture.name.rsplit('/').nth(1).unwrap_or_default();
        let build = |setup: FixtureSetup| match folder {
            "pairphone" => started(setup.transport),
            _ => wuzapi(setup.transport, folder),
        };
        fixture.check(build).await;
    }
}

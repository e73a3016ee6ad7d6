//! One suite of hostile answers for every adapter: arbitrary bytes, and known answers with a piece
//! replaced.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_core::{
    CodePurpose, CodeReply, CodeRequest, IncomingWebhook, PairingCode, PairingMethod,
    PairingProvider,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Fixture;
use crate::{HttpRequest, HttpResponse, HttpTransport, TransportError};

/// An answer, or a webhook's body.
#[derive(Debug)]
struct Hostile {
    status: u16,
    content_type: Option<String>,
    retry_after: Option<String>,
    body: Vec<u8>,
}

/// Sends hostile answers to every call of the providers that `build` makes, and as a webhook.
/// `fixtures` is the folder of the adapter's known answers.
///
/// # Panics
///
/// If a call panics, or if its answer becomes a code that a person could not use.
pub fn survive_hostile_answers<P: PairingProvider>(
    fixtures: impl AsRef<Path>,
    build: impl Fn(Arc<dyn HttpTransport>) -> P,
) {
    let fixtures = Fixture::load_all(fixtures);
    let known = fixtures.iter().map(|fixture| fixture.answer.body());
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&hostile(known.collect()), |hostile| {
        answer_all_calls(&hostile, &build);
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
}

fn hostile(known: Vec<Vec<u8>>) -> impl Strategy<Value = Hostile> {
    let mutated = (
        prop::sample::select(known),
        any::<prop::sample::Index>(),
        0..8_usize,
        prop::collection::vec(any::<u8>(), 0..8),
    )
        .prop_map(|(mut body, at, cut, insert)| {
            let start = at.index(body.len() + 1);
            let end = (start + cut).min(body.len());
            body.splice(start..end, insert);
            body
        });
    let body = prop_oneof![prop::collection::vec(any::<u8>(), 0..200), mutated];
    let status = prop_oneof![Just(200_u16), 100..600_u16];
    let content_type = "(text/html|application/json|image/png|[ -~]{0,20})";
    let headers = (
        prop::option::of(content_type),
        prop::option::of("[ -~]{0,20}"),
    );
    (status, headers, body).prop_map(|(status, (content_type, retry_after), body)| Hostile {
        status,
        content_type,
        retry_after,
        body,
    })
}

fn answer_all_calls<P: PairingProvider>(
    hostile: &Hostile,
    build: &impl Fn(Arc<dyn HttpTransport>) -> P,
) {
    let mut response = HttpResponse::new(hostile.status, hostile.body.clone());
    response.content_type.clone_from(&hostile.content_type);
    response.retry_after.clone_from(&hostile.retry_after);
    let provider = build(Arc::new(Repeating(response)));
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without I/O needs nothing");
    runtime.block_on(async {
        let phone = "+5511999998888".parse().expect("a number of Brazil");
        for method in [PairingMethod::Qr, PairingMethod::PhoneCode(phone)] {
            for purpose in [CodePurpose::StartAttempt, CodePurpose::Renew] {
                let request = CodeRequest::new(method.clone()).with_purpose(purpose);
                if let Ok(CodeReply::Code(issued)) = provider.request_code(&request).await {
                    assert!(!shows_prose(&issued.code));
                    assert_eq!(issued.code.is_qr(), method == PairingMethod::Qr);
                }
            }
        }
        let _ = provider.status().await;
        let _ = provider.abandon().await;
        let _ = provider.unlink().await;
    });
    let _ = provider.read_webhook(&IncomingWebhook::new(&hostile.body));
}

/// Gives the same answer to every request.
#[derive(Debug)]
struct Repeating(HttpResponse);

#[async_trait]
impl HttpTransport for Repeating {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.0.clone())
    }
}

fn shows_prose(code: &PairingCode) -> bool {
    match code {
        PairingCode::QrText { text } => text.expose().contains([' ', '<', '{']),
        PairingCode::PhoneCode { code } => code.expose().contains([' ', '<', '{', '@', ':']),
        PairingCode::QrImage { .. } => false,
    }
}

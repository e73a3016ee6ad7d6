//! Whatever bytes arrive: no panic, and nothing becomes a code that a person could not use.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::{CannedTransport, Fixture};
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{CodeReply, PairingCode, PairingMethod, PairingProvider};
use pairing_megaapi::{MegaApi, MegaApiConfig};
use proptest::prelude::*;

fn fixture_bodies() -> Vec<Vec<u8>> {
    let fixtures = Fixture::load_all("fixtures");
    fixtures
        .iter()
        .map(|fixture| fixture.answer.body())
        .collect()
}

/// Bytes from nowhere, or a known body with a piece replaced.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let mutated = (
        prop::sample::select(fixture_bodies()),
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
    prop_oneof![prop::collection::vec(any::<u8>(), 0..200), mutated]
}

fn shows_prose(code: &PairingCode) -> bool {
    match code {
        PairingCode::QrText { text } => text.expose().contains([' ', '<', '{']),
        PairingCode::PhoneCode { code } => code.expose().contains([' ', '<', '{', '@', ':']),
        PairingCode::QrImage { .. } => false,
    }
}

proptest! {
    #[test]
    fn no_answer_panics_or_becomes_a_false_code(
        body in bodies(),
        status in prop_oneof![Just(200_u16), 100..600_u16],
        content_type in prop::option::of("(text/html|application/json|image/png|[ -~]{0,20})"),
        retry_after in prop::option::of("[ -~]{0,20}"),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut response = HttpResponse::new(status, body.clone());
        response.content_type = content_type;
        response.retry_after = retry_after;
        let answers = std::iter::repeat_n(response, 10).map(Ok);
        let transport = Arc::new(CannedTransport::new(answers));
        let base = BaseUrl::parse("https://gateway.example.com").unwrap();
        let config = MegaApiConfig::new("canary-instance", "canary-token", base);
        let provider = MegaApi::with_transport(config, transport).unwrap();
        runtime.block_on(async {
            let phone = PairingMethod::PhoneCode("+5511999998888".parse().unwrap());
            for method in [PairingMethod::Qr, phone] {
                if let Ok(CodeReply::Code(issued)) = provider.request_code(&method).await {
                    assert!(!shows_prose(&issued.code));
                    assert_eq!(issued.code.is_qr(), method == PairingMethod::Qr);
                }
            }
            let _ = provider.status().await;
            let _ = provider.unlink().await;
        });
        let _ = provider.read_webhook(&body);
    }
}

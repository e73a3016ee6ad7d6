//! Every known exchange with Evolution Go means what its file says, with and without the server's own key,
//! and nothing it leads to prints a secret.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;

use pairing_adapter::testing::{Fixture, FixtureRequest, FixtureSetup};
use pairing_adapter::{BaseUrl, HttpResponse, QrForm};
use pairing_core::{CodeReply, PairingMethod, PairingProvider, PasskeyStep};
use pairing_evolution_go::{EvolutionGo, EvolutionGoConfig};
use pairing_http::testing::CannedTransport;
use serde_json::json;

fn config() -> EvolutionGoConfig {
    let base = BaseUrl::parse("https://gateway.example.com").unwrap();
    EvolutionGoConfig::new("canary-token".to_owned(), base)
}

/// The request that a follow-up is takes the server's own key.
fn provider(setup: FixtureSetup) -> EvolutionGo {
    let config = config().with_qr_form(match setup.request {
        FixtureRequest::QrImage => QrForm::Image,
        _ => QrForm::Text,
    });
    let config = match setup.follow_ups {
        true => config.with_global_key("canary-global".to_owned(), "canary-id"),
        false => config,
    };
    EvolutionGo::with_transport(config, setup.transport).unwrap()
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        fixture.check(provider).await;
    }
}

/// What the screen shows of the answer to a request for a code.
async fn step(data: serde_json::Value) -> PasskeyStep {
    let bodies = [
        json!({"data": {"connected": true, "loggedIn": false}}),
        json!({"message": "success", "data": data}),
    ];
    let answers = bodies.map(|body| Ok(HttpResponse::new(200, body.to_string())));
    let transport = Arc::new(CannedTransport::new(answers));
    let provider = EvolutionGo::with_transport(config(), transport).unwrap();
    match provider.request_code(&PairingMethod::Qr.into()).await {
        Ok(CodeReply::PasskeyRequired(step)) => step,
        reply => unreachable!("{reply:?} is no passkey"),
    }
}

#[tokio::test]
async fn a_passkey_has_a_page_to_open_or_a_code_to_compare() {
    let page = "https://web.whatsapp.com/#wapk=e30";
    let shown = step(json!({"passkeyStage": "challenge", "passkeyOpenUrl": page})).await;
    assert_eq!((shown.url(), shown.confirmation_code()), (Some(page), None));
    let shown = step(json!({
        "passkeyStage": "confirmation",
        "passkeyOpenUrl": "<SET_PASSKEY_PUBLIC_URL>",
        "passkeyCode": "ABCD-1234",
    }))
    .await;
    let expected = (None, Some("ABCD-1234"));
    assert_eq!((shown.url(), shown.confirmation_code()), expected);
    let elsewhere = "https://passkey.example.com/#wapk=e30";
    let shown = step(json!({"passkeyStage": "error", "passkeyOpenUrl": elsewhere})).await;
    assert_eq!(shown, PasskeyStep::new());
}

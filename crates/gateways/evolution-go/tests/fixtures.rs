//! Every known exchange with Evolution Go means what its file says, and nothing it leads to prints
//! a secret.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

fn provider(setup: FixtureSetup) -> EvolutionGo {
    let config = config().with_qr_form(match setup.request {
        FixtureRequest::QrImage => QrForm::Image,
        _ => QrForm::Text,
    });
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

#[tokio::test]
async fn a_link_of_a_server_that_does_not_know_its_address_is_left_out() {
    let link = |address: &str| {
        let payload = format!(r#"{{"t":"canary","b":"{address}"}}"#);
        let payload = URL_SAFE_NO_PAD.encode(payload);
        format!("https://web.whatsapp.com/#wapk={payload}")
    };
    for (url, is_kept) in [
        (&*link("https://evolution-go.example.com"), true),
        (&*link("<SET_PASSKEY_PUBLIC_URL>"), false),
        ("https://web.whatsapp.com/#<SET_PASSKEY_PUBLIC_URL>", false),
        ("https://web.whatsapp.com/#another-form", true),
        ("https://web.whatsapp.com.example.com/#wapk=e30", false),
    ] {
        let shown = step(json!({"passkeyStage": "challenge", "passkeyOpenUrl": url})).await;
        assert_eq!(shown.url().is_some(), is_kept, "{url}");
    }
}

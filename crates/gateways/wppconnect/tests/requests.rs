//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{
    CodeReply, CodeRequest, PairingMethod, PairingProvider, ProviderError, ProviderErrorKind,
};
use pairing_wppconnect::{WppConnect, WppConnectConfig};
use secrecy::ExposeSecret as _;

const BASE: &str = "https://gateway.example.com/wpp/api/loja%20centro%2F1";
const STATUS: &str = "GET /status-session";
const CLOSED: &str = r#"{"status":"CLOSED","qrcode":null}"#;
const CLOSED_AGAIN: &str = r#"{"status":"CLOSED","qrcode":null,"version":"2.10.4"}"#;
const STARTING: &str = r#"{"status":"INITIALIZING","qrcode":null,"version":"2.10.4"}"#;
const BY_PHONE: &str = r#"{"status":"PHONECODE","qrcode":null,"version":"2.10.4"}"#;

fn config() -> WppConnectConfig {
    let base = BaseUrl::parse("https://gateway.example.com/wpp/").unwrap();
    WppConnectConfig::new(base, "loja centro/1")
}

fn with_token() -> WppConnectConfig {
    config().with_token("canary-token".to_owned())
}

fn provider(config: WppConnectConfig, answers: &[(u16, &str)]) -> (WppConnect, CannedTransport) {
    let answers = answers
        .iter()
        .map(|(status, body)| Ok(HttpResponse::new(*status, *body)));
    let transport = CannedTransport::new(answers);
    let provider = WppConnect::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

/// Method, address and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            let path = request.url.expose().strip_prefix(BASE).unwrap();
            let token = (!path.ends_with("/generate-token")).then_some("Bearer canary-token");
            assert_eq!(request.header("authorization"), token);
            assert_eq!(request.header("accept"), Some("application/json"));
            let body = request.body.as_ref().map(|body| body.expose_secret());
            let label = body.map(|_| "application/json");
            assert_eq!(request.header("content-type"), label);
            let method = request.method.as_str();
            assert_eq!(request.safe_to_repeat, method == "GET", "{path}");
            format!("{method} {path} {}", body.unwrap_or_default())
                .trim()
                .to_owned()
        })
        .collect()
}

fn phone_code() -> CodeRequest {
    PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap()).into()
}

async fn qr(provider: &WppConnect) -> Result<CodeReply, ProviderError> {
    provider.request_code(&PairingMethod::Qr.into()).await
}

#[tokio::test]
async fn a_start_for_a_qr_code_has_no_body_so_that_the_server_keeps_what_it_knows() {
    let (provider, transport) = provider(with_token(), &[(200, CLOSED), (200, CLOSED)]);
    assert_eq!(qr(&provider).await.unwrap(), CodeReply::STARTING);
    assert_eq!(sent(&transport), [STATUS, "POST /start-session"]);
}

#[tokio::test]
async fn a_start_names_the_webhook_that_is_configured() {
    let hook = "https://hooks.example.com/canary";
    let configured = with_token().with_webhook(hook.to_owned());
    let (provider, transport) = provider(configured, &[(200, CLOSED), (200, CLOSED)]);
    qr(&provider).await.unwrap();
    let start = r#"POST /start-session {"webhook":"https://hooks.example.com/canary"}"#;
    assert_eq!(sent(&transport), [STATUS, start]);
}

#[tokio::test]
async fn a_phone_code_is_asked_for_by_a_start_that_waits() {
    let code = r#"{"status":"phoneCode","phoneCode":"ABCD1234"}"#;
    let hook = "https://hooks.example.com/canary";
    for (configured, start) in [
        (
            with_token(),
            r#"POST /start-session {"phone":"5511999998888","waitQrCode":true}"#,
        ),
        (
            with_token().with_webhook(hook.to_owned()),
            r#"POST /start-session {"phone":"5511999998888","waitQrCode":true,"webhook":"https://hooks.example.com/canary"}"#,
        ),
    ] {
        let offered = configured.with_phone_codes(true);
        let (provider, transport) = provider(offered, &[(200, CLOSED), (200, code)]);
        let reply = provider.request_code(&phone_code()).await.unwrap();
        assert!(matches!(reply, CodeReply::Code(_)));
        assert_eq!(sent(&transport), [STATUS, start]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_number_that_the_server_keeps_is_taken_back() {
    let answers = [(200, BY_PHONE), (200, CLOSED_AGAIN), (200, CLOSED_AGAIN)];
    let (provider, transport) =
        provider(with_token(), &[&answers[..], &[(200, STARTING)]].concat());
    for _ in 0..2 {
        assert_eq!(qr(&provider).await.unwrap(), CodeReply::STARTING);
    }
    // The browser of that attempt has a moment to end.
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(qr(&provider).await.unwrap(), CodeReply::STARTING);
    let start = r#"POST /start-session {"phone":null}"#;
    assert_eq!(sent(&transport), [STATUS, STATUS, STATUS, start]);
}

#[tokio::test]
async fn a_secret_key_is_exchanged_once() {
    let token = r#"{"status":"success","token":"canary-token","full":"shop:canary-token"}"#;
    let answers = [(201, token), (200, CLOSED), (200, CLOSED), (200, STARTING)];
    let by_key = config().with_secret_key("canary/key".to_owned());
    let (provider, transport) = provider(by_key, &answers);
    // The first step has had its two requests.
    assert_eq!(qr(&provider).await.unwrap(), CodeReply::STARTING);
    assert_eq!(qr(&provider).await.unwrap(), CodeReply::STARTING);
    assert!(!format!("{provider:?}").contains("canary"));
    assert_eq!(
        sent(&transport),
        [
            "POST /canary%2Fkey/generate-token",
            STATUS,
            STATUS,
            "POST /start-session",
        ]
    );
}

#[tokio::test]
async fn a_token_that_the_server_no_longer_accepts_is_asked_for_again() {
    let token = r#"{"status":"success","token":"canary-token"}"#;
    let refused = r#"{"error":"Check that the Session and Token are correct"}"#;
    let answers = [
        (201, token),
        (200, CLOSED),
        (401, refused),
        (201, token),
        (401, refused),
    ];
    let by_key = config().with_secret_key("canary/key".to_owned());
    let (provider, transport) = provider(by_key, &answers);
    assert!(provider.status().await.is_ok());
    let error = provider.status().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unavailable);
    let error = provider.status().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::InvalidCredentials);
    assert_eq!(sent(&transport).len(), 5);
}

#[tokio::test]
async fn a_link_is_ended_by_a_logout() {
    let done = r#"{"status":true,"message":"Session successfully closed"}"#;
    let (provider, transport) = provider(with_token(), &[(200, done), (200, CLOSED)]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["POST /logout-session", STATUS]);
}

#[tokio::test]
async fn an_attempt_cannot_be_ended() {
    let (provider, transport) = provider(with_token(), &[]);
    assert!(!provider.capabilities().abandon);
    let error = provider.abandon().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unsupported);
    assert_eq!(sent(&transport), [""; 0]);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let named = |name: &str| {
        let config = WppConnectConfig::new(base("https://gateway.example.com"), name);
        config.with_token("canary-token".to_owned())
    };
    for (config, field) in [
        (named(" "), "session"),
        (named(".."), "session"),
        (named("shop:canary"), "session"),
        (config(), "token"),
        (config().with_token("canary token".to_owned()), "token"),
        (
            config().with_secret_key("canary key".to_owned()),
            "secret_key",
        ),
        (named("shop").with_webhook("canary".to_owned()), "webhook"),
        (
            WppConnectConfig::new(base("https://gateway.example.com/api"), "shop")
                .with_token("canary-token".to_owned()),
            "base_url",
        ),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
    assert_eq!(with_token().validate(), Ok(()));
}

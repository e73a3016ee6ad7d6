//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{CodePurpose, CodeReply, CodeRequest, PairingMethod, PairingProvider};
use pairing_evolution_go::{EvolutionGo, EvolutionGoConfig};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const BASE: &str = "https://gateway.example.com/evogo/instance/";

fn config() -> EvolutionGoConfig {
    let base = BaseUrl::parse("https://gateway.example.com/evogo/").unwrap();
    EvolutionGoConfig::new("canary-token".to_owned(), base)
}

fn evolution_go(config: EvolutionGoConfig, bodies: &[Value]) -> (EvolutionGo, CannedTransport) {
    let answers = bodies.iter().map(|body| {
        let status = if body.get("error").is_some() {
            400
        } else {
            200
        };
        Ok(HttpResponse::new(status, body.to_string()))
    });
    let transport = CannedTransport::new(answers);
    let provider = EvolutionGo::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn status(connected: bool, logged_in: bool) -> Value {
    json!({"message": "success", "data": {"Connected": connected, "LoggedIn": logged_in, "Name": ""}})
}

/// Method, address and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            let path = request.url.expose().strip_prefix(BASE).unwrap();
            assert_eq!(request.header("apikey"), Some("canary-token"));
            assert_eq!(request.header("accept"), Some("application/json"));
            let body = request.body.as_ref().map(|body| body.expose_secret());
            let method = request.method.as_str();
            // A request for a QR code may start a client.
            let is_safe = method == "GET" && path != "qr";
            assert_eq!(request.safe_to_repeat, is_safe, "{path}");
            let line = format!("{method} {path} {}", body.unwrap_or_default());
            line.trim().to_owned()
        })
        .collect()
}

fn methods() -> [PairingMethod; 2] {
    let phone = "+55 11 99999-8888".parse().unwrap();
    [PairingMethod::Qr, PairingMethod::PhoneCode(phone)]
}

const PURPOSES: [CodePurpose; 3] = [
    CodePurpose::StartAttempt,
    CodePurpose::OpenRound,
    CodePurpose::Renew,
];

const PAIR: &str = r#"POST pair {"phone":"5511999998888"}"#;

#[tokio::test]
async fn the_status_decides_which_request_follows() {
    for purpose in PURPOSES {
        for (method, of_open) in methods().into_iter().zip(["GET qr", PAIR]) {
            let request = CodeRequest::new(method).with_purpose(purpose);
            for (connected, logged_in, second) in [
                (false, false, Some("GET qr")),
                (true, false, Some(of_open)),
                (true, true, None),
                (false, true, None),
            ] {
                let answers = [status(connected, logged_in), json!({"error": "canary"})];
                let (provider, transport) = evolution_go(config(), &answers);
                let _ = provider.request_code(&request).await;
                let expected: Vec<&str> = ["GET status"].into_iter().chain(second).collect();
                assert_eq!(sent(&transport), expected, "{request:?}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_started_and_no_code_is_replaced_while_a_phone_may_be_linking() {
    for purpose in PURPOSES {
        for method in methods() {
            let is_qr = method == PairingMethod::Qr;
            let request = CodeRequest::new(method)
                .with_purpose(purpose)
                .with_may_be_linking(true);
            let (provider, transport) = evolution_go(config(), &[status(false, false)]);
            let reply = provider.request_code(&request).await;
            assert_eq!(reply.unwrap(), CodeReply::Linking);
            assert_eq!(sent(&transport), ["GET status"]);
            // The present QR code is only read.
            let answers = [status(true, false), json!({"error": "canary"})];
            let (provider, transport) = evolution_go(config(), &answers);
            let _ = provider.request_code(&request).await;
            let all = ["GET status", "GET qr"];
            assert_eq!(sent(&transport), all[..1 + usize::from(is_qr)]);
        }
    }
}

#[tokio::test]
async fn a_logout_is_sent_once_and_never_to_an_attempt() {
    let done = json!({"message": "success"});
    let (provider, transport) = evolution_go(config(), &[status(true, true), done]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["GET status", "DELETE logout"]);
    let (provider, transport) = evolution_go(config(), &[status(true, false)]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["GET status"]);
}

#[tokio::test]
async fn an_attempt_is_never_ended() {
    let (provider, transport) = evolution_go(config(), &[]);
    assert!(!provider.capabilities().abandon);
    assert!(provider.abandon().await.is_err());
    assert_eq!(sent(&transport), [""; 0]);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let at = |text: &str| EvolutionGoConfig::new("canary-token".to_owned(), base(text));
    let server = || at("https://gateway.example.com");
    let token =
        |text: &str| EvolutionGoConfig::new(text.to_owned(), base("https://gateway.example.com"));
    for (config, field) in [
        (token("canary token"), "token"),
        (token(""), "token"),
        (at("https://gateway.example.com/instance"), "base_url"),
        (at("https://gateway.example.com/manager"), "base_url"),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
    assert_eq!(server().validate(), Ok(()));
}

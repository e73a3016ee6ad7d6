//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{
    CodePurpose, CodeRequest, IncomingWebhook, PairingMethod, PairingProvider, ProviderErrorKind,
};
use pairing_uazapi::{Uazapi, UazapiConfig};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const BASE: &str = "https://gateway.example.com/wa";
const STATUS: &str = "GET /instance/status";
const BY_QR: &str = "POST /instance/connect {}";
const BY_PHONE: &str = r#"POST /instance/connect {"phone":"5511999998888"}"#;

fn uazapi(bodies: &[Value]) -> (Uazapi, CannedTransport) {
    let answers = bodies
        .iter()
        .map(|body| Ok(HttpResponse::new(200, body.to_string())));
    let transport = CannedTransport::new(answers);
    let base = BaseUrl::parse("https://gateway.example.com/wa/").unwrap();
    let config = UazapiConfig::new("canary-token".to_owned(), base);
    let provider = Uazapi::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn state(word: &str) -> Value {
    json!({"instance": {"status": word, "qrcode": "", "paircode": ""}})
}

fn with_code(field: &str) -> Value {
    json!({"instance": {"status": "connecting", field: "ABCD-1234"}})
}

fn started() -> Value {
    json!({"connected": false, "instance": {"status": "connecting", "qrcode": "", "paircode": ""}})
}

/// Method, address and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("token"), Some("canary-token"));
            assert_eq!(request.header("accept"), Some("application/json"));
            let body = request.body.as_ref().map(|body| body.expose_secret());
            let label = body.map(|_| "application/json");
            assert_eq!(request.header("content-type"), label);
            let path = request.url.expose().strip_prefix(BASE).unwrap();
            let method = request.method.as_str();
            assert_eq!(request.safe_to_repeat, method == "GET", "{path}");
            format!("{method} {path} {}", body.unwrap_or_default())
                .trim()
                .to_owned()
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

#[tokio::test]
async fn an_attempt_is_started_where_none_runs() {
    for (method, connect) in methods().into_iter().zip([BY_QR, BY_PHONE]) {
        for purpose in PURPOSES {
            let (provider, transport) = uazapi(&[state("disconnected"), started()]);
            let request = CodeRequest::new(method.clone()).with_purpose(purpose);
            provider.request_code(&request).await.unwrap();
            assert_eq!(sent(&transport), [STATUS, connect], "{purpose:?}");
        }
    }
}

#[tokio::test]
async fn an_attempt_is_replaced_only_for_a_code_that_it_does_not_give() {
    let [qr, phone] = methods();
    for (method, purpose, running, replaces) in [
        (&qr, CodePurpose::StartAttempt, "qrcode", None),
        (&qr, CodePurpose::StartAttempt, "none", None),
        (&qr, CodePurpose::StartAttempt, "paircode", Some(BY_QR)),
        (&qr, CodePurpose::OpenRound, "paircode", None),
        (&qr, CodePurpose::Renew, "paircode", None),
        (&phone, CodePurpose::StartAttempt, "qrcode", Some(BY_PHONE)),
        (
            &phone,
            CodePurpose::StartAttempt,
            "paircode",
            Some(BY_PHONE),
        ),
        (&phone, CodePurpose::OpenRound, "paircode", Some(BY_PHONE)),
        (&phone, CodePurpose::Renew, "paircode", None),
        (&phone, CodePurpose::Renew, "none", None),
    ] {
        for may_be_linking in [false, true] {
            let (provider, transport) = uazapi(&[with_code(running), started()]);
            let request = CodeRequest::new(method.clone())
                .with_purpose(purpose)
                .with_may_be_linking(may_be_linking);
            // What is read is the subject of the fixtures.
            let _ = provider.request_code(&request).await;
            let second = replaces.filter(|_| !may_be_linking);
            let expected: Vec<_> = [Some(STATUS), second].into_iter().flatten().collect();
            assert_eq!(sent(&transport), expected, "{request:?} {running}");
        }
    }
}

#[tokio::test]
async fn nothing_is_started_while_a_number_is_linked_or_may_be_linking() {
    for method in methods() {
        for purpose in PURPOSES {
            for (word, may_be_linking) in [
                ("connected", false),
                ("connected", true),
                ("connecting", true),
                ("disconnected", true),
                ("hibernated", false),
                ("unheard-of", false),
            ] {
                let (provider, transport) = uazapi(&[state(word)]);
                let request = CodeRequest::new(method.clone())
                    .with_purpose(purpose)
                    .with_may_be_linking(may_be_linking);
                let _ = provider.request_code(&request).await;
                assert_eq!(sent(&transport), [STATUS], "{word} {purpose:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_status_is_one_request_and_so_is_an_unlink() {
    let (provider, transport) = uazapi(&[state("connected")]);
    provider.status().await.unwrap();
    assert_eq!(sent(&transport), [STATUS]);
    let (provider, transport) = uazapi(&[json!({"response": "Disconnected"})]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["POST /instance/disconnect"]);
}

#[tokio::test]
async fn an_attempt_cannot_be_abandoned_and_nothing_is_sent() {
    let (provider, transport) = uazapi(&[]);
    let error = provider.abandon().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unsupported);
    assert!(sent(&transport).is_empty());
    assert!(!provider.capabilities().abandon);
}

#[tokio::test]
async fn what_needs_a_report_asks_for_a_record() {
    for word in ["hibernated", "unheard-of"] {
        let (provider, _) = uazapi(&[state(word)]);
        let error = provider.status().await.unwrap_err();
        assert!(error.message().contains("`pairing record`"), "{error}");
    }
}

#[test]
fn a_webhook_prints_no_token() {
    let (provider, _) = uazapi(&[]);
    for body in [
        r#"{"EventType":"connection","instance":{"status":"connected"},"token":"canary-token"}"#,
        r#"{"EventType":"connection","token":"canary-other"}"#,
        r#"{"token":"canary-token""#,
    ] {
        let hint = provider.read_webhook(&IncomingWebhook::from(body));
        assert!(!format!("{hint:?} {provider:?}").contains("canary"));
    }
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let server = || base("https://gateway.example.com");
    for (config, field) in [
        (UazapiConfig::new(String::new(), server()), "token"),
        (UazapiConfig::new("canary x".to_owned(), server()), "token"),
        (
            UazapiConfig::new(
                "canary".to_owned(),
                base("https://gateway.example.com/instance/connect"),
            ),
            "base_url",
        ),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
    let white_label = base("https://whatsapp.reseller.example.com/api");
    let config = UazapiConfig::new("canary".to_owned(), white_label);
    assert_eq!(config.validate(), Ok(()));
}

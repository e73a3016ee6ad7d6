//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{CodePurpose, CodeReply, CodeRequest, PairingMethod, PairingProvider};
use pairing_wuzapi::{Wuzapi, WuzapiConfig};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const BASE: &str = "https://gateway.example.com/wuzapi/session";

fn config() -> WuzapiConfig {
    let base = BaseUrl::parse("https://gateway.example.com/wuzapi/").unwrap();
    WuzapiConfig::new(base, "canary-token".to_owned())
}

fn wuzapi(config: WuzapiConfig, bodies: &[Value]) -> (Wuzapi, CannedTransport) {
    let answers = bodies.iter().map(|body| {
        let status = body["code"].as_u64().unwrap_or(200);
        Ok(HttpResponse::new(
            status.try_into().unwrap(),
            body.to_string(),
        ))
    });
    let transport = CannedTransport::new(answers);
    let provider = Wuzapi::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn status(is_connected: bool, is_logged_in: bool) -> Value {
    json!({"code": 200, "success": true, "data": {
        "connected": is_connected, "loggedIn": is_logged_in, "jid": "", "qrcode": "one", "events": "",
    }})
}

fn error(code: u16, message: &str) -> Value {
    json!({"code": code, "success": false, "error": message})
}

fn started() -> Value {
    json!({"code": 200, "success": true, "data": {"details": "Connected!"}})
}

fn phone_code() -> Value {
    json!({"code": 200, "success": true, "data": {"LinkingCode": "ABCD-1234"}})
}

/// Method, address and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("token"), Some("canary-token"));
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

const STATUS: &str = "GET /status";
const QR: &str = "GET /qr";
const CONNECT: &str = r#"POST /connect {"Immediate":true,"Subscribe":[]}"#;
const PAIRPHONE: &str = r#"POST /pairphone {"Phone":"5511999998888"}"#;

fn by_phone() -> CodeRequest {
    let phone = "+55 11 99999-8888".parse().unwrap();
    CodeRequest::new(PairingMethod::PhoneCode(phone))
}

fn by_qr() -> CodeRequest {
    CodeRequest::new(PairingMethod::Qr)
}

#[tokio::test]
async fn the_status_decides_which_request_follows() {
    for (first, second) in [
        (status(false, false), Some(CONNECT)),
        (error(500, "no session"), Some(CONNECT)),
        (status(true, false), Some(QR)),
        (status(true, true), None),
    ] {
        let (provider, transport) = wuzapi(config(), &[first, started()]);
        let _ = provider.request_code(&by_qr()).await;
        let expected: Vec<_> = [Some(STATUS), second].into_iter().flatten().collect();
        assert_eq!(sent(&transport), expected);
    }
}

#[tokio::test]
async fn nothing_is_started_while_a_phone_may_be_linking() {
    for request in [by_qr(), by_phone()] {
        let (provider, transport) = wuzapi(config(), &[status(false, false)]);
        let request = request
            .with_purpose(CodePurpose::Renew)
            .with_may_be_linking(true);
        let reply = provider.request_code(&request).await;
        assert_eq!(reply.unwrap(), CodeReply::Linking);
        assert_eq!(sent(&transport), [STATUS]);
    }
}

#[tokio::test]
async fn a_start_under_way_is_waited_for() {
    let mut answers = vec![status(false, false); 42];
    answers.insert(1, started());
    answers.push(started());
    let (provider, transport) = wuzapi(config(), &answers);
    for _ in 0..42 {
        let reply = provider.request_code(&by_qr()).await;
        assert_eq!(reply.unwrap(), CodeReply::STARTING);
    }
    let mut expected = vec![STATUS; 42];
    expected.insert(1, CONNECT);
    // After forty looks in vain.
    expected.push(CONNECT);
    assert_eq!(sent(&transport), expected);
}

#[tokio::test]
async fn a_start_subscribes_to_what_the_user_has_and_touches_no_webhook() {
    let of_the_server = json!({"code": 200, "success": true, "data": {
        "connected": false, "loggedIn": false, "events": "Message, ReadReceipt,", "webhook": "https://x.example.com",
    }});
    for (first, configured, list) in [
        (&of_the_server, "", r#"["Message","ReadReceipt"]"#),
        (&of_the_server, "All", r#"["Message","ReadReceipt"]"#),
        (&error(500, "No session"), "", "[]"),
        (
            &error(500, "No session"),
            "Message, All",
            r#"["Message","All"]"#,
        ),
    ] {
        let config = config().with_events(configured.split(','));
        let (provider, transport) = wuzapi(config, &[first.clone(), started()]);
        provider.request_code(&by_qr()).await.unwrap();
        let connect = format!(r#"POST /connect {{"Immediate":true,"Subscribe":{list}}}"#);
        assert_eq!(sent(&transport), [STATUS, &connect]);
    }
}

#[tokio::test]
async fn a_phone_code_is_asked_for_with_the_digits_alone_in_a_connection_whose_age_is_known() {
    let answers = [
        status(false, false),
        started(),
        status(true, false),
        phone_code(),
        // Another number: the first QR code is still on offer.
        status(true, false),
        phone_code(),
    ];
    let (provider, transport) = wuzapi(config(), &answers);
    let reply = provider.request_code(&by_phone()).await;
    assert_eq!(reply.unwrap(), CodeReply::STARTING);
    for rest in [None, Some(95)] {
        let Ok(CodeReply::Code(issued)) = provider.request_code(&by_phone()).await else {
            unreachable!("there is one");
        };
        assert_eq!(issued.expires_in.map(|rest| rest.as_secs()), rest);
    }
    assert_eq!(
        sent(&transport),
        [STATUS, CONNECT, STATUS, PAIRPHONE, STATUS, PAIRPHONE]
    );
}

#[tokio::test]
async fn a_phone_code_is_not_asked_for_where_it_could_die_soon_or_disturb() {
    let rotated = json!({"code": 200, "success": true, "data": {
        "connected": true, "loggedIn": false, "qrcode": "two",
    }});
    let without_code = json!({"code": 200, "success": true, "data": {
        "connected": true, "loggedIn": false, "qrcode": "",
    }});
    let waits = CodeReply::Starting {
        retry_in: Some(Duration::from_secs(5)),
    };
    for purpose in [
        CodePurpose::StartAttempt,
        CodePurpose::OpenRound,
        CodePurpose::Renew,
    ] {
        // Another program's, or an older one.
        let (provider, transport) = wuzapi(config(), &[status(true, false)]);
        let reply = provider
            .request_code(&by_phone().with_purpose(purpose))
            .await;
        assert_eq!(reply.unwrap(), waits);
        assert_eq!(sent(&transport), [STATUS]);
        // Its own, that has come to the second QR code.
        let answers = [
            status(false, false),
            started(),
            status(true, false),
            rotated.clone(),
        ];
        let answers = [&answers[..3], &[error(500, "no session")], &answers[3..]].concat();
        let (provider, transport) = wuzapi(config(), &answers);
        provider.request_code(&by_qr()).await.unwrap();
        provider.request_code(&by_qr()).await.unwrap();
        let reply = provider
            .request_code(&by_phone().with_purpose(purpose))
            .await;
        assert_eq!(reply.unwrap(), waits);
        assert_eq!(sent(&transport), [STATUS, CONNECT, STATUS, QR, STATUS]);
    }
    // WhatsApp wants the QR code first; and after a scan there is none.
    for (may_be_linking, expected) in [(false, CodeReply::NOT_READY), (true, CodeReply::Linking)] {
        let answers = [status(false, false), started(), without_code.clone()];
        let (provider, transport) = wuzapi(config(), &answers);
        provider.request_code(&by_phone()).await.unwrap();
        let request = by_phone().with_may_be_linking(may_be_linking);
        assert_eq!(provider.request_code(&request).await.unwrap(), expected);
        assert_eq!(sent(&transport), [STATUS, CONNECT, STATUS]);
    }
}

#[tokio::test]
async fn a_connection_that_was_out_of_sight_gives_no_phone_code_and_no_second_start() {
    let answers = [
        status(false, false),
        started(),
        error(503, "busy"),
        status(false, false),
        status(true, false),
    ];
    let (provider, transport) = wuzapi(config(), &answers);
    provider.request_code(&by_phone()).await.unwrap();
    provider.request_code(&by_phone()).await.unwrap_err();
    for _ in 0..2 {
        let reply = provider.request_code(&by_phone()).await;
        assert!(matches!(reply, Ok(CodeReply::Starting { .. })));
    }
    assert_eq!(sent(&transport), [STATUS, CONNECT, STATUS, STATUS, STATUS]);
}

#[tokio::test]
async fn an_unlink_is_one_logout_and_a_session_that_is_left_is_not_touched() {
    let done = json!({"code": 200, "success": true, "data": {"Details": "Logged out"}});
    let (provider, transport) = wuzapi(config(), &[done]);
    provider.unlink().await.unwrap();
    assert!(
        provider.abandon().await.is_err(),
        "it cannot be done without harm"
    );
    assert_eq!(sent(&transport), ["POST /logout"]);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let server = || base("https://gateway.example.com");
    for (config, field) in [
        (WuzapiConfig::new(server(), " ".to_owned()), "token"),
        (
            WuzapiConfig::new(server(), "canary token".to_owned()),
            "token",
        ),
        (
            WuzapiConfig::new(server(), "canary".to_owned()).with_name(" canary"),
            "name",
        ),
        (
            WuzapiConfig::new(server(), "canary".to_owned()).with_webhook_hmac_key(String::new()),
            "webhook_hmac_key",
        ),
        (
            WuzapiConfig::new(
                base("https://gateway.example.com/session"),
                "canary".to_owned(),
            ),
            "base_url",
        ),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
}

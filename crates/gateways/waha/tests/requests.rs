//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse, QrForm};
use pairing_core::{CodePurpose, CodeReply, CodeRequest, PairingMethod, PairingProvider};
use pairing_waha::{Waha, WahaConfig};
use secrecy::ExposeSecret as _;
use serde_json::json;

const BASE: &str = "https://gateway.example.com/waha/api";

fn config() -> WahaConfig {
    WahaConfig::new(BaseUrl::parse("https://gateway.example.com/waha/").unwrap())
        .with_session("loja centro/1")
        .with_api_key("canary-key".to_owned())
}

fn waha(config: WahaConfig, bodies: &[String]) -> (Waha, CannedTransport) {
    let answers = bodies
        .iter()
        .map(|body| Ok(HttpResponse::new(200, body.as_str())));
    let transport = CannedTransport::new(answers);
    let provider = Waha::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn session(status: &str) -> String {
    json!({"name": "loja centro/1", "status": status, "me": null}).to_string()
}

/// Method, address and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("x-api-key"), Some("canary-key"));
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

const SESSION: &str = "GET /sessions/loja%20centro%2F1";

fn phone_code(purpose: CodePurpose) -> CodeRequest {
    let phone = "+55 11 99999-8888".parse().unwrap();
    CodeRequest::new(PairingMethod::PhoneCode(phone)).with_purpose(purpose)
}

#[tokio::test]
async fn the_state_decides_which_request_follows() {
    for (status, second) in [
        ("STOPPED", "POST /sessions/loja%20centro%2F1/start"),
        ("FAILED", "POST /sessions/loja%20centro%2F1/restart"),
        ("SCAN_QR_CODE", "GET /loja%20centro%2F1/auth/qr?format=raw"),
        ("STARTING", "GET /loja%20centro%2F1/auth/qr?format=raw"),
        (
            "PASSKEY_CONFIRMATION_REQUIRED",
            "GET /loja%20centro%2F1/auth/passkey/confirmation",
        ),
    ] {
        let (provider, transport) = waha(config(), &[session(status), session("STARTING")]);
        let _ = provider.request_code(&PairingMethod::Qr.into()).await;
        assert_eq!(sent(&transport), [SESSION, second], "{status}");
    }
    for status in ["WORKING", "PASSKEY_REQUIRED"] {
        let (provider, transport) = waha(config(), &[session(status)]);
        let reply = provider.request_code(&PairingMethod::Qr.into()).await;
        assert!(reply.is_ok(), "{status}");
        assert_eq!(sent(&transport), [SESSION], "{status}");
    }
}

#[tokio::test]
async fn a_picture_is_asked_for_as_json() {
    let (provider, transport) = waha(
        config().with_qr_form(QrForm::Image),
        &[session("SCAN_QR_CODE"), "{}".to_owned()],
    );
    let reply = provider.request_code(&PairingMethod::Qr.into()).await;
    assert_eq!(reply.unwrap(), CodeReply::NOT_READY);
    assert_eq!(
        sent(&transport),
        [SESSION, "GET /loja%20centro%2F1/auth/qr"]
    );
}

#[tokio::test]
async fn a_phone_code_is_asked_for_with_the_digits_alone_and_never_while_the_session_starts() {
    let code = r#"{"code":"ABCD-1234"}"#.to_owned();
    let (provider, transport) = waha(config(), &[session("SCAN_QR_CODE"), code]);
    let reply = provider.request_code(&phone_code(CodePurpose::Renew)).await;
    assert!(matches!(reply, Ok(CodeReply::Code(_))));
    assert_eq!(
        sent(&transport),
        [
            SESSION,
            r#"POST /loja%20centro%2F1/auth/request-code {"phoneNumber":"5511999998888"}"#
        ]
    );
    for purpose in [
        CodePurpose::StartAttempt,
        CodePurpose::OpenRound,
        CodePurpose::Renew,
    ] {
        let (provider, transport) = waha(config(), &[session("STARTING")]);
        let reply = provider.request_code(&phone_code(purpose)).await;
        assert_eq!(reply.unwrap(), CodeReply::STARTING);
        assert_eq!(sent(&transport), [SESSION]);
    }
}

#[tokio::test]
async fn a_session_that_failed_with_an_account_is_logged_out_only_after_a_restart_in_vain() {
    let confirmed = json!({"id": "5511999998888@c.us"});
    let requested = json!({"id": "5511999998888@c.us", "pushName": "~"});
    for (me, purpose, action) in [
        (&confirmed, CodePurpose::StartAttempt, "restart"),
        (&confirmed, CodePurpose::OpenRound, "restart"),
        (&confirmed, CodePurpose::Renew, "logout"),
        (&requested, CodePurpose::Renew, "restart"),
        (&json!(null), CodePurpose::Renew, "restart"),
    ] {
        let failed = json!({"name": "loja centro/1", "status": "FAILED", "me": me});
        let answers = [failed.to_string(), session("STARTING")];
        let (provider, transport) = waha(config(), &answers);
        let reply = provider.request_code(&phone_code(purpose)).await;
        assert_eq!(reply.unwrap(), CodeReply::STARTING);
        let second = format!("POST /sessions/loja%20centro%2F1/{action}");
        assert_eq!(sent(&transport), [SESSION, &second], "{me} {purpose:?}");
    }
    // A phone may be linking: nothing is sent.
    let failed = json!({"name": "loja centro/1", "status": "FAILED", "me": confirmed});
    let (provider, transport) = waha(config(), &[failed.to_string()]);
    let request = phone_code(CodePurpose::Renew).with_may_be_linking(true);
    let reply = provider.request_code(&request).await;
    assert_eq!(reply.unwrap(), CodeReply::Linking);
    assert_eq!(sent(&transport), [SESSION]);
}

#[tokio::test]
async fn a_session_is_created_only_where_that_is_wanted() {
    let missing = || {
        let body = r#"{"statusCode":404,"message":"Session not found","error":"Not Found"}"#;
        Ok(HttpResponse::new(404, body))
    };
    let created = || Ok(HttpResponse::new(201, session("STARTING")));
    let transport = CannedTransport::new([missing(), created(), missing()]);
    let wanted = config().with_create(true);
    let provider = Waha::with_transport(wanted, Arc::new(transport.clone())).unwrap();
    let reply = provider.request_code(&PairingMethod::Qr.into()).await;
    assert!(matches!(reply, Ok(CodeReply::Starting { .. })));
    assert!(!provider.status().await.unwrap().is_connected());
    let create = r#"POST /sessions {"name":"loja centro/1","start":true}"#;
    assert_eq!(sent(&transport), [SESSION, create, SESSION]);

    let transport = CannedTransport::new([missing()]);
    let provider = Waha::with_transport(config(), Arc::new(transport.clone())).unwrap();
    let reply = provider.request_code(&PairingMethod::Qr.into()).await;
    assert!(reply.is_err());
    assert_eq!(sent(&transport), [SESSION]);
}

#[tokio::test]
async fn an_attempt_is_ended_by_a_stop_and_a_link_by_a_logout() {
    let stop = "POST /sessions/loja%20centro%2F1/stop";
    for status in ["STARTING", "SCAN_QR_CODE"] {
        let (provider, transport) = waha(config(), &[session(status), session("STOPPED")]);
        provider.abandon().await.unwrap();
        assert_eq!(sent(&transport), [SESSION, stop], "{status}");
    }
    let linking = json!({"id": "5511999998888@c.us"});
    let linking = json!({"name": "loja centro/1", "status": "SCAN_QR_CODE", "me": linking});
    for unharmed in [
        linking.to_string(),
        session("WORKING"),
        session("FAILED"),
        session("STOPPED"),
        session("PASSKEY_REQUIRED"),
        session("PASSKEY_CONFIRMATION_REQUIRED"),
    ] {
        let (provider, transport) = waha(config(), std::slice::from_ref(&unharmed));
        provider.abandon().await.unwrap();
        assert_eq!(sent(&transport), [SESSION], "{unharmed}");
    }
    let (provider, transport) = waha(config(), &[session("STARTING")]);
    provider.unlink().await.unwrap();
    assert_eq!(
        sent(&transport),
        ["POST /sessions/loja%20centro%2F1/logout"]
    );
}

#[tokio::test]
async fn a_server_without_a_key_is_sent_none() {
    let base = BaseUrl::parse("https://gateway.example.com").unwrap();
    let body = r#"{"name":"default","status":"STOPPED"}"#.to_owned();
    let (provider, transport) = waha(WahaConfig::new(base), &[body]);
    provider.status().await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].header("x-api-key"), None);
    assert!(requests[0].url.expose().ends_with("/api/sessions/default"));
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let server = || WahaConfig::new(base("https://gateway.example.com"));
    for (config, field) in [
        (server().with_session(" "), "session"),
        (server().with_session(".."), "session"),
        (server().with_api_key("canary key".to_owned()), "api_key"),
        (
            server().with_webhook_hmac_key(String::new()),
            "webhook_hmac_key",
        ),
        (
            WahaConfig::new(base("https://gateway.example.com/api")),
            "base_url",
        ),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
    assert_eq!(server().with_session("loja centro").validate(), Ok(()));
}

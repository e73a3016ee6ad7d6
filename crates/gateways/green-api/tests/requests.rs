//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{CodePurpose, CodeReply, CodeRequest, PairingMethod, PairingProvider};
use pairing_green_api::{GreenApi, GreenApiConfig};
use secrecy::ExposeSecret as _;

const BASE: &str = "https://1101.api.example.com/waInstance1101000001/";

fn config() -> GreenApiConfig {
    let base = BaseUrl::parse("https://1101.api.example.com").unwrap();
    GreenApiConfig::new("1101000001", "canary-token", base)
}

fn green_api(bodies: &[&str]) -> (GreenApi, CannedTransport) {
    let answers = bodies.iter().map(|body| Ok(HttpResponse::new(200, *body)));
    let transport = CannedTransport::new(answers);
    let provider = GreenApi::with_transport(config(), Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

/// Verb, method and body of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("accept"), Some("application/json"));
            let body = request.body.as_ref().map(|body| body.expose_secret());
            let label = body.map(|_| "application/json");
            assert_eq!(request.header("content-type"), label);
            let path = request.url.expose().strip_prefix(BASE).unwrap();
            let method = path.strip_suffix("/canary-token").unwrap();
            let verb = request.method.as_str();
            let is_order = ["getAuthorizationCode", "logout"].contains(&method);
            assert_eq!(request.safe_to_repeat, !is_order, "{method}");
            let line = format!("{verb} {method} {}", body.unwrap_or_default());
            line.trim().to_owned()
        })
        .collect()
}

const NOT_AUTHORIZED: &str = r#"{"stateInstance":"notAuthorized"}"#;
const STATE: &str = "GET getStateInstance";

fn phone_code() -> CodeRequest {
    let phone = "+55 11 99999-8888".parse().unwrap();
    CodeRequest::new(PairingMethod::PhoneCode(phone)).with_purpose(CodePurpose::Renew)
}

#[tokio::test]
async fn a_qr_code_is_one_request_and_the_state_is_asked_where_that_says_too_little() {
    let picture = r#"{"type":"qrCode","message":"iVBORw0KGgpjYW5hcnk="}"#;
    let logged = r#"{"type":"alreadyLogged","message":""}"#;
    for body in [picture, logged] {
        let (provider, transport) = green_api(&[body]);
        let reply = provider.request_code(&PairingMethod::Qr.into()).await;
        assert!(reply.is_ok(), "{body}");
        assert_eq!(sent(&transport), ["GET qr"], "{body}");
    }
    for body in [r#"{"type":"qrCode","message":""}"#, "{}", "null"] {
        let (provider, transport) = green_api(&[body, NOT_AUTHORIZED]);
        let _ = provider.request_code(&PairingMethod::Qr.into()).await;
        assert_eq!(sent(&transport), ["GET qr", STATE], "{body}");
    }
}

#[tokio::test]
async fn a_phone_number_is_a_json_number_and_is_sent_while_no_number_is_linked() {
    let code = r#"{"status":true,"code":"ABCD1234"}"#;
    let (provider, transport) = green_api(&[NOT_AUTHORIZED, code]);
    let reply = provider.request_code(&phone_code()).await;
    assert!(matches!(reply, Ok(CodeReply::Code(_))));
    let order = r#"POST getAuthorizationCode {"phoneNumber":5511999998888}"#;
    assert_eq!(sent(&transport), [STATE, order]);
    for state in [
        "authorized",
        "yellowCard",
        "sleepMode",
        "starting",
        "blocked",
        "suspended",
    ] {
        let body = format!(r#"{{"stateInstance":"{state}"}}"#);
        let (provider, transport) = green_api(&[&body]);
        let _ = provider.request_code(&phone_code()).await;
        assert_eq!(sent(&transport), [STATE], "{state}");
    }
    // A phone may be linking.
    let (provider, transport) = green_api(&[NOT_AUTHORIZED]);
    let request = phone_code().with_may_be_linking(true);
    let reply = provider.request_code(&request).await;
    assert_eq!(reply.unwrap(), CodeReply::NOT_READY);
    assert_eq!(sent(&transport), [STATE]);
}

#[tokio::test]
async fn a_status_is_one_request_and_an_unlink_is_sent_once() {
    let (provider, transport) = green_api(&[r#"{"stateInstance":"authorized","phone":""}"#]);
    assert!(provider.status().await.unwrap().is_connected());
    assert_eq!(sent(&transport), ["GET getWaSettings"]);
    let (provider, transport) = green_api(&[r#"{"isLogout":true}"#]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["GET logout"]);
    let (provider, transport) = green_api(&[r#"{"isLogout":false}"#, NOT_AUTHORIZED]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), ["GET logout", STATE]);
}

#[tokio::test]
async fn an_attempt_cannot_be_ended() {
    let (provider, transport) = green_api(&[]);
    assert!(!provider.capabilities().abandon);
    assert!(provider.abandon().await.is_err());
    assert_eq!(sent(&transport), [""; 0]);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_the_name_of_its_field() {
    let base = |text: &str| BaseUrl::parse(text).unwrap();
    let address = || base("https://1101.api.example.com");
    for (config, field) in [
        (GreenApiConfig::new(" ", "canary", address()), "instance"),
        (GreenApiConfig::new("..", "canary", address()), "instance"),
        (
            GreenApiConfig::new("1101", "canary token", address()),
            "token",
        ),
        (
            GreenApiConfig::new("1101", "canary", address()).with_webhook_token("Bearer canary"),
            "webhook_token",
        ),
        (
            GreenApiConfig::new(
                "1101",
                "canary",
                base("https://1101.api.example.com/waInstance1101"),
            ),
            "base_url",
        ),
    ] {
        assert!(!format!("{config:?}").contains("canary"));
        let error = config.validate().unwrap_err();
        assert_eq!(error.field(), field);
        assert!(!error.to_string().contains("canary"));
    }
    assert_eq!(config().with_webhook_token("canary").validate(), Ok(()));
}

//! What goes over the wire: methods, addresses, headers, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpMethod, HttpRequest, HttpResponse};
use pairing_core::{CodeReply, InstanceStatus, PairingMethod, PairingProvider, ProviderErrorKind};
use pairing_zapi::{QrForm, ZApi, ZApiConfig};

fn config() -> ZApiConfig {
    ZApiConfig::new("canary/instance", "canary?token")
}

fn zapi(config: ZApiConfig, bodies: &[&str]) -> (ZApi, CannedTransport) {
    let answers = bodies.iter().map(|body| Ok(HttpResponse::new(200, *body)));
    let transport = CannedTransport::new(answers);
    let provider = ZApi::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn addresses(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.method == HttpMethod::Get)
    );
    requests.iter().map(path).collect()
}

/// The part after the credentials, whose encoding is checked on the way.
fn path(request: &HttpRequest) -> String {
    let start = "https://api.z-api.io/instances/canary%2Finstance/token/canary%3Ftoken";
    request.url.expose().strip_prefix(start).unwrap().to_owned()
}

#[tokio::test]
async fn each_call_has_its_endpoint() {
    let code = r#"{"value":"2@a,b"}"#;
    let (provider, transport) = zapi(config(), &[code]);
    provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap();
    assert_eq!(addresses(&transport), ["/qr-code"]);

    let mut pictures = config();
    pictures.qr_form = QrForm::Image;
    let (provider, transport) = zapi(pictures, &[code]);
    provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap();
    assert_eq!(addresses(&transport), ["/qr-code/image"]);

    let phone = PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap());
    let (provider, transport) = zapi(config(), &[r#"{"value":"ABCD1234"}"#]);
    provider.request_code(&phone.clone().into()).await.unwrap();
    assert_eq!(addresses(&transport), ["/phone-code/5511999998888"]);

    let connected = [r#"{"connected":true}"#, r#"{"phone":"5511999998888"}"#];
    let (provider, transport) = zapi(config(), &connected);
    let status = provider.status().await.unwrap();
    assert_eq!(
        status,
        InstanceStatus::connected(Some("+5511999998888".parse().unwrap()))
    );
    assert_eq!(addresses(&transport), ["/status", "/device"]);

    let (provider, transport) = zapi(config(), &[r#"{"value":true}"#]);
    provider.unlink().await.unwrap();
    assert_eq!(addresses(&transport), ["/disconnect"]);
}

#[tokio::test]
async fn another_base_url_is_used_with_its_path() {
    let config = config().with_base_url(BaseUrl::parse("http://127.0.0.1:8080/zapi/").unwrap());
    let (provider, transport) = zapi(config, &[r#"{"connected":false}"#]);
    provider.status().await.unwrap();
    let requests = transport.requests();
    let start = "http://127.0.0.1:8080/zapi/instances/canary%2Finstance/token/";
    assert!(requests[0].url.expose().starts_with(start));
}

#[tokio::test]
async fn the_account_token_is_sent_only_when_there_is_one() {
    let (provider, transport) = zapi(config(), &[r#"{"connected":false}"#]);
    provider.status().await.unwrap();
    assert_eq!(transport.requests()[0].header("Client-Token"), None);

    let mut with_token = config();
    with_token.client_token = Some("canary-client".into());
    let (provider, transport) = zapi(with_token, &[r#"{"connected":false}"#]);
    provider.status().await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].header("Client-Token"), Some("canary-client"));
    assert!(!format!("{requests:?} {provider:?}").contains("canary"));
}

#[tokio::test]
async fn every_request_says_json_as_the_documentation_asks() {
    let (provider, transport) = zapi(config(), &[r#"{"connected":false}"#]);
    provider.status().await.unwrap();
    let requests = transport.requests();
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].header("accept"), Some("application/json"));
}

#[tokio::test]
async fn only_a_phone_code_and_an_unlink_must_not_arrive_twice() {
    let (provider, transport) = zapi(config(), &["{}", r#"{"connected":false}"#, "{}", "{}"]);
    let phone = PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap());
    // A `{}` leads to a question for the status.
    let _ = provider.request_code(&phone.clone().into()).await;
    let _ = provider.request_code(&PairingMethod::Qr.into()).await;
    let _ = provider.unlink().await;
    for request in transport.requests() {
        let path = path(&request);
        let once = path.starts_with("/phone-code") || path == "/disconnect";
        assert_eq!(request.safe_to_repeat, !once, "{path}");
    }
    assert!(transport.requests().len() >= 4);
}

#[tokio::test]
async fn a_sent_account_token_is_not_asked_for_again() {
    let body = r#"{"error":"your client-token is not configured"}"#;
    let (provider, _) = zapi(config(), &[body]);
    let error = provider.status().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::AccountTokenMissing);
    assert!(error.message().contains("client_token"));

    let mut with_token = config();
    with_token.client_token = Some("canary-client".into());
    let (provider, _) = zapi(with_token, &[body]);
    let error = provider.status().await.unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::InvalidCredentials);
}

#[tokio::test]
async fn a_lost_connection_is_not_followed_up() {
    let (provider, transport) = zapi(config(), &[]);
    let error = provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::Unavailable);
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn already_connected_is_found_out_by_status() {
    let (provider, transport) = zapi(config(), &["{}", r#"{"connected":true}"#]);
    let reply = provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap();
    assert_eq!(reply, CodeReply::AlreadyConnected);
    assert_eq!(addresses(&transport), ["/qr-code", "/status"]);
}

#[tokio::test]
async fn without_follow_ups_the_status_names_no_number_and_says_so_beforehand() {
    let config = config().with_follow_ups(false);
    let (provider, transport) = zapi(config, &[r#"{"connected":true}"#]);
    assert!(!provider.capabilities().linked_phone);
    let status = provider.status().await.unwrap();
    assert_eq!(status, InstanceStatus::connected(None));
    assert_eq!(addresses(&transport), ["/status"]);
}

#[test]
fn a_configuration_that_cannot_work_is_refused_before_any_request() {
    let error = ZApi::with_transport(
        ZApiConfig::new("https://canary.example.com", "x"),
        Arc::new(CannedTransport::default()),
    )
    .unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("`instance`") && !shown.contains("canary"),
        "{shown}"
    );
}

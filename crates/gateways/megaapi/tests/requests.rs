//! What goes over the wire: methods, addresses, headers, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{PairingMethod, PairingProvider, ProviderErrorKind};
use pairing_megaapi::{MegaApi, MegaApiConfig};

fn megaapi(bodies: &[&str]) -> (MegaApi, CannedTransport) {
    let answers = bodies.iter().map(|body| Ok(HttpResponse::new(200, *body)));
    let transport = CannedTransport::new(answers);
    let base = BaseUrl::parse("https://gateway.example.com/").unwrap();
    let config = MegaApiConfig::new("canary/key", "canary-token", base);
    let provider = MegaApi::with_transport(config, Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

/// Method and address of each request, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("authorization"), Some("Bearer canary-token"));
            assert_eq!(request.header("content-type"), Some("application/json"));
            format!("{} {}", request.method.as_str(), request.url.expose())
        })
        .collect()
}

#[tokio::test]
async fn each_call_has_its_endpoint() {
    let base = "https://gateway.example.com/rest/instance";

    let (provider, transport) = megaapi(&[r#"{"error":false,"qrcode":"iVBORw0KGgo="}"#]);
    provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap();
    assert_eq!(
        sent(&transport),
        [format!("GET {base}/qrcode_base64/canary%2Fkey")]
    );

    let phone = PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap());
    let (provider, transport) = megaapi(&[r#"{"pairingCode":"ABCD-1234"}"#]);
    provider.request_code(&phone.clone().into()).await.unwrap();
    assert_eq!(
        sent(&transport),
        [format!(
            "GET {base}/pairingCode/canary%2Fkey?phoneNumber=5511999998888"
        )]
    );

    let (provider, transport) = megaapi(&[r#"{"instance":{"status":"disconnected"}}"#]);
    provider.status().await.unwrap();
    assert_eq!(sent(&transport), [format!("GET {base}/canary%2Fkey")]);

    let (provider, transport) = megaapi(&[r#"{"error":false,"message":"bye"}"#]);
    provider.unlink().await.unwrap();
    assert_eq!(
        sent(&transport),
        [format!("DELETE {base}/canary%2Fkey/logout")]
    );
}

#[tokio::test]
async fn only_a_phone_code_and_an_unlink_must_not_arrive_twice() {
    let disconnected = r#"{"instance":{"status":"disconnected"}}"#;
    let (provider, transport) = megaapi(&["{}", disconnected, "{}", disconnected, "{}"]);
    let phone = PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap());
    // A `{}` leads to a question for the status.
    let _ = provider.request_code(&phone.clone().into()).await;
    let _ = provider.request_code(&PairingMethod::Qr.into()).await;
    let _ = provider.unlink().await;
    for request in transport.requests() {
        let url = request.url.expose();
        let once = url.contains("/pairingCode/") || url.ends_with("/logout");
        assert_eq!(request.safe_to_repeat, !once, "{url}");
    }
    assert!(transport.requests().len() >= 4);
}

#[tokio::test]
async fn an_unclear_answer_is_followed_by_one_status_request() {
    let (provider, transport) = megaapi(&["{}", r#"{"instance":{"status":"disconnected"}}"#]);
    let error = provider
        .request_code(&PairingMethod::Qr.into())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ProviderErrorKind::MalformedReply);
    assert_eq!(sent(&transport).len(), 2);
    assert!(!format!("{provider:?}").contains("canary"));
}

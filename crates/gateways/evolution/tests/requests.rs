//! What goes over the wire: methods, addresses, headers, bodies, and how many requests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::{CodePurpose, CodeReply, CodeRequest, PairingMethod, PairingProvider};
use pairing_evolution::{Evolution, EvolutionConfig};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

const OPEN: &str = r#"{"instance":{"state":"open"}}"#;
const CONNECTING: &str = r#"{"instance":{"state":"connecting"}}"#;
const CLOSE: &str = r#"{"instance":{"state":"close"}}"#;
const CODES: &str = r#"{"pairingCode":"AB12CD34","code":"2@canary,a","count":1}"#;
const LOGGED_OUT: &str = r#"{"error":false,"response":{"message":"Instance logged out"}}"#;

fn evolution(
    answers: &[(u16, &str)],
    configure: impl Fn(EvolutionConfig) -> EvolutionConfig,
) -> (Evolution, CannedTransport) {
    let answers = answers.iter();
    let answers = answers.map(|(status, body)| Ok(HttpResponse::new(*status, *body)));
    let transport = CannedTransport::new(answers);
    let base = BaseUrl::parse("https://gateway.example.com/evo/").unwrap();
    let config = EvolutionConfig::new("canary shop é/1", "canary-key", base);
    let provider =
        Evolution::with_transport(configure(config), Arc::new(transport.clone())).unwrap();
    (provider, transport)
}

fn healthy(bodies: &[&str]) -> (Evolution, CannedTransport) {
    let answers: Vec<(u16, &str)> = bodies.iter().map(|body| (200, *body)).collect();
    evolution(&answers, |config| config)
}

/// Method and address of each request below the base, whose headers are checked on the way.
fn sent(transport: &CannedTransport) -> Vec<String> {
    let requests = transport.requests();
    assert!(!format!("{requests:?}").contains("canary"));
    requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("apikey"), Some("canary-key"));
            assert_eq!(request.header("accept"), Some("application/json"));
            assert_eq!(request.header("authorization"), None);
            let url = request.url.expose();
            let path = url.strip_prefix("https://gateway.example.com/evo").unwrap();
            assert!(!path.contains("canary-key"));
            let path = path.replace("canary%20shop%20%C3%A9%2F1", "{name}");
            format!("{} {path}", request.method.as_str())
        })
        .collect()
}

fn phone() -> PairingMethod {
    PairingMethod::PhoneCode("+55 11 99999-8888".parse().unwrap())
}

const STATE: &str = "GET /instance/connectionState/{name}";
const CONNECT: &str = "GET /instance/connect/{name}";
const CONNECT_PHONE: &str = "GET /instance/connect/{name}?number=5511999998888";
const LOGOUT: &str = "DELETE /instance/logout/{name}";

#[tokio::test]
async fn a_code_costs_a_state_and_then_one_connect_if_that_does_no_harm() {
    use CodePurpose::{OpenRound, Renew, StartAttempt};
    let (qr, phone) = (PairingMethod::Qr, phone());
    let with = |state: &'static str| vec![state, CODES];
    for (method, purpose, may_be_linking, answers, requests) in [
        (&qr, StartAttempt, false, with(OPEN), vec![STATE]),
        (&qr, StartAttempt, false, with(CLOSE), vec![STATE, CONNECT]),
        (&qr, StartAttempt, true, with(CLOSE), vec![STATE]),
        (&qr, Renew, true, with(CLOSE), vec![STATE]),
        (&qr, Renew, false, with(CLOSE), vec![STATE, CONNECT]),
        (
            &qr,
            StartAttempt,
            false,
            with(CONNECTING),
            vec![STATE, CONNECT],
        ),
        (&qr, Renew, true, with(CONNECTING), vec![STATE, CONNECT]),
        (&phone, StartAttempt, false, with(OPEN), vec![STATE]),
        (
            &phone,
            StartAttempt,
            false,
            with(CLOSE),
            vec![STATE, CONNECT_PHONE],
        ),
        (&phone, StartAttempt, false, with(CONNECTING), vec![STATE]),
        (
            &phone,
            OpenRound,
            false,
            with(CONNECTING),
            vec![STATE, CONNECT_PHONE],
        ),
        (
            &phone,
            Renew,
            true,
            with(CONNECTING),
            vec![STATE, CONNECT_PHONE],
        ),
        (&phone, OpenRound, true, with(CLOSE), vec![STATE]),
    ] {
        let (provider, transport) = healthy(&answers);
        let request = CodeRequest::new(method.clone())
            .with_purpose(purpose)
            .with_may_be_linking(may_be_linking);
        let reply = provider.request_code(&request).await.unwrap();
        assert_eq!(sent(&transport), requests, "{request:?}");
        let is_from_start = answers[0] == CLOSE;
        let is_code = matches!(reply, CodeReply::Code(_));
        assert_eq!(
            is_code,
            requests.len() == 2 && !is_from_start,
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn each_other_call_has_its_endpoints() {
    let (provider, transport) = healthy(&[CLOSE]);
    provider.status().await.unwrap();
    assert_eq!(sent(&transport), [STATE]);

    let (provider, transport) = healthy(&[OPEN, "[]"]);
    provider.status().await.unwrap();
    let details = "GET /instance/fetchInstances?instanceName={name}";
    assert_eq!(sent(&transport), [STATE, details]);

    let (provider, transport) = evolution(&[(200, OPEN)], |it| it.with_follow_ups(false));
    assert!(!provider.capabilities().linked_phone);
    provider.status().await.unwrap();
    assert_eq!(sent(&transport), [STATE]);

    let (provider, transport) = healthy(&[LOGGED_OUT]);
    provider.unlink().await.unwrap();
    assert_eq!(sent(&transport), [LOGOUT]);

    for (state, requests) in [
        (OPEN, vec![STATE]),
        (CLOSE, vec![STATE]),
        (CONNECTING, vec![STATE, LOGOUT]),
    ] {
        let (provider, transport) = healthy(&[state, LOGGED_OUT]);
        provider.abandon().await.unwrap();
        assert_eq!(sent(&transport), requests);
    }
}

#[tokio::test]
async fn an_instance_is_created_only_if_that_is_wished_and_it_is_missing() {
    let missing = json!({"status": 404, "error": "Not Found", "response": {"message":
        ["The \"canary shop é/1\" instance does not exist"]}})
    .to_string();
    let created = r#"{"instance":{"instanceName":"canary shop é/1"},"hash":"canary-hash"}"#;
    let qr = CodeRequest::new(PairingMethod::Qr);

    let (provider, transport) = evolution(&[(404, &missing)], |config| config);
    provider.request_code(&qr).await.unwrap_err();
    assert_eq!(sent(&transport), [STATE]);

    let answers: [(u16, &str); 2] = [(404, &missing), (201, created)];
    let (provider, transport) = evolution(&answers, |config| config.with_create(true));
    let reply = provider.request_code(&qr).await.unwrap();
    assert!(matches!(reply, CodeReply::Starting { .. }), "{reply:?}");
    assert!(!format!("{reply:?}").contains("canary"));
    assert_eq!(sent(&transport), [STATE, "POST /instance/create"]);
    let requests = transport.requests();
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
    let body = requests[1].body.as_ref().unwrap().expose_secret();
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({
            "instanceName": "canary shop é/1",
            "integration": "WHATSAPP-BAILEYS",
            "qrcode": false,
        })
    );
    // A path that is unknown is no instance that is missing.
    let unknown_path = json!({"response": {"message": ["Cannot GET /instance/x"]}}).to_string();
    let (provider, transport) =
        evolution(&[(404, &unknown_path)], |config| config.with_create(true));
    provider.request_code(&qr).await.unwrap_err();
    assert_eq!(sent(&transport), [STATE]);
}

#[tokio::test]
async fn what_starts_creates_or_ends_something_must_not_arrive_twice() {
    let (provider, transport) = healthy(&[CLOSE, CODES, CONNECTING, LOGGED_OUT, OPEN, "[]"]);
    let qr = CodeRequest::new(PairingMethod::Qr);
    provider.request_code(&qr).await.unwrap();
    provider.abandon().await.unwrap();
    provider.status().await.unwrap();
    for request in transport.requests() {
        let url = request.url.expose();
        let once = url.contains("/connect/") || url.contains("/logout/");
        assert_eq!(request.safe_to_repeat, !once, "{url}");
    }
    assert_eq!(transport.requests().len(), 6);
    assert!(!format!("{provider:?}").contains("canary"));
}

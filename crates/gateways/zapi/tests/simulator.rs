//! The simulated Z-API: its normal responses, wrong secrets, a linked instance, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_sim::{
    Endpoint, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use pairing_zapi::simulator::DIALECT;
use serde_json::{Value, json};

struct Client {
    simulator: Simulator,
    instance: Instance,
    token: String,
    client_token: Option<String>,
}

fn client(setup: InstanceSetup) -> Client {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    Client {
        simulator,
        token: instance.token().to_owned(),
        client_token: instance.settings().remove("client_token"),
        instance,
    }
}

fn zapi() -> Client {
    client(InstanceSetup::new(DIALECT))
}

impl Client {
    async fn send(&self, method: HttpMethod, path: &[&str]) -> HttpResponse {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let start = ["instances", self.instance.id(), "token", &self.token];
        let mut request = HttpRequest::new(method, base.join(&[&start, path].concat()));
        if let Some(token) = &self.client_token {
            request = request.with_header("client-token", token.as_str().into());
        }
        self.simulator.transport().send(request).await.unwrap()
    }

    async fn get(&self, path: &[&str]) -> HttpResponse {
        self.send(HttpMethod::Get, path).await
    }

    async fn says(&self, path: &[&str]) -> (u16, Value) {
        said(&self.get(path).await)
    }

    async fn value(&self, path: &[&str]) -> String {
        let (_, body) = self.says(path).await;
        body["value"].as_str().unwrap().to_owned()
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

#[tokio::test(start_paused = true)]
async fn every_status_fills_error() {
    let zapi = zapi();
    assert_eq!(
        zapi.says(&["status"]).await,
        (
            200,
            json!({"connected": false, "error": "You are not connected.", "smartphoneConnected": false})
        )
    );
    zapi.instance.link();
    assert_eq!(
        zapi.says(&["status"]).await,
        (
            200,
            json!({"connected": true, "error": "You are already connected", "smartphoneConnected": true})
        )
    );
}

#[tokio::test(start_paused = true)]
async fn there_is_no_code_while_linked_and_a_new_one_after() {
    let zapi = zapi();
    let before = zapi.value(&["qr-code"]).await;
    zapi.instance.scan(&before).unwrap();
    for path in [
        &["qr-code"][..],
        &["qr-code", "image"],
        &["phone-code", "5511999998888"],
    ] {
        assert_eq!(zapi.says(path).await, (200, json!({"connected": true})));
    }
    let (_, device) = zapi.says(&["device"]).await;
    assert_eq!(device["phone"], zapi.instance.phone().digits());
    assert_eq!(
        zapi.says(&["disconnect"]).await,
        (200, json!({"value": true}))
    );
    assert!(!zapi.instance.is_linked());
    assert_ne!(zapi.value(&["qr-code"]).await, before);
}

#[tokio::test(start_paused = true)]
async fn a_missing_client_token_is_named_and_a_wrong_one_echoed() {
    let mut zapi = zapi();
    zapi.client_token = None;
    assert_eq!(
        zapi.says(&["qr-code"]).await,
        (400, json!({"error": "null not allowed"}))
    );
    zapi.client_token = Some("WRONG".into());
    assert_eq!(
        zapi.says(&["qr-code"]).await,
        (403, json!({"error": "Client-Token WRONG not allowed"}))
    );
    zapi.token = "WRONG".into();
    assert_eq!(
        zapi.says(&["qr-code"]).await,
        (400, json!({"error": "your client-token is not configured"}))
    );
    assert_eq!(zapi.instance.calls().code_qr_text, 3);
    assert_eq!(zapi.instance.current_qr(), None);
}

#[tokio::test(start_paused = true)]
async fn no_client_token_is_asked_for_until_the_owner_activates_it() {
    let zapi = client(InstanceSetup::new(DIALECT).with_option("security", false));
    assert_eq!(zapi.client_token, None);
    assert_eq!(zapi.get(&["qr-code"]).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn another_path_or_verb_is_not_found() {
    let zapi = zapi();
    let not_found = json!({
        "error": "NOT_FOUND",
        "message": "Unable to find matching target resource method",
    });
    for (method, path) in [
        (HttpMethod::Get, "qrcode"),
        (HttpMethod::Post, "qr-code"),
        (HttpMethod::Delete, "disconnect"),
    ] {
        let response = zapi.send(method, &[path]).await;
        assert_eq!(said(&response), (404, not_found.clone()));
    }
    assert_eq!(zapi.instance.calls().other, 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_phone_number_is_refused() {
    assert_eq!(zapi().get(&["phone-code", "abc"]).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn every_call_counts_at_its_endpoint() {
    let zapi = zapi();
    for path in [
        &["qr-code"][..],
        &["qr-code", "image"],
        &["phone-code", "5511999998888"],
        &["status"],
        &["device"],
        &["disconnect"],
        &["restart"],
    ] {
        zapi.get(path).await;
    }
    let calls = zapi.instance.calls();
    for endpoint in Endpoint::ALL {
        assert_eq!(calls.of(endpoint), 1, "{endpoint:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_form_of_a_code_links() {
    let with = |option, form| client(InstanceSetup::new(DIALECT).with_option(option, form));
    let bare = with("qr_text_body", "bare_text");
    let text = String::from_utf8(bare.get(&["qr-code"]).await.body.clone()).unwrap();
    assert_eq!(bare.instance.scan(&text), Ok(()));

    let drawn = with("qr_text_body", "picture").value(&["qr-code"]).await;
    assert!(drawn.starts_with("data:image/png;base64,"));

    let code = with("phone_code_field", "code");
    let phone = code.instance.phone();
    let (_, body) = code.says(&["phone-code", phone.digits()]).await;
    let typed = code.instance.type_code(body["code"].as_str().unwrap());
    assert_eq!(typed, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn webhooks_report_links_restarts_and_the_end() {
    let zapi = zapi();
    zapi.instance.link();
    zapi.get(&["restart"]).await;
    zapi.instance.unlink();
    zapi.instance.unlink();
    let bodies = zapi.instance.webhook_bodies();
    let bodies: Vec<Value> = bodies
        .iter()
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect();
    let types: Vec<_> = bodies.iter().map(|body| &body["type"]).collect();
    let connected = "ConnectedCallback";
    assert_eq!(types, [connected, connected, "DisconnectedCallback"]);
    assert_eq!(bodies[0]["phone"], zapi.instance.phone().digits());
    assert_eq!(bodies[2]["disconnected"], true);
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    let restore = "You need to restore the session.";
    let lapsed = "To continue sending a message, you must subscribe to this instance again";
    let missing = "Unable to find matching target resource method";
    let challenge = json!({"type": "passkey", "id": "simulated-challenge"});
    for (fault, status, body) in [
        (
            "already_connected_refusal",
            400,
            json!({"error": "You are already connected"}),
        ),
        (
            "already_connected_server_error",
            500,
            json!({"error": "You are already connected"}),
        ),
        ("already_connected_flag", 200, json!({"connected": true})),
        ("passkey_challenge", 200, json!({"challenge": challenge})),
        ("rate_overlimit", 429, json!({"error": "rate-overlimit"})),
        (
            "client_token_not_configured",
            400,
            json!({"error": "your client-token is not configured"}),
        ),
        (
            "null_not_allowed",
            400,
            json!({"error": "null not allowed"}),
        ),
        (
            "ip_not_allowed",
            403,
            json!({"error": "[203.0.113.7] not allowed"}),
        ),
        ("subscription_lapsed", 400, json!({"error": lapsed})),
        (
            "not_found",
            404,
            json!({"error": "NOT_FOUND", "message": missing}),
        ),
        ("method_not_allowed", 405, Value::Null),
        ("unsupported_media_type", 415, Value::Null),
        (
            "session_needs_restore",
            200,
            json!({"connected": false, "error": restore, "smartphoneConnected": true}),
        ),
        ("empty_qr", 200, json!({"value": ""})),
        (
            "error_inside_200",
            200,
            json!({"error": "Something went wrong"}),
        ),
    ] {
        let zapi = zapi();
        let known = DIALECT.fault(fault).unwrap();
        zapi.instance.set_faults(known);
        let path: &[_] = match (known.applies_to(Endpoint::CodeQrText), fault) {
            (true, _) => &["qr-code"],
            (false, "rate_overlimit") => &["phone-code", "5511999998888"],
            _ => &["status"],
        };
        assert_eq!(zapi.says(path).await, (status, body), "{fault}");
        let links = fault.starts_with("already_connected");
        assert_eq!(zapi.instance.is_linked(), links, "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_refused_client_token_is_echoed() {
    let zapi = zapi();
    let fault = DIALECT.fault("client_token_not_allowed").unwrap();
    zapi.instance.set_faults(fault);
    let token = zapi.client_token.as_ref().unwrap();
    let words = format!("Client-Token {token} not allowed");
    assert_eq!(
        zapi.says(&["qr-code"]).await,
        (403, json!({"error": words}))
    );
}

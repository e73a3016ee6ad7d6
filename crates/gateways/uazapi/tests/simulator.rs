//! The simulated uazapi behaves as the vendor describes the real one: attempts and their limits, codes in
//! the status, the moments after a scan, webhooks, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_uazapi::simulator::DIALECT;
use serde_json::{Value, json};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Lets time pass, and what is due at its end happen.
async fn pass(time: Duration) {
    tokio::time::sleep(time + Duration::from_millis(1)).await;
}

struct Client {
    simulator: Simulator,
    instance: Instance,
}

fn client(setup: InstanceSetup) -> Client {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    Client {
        simulator,
        instance,
    }
}

fn uazapi() -> Client {
    client(InstanceSetup::new(DIALECT))
}

impl Client {
    async fn send(
        &self,
        method: HttpMethod,
        path: &[&str],
        token: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let mut request =
            HttpRequest::new(method, base.join(path)).with_header("token", token.to_owned().into());
        if let Some(body) = body {
            request = request.with_json(body.to_string());
        }
        let response = self.simulator.transport().send(request).await.unwrap();
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        (response.status, body)
    }

    async fn post(&self, path: &[&str], body: Value) -> (u16, Value) {
        let token = self.instance.token();
        self.send(HttpMethod::Post, path, token, Some(body)).await
    }

    async fn connect(&self, body: Value) -> (u16, Value) {
        self.post(&["instance", "connect"], body).await
    }

    async fn status(&self) -> Value {
        let path = ["instance", "status"];
        let token = self.instance.token();
        let (status, body) = self.send(HttpMethod::Get, &path, token, None).await;
        assert_eq!(status, 200);
        body
    }

    async fn word(&self) -> String {
        let body = self.status().await;
        body["instance"]["status"].as_str().unwrap().to_owned()
    }

    fn phone(&self) -> Value {
        json!({"phone": self.instance.phone().digits()})
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_a_code_in_its_answer_or_later_in_the_status() {
    let uazapi = uazapi();
    assert_eq!(uazapi.word().await, "disconnected");
    let (status, body) = uazapi.connect(json!({})).await;
    assert_eq!(status, 200);
    assert_eq!(body["connected"], false);
    assert_eq!(body["instance"]["status"], "connecting");
    let picture = body["instance"]["qrcode"].as_str().unwrap();
    assert!(picture.starts_with("data:image/png;base64,"));
    assert_eq!(body["instance"]["paircode"], "");
    assert_eq!(uazapi.status().await["instance"]["qrcode"], picture);

    let slow = client(InstanceSetup::new(DIALECT).with_option("qr_delay_ms", 5000));
    let (_, body) = slow.connect(json!({})).await;
    assert_eq!(slow.instance.now(), s(3));
    assert_eq!(body["instance"]["qrcode"], "");
    assert_eq!(slow.status().await["instance"]["qrcode"], "");
    pass(s(2)).await;
    assert_ne!(slow.status().await["instance"]["qrcode"], "");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_after_its_time_and_each_start_begins_it_again() {
    for (by_phone, limit) in [(false, 120), (true, 300)] {
        let uazapi = uazapi();
        let body = if by_phone { uazapi.phone() } else { json!({}) };
        uazapi.connect(body.clone()).await;
        pass(s(limit - 2)).await;
        assert_eq!(uazapi.word().await, "connecting");
        uazapi.connect(body).await;
        pass(s(limit - 2)).await;
        assert_eq!(uazapi.word().await, "connecting");
        pass(s(2)).await;
        let status = uazapi.status().await;
        assert_eq!(status["instance"]["status"], "disconnected");
        assert_eq!(
            status["instance"]["lastDisconnectReason"],
            "QR Code timeout"
        );
        assert_eq!(status["instance"]["qrcode"], "");
        assert_eq!(status["instance"]["paircode"], "");
        assert_eq!(uazapi.instance.current_qr(), None);
        assert_eq!(uazapi.instance.current_phone_code(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_by_another_method_replaces_the_code() {
    let uazapi = uazapi();
    uazapi.connect(json!({})).await;
    let old = uazapi.instance.current_qr().unwrap();
    let (_, body) = uazapi.connect(uazapi.phone()).await;
    assert_eq!(body["instance"]["qrcode"], "");
    let code = body["instance"]["paircode"].as_str().unwrap();
    assert_eq!(code.find('-'), Some(4));
    assert!(uazapi.instance.scan(&old).is_err());
    uazapi.instance.type_code(code).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_scan_becomes_a_link_after_a_moment() {
    for state in ["connecting", "disconnected"] {
        let setup = InstanceSetup::new(DIALECT).with_option("link_state", state);
        let uazapi = client(setup);
        uazapi.connect(json!({})).await;
        uazapi.instance.scan_current().unwrap();
        let status = uazapi.status().await;
        assert_eq!(status["instance"]["status"], state);
        assert_eq!(status["instance"]["qrcode"], "");
        assert_eq!(status["status"]["jid"], Value::Null);
        assert_eq!(DIALECT.second_attempts(&uazapi.instance), 0);
        uazapi.connect(json!({})).await;
        assert_eq!(DIALECT.second_attempts(&uazapi.instance), 1);
        pass(s(2)).await;
        let status = uazapi.status().await;
        assert_eq!(status["instance"]["status"], "connected");
        let digits = uazapi.instance.phone().digits().to_owned();
        assert_eq!(status["instance"]["owner"], digits);
        assert_eq!(status["status"]["jid"]["user"], digits);
        assert_eq!(status["status"]["loggedIn"], true);
        let (_, body) = uazapi.connect(json!({})).await;
        assert_eq!(body["connected"], true);
        assert_eq!(DIALECT.second_attempts(&uazapi.instance), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_unlinks_and_so_does_the_phone_and_the_owner_stays_named() {
    for by_phone in [false, true] {
        let uazapi = uazapi();
        uazapi.instance.link();
        assert_eq!(uazapi.word().await, "connected");
        if by_phone {
            uazapi.instance.unlink();
        } else {
            let (status, body) = uazapi.post(&["instance", "disconnect"], json!({})).await;
            assert_eq!((status, &body["response"]), (200, &json!("Disconnected")));
        }
        assert!(!uazapi.instance.is_linked());
        let status = uazapi.status().await;
        assert_eq!(status["instance"]["status"], "disconnected");
        assert_ne!(status["instance"]["owner"], "");
        assert_eq!(status["status"]["jid"], Value::Null);
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_finds_the_instance() {
    let uazapi = uazapi();
    let path = ["instance", "status"];
    let (status, body) = uazapi.send(HttpMethod::Get, &path, "canary", None).await;
    assert_eq!(status, 401);
    assert_eq!(body, json!({"error": "instance info not found"}));
    let (status, _) = uazapi.connect(json!({"phone": "no number"})).await;
    assert_eq!(status, 400);
    let webhook =
        json!({"enabled": true, "url": "http://127.0.0.1:9/hook", "events": ["connection"]});
    assert_eq!(uazapi.post(&["webhook"], webhook).await.0, 200);
    assert_eq!(
        uazapi.instance.webhook().as_deref(),
        Some("http://127.0.0.1:9/hook")
    );
}

#[tokio::test(start_paused = true)]
async fn a_code_a_link_and_its_end_are_reported_with_the_token() {
    let uazapi = uazapi();
    uazapi.connect(json!({})).await;
    uazapi.instance.scan_current().unwrap();
    pass(s(2)).await;
    uazapi.instance.unlink();
    uazapi.connect(json!({})).await;
    pass(s(120)).await;
    let mut reported = Vec::new();
    for body in uazapi.instance.webhook_bodies() {
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["EventType"], "connection");
        assert_eq!(body["token"], uazapi.instance.token());
        let word = body["instance"]["status"].as_str().unwrap().to_owned();
        reported.push((word, body["type"] == "LoggedOut"));
    }
    let expected = [
        ("connecting", false),
        ("connected", false),
        ("disconnected", true),
        ("connecting", false),
        ("disconnected", false),
    ];
    let expected = expected.map(|(word, by_logout)| (word.to_owned(), by_logout));
    assert_eq!(reported, expected);
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_status, of_connect) in [
        ("unauthorized", 401, 401),
        ("instance_info_not_found", 401, 401),
        ("instance_not_found", 404, 404),
        ("capacity_reached", 200, 429),
        ("capacity_reached_empty", 200, 429),
        ("not_reconnectable", 200, 409),
        ("connected_elsewhere", 200, 200),
        ("passkey_not_supported", 200, 200),
        ("account_banned", 200, 200),
        ("hibernated", 200, 200),
        ("resetting", 200, 200),
        ("unknown_state", 200, 200),
        ("rate_overlimit", 200, 200),
    ] {
        let uazapi = uazapi();
        uazapi.instance.set_faults(DIALECT.fault(fault).unwrap());
        let path = ["instance", "status"];
        let token = uazapi.instance.token();
        let (status, _) = uazapi.send(HttpMethod::Get, &path, token, None).await;
        assert_eq!(status, of_status, "{fault}");
        assert_eq!(uazapi.connect(json!({})).await.0, of_connect, "{fault}");
        let links = fault == "connected_elsewhere";
        assert_eq!(uazapi.instance.is_linked(), links, "{fault}");
    }
    let faults: Vec<_> = DIALECT.faults().iter().map(|fault| fault.name()).collect();
    assert_eq!(faults.len(), 13, "{faults:?}");
}

//! The simulated WPPConnect-server behaves as the recorded server did, and as its source says of what
//! the records do not show: states, waits, dead codes, the end of an attempt, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_wppconnect::simulator::DIALECT;
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

fn wpp() -> Client {
    client(InstanceSetup::new(DIALECT))
}

impl Client {
    fn request(&self, method: HttpMethod, path: &[&str]) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let token = format!("Bearer {}", self.instance.token());
        let path = [&["api", self.instance.id()], path].concat();
        HttpRequest::new(method, base.join(&path)).with_header("authorization", token.into())
    }

    async fn send(&self, request: HttpRequest) -> HttpResponse {
        self.simulator.transport().send(request).await.unwrap()
    }

    async fn get(&self, call: &str) -> (u16, Value) {
        said(&self.send(self.request(HttpMethod::Get, &[call])).await)
    }

    async fn post(&self, call: &str) -> (u16, Value) {
        said(&self.send(self.request(HttpMethod::Post, &[call])).await)
    }

    async fn start(&self, body: Value) -> Value {
        let request = self.request(HttpMethod::Post, &["start-session"]);
        let (status, body) = said(&self.send(request.with_json(body.to_string())).await);
        assert_eq!(status, 200);
        body
    }

    async fn state(&self) -> Value {
        self.get("status-session").await.1["status"].clone()
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_three_codes_and_ends_with_a_dead_one_in_its_answers() {
    let wpp = wpp();
    let closed = json!({"status": "CLOSED", "qrcode": null});
    assert_eq!(wpp.get("status-session").await, (200, closed.clone()));
    assert_eq!(wpp.get("qrcode-session").await.1["status"], Value::Null);
    assert_eq!(wpp.post("start-session").await, (200, closed));
    assert_eq!(wpp.state().await, "INITIALIZING");
    pass(s(2)).await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        let answer = wpp.get("status-session").await.1;
        assert_eq!(answer["status"], "QRCODE");
        assert_eq!(answer["version"], "2.10.4");
        assert!(
            answer["qrcode"]
                .as_str()
                .unwrap()
                .starts_with("data:image/png;base64,")
        );
        codes.push(answer["urlcode"].as_str().unwrap().to_owned());
        pass(s(20)).await;
    }
    let last = codes.last().unwrap().clone();
    codes.dedup();
    assert_eq!(codes.len(), 3);
    let answer = wpp.get("status-session").await.1;
    assert_eq!(
        (&answer["status"], &answer["urlcode"]),
        (&json!("CLOSED"), &json!(last))
    );
    assert!(wpp.instance.scan(&last).is_err());
    let picture = wpp
        .send(wpp.request(HttpMethod::Get, &["qrcode-session"]))
        .await;
    assert_eq!(picture.content_type.as_deref(), Some("image/png"));
}

/// The server waits only for a session that it does not know.
#[tokio::test(start_paused = true)]
async fn a_start_waits_for_the_first_code_once() {
    for (body, word) in [
        (json!({"waitQrCode": true}), "qrcode"),
        (
            json!({"waitQrCode": true, "phone": "5511999990052"}),
            "phoneCode",
        ),
    ] {
        let wpp = wpp();
        let answer = wpp.start(body.clone()).await;
        assert_eq!(answer["status"], word);
        let code = answer["urlcode"].as_str().or(answer["phoneCode"].as_str());
        assert!(code.is_some(), "{answer}");
        if let Some(picture) = answer["qrcode"].as_str() {
            assert!(!picture.starts_with("data:"));
        }
        pass(s(62)).await;
        assert_eq!(wpp.state().await, "CLOSED");
        let now = wpp.instance.now();
        assert_eq!(wpp.start(body).await["status"], "CLOSED");
        assert_eq!(wpp.instance.now(), now);
        assert_eq!(wpp.state().await, "INITIALIZING");
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_is_replaced_every_20_s_and_shown_by_no_other_call() {
    for renews in [true, false] {
        let setup = InstanceSetup::new(DIALECT).with_option("renews_phone_codes", renews);
        let wpp = client(setup);
        let phone = wpp.instance.phone();
        let answer = wpp
            .start(json!({"waitQrCode": true, "phone": phone.digits()}))
            .await;
        let code = answer["phoneCode"].as_str().unwrap().to_owned();
        let expected = json!({"status": "PHONECODE", "qrcode": null, "version": "2.10.4"});
        assert_eq!(wpp.get("status-session").await.1, expected);
        pass(s(21)).await;
        assert_eq!(wpp.instance.type_code(&code).is_ok(), !renews);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_the_state_and_the_code_stay_until_the_page_is_loaded() {
    let wpp = wpp();
    wpp.post("start-session").await;
    pass(s(2)).await;
    let before = wpp.get("status-session").await;
    wpp.instance.scan_current().unwrap();
    pass(s(2)).await;
    assert_eq!(wpp.get("status-session").await, before);
    assert_eq!(wpp.get("check-connection-session").await.1["status"], false);
    assert_eq!(wpp.get("get-phone-number").await.0, 404);
    pass(s(1)).await;
    let answer = wpp.get("status-session").await.1;
    assert_eq!(answer["status"], "CONNECTED");
    assert_eq!(answer["urlcode"], before.1["urlcode"]);
    let id = format!("{}@c.us", wpp.instance.phone().digits());
    assert_eq!(wpp.get("get-phone-number").await.1["response"], id);
    assert_eq!(
        wpp.get("host-device").await.1["response"]["phoneNumber"],
        id
    );
    assert_eq!(wpp.get("check-connection-session").await.1["status"], true);
}

/// A `close-session` keeps a link, and does not end an attempt: its code can still be scanned, and a
/// start while its browser runs fails.
#[tokio::test(start_paused = true)]
async fn a_close_keeps_a_link_and_does_not_end_an_attempt() {
    let wpp = wpp();
    assert_eq!(wpp.post("close-session").await.0, 500);
    wpp.instance.link();
    assert_eq!(wpp.post("close-session").await.0, 200);
    assert_eq!(wpp.post("close-session").await.0, 200);
    assert!(wpp.instance.is_linked());
    pass(s(2)).await;
    wpp.post("start-session").await;
    pass(s(2)).await;
    assert_eq!(wpp.state().await, "CONNECTED");

    let pairing = self::wpp();
    pairing.post("start-session").await;
    pass(s(2)).await;
    assert_eq!(pairing.post("close-session").await.0, 500);
    assert_eq!(pairing.state().await, "CLOSED");
    assert!(pairing.instance.current_qr().is_some());
    pairing.post("start-session").await;
    pass(s(600)).await;
    assert_eq!(pairing.instance.current_qr(), None);
    assert_eq!(pairing.state().await, "CLOSED");
}

#[tokio::test(start_paused = true)]
async fn a_start_before_the_browser_has_ended_fails_without_a_word() {
    let wpp = wpp();
    wpp.post("start-session").await;
    pass(s(62)).await;
    assert_eq!(wpp.state().await, "CLOSED");
    wpp.post("start-session").await;
    pass(s(600)).await;
    assert_eq!(wpp.state().await, "INITIALIZING");
}

#[tokio::test(start_paused = true)]
async fn a_logout_unlinks_and_is_refused_while_nothing_is_linked() {
    let wpp = wpp();
    for start in [false, true] {
        if start {
            wpp.post("start-session").await;
            pass(s(2)).await;
        }
        let (status, body) = wpp.post("logout-session").await;
        assert_eq!((status, &body["status"]), (404, &json!("Disconnected")));
    }
    wpp.instance.scan_current().unwrap();
    pass(s(3)).await;
    let (status, body) = wpp.post("logout-session").await;
    assert_eq!((status, &body["status"]), (200, &json!(true)));
    assert!(!wpp.instance.is_linked());
    let closed = json!({"status": "CLOSED", "qrcode": null});
    assert_eq!(wpp.get("status-session").await.1, closed);
}

#[tokio::test(start_paused = true)]
async fn the_token_belongs_to_the_session_and_comes_for_the_secret_key() {
    let wpp = client(InstanceSetup::new(DIALECT).with_option("secret", true));
    let key = wpp.instance.settings()["secret_key"].clone();
    let (status, body) = {
        let request = wpp.request(HttpMethod::Post, &[&key, "generate-token"]);
        said(&wpp.send(request).await)
    };
    assert_eq!(status, 201);
    assert_eq!(body["token"], wpp.instance.token());
    let wrong = wpp.request(HttpMethod::Post, &["wrong", "generate-token"]);
    assert_eq!(wpp.send(wrong).await.status, 400);
    let mut request = wpp.request(HttpMethod::Get, &["status-session"]);
    request.headers.clear();
    assert_eq!(wpp.send(request.clone()).await.status, 401);
    let request = request.with_header("authorization", "Bearer wrong".into());
    assert_eq!(wpp.send(request).await.status, 401);
    assert_eq!(wpp.get("nothing").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn an_unlink_on_the_phone_ends_the_session() {
    let wpp = wpp();
    wpp.instance.link();
    wpp.instance.unlink();
    assert_eq!(wpp.get("qrcode-session").await.1["status"], Value::Null);
    let last = wpp.instance.webhook_bodies().pop().unwrap();
    let last: Value = serde_json::from_slice(&last).unwrap();
    assert_eq!(last["status"], "disconnectedMobile");
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_status, of_logout) in [
        ("wrong_token", 401, 401),
        ("wrong_secret", 400, 400),
        ("session_not_active", 500, 500),
        ("disconnected", 200, 404),
        ("connected_with_code", 200, 200),
        ("stuck", 200, 200),
    ] {
        let wpp = wpp();
        wpp.post("start-session").await;
        pass(s(2)).await;
        wpp.instance.set_faults(DIALECT.fault(fault).unwrap());
        let (status, body) = wpp.get("status-session").await;
        assert_eq!(status, of_status, "{fault}");
        let links = fault == "connected_with_code";
        assert_eq!(wpp.instance.is_linked(), links, "{fault}");
        assert_eq!(body["status"] == "CONNECTED", links, "{fault}");
        assert_eq!(
            body["status"] == "INITIALIZING",
            fault == "stuck",
            "{fault}"
        );
        wpp.instance.link();
        pass(s(3)).await;
        assert_eq!(wpp.post("logout-session").await.0, of_logout, "{fault}");
    }
    let faults: Vec<_> = DIALECT.faults().iter().map(|fault| fault.name()).collect();
    assert_eq!(faults.len(), 6, "{faults:?}");
}

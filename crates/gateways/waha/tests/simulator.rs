//! The simulated WAHA behaves as the recorded server did: states, waits, empty answers, `me`, the end
//! of an attempt, an unlink on the phone, webhooks, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_adapter::HmacHash;
use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_waha::simulator::DIALECT;
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

fn waha() -> Client {
    client(InstanceSetup::new(DIALECT))
}

impl Client {
    fn request(&self, method: HttpMethod, path: &[&str]) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        HttpRequest::new(method, base.join(&[&["api"], path].concat()))
            .with_header("x-api-key", self.instance.token().to_owned().into())
    }

    async fn send(&self, request: HttpRequest) -> HttpResponse {
        self.simulator.transport().send(request).await.unwrap()
    }

    async fn session(&self) -> Value {
        let path = ["sessions", self.instance.id()];
        let (status, body) = said(&self.send(self.request(HttpMethod::Get, &path)).await);
        assert_eq!(status, 200);
        body
    }

    async fn state(&self) -> String {
        self.session().await["status"].as_str().unwrap().to_owned()
    }

    /// The answer, and how long it took.
    async fn order(&self, action: &str) -> (u16, Value, Duration) {
        let started = self.instance.now();
        let path = ["sessions", self.instance.id(), action];
        let (status, body) = said(&self.send(self.request(HttpMethod::Post, &path)).await);
        (status, body, self.instance.now() - started)
    }

    async fn qr(&self) -> (u16, Value) {
        let mut request = self.request(HttpMethod::Get, &[self.instance.id(), "auth", "qr"]);
        request.url = request.url.with_query("format", "raw");
        said(&self.send(request).await)
    }

    async fn phone_code(&self) -> (u16, Value) {
        let path = [self.instance.id(), "auth", "request-code"];
        let body = json!({"phoneNumber": self.instance.phone().digits()});
        let request = self.request(HttpMethod::Post, &path);
        said(&self.send(request.with_json(body.to_string())).await)
    }

    async fn started(self) -> Self {
        assert_eq!(self.order("start").await.0, 201);
        pass(s(2)).await;
        assert_eq!(self.state().await, "SCAN_QR_CODE");
        self
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

#[tokio::test(start_paused = true)]
async fn a_session_must_be_started_and_a_start_takes_its_time() {
    let waha = waha();
    assert_eq!(waha.state().await, "STOPPED");
    assert_eq!(waha.qr().await.0, 404);
    assert_eq!(waha.phone_code().await.0, 404);
    let (status, session, took) = waha.order("start").await;
    assert_eq!((status, took), (201, Duration::ZERO));
    assert_eq!(session["status"], "STARTING");
    assert_eq!(waha.order("start").await.0, 422);
    // The request waits for a code, for 5 s at most.
    assert!(waha.qr().await.1["value"].is_string());
    assert_eq!(waha.instance.now().as_secs(), 2);

    let slow = client(InstanceSetup::new(DIALECT).with_option("start_ms", 180_000));
    slow.order("start").await;
    let (status, refusal) = slow.qr().await;
    assert_eq!((status, &refusal["status"]), (422, &json!("STARTING")));
    assert_eq!(slow.instance.now(), s(5));
    // Not answered before the start is over, and then refused.
    let (status, refusal) = slow.phone_code().await;
    assert_eq!(status, 422);
    assert!(refusal["message"].as_str().unwrap().contains("STARTING"));
    assert_eq!(slow.instance.now().as_secs(), 180);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_six_codes_and_another_follows_or_the_session_fails() {
    let waha = waha().started().await;
    let mut texts = Vec::new();
    for gap in [60, 20, 20, 20, 20, 20] {
        texts.push(waha.qr().await.1["value"].clone());
        pass(s(gap)).await;
    }
    texts.dedup();
    assert_eq!(texts.len(), 6);
    assert_eq!(waha.qr().await, (200, json!({})));
    assert_eq!(waha.state().await, "SCAN_QR_CODE");
    pass(s(2)).await;
    assert!(waha.qr().await.1["value"].is_string());

    let ending = client(InstanceSetup::new(DIALECT).with_option("attempts_end", true));
    let ending = ending.started().await;
    pass(s(160)).await;
    assert_eq!(ending.state().await, "FAILED");
    assert_eq!(ending.order("start").await.0, 422);
    let (status, _, took) = ending.order("restart").await;
    assert_eq!((status, took), (201, s(3)));
    assert!(ending.qr().await.1["value"].is_string());
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_dies_with_its_attempt() {
    let waha = waha().started().await;
    pass(s(100)).await;
    let (status, body) = waha.phone_code().await;
    assert_eq!(status, 201);
    let code = body["code"].as_str().unwrap();
    assert_eq!(code.find('-'), Some(4));
    assert_eq!(waha.session().await["me"]["pushName"], "~");
    pass(s(59)).await;
    assert!(waha.instance.current_phone_code().is_some());
    pass(s(1)).await;
    assert!(waha.instance.type_code(code).is_err());
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_nothing_is_said_of_it_for_two_seconds() {
    let waha = waha().started().await;
    waha.qr().await;
    waha.instance.scan_current().unwrap();
    let session = waha.session().await;
    assert_eq!(session["status"], "SCAN_QR_CODE");
    let id = format!("{}@c.us", waha.instance.phone().digits());
    assert_eq!(session["me"], json!({"id": id}));
    assert_eq!(waha.qr().await, (200, json!({})));
    pass(s(2)).await;
    assert_eq!(waha.state().await, "STARTING");
    let (status, refusal) = waha.qr().await;
    assert_eq!((status, &refusal["status"]), (422, &json!("WORKING")));
    let session = waha.session().await;
    assert_eq!(
        (&session["status"], &session["me"]["id"]),
        (&json!("WORKING"), &json!(id))
    );
    let (status, refusal) = waha.phone_code().await;
    assert_eq!(status, 422);
    assert!(refusal["message"].as_str().unwrap().ends_with("WORKING"));
}

#[tokio::test(start_paused = true)]
async fn a_stop_and_a_restart_keep_a_link_and_a_logout_starts_again_without_it() {
    let waha = waha();
    waha.instance.link();
    assert_eq!(waha.state().await, "WORKING");
    assert_eq!(waha.order("restart").await.2, s(3));
    assert_eq!(waha.state().await, "STARTING");
    pass(s(2)).await;
    assert_eq!(waha.state().await, "WORKING");
    let (_, session, took) = waha.order("stop").await;
    assert_eq!((&session["status"], took), (&json!("STOPPED"), s(3)));
    assert_eq!(session["me"], Value::Null);
    assert_eq!(waha.order("stop").await.2, Duration::ZERO);
    assert!(waha.instance.is_linked());
    waha.order("start").await;
    pass(s(2)).await;
    assert_eq!(waha.state().await, "WORKING");
    let (status, session, took) = waha.order("logout").await;
    assert_eq!((status, took), (201, s(3)));
    assert_eq!(
        (&session["status"], &session["me"]),
        (&json!("STARTING"), &Value::Null)
    );
    assert!(!waha.instance.is_linked());
    assert_eq!(waha.instance.calls().unlink, 1);
    pass(s(2)).await;
    assert_eq!(waha.state().await, "SCAN_QR_CODE");
}

#[tokio::test(start_paused = true)]
async fn after_an_unlink_on_the_phone_only_a_logout_helps() {
    let waha = waha();
    waha.instance.link();
    waha.instance.unlink();
    let session = waha.session().await;
    assert_eq!(session["status"], "FAILED");
    assert!(session["me"]["id"].is_string());
    assert_eq!(waha.order("start").await.0, 422);
    assert_eq!(waha.order("restart").await.1["status"], "STARTING");
    pass(s(2)).await;
    assert_eq!(waha.state().await, "FAILED");
    waha.order("logout").await;
    pass(s(2)).await;
    assert_eq!(waha.session().await["me"], Value::Null);
    assert_eq!(waha.state().await, "SCAN_QR_CODE");
}

#[tokio::test(start_paused = true)]
async fn the_key_and_the_name_must_be_right_and_a_session_may_have_to_be_created() {
    let waha = client(InstanceSetup::new(DIALECT).with_option("exists", false));
    let path = ["sessions", waha.instance.id()];
    let unknown = waha.send(waha.request(HttpMethod::Get, &path)).await;
    assert_eq!(unknown.status, 404);
    let mut request = waha.request(HttpMethod::Get, &path);
    request.headers.clear();
    assert_eq!(waha.send(request).await.status, 401);
    let body = json!({"name": waha.instance.id(), "start": true}).to_string();
    let create = || {
        waha.request(HttpMethod::Post, &["sessions"])
            .with_json(body.clone())
    };
    assert_eq!(waha.send(create()).await.status, 201);
    assert_eq!(waha.send(create()).await.status, 422);
    assert_eq!(waha.state().await, "STARTING");
}

#[tokio::test(start_paused = true)]
async fn each_state_and_each_code_is_reported_and_signed_where_a_key_is_set() {
    let waha = client(InstanceSetup::new(DIALECT).with_option("signed", true));
    let waha = waha.started().await;
    waha.qr().await;
    pass(s(60)).await;
    waha.qr().await;
    waha.instance.scan_current().unwrap();
    pass(s(3)).await;
    waha.instance.unlink();
    let key = waha.instance.settings()["webhook_hmac_key"].clone().into();
    let mut states = Vec::new();
    for webhook in waha.instance.webhooks() {
        let body: Value = serde_json::from_slice(webhook.body()).unwrap();
        assert_eq!(body["event"], "session.status");
        assert_eq!(body["payload"]["name"], waha.instance.id());
        states.push(body["payload"]["status"].as_str().unwrap().to_owned());
        let [(_, algorithm), (_, signature)] = webhook.headers() else {
            unreachable!("two headers");
        };
        assert_eq!(algorithm, "sha512");
        assert!(HmacHash::Sha512.verify(&key, webhook.body(), signature));
    }
    assert_eq!(
        states,
        [
            "STARTING",
            "SCAN_QR_CODE",
            "SCAN_QR_CODE",
            "STARTING",
            "WORKING",
            "FAILED"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_session, of_qr) in [
        ("unauthorized", 401, 401),
        ("session_not_found", 404, 404),
        ("core_edition", 422, 422),
        ("exception", 500, 500),
        ("working_refusal", 200, 422),
        ("passkey_required", 200, 200),
        ("passkey_confirmation", 200, 422),
        ("request_code_exception", 200, 200),
        ("rate_overlimit", 200, 200),
    ] {
        let waha = waha().started().await;
        waha.instance.set_faults(DIALECT.fault(fault).unwrap());
        let path = ["sessions", waha.instance.id()];
        let session = waha.send(waha.request(HttpMethod::Get, &path)).await;
        assert_eq!(session.status, of_session, "{fault}");
        assert_eq!(waha.qr().await.0, of_qr, "{fault}");
        let links = fault == "working_refusal";
        assert_eq!(waha.instance.is_linked(), links, "{fault}");
    }
    let waha = waha().started().await;
    waha.instance
        .set_faults(DIALECT.fault("passkey_confirmation").unwrap());
    let path = [waha.instance.id(), "auth", "passkey", "confirmation"];
    let code = said(&waha.send(waha.request(HttpMethod::Get, &path)).await);
    assert_eq!(code, (200, json!({"code": "1234"})));
    let faults: Vec<_> = DIALECT.faults().iter().map(|fault| fault.name()).collect();
    assert_eq!(faults.len(), 9, "{faults:?}");
}

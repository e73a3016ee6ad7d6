//! The simulated Green-API behaves as the documentation says: states, waits, kinds of answers, limits,
//! webhooks, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_green_api::simulator::DIALECT;
use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use serde_json::{Value, json};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Lets time pass, and what is due at its end happen.
async fn pass(time: Duration) {
    tokio::time::sleep(time + ms(1)).await;
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

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

impl Client {
    fn request(&self, verb: HttpMethod, method: &str) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let instance = format!("waInstance{}", self.instance.id());
        HttpRequest::new(
            verb,
            base.join(&[&*instance, method, self.instance.token()]),
        )
    }

    async fn send(&self, request: HttpRequest) -> HttpResponse {
        self.simulator.transport().send(request).await.unwrap()
    }

    async fn get(&self, method: &str) -> (u16, Value) {
        said(&self.send(self.request(HttpMethod::Get, method)).await)
    }

    async fn post(&self, method: &str, body: Value) -> (u16, Value) {
        let request = self.request(HttpMethod::Post, method);
        said(&self.send(request.with_json(body.to_string())).await)
    }

    async fn phone_code(&self) -> (u16, Value) {
        let number: u64 = self.instance.phone().digits().parse().unwrap();
        self.post("getAuthorizationCode", json!({"phoneNumber": number}))
            .await
    }

    async fn state(&self) -> Value {
        self.get("getStateInstance").await.1["stateInstance"].clone()
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_made_and_started_before_it_has_a_code() {
    let options = [("making_ms", 1000), ("start_ms", 240_000), ("qr_ms", 5000)];
    let setup = options.into_iter().fold(setup(), |setup, (name, value)| {
        setup.with_option(name, value)
    });
    let client = client(setup);
    assert_eq!(client.get("getStateInstance").await, (200, Value::Null));
    assert_eq!(client.get("qr").await.0, 400);
    pass(ms(1000)).await;
    assert_eq!(client.state().await, "starting");
    let (status, refusal) = client.phone_code().await;
    assert_eq!(status, 400);
    assert_eq!(refusal["message"], "instance in starting process try later");
    pass(ms(240_000)).await;
    assert_eq!(client.state().await, "notAuthorized");
    let empty = (200, json!({"type": "qrCode", "message": ""}));
    assert_eq!(client.get("qr").await, empty);
    pass(ms(5000)).await;
    let (_, answer) = client.get("qr").await;
    assert_eq!(answer["type"], "qrCode");
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .starts_with("iVBORw0KGgo")
    );
}

#[tokio::test(start_paused = true)]
async fn a_code_is_replaced_every_20_s_and_a_phone_code_lives_for_150_s() {
    let client = client(setup());
    let mut pictures = Vec::new();
    for _ in 0..4 {
        pictures.push(client.get("qr").await.1["message"].clone());
        pass(ms(10_000)).await;
    }
    assert_eq!(pictures[0], pictures[1]);
    pictures.dedup();
    assert_eq!(pictures.len(), 2);
    let (_, answer) = client.phone_code().await;
    assert_eq!(answer["status"], true);
    let code = answer["code"].as_str().unwrap();
    pass(ms(149_000)).await;
    assert_eq!(client.instance.current_phone_code().as_deref(), Some(code));
    pass(ms(1000)).await;
    assert!(client.instance.type_code(code).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_phone_number_must_be_a_number() {
    let client = client(setup());
    let digits = client.instance.phone().digits().to_owned();
    for body in [
        json!({"phoneNumber": digits}),
        json!({}),
        json!({"phoneNumber": 1}),
    ] {
        assert_eq!(client.post("getAuthorizationCode", body).await.0, 400);
    }
    assert_eq!(client.instance.current_phone_code(), None);
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_the_instance_is_starting_and_then_names_the_number() {
    for state in ["authorized", "yellowCard", "sleepMode"] {
        let client = client(setup().with_option("linked_state", state));
        client.get("qr").await;
        client.instance.scan_current().unwrap();
        assert_eq!(client.state().await, "starting");
        assert_eq!(client.get("qr").await.0, 400);
        assert_eq!(client.get("getWaSettings").await.1["phone"], "");
        pass(ms(2000)).await;
        assert_eq!(client.state().await, state);
        let (_, settings) = client.get("getWaSettings").await;
        assert_eq!(settings["phone"], client.instance.phone().digits());
        assert_eq!(client.get("qr").await.1["type"], "alreadyLogged");
        assert_eq!(client.phone_code().await, (200, json!({"status": false})));
        assert_eq!(client.get("logout").await, (200, json!({"isLogout": true})));
        assert_eq!(client.state().await, "notAuthorized");
        assert_eq!(client.instance.calls().unlink, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reboot_keeps_a_link_and_so_does_a_change_of_settings() {
    let client = client(setup());
    client.instance.link();
    pass(ms(2000)).await;
    assert_eq!(client.get("reboot").await, (200, json!({"isReboot": true})));
    assert_eq!(client.state().await, "starting");
    assert_eq!(client.get("logout").await.0, 400);
    pass(ms(2000)).await;
    assert_eq!(client.state().await, "authorized");
    let settings = json!({"webhookUrl": "http://127.0.0.1:9/", "webhookUrlToken": "t"});
    let saved = client.post("setSettings", settings).await;
    assert_eq!(saved, (200, json!({"saveSettings": true})));
    assert_eq!(client.state().await, "starting");
    assert_eq!(
        client.instance.webhook().as_deref(),
        Some("http://127.0.0.1:9/")
    );
    let elsewhere = json!({"webhookUrl": "https://hooks.example.com/"});
    assert_eq!(client.post("setSettings", elsewhere).await.0, 400);
}

#[tokio::test(start_paused = true)]
async fn an_order_while_a_phone_links_counts_as_a_second_attempt() {
    let client = client(setup());
    client.get("qr").await;
    client.instance.scan_current().unwrap();
    for orders in 1..=2 {
        client.phone_code().await;
        assert_eq!(DIALECT.second_attempts(&client.instance), orders);
    }
    pass(ms(2000)).await;
    client.phone_code().await;
    assert_eq!(DIALECT.second_attempts(&client.instance), 2);
}

#[tokio::test(start_paused = true)]
async fn each_method_has_a_limit_of_its_own() {
    let client = client(setup().with_option("limits", true));
    for (method, spacing) in [
        ("getStateInstance", 1000),
        ("getWaSettings", 1000),
        ("qr", 333),
    ] {
        assert_eq!(client.get(method).await.0, 200, "{method}");
        assert_eq!(client.get(method).await.0, 429, "{method}");
        pass(ms(spacing)).await;
        assert_eq!(client.get(method).await.0, 200, "{method}");
    }
    assert_eq!(client.phone_code().await.0, 200);
    assert_eq!(client.phone_code().await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn the_id_and_the_token_must_be_right_and_a_refusal_repeats_the_path() {
    let client = client(setup());
    let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
    let ask = |path: [&str; 3]| client.send(HttpRequest::new(HttpMethod::Get, base.join(&path)));
    let own = format!("waInstance{}", client.instance.id());
    let token = client.instance.token();
    assert_eq!(ask(["waInstance1", "qr", token]).await.status, 403);
    assert_eq!(ask([&own, "qr", "wrong"]).await.status, 401);
    let (status, body) = said(&ask([&own, "getQr", token]).await);
    assert_eq!(status, 404);
    assert!(body["message"].as_str().unwrap().contains(token));
}

#[tokio::test(start_paused = true)]
async fn each_state_is_reported_with_the_token_that_was_set() {
    let client = client(
        setup()
            .with_option("webhook_token", "secret")
            .with_option("webhook_scheme", "Basic"),
    );
    client.get("qr").await;
    client.instance.scan_current().unwrap();
    pass(ms(2000)).await;
    client.instance.unlink();
    let id: u64 = client.instance.id().parse().unwrap();
    let mut states = Vec::new();
    for webhook in client.instance.webhooks() {
        let body: Value = serde_json::from_slice(webhook.body()).unwrap();
        assert_eq!(body["typeWebhook"], "stateInstanceChanged");
        assert_eq!(body["instanceData"]["idInstance"], id);
        states.push(body["stateInstance"].as_str().unwrap().to_owned());
        assert_eq!(
            webhook.headers(),
            [("Authorization", "Basic secret".to_owned())]
        );
    }
    assert_eq!(states, ["starting", "authorized", "notAuthorized"]);
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_state, of_qr, words) in [
        ("unauthorized", 401, 401, "Unauthorized"),
        ("forbidden", 403, 403, ""),
        ("already_logged", 200, 200, "alreadyLogged"),
        ("passkey_required", 200, 200, "passkeyRequired"),
        ("stale_link", 200, 200, "Instance has auth"),
        ("qr_error", 200, 200, "\"type\":\"error\""),
        ("starting", 400, 400, "starting process"),
        ("being_made", 200, 200, "qrCode"),
        ("blocked", 200, 200, "\"type\":\"error\""),
        ("suspended", 200, 200, "\"type\":\"error\""),
        ("expired", 400, 400, "Renew your instance"),
        ("deleted", 400, 400, "Instance is deleted"),
        ("quota", 466, 466, "QUOTE_EXCEEDED"),
        ("rate_overlimit", 200, 200, "qrCode"),
        ("phone_code_not_ready", 200, 200, "qrCode"),
    ] {
        let client = client(setup());
        client.instance.set_faults(DIALECT.fault(fault).unwrap());
        assert_eq!(client.get("getStateInstance").await.0, of_state, "{fault}");
        let (status, body) = client.get("qr").await;
        assert_eq!(status, of_qr, "{fault}");
        assert!(body.to_string().contains(words), "{fault}: {body}");
        let links = fault == "already_logged";
        assert_eq!(client.instance.is_linked(), links, "{fault}");
    }
    for (fault, status, answer) in [
        ("rate_overlimit", 429, json!("rate-overlimit")),
        ("phone_code_not_ready", 200, Value::Null),
    ] {
        let client = client(setup());
        client.instance.set_faults(DIALECT.fault(fault).unwrap());
        let (of_code, body) = client.phone_code().await;
        assert_eq!((of_code, &body["message"]), (status, &answer), "{fault}");
    }
    let client = client(setup());
    for state in ["blocked", "suspended"] {
        client.instance.set_faults(DIALECT.fault(state).unwrap());
        assert_eq!(client.state().await, state);
    }
    assert_eq!(DIALECT.faults().len(), 15);
}

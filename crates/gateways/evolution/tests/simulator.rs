//! The simulated server: its states in time, its memory of dead codes, its words, and its faults.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_evolution::simulator::DIALECT;
use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_sim::{
    InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions, WebhookTopic,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

struct Client {
    simulator: Simulator,
    instance: Instance,
}

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

fn client(setup: InstanceSetup) -> Client {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(setup);
    Client {
        simulator,
        instance,
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

impl Client {
    fn request(&self, method: HttpMethod, path: &[&str]) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let token = self.instance.token().to_owned();
        HttpRequest::new(method, base.join(path)).with_header("apikey", token.into())
    }

    async fn send(&self, request: HttpRequest) -> (u16, Value) {
        said(&self.simulator.transport().send(request).await.unwrap())
    }

    async fn call(&self, method: HttpMethod, call: &str) -> (u16, Value) {
        let path = ["instance", call, self.instance.id()];
        self.send(self.request(method, &path)).await
    }

    async fn connect(&self) -> Value {
        self.call(HttpMethod::Get, "connect").await.1
    }

    async fn connect_phone(&self) -> Value {
        let path = ["instance", "connect", self.instance.id()];
        let mut request = self.request(HttpMethod::Get, &path);
        let phone = self.instance.phone();
        request.url = request.url.with_query("number", phone.digits());
        self.send(request).await.1
    }

    async fn state(&self) -> String {
        let (status, body) = self.call(HttpMethod::Get, "connectionState").await;
        assert_eq!(status, 200);
        body["instance"]["state"].as_str().unwrap().to_owned()
    }

    async fn details(&self) -> Value {
        let mut request = self.request(HttpMethod::Get, &["instance", "fetchInstances"]);
        request.url = request.url.with_query("instanceName", self.instance.id());
        self.send(request).await.1
    }

    async fn logout(&self) -> (u16, Value) {
        self.call(HttpMethod::Delete, "logout").await
    }
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_connect_starts_and_waits_and_later_ones_read_what_is_there() {
    for (version, wait) in [("2.3", 2), ("1.8", 5)] {
        let server = client(setup().with_option("version", version));
        assert_eq!(server.state().await, "close");
        let started = Instant::now();
        let first = server.connect().await;
        assert_eq!(started.elapsed(), secs(wait));
        assert_eq!(
            (&first["count"], &first["pairingCode"]),
            (&1.into(), &Value::Null)
        );
        assert_eq!(server.state().await, "connecting");
        assert_eq!(server.connect().await, first);
        // A number is not minded any more.
        assert_eq!(server.connect_phone().await, first);
        sleep(secs(45)).await;
        let second = server.connect().await;
        assert_eq!(second["count"], 2);
        assert_ne!(second["code"], first["code"]);
        assert_eq!(
            server
                .instance
                .scan(first["code"].as_str().unwrap())
                .unwrap_err(),
            pairing_sim::ScanError::Dead
        );
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_it_says_close_for_three_seconds_and_a_connect_opens_a_second_socket() {
    let server = client(setup());
    let code = server.connect().await;
    server
        .instance
        .scan(code["code"].as_str().unwrap())
        .unwrap();
    assert_eq!(server.state().await, "close");
    let (status, _) = server.logout().await;
    assert_eq!(status, 400);
    assert_eq!(DIALECT.second_attempts(&server.instance), 0);
    assert_eq!(server.connect().await["code"], code["code"]);
    assert_eq!(DIALECT.second_attempts(&server.instance), 1);
    sleep(secs(1)).await;
    assert_eq!(server.state().await, "open");
    assert_eq!(server.connect().await["instance"]["state"], "open");
    let id = format!("{}@s.whatsapp.net", server.instance.phone().digits());
    assert_eq!(server.details().await[0]["ownerJid"], id);

    assert_eq!(server.logout().await.0, 200);
    assert!(!server.instance.is_linked());
    let details = server.details().await;
    assert_eq!(details[0]["connectionStatus"], "close");
    assert_eq!(details[0]["ownerJid"], id, "it outlives its link");
}

#[tokio::test(start_paused = true)]
async fn after_a_logout_a_slow_start_is_answered_with_the_dead_codes() {
    let server = client(setup().with_option("qr_delay_ms", 3000));
    assert_eq!(server.connect_phone().await, json!({"count": 0}));
    sleep(secs(3)).await;
    let old = server.connect().await;
    assert!(old["pairingCode"].is_string() && old["code"].is_string());
    assert_eq!(server.logout().await.0, 200);
    assert_eq!(server.state().await, "close");
    assert_eq!(server.connect_phone().await, old);
    let text = old["code"].as_str().unwrap();
    assert_eq!(
        server.instance.scan(text),
        Err(pairing_sim::ScanError::Dead)
    );
    sleep(secs(3)).await;
    let new = server.connect().await;
    assert_ne!(new["code"], old["code"]);
    assert_ne!(new["pairingCode"], old["pairingCode"]);
    assert_eq!(new["count"], 2, "a logout does not count anew");
}

#[tokio::test(start_paused = true)]
async fn the_phone_code_changes_with_the_qr_code_until_the_attempt_is_over() {
    let server = client(setup());
    let mut codes = vec![server.connect_phone().await["pairingCode"].clone()];
    for _ in 1..6 {
        sleep(secs(45)).await;
        codes.push(server.connect().await["pairingCode"].clone());
    }
    codes.dedup();
    assert_eq!(codes.len(), 6);
    assert_eq!(
        server.instance.type_code("AAAA-AAAA"),
        Err(pairing_sim::TypeError::Unknown)
    );
    sleep(secs(45)).await;
    assert_eq!(server.state().await, "close");
    assert_eq!(server.instance.current_phone_code(), None);
}

#[tokio::test(start_paused = true)]
async fn at_the_limit_it_refuses_and_starts_anew() {
    let rotation = pairing_sim::Rotation::new(secs(45), secs(45), Some(3));
    let server = client(setup().with_rotation(rotation));
    server.connect().await;
    sleep(secs(3 * 45)).await;
    assert_eq!(server.state().await, "close");
    assert_eq!(server.logout().await.0, 400);
    let bodies = server.instance.webhook_bodies();
    let last: Vec<Value> = bodies
        .iter()
        .rev()
        .take(2)
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect();
    assert_eq!(last[0]["data"]["state"], "refused");
    assert_eq!(last[0]["apikey"], server.instance.token());
    assert_eq!(last[1]["data"]["statusCode"], 500);
    assert_eq!(server.connect().await["count"], 1);
}

#[tokio::test(start_paused = true)]
async fn versions_differ_in_their_words() {
    let of = |version: &str| client(setup().with_option("version", version));
    for (version, verb, status) in [
        ("1.8", "PUT", 200),
        ("2.3", "POST", 200),
        ("2.3", "PUT", 404),
    ] {
        let server = of(version);
        let method = if verb == "PUT" {
            HttpMethod::Put
        } else {
            HttpMethod::Post
        };
        assert_eq!(
            server.call(method, "restart").await.0,
            status,
            "{version} {verb}"
        );
    }
    let logged_out = of("2.4").logout().await;
    assert_eq!(logged_out.0, 200);
    assert_eq!(
        logged_out.1["response"]["message"],
        "Instance was already disconnected"
    );
    let first = of("1.8");
    first.instance.link();
    assert_eq!(first.details().await["instance"]["status"], "open");
    assert!(of("2.3").details().await[0]["token"].is_string());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_name_comes_before_a_wrong_key_and_a_missing_instance_is_created_once() {
    let server = client(
        setup()
            .with_option("missing", true)
            .with_credentials("a b", "KEY"),
    );
    let mut state = server.request(HttpMethod::Get, &["instance", "connectionState", "a b"]);
    state.headers.clear();
    let (status, body) = server.send(state.clone()).await;
    assert_eq!(status, 404);
    assert_eq!(
        body["response"]["message"][0],
        "The \"a b\" instance does not exist"
    );
    let create = || {
        server
            .request(HttpMethod::Post, &["instance", "create"])
            .with_json(json!({"instanceName": "a b"}).to_string())
    };
    assert_eq!(server.send(create()).await.0, 201);
    assert_eq!(server.send(create()).await.0, 403);
    assert_eq!(server.send(state).await.0, 401);
    assert_eq!(server.state().await, "close");
    let mut elsewhere = server.request(HttpMethod::Get, &["instance", "nonsense"]);
    elsewhere.headers.clear();
    assert_eq!(server.send(elsewhere).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_goes_where_it_was_set() {
    let server = client(setup());
    let path = ["webhook", "set", server.instance.id()];
    let url = "http://127.0.0.1:9/hook";
    let body = json!({"webhook": {"enabled": true, "url": url}}).to_string();
    let set = server.request(HttpMethod::Post, &path).with_json(body);
    assert_eq!(server.send(set).await.0, 201);
    assert_eq!(server.instance.webhook().as_deref(), Some(url));
    server.instance.link();
    let topics: Vec<WebhookTopic> = server
        .instance
        .webhooks()
        .iter()
        .map(|it| it.topic())
        .collect();
    assert_eq!(topics, [WebhookTopic::Linked]);
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_servers_words() {
    let failure = json!({"error": true, "message": "[object Object]"});
    for (fault, status, body) in [
        ("unauthorized", 401, None),
        ("instance_does_not_exist", 404, None),
        ("license_required", 503, None),
        ("internal_failure", 500, None),
        ("not_modified", 304, None),
        ("no_code", 200, Some(failure)),
        (
            "already_open",
            200,
            Some(json!({"instance": {"instanceName": "shop", "state": "open"}})),
        ),
        ("empty_qr", 200, Some(json!({"count": 0}))),
    ] {
        let server = client(setup().with_credentials("shop", "KEY"));
        server.instance.set_faults(DIALECT.fault(fault).unwrap());
        let said = server.call(HttpMethod::Get, "connect").await;
        assert_eq!(said.0, status, "{fault}");
        assert!(body.is_none_or(|body| body == said.1), "{fault}");
        assert_eq!(server.instance.is_linked(), fault == "already_open");
    }
    let server = client(setup().with_credentials("shop", "KEY"));
    server
        .instance
        .set_faults(DIALECT.fault("not_loaded").unwrap());
    let (_, body) = server.call(HttpMethod::Get, "connectionState").await;
    assert_eq!(body, json!({"instance": {"instanceName": "shop"}}));
}

//! The simulated Evolution Go behaves as the source of the server says: what starts a client, how long
//! requests wait, codes, the end of an attempt, a link, webhooks, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_evolution_go::simulator::DIALECT;
use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
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

fn setup() -> InstanceSetup {
    InstanceSetup::new(DIALECT)
}

impl Client {
    /// The answer, and how long it took, in seconds.
    async fn send(
        &self,
        key: &str,
        method: HttpMethod,
        path: &[&str],
        body: Option<Value>,
    ) -> (u16, Value, u64) {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let url = base.join(&[&["instance"], path].concat());
        let request = HttpRequest::new(method, url).with_header("apikey", key.to_owned().into());
        let request = match body {
            Some(body) => request.with_json(body.to_string()),
            None => request,
        };
        let asked = self.instance.now();
        let response = self.simulator.transport().send(request).await.unwrap();
        let body = serde_json::from_slice(&response.body).unwrap_or_default();
        (
            response.status,
            body,
            (self.instance.now() - asked).as_secs(),
        )
    }

    async fn get(&self, call: &str) -> (u16, Value, u64) {
        let token = self.instance.token().to_owned();
        self.send(&token, HttpMethod::Get, &[call], None).await
    }

    async fn qr(&self) -> (u16, Value, u64) {
        self.get("qr").await
    }

    async fn pair(&self) -> (u16, Value, u64) {
        let token = self.instance.token().to_owned();
        let body = json!({"phone": self.instance.phone().digits()});
        self.send(&token, HttpMethod::Post, &["pair"], Some(body))
            .await
    }

    async fn logout(&self) -> (u16, Value, u64) {
        let token = self.instance.token().to_owned();
        self.send(&token, HttpMethod::Delete, &["logout"], None)
            .await
    }

    /// `connected` and `loggedIn`.
    async fn flags(&self) -> (bool, bool) {
        let (status, body, _) = self.get("status").await;
        assert_eq!(status, 200);
        let data = &body["data"];
        let flag = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| data[*name].as_bool());
            found.unwrap()
        };
        (
            flag(["connected", "Connected"]),
            flag(["loggedIn", "LoggedIn"]),
        )
    }
}

#[tokio::test(start_paused = true)]
async fn the_request_for_a_qr_code_starts_a_client_and_waits() {
    let server = client(setup());
    assert_eq!(server.flags().await, (false, false));
    let (status, body, took) = server.qr().await;
    assert_eq!((status, took), (200, 3));
    assert_eq!(server.flags().await, (true, false));
    let text = body["data"]["code"].as_str().unwrap();
    assert_eq!(Some(text), server.instance.current_qr().as_deref());
    // Later requests are answered immediately.
    assert_eq!(server.qr().await, (200, body, 0));

    let slow = client(setup().with_option("connect_ms", 60_000));
    let (status, body, took) = slow.qr().await;
    assert_eq!((status, took), (400, 5));
    let words = "no QR code available. Please wait a moment and try again";
    assert_eq!(body, json!({"error": words}));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_four_codes_and_ends() {
    let server = client(setup());
    server.qr().await;
    let mut texts = Vec::new();
    for gap in [58, 20, 20, 20] {
        texts.push(server.qr().await.1["data"]["code"].clone());
        pass(s(gap)).await;
    }
    texts.dedup();
    assert_eq!(texts.len(), 4);
    assert_eq!(server.flags().await, (false, false));
    // And another is started by the next request.
    let (status, body, took) = server.qr().await;
    assert_eq!((status, took), (200, 3));
    assert!(!texts.contains(&body["data"]["code"]));
}

#[tokio::test(start_paused = true)]
async fn a_dead_code_may_stay_in_the_database() {
    let setup = setup()
        .with_option("keeps_dead_qr", true)
        .with_option("connect_ms", 4000);
    let server = client(setup);
    server.qr().await;
    pass(s(3)).await;
    pass(s(100)).await;
    let (_, body, _) = server.qr().await;
    let last = body["data"]["code"].clone();
    assert!(last.is_string());
    pass(s(30)).await;
    let (status, body, took) = server.qr().await;
    assert_eq!((status, took), (200, 3));
    assert_eq!(body["data"]["code"], last);
    assert!(server.instance.scan(last.as_str().unwrap()).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_dies_with_the_next_one_and_with_its_attempt() {
    let server = client(setup());
    let (status, body, took) = server.pair().await;
    assert_eq!((status, took), (200, 3));
    let first = body["data"]["PairingCode"].as_str().unwrap().to_owned();
    assert_eq!(first.find('-'), Some(4));
    let second = server.pair().await.1["data"]["PairingCode"].clone();
    assert!(server.instance.type_code(&first).is_err());
    pass(s(117)).await;
    assert!(server.instance.current_phone_code().is_some());
    pass(s(2)).await;
    let second = second.as_str().unwrap();
    assert!(server.instance.type_code(second).is_err());

    let old = client(setup().with_option("version", "0.6.1"));
    let (status, body, _) = old.pair().await;
    assert_eq!((status, &body["data"]), (200, &json!({"PairingCode": ""})));
    old.qr().await;
    assert!(
        old.pair().await.1["data"]["PairingCode"]
            .as_str()
            .unwrap()
            .len()
            == 9
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_the_connection_breaks_once_and_what_comes_then_disturbs() {
    let server = client(setup());
    server.qr().await;
    server.instance.scan_current().unwrap();
    assert_eq!(server.flags().await, (true, false));
    let (status, body, took) = server.qr().await;
    assert_eq!((status, took), (400, 2), "{body}");
    assert_eq!(server.flags().await, (false, false));
    assert_eq!(DIALECT.second_attempts(&server.instance), 0);
    assert_eq!(server.pair().await.0, 500);
    let (status, body, took) = server.qr().await;
    assert_eq!((status, took), (400, 3));
    assert_eq!(body, json!({"error": "session already logged in"}));
    assert_eq!(DIALECT.second_attempts(&server.instance), 2);
    assert_eq!(server.flags().await, (true, true));
    let (status, body, _) = server.pair().await;
    assert_eq!(status, 500);
    assert_eq!(body, json!({"error": "instance is already authenticated"}));
}

#[tokio::test(start_paused = true)]
async fn each_version_has_its_names_and_older_ones_do_not_name_the_number() {
    for (version, flag, number, code) in [
        ("newer", "loggedIn", true, "code"),
        ("0.7.2", "LoggedIn", false, "code"),
        ("0.6.1", "LoggedIn", false, "Code"),
    ] {
        let server = client(setup().with_option("version", version));
        let (_, body, _) = server.qr().await;
        assert!(body["data"][code].is_string(), "{version}");
        server.instance.scan_current().unwrap();
        pass(s(3)).await;
        let (_, body, _) = server.get("status").await;
        assert_eq!(body["data"][flag], true, "{version}");
        let jid = format!("{}:13@s.whatsapp.net", server.instance.phone().digits());
        let named = body["data"]["myJid"] == json!(jid);
        assert_eq!(named, number, "{version}");
        // A request for a QR code restarts the client of a linked number in older ones.
        let (status, _, took) = server.qr().await;
        assert_eq!((status, took), (400, if number { 0 } else { 3 }));
        let disturbed = DIALECT.second_attempts(&server.instance);
        assert_eq!(disturbed, u64::from(!number), "{version}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_logout_unlinks_or_ends_an_attempt_and_says_the_same() {
    let done = json!({"message": "success"});
    let server = client(setup());
    server.instance.link();
    assert_eq!(server.logout().await, (200, done.clone(), 0));
    assert!(!server.instance.is_linked());
    // The client is started again, for an attempt.
    pass(s(1)).await;
    assert_eq!(server.flags().await, (true, false));
    assert_eq!(server.logout().await, (200, done.clone(), 0));
    assert_eq!(server.flags().await, (false, false));
    assert_eq!(server.logout().await, (200, done, 2));
    let asleep = setup()
        .with_option("asleep", true)
        .with_option("connect_ms", 9000);
    let asleep = client(asleep);
    asleep.instance.link();
    let (status, body, _) = asleep.logout().await;
    assert_eq!(status, 400);
    assert_eq!(body, json!({"error": "no active session found"}));
    let (_, body, _) = asleep.logout().await;
    assert_eq!(body, json!({"error": "client disconnected"}));
    assert!(asleep.instance.is_linked());
}

#[tokio::test(start_paused = true)]
async fn the_token_must_be_right_and_so_must_the_path() {
    let server = client(setup());
    for key in ["", "wrong"] {
        let (status, body, _) = server.send(key, HttpMethod::Get, &["status"], None).await;
        assert_eq!((status, body), (401, json!({"error": "not authorized"})));
    }
    assert_eq!(server.get("nonsense").await.0, 404);
    let token = server.instance.token().to_owned();
    let nothing = server.send(&token, HttpMethod::Post, &["pair"], None).await;
    assert_eq!(nothing.0, 400);
}

#[tokio::test(start_paused = true)]
async fn a_connect_without_an_address_erases_the_webhook_in_older_versions() {
    for (version, is_kept) in [("newer", true), ("0.7.2", false), ("0.6.1", false)] {
        let server = client(setup().with_option("version", version));
        let token = server.instance.token().to_owned();
        let connect = |body| server.send(&token, HttpMethod::Post, &["connect"], Some(body));
        let url = "http://127.0.0.1:1/hook";
        let (status, body, _) = connect(json!({"webhookUrl": url})).await;
        assert_eq!((status, &body["data"]["webhookUrl"]), (200, &json!(url)));
        connect(json!({})).await;
        assert_eq!(server.instance.webhook().is_some(), is_kept, "{version}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_code_and_each_step_of_a_link_is_reported_with_the_token() {
    let server = client(setup());
    server.qr().await;
    pass(s(60)).await;
    server.qr().await;
    server.instance.scan_current().unwrap();
    pass(s(3)).await;
    server.instance.unlink();
    pass(s(121)).await;
    let events: Vec<_> = server
        .instance
        .webhooks()
        .iter()
        .map(|webhook| {
            let body: Value = serde_json::from_slice(webhook.body()).unwrap();
            assert_eq!(body["instanceToken"], server.instance.token());
            assert!(webhook.headers().is_empty());
            body["event"].as_str().unwrap().to_owned()
        })
        .collect();
    let expected = [
        "QRCode",
        "QRCode",
        "PairSuccess",
        "Connected",
        "LoggedOut",
        "QRCode",
        "QRCode",
        "QRCode",
        "QRCode",
        "QRTimeout",
    ];
    assert_eq!(events, expected);
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_status, of_qr, of_pair) in [
        ("unauthorized", 401, 401, 401),
        ("instance_not_found", 404, 404, 404),
        ("license_required", 503, 503, 503),
        ("passkey_required", 200, 200, 200),
        ("passkey_confirmation", 200, 200, 200),
        ("empty_pairing_code", 200, 200, 200),
        ("no_qr", 200, 400, 200),
        ("invalid_qr", 200, 400, 200),
        ("start_failed", 200, 400, 400),
        ("pairing_failed", 200, 200, 500),
        ("pairing_rate_overlimit", 200, 200, 500),
        ("temporary_ban", 200, 500, 500),
        ("logged_in_elsewhere", 200, 400, 500),
    ] {
        let server = client(setup().with_option("attempt", true));
        server.get("status").await;
        server.instance.set_faults(DIALECT.fault(fault).unwrap());
        assert_eq!(server.get("status").await.0, of_status, "{fault}");
        assert_eq!(server.qr().await.0, of_qr, "{fault}");
        assert_eq!(server.pair().await.0, of_pair, "{fault}");
        let links = fault == "logged_in_elsewhere";
        assert_eq!(server.instance.is_linked(), links, "{fault}");
    }
    assert_eq!(DIALECT.faults().len(), 13);
}

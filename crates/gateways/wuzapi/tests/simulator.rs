//! The simulated WuzAPI behaves as the sources say: states, waits, both generations of answers, the end
//! of a connection, an unlink on the phone, webhooks, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::time::Duration;

use pairing_adapter::HmacHash;
use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpTransport as _};
use pairing_sim::{InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions};
use pairing_wuzapi::simulator::DIALECT;
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

fn of(version: &str) -> Client {
    client(InstanceSetup::new(DIALECT).with_option("version", version))
}

fn wuzapi() -> Client {
    of("2026")
}

impl Client {
    async fn send(&self, method: HttpMethod, path: &[&str], body: Value) -> (u16, Value) {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        let request = HttpRequest::new(method, base.join(path))
            .with_header("token", self.instance.token().to_owned().into())
            .with_json(body.to_string());
        let response = self.simulator.transport().send(request).await.unwrap();
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["code"], response.status);
        assert_eq!(body["success"], response.status == 200);
        let said = if response.status == 200 {
            "data"
        } else {
            "error"
        };
        (response.status, body[said].clone())
    }

    async fn get(&self, call: &str) -> (u16, Value) {
        self.send(HttpMethod::Get, &["session", call], json!({}))
            .await
    }

    async fn post(&self, call: &str, body: Value) -> (u16, Value) {
        self.send(HttpMethod::Post, &["session", call], body).await
    }

    async fn connect(&self) -> (u16, Value) {
        self.post("connect", json!({"Immediate": true})).await
    }

    async fn pairphone(&self) -> (u16, Value) {
        let phone = self.instance.phone();
        self.post("pairphone", json!({"Phone": phone.digits()}))
            .await
    }

    async fn flags(&self) -> (bool, bool) {
        let (_, status) = self.get("status").await;
        let flag = |name: &str| status[name].as_bool().unwrap();
        (flag("connected"), flag("loggedIn"))
    }

    async fn up(self) -> Self {
        assert_eq!(self.connect().await.0, 200);
        pass(s(2)).await;
        assert_eq!(self.flags().await, (true, false));
        self
    }
}

fn error(status: u16, message: &str) -> (u16, Value) {
    (status, message.into())
}

#[tokio::test(start_paused = true)]
async fn a_user_must_be_connected_and_has_no_code_at_first() {
    let wuzapi = wuzapi();
    assert_eq!(wuzapi.flags().await, (false, false));
    assert_eq!(wuzapi.get("qr").await, error(500, "no session"));
    assert_eq!(wuzapi.pairphone().await, error(500, "no session"));
    assert_eq!(wuzapi.connect().await.1["details"], "Connected!");
    assert_eq!(wuzapi.get("qr").await, error(500, "not connected"));
    assert_eq!(
        wuzapi.pairphone().await,
        error(400, "websocket not connected")
    );
    pass(s(1)).await;
    assert_eq!(wuzapi.flags().await, (true, false));
    assert_eq!(wuzapi.connect().await, error(500, "already connected"));
    assert_eq!(wuzapi.get("qr").await.1["QRCode"], "");
    assert_eq!(wuzapi.get("status").await.1["qrcode"], "");
    let missing = wuzapi.post("pairphone", json!({})).await;
    assert_eq!(missing, error(400, "missing Phone in Payload"));
    pass(Duration::from_millis(400)).await;
    let (_, qr) = wuzapi.get("qr").await;
    assert!(
        qr["QRCode"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
    let (_, status) = wuzapi.get("status").await;
    assert_ne!(status["qrcode"], "");
    assert_eq!(status["token"], wuzapi.instance.token());
    assert_eq!(DIALECT.second_attempts(&wuzapi.instance), 0);
    let (status, said) = wuzapi.post("connect", json!([])).await;
    assert_eq!((status, said), error(400, "could not decode Payload"));
}

#[tokio::test(start_paused = true)]
async fn a_start_without_immediate_waits_for_ten_seconds() {
    for (start_ms, status) in [(1000, 200), (11_000, 500)] {
        let wuzapi = client(InstanceSetup::new(DIALECT).with_option("start_ms", start_ms));
        assert_eq!(wuzapi.post("connect", json!({})).await.0, status);
        assert_eq!(wuzapi.instance.now(), s(10));
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_start_beside_one_that_is_not_up_yet_is_a_second_connection() {
    let wuzapi = wuzapi();
    wuzapi.connect().await;
    assert_eq!(wuzapi.connect().await.0, 200);
    assert_eq!(DIALECT.second_attempts(&wuzapi.instance), 1);
    let older = of("2025");
    older.connect().await;
    assert_eq!(older.connect().await, error(500, "already connected"));
    assert_eq!(DIALECT.second_attempts(&older.instance), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_has_six_codes_and_ends() {
    let wuzapi = wuzapi().up().await;
    let mut texts = Vec::new();
    let mut shown = Vec::new();
    for gap in [60, 20, 20, 20, 20, 20] {
        texts.push(wuzapi.get("qr").await.1["QRCode"].clone());
        shown.push(wuzapi.get("status").await.1["qrcode"].clone());
        pass(s(gap)).await;
    }
    for codes in [&mut texts, &mut shown] {
        codes.dedup();
        assert_eq!(codes.len(), 6);
    }
    pass(s(1)).await;
    assert_eq!(wuzapi.get("qr").await, error(500, "no session"));
    assert_eq!(wuzapi.flags().await, (false, false));
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_dies_with_its_connection() {
    let wuzapi = wuzapi().up().await;
    pass(s(100)).await;
    let (status, data) = wuzapi.pairphone().await;
    assert_eq!(status, 200);
    let code = data["LinkingCode"].as_str().unwrap();
    assert_eq!(code.find('-'), Some(4));
    pass(s(59)).await;
    assert!(wuzapi.instance.current_phone_code().is_some());
    pass(s(1)).await;
    assert!(wuzapi.instance.type_code(code).is_err());
    assert_eq!(wuzapi.pairphone().await, error(500, "no session"));
}

#[tokio::test(start_paused = true)]
async fn after_a_scan_the_socket_is_closed_and_opened_again() {
    let wuzapi = wuzapi().up().await;
    wuzapi.get("qr").await;
    wuzapi.instance.scan_current().unwrap();
    assert_eq!(wuzapi.flags().await, (true, false));
    assert_eq!(wuzapi.get("qr").await.1["QRCode"], "");
    pass(s(1)).await;
    assert_eq!(wuzapi.flags().await, (false, false));
    pass(s(1)).await;
    assert_eq!(wuzapi.flags().await, (true, true));
    let (_, status) = wuzapi.get("status").await;
    let digits = wuzapi.instance.phone();
    let jid = format!("{}.0:52@s.whatsapp.net", digits.digits());
    assert_eq!(status["jid"], jid);
    assert_eq!(wuzapi.get("qr").await, error(500, "already logged in"));
    assert_eq!(wuzapi.pairphone().await, error(400, "already paired"));
    assert_eq!(wuzapi.connect().await, error(500, "already connected"));
    assert_eq!(DIALECT.second_attempts(&wuzapi.instance), 0);
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_keeps_a_link_and_a_logout_ends_it_and_the_number_stays_named() {
    let wuzapi = wuzapi();
    assert_eq!(
        wuzapi.post("logout", json!({})).await,
        error(500, "no session")
    );
    wuzapi.instance.link();
    assert_eq!(wuzapi.flags().await, (true, true));
    assert_eq!(wuzapi.post("disconnect", json!({})).await.0, 200);
    assert!(wuzapi.instance.is_linked());
    assert_eq!(wuzapi.flags().await, (false, false));
    wuzapi.connect().await;
    let early = wuzapi.post("logout", json!({})).await;
    assert_eq!(
        early,
        error(500, "could not disconnect as it was not connected")
    );
    pass(s(1)).await;
    assert_eq!(wuzapi.flags().await, (true, true));
    let (_, data) = wuzapi.post("logout", json!({})).await;
    assert_eq!(data["Details"], "Logged out");
    assert!(!wuzapi.instance.is_linked());
    assert_ne!(wuzapi.get("status").await.1["jid"], "");
    let wuzapi = wuzapi.up().await;
    let refused = wuzapi.post("logout", json!({})).await;
    assert_eq!(
        refused,
        error(500, "could not logout as it was not logged in")
    );
    assert_eq!(wuzapi.post("disconnect", json!({})).await.0, 200);
    assert_eq!(
        DIALECT.second_attempts(&wuzapi.instance),
        1,
        "its codes go on"
    );
}

#[tokio::test(start_paused = true)]
async fn after_an_unlink_on_the_phone_there_is_no_connection() {
    let wuzapi = wuzapi();
    wuzapi.instance.link();
    wuzapi.instance.unlink();
    assert_eq!(wuzapi.flags().await, (false, false));
    assert_ne!(wuzapi.get("status").await.1["jid"], "");
    wuzapi.up().await;
}

#[tokio::test(start_paused = true)]
async fn an_older_server_has_no_status_without_a_connection_and_a_short_one_with_it() {
    let wuzapi = of("2025");
    assert_eq!(wuzapi.get("status").await, error(500, "no session"));
    wuzapi.connect().await;
    let flags = json!({"Connected": false, "LoggedIn": false});
    assert_eq!(wuzapi.get("status").await, (200, flags));
    pass(s(1)).await;
    let flags = json!({"Connected": true, "LoggedIn": false});
    assert_eq!(wuzapi.get("status").await, (200, flags));
    let refused = wuzapi.post("disconnect", json!({})).await;
    assert_eq!(
        refused,
        error(500, "cannot disconnect because it is not logged in")
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_subscribes_and_an_empty_list_is_another_thing_to_each_generation() {
    for (version, list, events) in [
        ("2025", json!([]), "All"),
        ("2026", json!([]), "Message"),
        ("2025", json!(["QR", "Message"]), "QR,Message"),
        ("2026", json!(["QR", "Message"]), "QR,Message"),
    ] {
        let wuzapi = of(version);
        let body = json!({"Subscribe": list, "Immediate": true});
        assert_eq!(wuzapi.post("connect", body).await.1["events"], events);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_token_is_refused() {
    let wuzapi = wuzapi();
    let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["session", "status"]))
        .with_header("token", "another".to_owned().into());
    let refused = wuzapi.simulator.transport().send(request).await.unwrap();
    assert_eq!(refused.status, 401);
}

#[tokio::test(start_paused = true)]
async fn each_step_is_reported_as_a_form_or_as_json_and_signed_where_a_key_is_set() {
    for is_json in [false, true] {
        let setup = InstanceSetup::new(DIALECT).with_option("signed", true);
        let wuzapi = client(setup.with_option("json_webhooks", is_json))
            .up()
            .await;
        wuzapi.get("qr").await;
        pass(s(60)).await;
        wuzapi.get("qr").await;
        wuzapi.instance.scan_current().unwrap();
        pass(s(2)).await;
        wuzapi.instance.unlink();
        wuzapi.connect().await;
        pass(s(170)).await;
        let key = wuzapi.instance.settings()["webhook_hmac_key"]
            .clone()
            .into();
        let mut kinds = Vec::new();
        for webhook in wuzapi.instance.webhooks() {
            let [(name, signature)] = webhook.headers() else {
                unreachable!("one header");
            };
            assert_eq!(*name, "x-hmac-signature");
            assert!(HmacHash::Sha256.verify(&key, webhook.body(), signature));
            let body: Value = match is_json {
                true => serde_json::from_slice(webhook.body()).unwrap(),
                false => {
                    let mut fields = form_urlencoded::parse(webhook.body());
                    let (_, json) = fields.find(|(name, _)| name == "jsonData").unwrap();
                    serde_json::from_str(&json).unwrap()
                }
            };
            kinds.push(body["type"].as_str().unwrap().to_owned());
        }
        let linked = [
            "QR",
            "QR",
            "PairSuccess",
            "Disconnected",
            "Connected",
            "LoggedOut",
        ];
        let ended = ["QR", "QR", "QR", "QR", "QR", "QR", "QRTimeout"];
        assert_eq!(kinds, [linked.as_slice(), &ended].concat());
    }
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    for (fault, of_status, of_qr, of_pairphone) in [
        ("unauthorized", 401, 401, 401),
        ("already_logged_in", 200, 500, 400),
        ("rate_overlimit", 200, 200, 400),
        ("number_refused", 200, 200, 400),
        ("pairphone_not_connected", 200, 200, 400),
        ("stuck", 200, 500, 500),
    ] {
        let wuzapi = wuzapi().up().await;
        wuzapi.instance.set_faults(DIALECT.fault(fault).unwrap());
        assert_eq!(wuzapi.get("status").await.0, of_status, "{fault}");
        assert_eq!(wuzapi.get("qr").await.0, of_qr, "{fault}");
        assert_eq!(wuzapi.pairphone().await.0, of_pairphone, "{fault}");
        let links = fault == "already_logged_in";
        assert_eq!(wuzapi.instance.is_linked(), links, "{fault}");
    }
    let stuck = wuzapi();
    stuck.instance.set_faults(DIALECT.fault("stuck").unwrap());
    assert_eq!(stuck.connect().await, error(500, "already connected"));
    assert_eq!(stuck.post("logout", json!({})).await.0, 500);
    assert_eq!(DIALECT.faults().len(), 6);
}

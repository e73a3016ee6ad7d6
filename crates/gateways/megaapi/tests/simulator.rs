//! The simulated megaAPI: its normal responses, wrong secrets, a linked instance, and each of its faults.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use pairing_http::{BaseUrl, HttpMethod, HttpRequest, HttpResponse, HttpTransport as _};
use pairing_megaapi::simulator::DIALECT;
use pairing_sim::{
    Endpoint, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use serde_json::{Value, json};

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

fn megaapi() -> Client {
    client(InstanceSetup::new(DIALECT))
}

impl Client {
    fn request(&self, method: HttpMethod, path: &[&str], token: &str) -> HttpRequest {
        let base = BaseUrl::parse(InProcessTransport::BASE_URL).unwrap();
        HttpRequest::new(method, base.join(&[&["rest"], path].concat()))
            .with_header("authorization", format!("Bearer {token}").into())
            .with_header("content-type", "application/json".into())
    }

    async fn send(&self, request: HttpRequest) -> HttpResponse {
        self.simulator.transport().send(request).await.unwrap()
    }

    async fn get(&self, path: &[&str]) -> HttpResponse {
        let request = self.request(HttpMethod::Get, path, self.instance.token());
        self.send(request).await
    }

    async fn qr(&self) -> (u16, Value) {
        said(
            &self
                .get(&["instance", "qrcode_base64", self.instance.id()])
                .await,
        )
    }

    async fn phone_code(&self) -> (u16, Value) {
        let path = ["instance", "pairingCode", self.instance.id()];
        let mut request = self.request(HttpMethod::Get, &path, self.instance.token());
        let phone = self.instance.phone();
        request.url = request.url.with_query("phoneNumber", phone.digits());
        said(&self.send(request).await)
    }

    async fn status(&self) -> (u16, Value) {
        said(&self.get(&["instance", self.instance.id()]).await)
    }
}

fn said(response: &HttpResponse) -> (u16, Value) {
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    (response.status, body)
}

#[tokio::test(start_paused = true)]
async fn the_status_describes_the_instance() {
    let megaapi = client(InstanceSetup::new(DIALECT).with_option("device_suffix", true));
    let key = megaapi.instance.id().to_owned();
    let (_, described) = megaapi.status().await;
    assert_eq!(described["error"], false);
    assert_eq!(
        described["instance"],
        json!({"key": key, "status": "disconnected"})
    );
    megaapi.instance.link();
    let (_, described) = megaapi.status().await;
    let user = format!("{}:12@s.whatsapp.net", megaapi.instance.phone().digits());
    assert_eq!(described["instance"]["status"], "connected");
    assert_eq!(described["instance"]["user"]["id"], user);
}

#[tokio::test(start_paused = true)]
async fn codes_are_refused_with_403_while_linked() {
    let megaapi = megaapi();
    megaapi.instance.link();
    let refusal = (403, json!({"message": "User is already logged in"}));
    assert_eq!(megaapi.qr().await, refusal);
    assert_eq!(megaapi.phone_code().await, refusal);
    let path = ["instance", megaapi.instance.id(), "logout"];
    let token = megaapi.instance.token();
    let request = megaapi.request(HttpMethod::Delete, &path, token);
    assert_eq!(megaapi.send(request).await.status, 200);
    assert!(!megaapi.instance.is_linked());
    assert_eq!(megaapi.instance.calls().unlink, 1);
}

#[tokio::test(start_paused = true)]
async fn the_token_the_instance_and_the_content_type_must_be_right() {
    let megaapi = megaapi();
    let (status, body) = said(&megaapi.get(&["instance", "megaapi-unknown"]).await);
    assert_eq!(
        (status, &body["message"]),
        (404, &"Instance not found".into())
    );
    let path = ["instance", megaapi.instance.id()];
    let token = megaapi.instance.token();
    let mut unlabelled = megaapi.request(HttpMethod::Get, &path, token);
    unlabelled
        .headers
        .retain(|(name, _)| *name != "content-type");
    assert_eq!(megaapi.send(unlabelled).await.status, 415);
    let wrong = megaapi.request(HttpMethod::Get, &path, "WRONG");
    assert_eq!(megaapi.send(wrong).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_phone_number_fails_inside_200() {
    let megaapi = megaapi();
    let path = ["instance", "pairingCode", megaapi.instance.id()];
    let (status, body) = said(&megaapi.get(&path).await);
    assert_eq!((status, &body["error"]), (200, &true.into()));
}

#[tokio::test(start_paused = true)]
async fn there_is_a_page_for_people_too() {
    let megaapi = megaapi();
    let path = ["instance", "qrcode", megaapi.instance.id()];
    let page = megaapi.get(&path).await;
    let label = page.content_type.as_deref().unwrap();
    assert!(label.starts_with("text/html"), "{label}");
}

#[tokio::test(start_paused = true)]
async fn the_phone_code_has_a_hyphen() {
    let megaapi = megaapi();
    let (_, body) = megaapi.phone_code().await;
    let code = body["pairingCode"].as_str().unwrap();
    assert_eq!(code.find('-'), Some(4));
    assert_eq!(megaapi.instance.type_code(code), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_reports_the_link_and_none_its_end() {
    let megaapi = megaapi();
    megaapi.instance.link();
    megaapi.instance.unlink();
    let [body] = &*megaapi.instance.webhook_bodies() else {
        unreachable!("one webhook");
    };
    let body: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(
        body,
        json!({
            "instance_key": megaapi.instance.id(),
            "messageType": "connection_update",
            "message": "phone_connected",
            "jid": format!("{}@s.whatsapp.net", megaapi.instance.phone().digits()),
        })
    );
}

#[tokio::test(start_paused = true)]
async fn each_fault_has_the_gateways_words() {
    let failure = |message: &str| json!({"error": true, "message": message});
    for (fault, status, body) in [
        (
            "already_logged_in",
            403,
            json!({"message": "User is already logged in"}),
        ),
        (
            "already_connected_server_error",
            500,
            failure("You are already connected"),
        ),
        ("unauthorized", 401, failure("Unauthorized")),
        ("instance_not_found", 404, failure("Instance not found")),
        ("rate_overlimit", 429, failure("rate-overlimit")),
        ("error_inside_200", 200, failure("Something went wrong")),
        (
            "empty_qr",
            200,
            json!({"error": false, "message": "Qrcode is not ready", "qrcode": ""}),
        ),
    ] {
        let megaapi = megaapi();
        let known = DIALECT.fault(fault).unwrap();
        megaapi.instance.set_faults(known);
        let said = match known.applies_to(Endpoint::CodeQrImage) {
            true => megaapi.qr().await,
            false => megaapi.phone_code().await,
        };
        assert_eq!(said, (status, body), "{fault}");
        let links = fault.starts_with("already");
        assert_eq!(megaapi.instance.is_linked(), links, "{fault}");
    }
}

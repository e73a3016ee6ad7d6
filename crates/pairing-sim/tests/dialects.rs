//! What the two gateways say when all is well, when a secret is wrong and when linked.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use common::{Client, client, json, megaapi, simulator, zapi};
use pairing_http::{HttpMethod, HttpResponse, HttpTransport as _};
use pairing_sim::{Dialect, InstanceSetup};
use serde_json::{Value, json};

fn said(response: &HttpResponse) -> (u16, Value) {
    (response.status, json(response))
}

async fn send(client: &Client, method: HttpMethod, path: &[&str]) -> (u16, Value) {
    let request = client.request(method, path);
    said(&client.transport.send(request).await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn zapi_fills_error_on_every_status() {
    let zapi = zapi();
    assert_eq!(
        said(&zapi.status().await),
        (
            200,
            json!({"connected": false, "error": "You are not connected.", "smartphoneConnected": false})
        )
    );
    zapi.instance.link();
    assert_eq!(
        said(&zapi.status().await),
        (
            200,
            json!({"connected": true, "error": "You are already connected", "smartphoneConnected": true})
        )
    );
}

#[tokio::test(start_paused = true)]
async fn zapi_hands_out_no_code_while_linked_and_a_new_one_after() {
    let zapi = zapi();
    let before = common::value(&zapi.qr().await);
    zapi.instance.scan(&before).unwrap();
    for path in [
        &["qr-code"][..],
        &["qr-code", "image"],
        &["phone-code", "5511999998888"],
    ] {
        assert_eq!(
            said(&zapi.get(path).await),
            (200, json!({"connected": true}))
        );
    }
    let device = said(&zapi.get(&["device"]).await).1;
    assert_eq!(device["phone"], zapi.instance.phone().digits());
    assert_eq!(
        said(&zapi.get(&["disconnect"]).await),
        (200, json!({"value": true}))
    );
    assert!(!zapi.instance.is_linked());
    assert_ne!(common::value(&zapi.qr().await), before);
}

#[tokio::test(start_paused = true)]
async fn zapi_names_the_missing_and_echoes_the_wrong_client_token() {
    let mut zapi = zapi();
    zapi.client_token = None;
    assert_eq!(
        said(&zapi.qr().await),
        (400, json!({"error": "null not allowed"}))
    );
    zapi.client_token = Some("WRONG".into());
    assert_eq!(
        said(&zapi.qr().await),
        (403, json!({"error": "Client-Token WRONG not allowed"}))
    );
    zapi.token = "WRONG".into();
    assert_eq!(
        said(&zapi.qr().await),
        (400, json!({"error": "your client-token is not configured"}))
    );
    assert_eq!(zapi.instance.calls().code_qr_text, 3);
    assert_eq!(zapi.instance.current_qr(), None);
}

#[tokio::test(start_paused = true)]
async fn zapi_asks_for_no_client_token_until_the_owner_activates_it() {
    let zapi = client(InstanceSetup::new(Dialect::ZApi).without_client_token());
    assert_eq!(zapi.instance.client_token(), None);
    assert_eq!(zapi.qr().await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn zapi_knows_no_other_path_or_verb() {
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
        assert_eq!(send(&zapi, method, &[path]).await, (404, not_found.clone()));
    }
    assert_eq!(zapi.instance.calls().other, 3);
}

#[tokio::test(start_paused = true)]
async fn zapi_refuses_what_is_no_phone_number() {
    let answer = zapi().get(&["phone-code", "abc"]).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test(start_paused = true)]
async fn megaapi_describes_the_instance() {
    let mut setup = InstanceSetup::new(Dialect::MegaApi);
    setup.device_suffix = true;
    let megaapi = client(setup);
    let key = megaapi.instance.id().to_owned();
    let described = said(&megaapi.status().await).1;
    assert_eq!(described["error"], false);
    assert_eq!(
        described["instance"],
        json!({"key": key, "status": "disconnected"})
    );
    megaapi.instance.link();
    let described = said(&megaapi.status().await).1;
    let user = format!("{}:12@s.whatsapp.net", megaapi.instance.phone().digits());
    assert_eq!(described["instance"]["status"], "connected");
    assert_eq!(described["instance"]["user"]["id"], user);
}

#[tokio::test(start_paused = true)]
async fn megaapi_refuses_codes_with_403_while_linked() {
    let megaapi = megaapi();
    megaapi.instance.link();
    let refusal = (403, json!({"message": "User is already logged in"}));
    assert_eq!(said(&megaapi.qr().await), refusal);
    assert_eq!(said(&megaapi.phone_code().await), refusal);
    let key = megaapi.instance.id().to_owned();
    let (status, _) = send(&megaapi, HttpMethod::Delete, &["instance", &key, "logout"]).await;
    assert_eq!(status, 200);
    assert!(!megaapi.instance.is_linked());
    assert_eq!(megaapi.instance.calls().unlink, 1);
}

#[tokio::test(start_paused = true)]
async fn megaapi_wants_the_right_token_instance_and_content_type() {
    let mut megaapi = megaapi();
    let stranger = megaapi.get(&["instance", "megaapi-unknown"]).await;
    assert_eq!(stranger.status, 404);
    assert_eq!(json(&stranger)["message"], "Instance not found");
    let mut unlabelled = megaapi.request(HttpMethod::Get, &["instance", megaapi.instance.id()]);
    unlabelled
        .headers
        .retain(|(name, _)| *name != "content-type");
    let answer = megaapi.transport.send(unlabelled).await.unwrap();
    assert_eq!(answer.status, 415);
    megaapi.token = "WRONG".into();
    assert_eq!(megaapi.qr().await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn megaapi_fails_inside_200_without_a_phone_number() {
    let megaapi = megaapi();
    let answer = megaapi
        .get(&["instance", "pairingCode", megaapi.instance.id()])
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(json(&answer)["error"], true);
}

#[tokio::test(start_paused = true)]
async fn megaapi_also_shows_a_page_for_people() {
    let megaapi = megaapi();
    let page = megaapi
        .get(&["instance", "qrcode", megaapi.instance.id()])
        .await;
    assert!(
        page.content_type
            .as_deref()
            .unwrap()
            .starts_with("text/html")
    );
}

#[tokio::test(start_paused = true)]
async fn the_gateways_do_not_know_each_others_instances() {
    let simulator = simulator();
    let zapi = Client::of(&simulator, InstanceSetup::new(Dialect::ZApi));
    let megaapi = Client::of(&simulator, InstanceSetup::new(Dialect::MegaApi));
    let answer = megaapi.get(&["instance", zapi.instance.id()]).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test(start_paused = true)]
async fn linking_and_unlinking_are_told_in_the_gateways_words() {
    let zapi = zapi();
    zapi.instance.link();
    zapi.get(&["restart"]).await;
    zapi.instance.unlink();
    zapi.instance.unlink();
    let told: Vec<Value> = zapi
        .instance
        .webhook_bodies()
        .iter()
        .map(|body| serde_json::from_slice(body).unwrap())
        .collect();
    let types: Vec<_> = told.iter().map(|body| &body["type"]).collect();
    assert_eq!(
        types,
        [
            "ConnectedCallback",
            "ConnectedCallback",
            "DisconnectedCallback"
        ]
    );
    assert_eq!(told[0]["phone"], zapi.instance.phone().digits());
    assert_eq!(told[2]["disconnected"], true);

    let megaapi = megaapi();
    megaapi.instance.link();
    let body: Value = serde_json::from_slice(&megaapi.instance.webhook_bodies()[0]).unwrap();
    let jid = format!("{}@s.whatsapp.net", megaapi.instance.phone().digits());
    assert_eq!(
        body,
        json!({
            "instance_key": megaapi.instance.id(),
            "messageType": "connection_update",
            "message": "phone_connected",
            "jid": jid,
        })
    );
}

#[test]
fn nothing_secret_is_in_debug() {
    let simulator = simulator();
    let setup = InstanceSetup::new(Dialect::ZApi)
        .with_credentials("CANARY-ID", "CANARY-TOKEN")
        .with_client_token("CANARY-CLIENT");
    let instance = simulator.add_instance(setup.clone());
    let shown = format!(
        "{setup:?} {instance:?} {simulator:?} {:?}",
        instance.codes()
    );
    assert!(!shown.contains("CANARY"), "{shown}");
}

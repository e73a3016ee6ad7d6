//! Webhooks: heard at once, never believed, and of no use without the secret.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures_util::stream::{self, StreamExt as _};
use pairing_sim::{Dialect, Endpoint};
use serde_json::{Value, json};

use crate::support::{House, WEBHOOK_SECRET, builder, rarely_polling};

fn house(dialect: Dialect) -> House {
    House::with(dialect, builder(), |instance| {
        instance
            .policy(rarely_polling())
            .webhook_secret(WEBHOOK_SECRET)
    })
}

fn connected(house: &House) -> Value {
    let id = house.instance.id();
    match house.instance.dialect() {
        Dialect::ZApi => json!({
            "type": "ConnectedCallback", "connected": true, "momment": 1_700_000_000_000_u64,
            "instanceId": id, "phone": "5511988887777",
        }),
        Dialect::MegaApi => json!({
            "instance_key": id, "messageType": "connection_update",
            "message": "phone_connected", "jid": "5511988887777@s.whatsapp.net",
        }),
    }
}

fn address(secret: &str) -> String {
    format!("/pair/webhooks/shop/{secret}")
}

#[tokio::test(start_paused = true)]
async fn a_webhook_brings_the_news_at_once_by_one_status_call() {
    for dialect in Dialect::ALL {
        let house = house(dialect);
        let page = house.open().await;
        let mut viewer = house.watch(&page).await;
        house.start_qr(&page).await;
        viewer.until("code_ready").await;
        house.instance.scan_current().unwrap();
        let before = tokio::time::Instant::now();
        let answer = house
            .send("POST", &address(WEBHOOK_SECRET), &connected(&house))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let finished = viewer.until("finished").await;
        assert_eq!(finished.data["outcome"], "connected");
        assert_eq!(before.elapsed(), Duration::ZERO);
        assert_eq!(house.instance.calls().of(Endpoint::Status), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lie_links_nobody_and_a_flood_costs_one_call_a_second() {
    let house = house(Dialect::ZApi);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code_ready").await;
    for _ in 0..500 {
        let lie = house
            .send("POST", &address(WEBHOOK_SECRET), &connected(&house))
            .await;
        assert_eq!(lie.status, StatusCode::NO_CONTENT);
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(house.instance.calls().of(Endpoint::Status), 1);
    assert_eq!(viewer.until("code_expired").await.data["round"], 1);
}

#[tokio::test(start_paused = true)]
async fn without_the_secret_there_is_nothing_here() {
    let house = house(Dialect::ZApi);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code_ready").await;
    house.add("without-webhooks");
    let body = connected(&house);
    let almost = &WEBHOOK_SECRET[1..];
    let mut answers = Vec::new();
    for path in [
        address("x"),
        address(almost),
        format!("/pair/webhooks/other/{WEBHOOK_SECRET}"),
        format!("/pair/webhooks/without-webhooks/{WEBHOOK_SECRET}"),
    ] {
        let answer = house.send("POST", &path, &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers tell which names exist");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(house.instance.calls().of(Endpoint::Status), 0);
}

#[tokio::test(start_paused = true)]
async fn whatever_else_the_provider_sends_is_taken_and_costs_nothing() {
    let house = house(Dialect::MegaApi);
    let page = house.open().await;
    house.start_qr(&page).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = house.calls();
    let message = json!({
        "instance_key": house.instance.id(), "messageType": "conversation", "message": "oi",
    });
    let mut other = connected(&house);
    other["instance_key"] = "another".into();
    for body in [message, other] {
        let answer = house.send("POST", &address(WEBHOOK_SECRET), &body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    let unreadable = Request::post(address(WEBHOOK_SECRET)).body(Body::from("canary"));
    let answer = house.answer(unreadable.unwrap()).await;
    assert_eq!(
        (answer.status, answer.kind().as_str()),
        (StatusCode::BAD_REQUEST, "unreadable_webhook")
    );
    assert!(!answer.text.contains("canary"));
    let enormous = Request::post(address(WEBHOOK_SECRET)).body(Body::from(vec![b'x'; 1_100_000]));
    let answer = house.answer(enormous.unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(house.calls(), before);
}

#[tokio::test(start_paused = true)]
async fn one_that_comes_before_after_or_without_a_session_is_harmless() {
    let house = house(Dialect::ZApi);
    let told = connected(&house);
    let address = address(WEBHOOK_SECRET);
    let tell = || house.send("POST", &address, &told);
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    let page = house.open().await;
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code_ready").await;
    house.instance.scan_current().unwrap();
    tell().await;
    viewer.until("finished").await;
    let calls = house.calls();
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(house.calls(), calls);
}

/// A byte of a body. How many there are is counted by their shares in `Arc`.
struct Byte(
    u8,
    #[allow(dead_code, reason = "only there to be counted")] Arc<()>,
);

impl AsRef<[u8]> for Byte {
    fn as_ref(&self) -> &[u8] {
        std::slice::from_ref(&self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_in_tiny_parts_is_read_and_no_part_is_kept() {
    let house = house(Dialect::ZApi);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code_ready").await;
    house.instance.scan_current().unwrap();
    let alive = Arc::new(());
    let counted = alive.clone();
    let told = format!("{}{}", " ".repeat(10_000), connected(&house));
    let parts = stream::iter(told.into_bytes()).map(move |byte| {
        // The one here, the one in the stream, and the part before.
        assert!(Arc::strong_count(&counted) <= 3, "parts are kept");
        Ok::<_, Infallible>(Bytes::from_owner(Byte(byte, counted.clone())))
    });
    let request = Request::post(address(WEBHOOK_SECRET)).body(Body::from_stream(parts));
    let answer = house.answer(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    assert_eq!(viewer.until("finished").await.data["outcome"], "connected");
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_of_one_without_the_secret() {
    let house = house(Dialect::ZApi);
    house.add("without-webhooks");
    let unread = || {
        stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes, Infallible>>> {
            panic!("the body was read")
        })
    };
    for path in [
        address("x"),
        format!("/pair/webhooks/other/{WEBHOOK_SECRET}"),
        format!("/pair/webhooks/without-webhooks/{WEBHOOK_SECRET}"),
    ] {
        let request = Request::post(&path).body(Body::from_stream(unread()));
        let answer = house.answer(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

//! Webhooks: they trigger a status check immediately, decide nothing, and need the secret.

use std::convert::Infallible;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use futures_util::stream::{self, StreamExt as _};
use pairing_core::CodeReply;
use pairing_providers::immediate_dialects;
use pairing_sim::{Dialect, Endpoint};
use pairing_web::HubInstance;
use serde_json::{Value, json};

use crate::scripted::{Scripted, signature};
use crate::support::{House, WEBHOOK_SECRET, ZAPI, builder, rarely_polling};

fn house(dialect: &'static dyn Dialect) -> House {
    House::with(dialect, builder(), |instance| {
        instance
            .policy(rarely_polling())
            .webhook_secret(WEBHOOK_SECRET)
    })
}

/// What the gateway would send about a number that is not linked.
fn connected(house: &House) -> Value {
    let phone = "+5511988887777".parse().unwrap();
    let webhook = house.instance.dialect().linked(&house.instance, &phone);
    serde_json::from_slice(webhook.unwrap().body()).unwrap()
}

fn address(secret: &str) -> String {
    format!("/pair/webhooks/shop/{secret}")
}

#[tokio::test(start_paused = true)]
async fn a_webhook_brings_the_news_at_once_by_one_status_call() {
    for &dialect in immediate_dialects() {
        let house = house(dialect);
        let page = house.open().await;
        let mut viewer = house.watch(&page).await;
        house.start_qr(&page).await;
        viewer.until("code").await;
        house.instance.scan_current().unwrap();
        let before = tokio::time::Instant::now();
        let answer = house
            .send("POST", &address(WEBHOOK_SECRET), &connected(&house))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let finished = viewer.until("finished").await;
        assert_eq!(finished.data["screen"]["outcome"], "connected");
        assert_eq!(before.elapsed(), Duration::ZERO);
        assert_eq!(house.instance.calls().of(Endpoint::Status), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_forged_webhook_links_nothing_and_a_flood_costs_one_call_a_second() {
    let house = house(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
    for _ in 0..500 {
        let lie = house
            .send("POST", &address(WEBHOOK_SECRET), &connected(&house))
            .await;
        assert_eq!(lie.status, StatusCode::NO_CONTENT);
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(house.instance.calls().of(Endpoint::Status), 1);
    assert_eq!(viewer.until("code").await.data["attempt"], 2);
}

#[tokio::test(start_paused = true)]
async fn without_the_secret_there_is_nothing_here() {
    let house = house(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
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
    let house = house(ZAPI);
    let page = house.open().await;
    house.start_qr(&page).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = house.calls();
    let message = json!({
        "instanceId": house.instance.id(), "type": "ReceivedCallback", "text": "oi",
    });
    let mut other = connected(&house);
    other["instanceId"] = "another".into();
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
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(house.calls(), before);
}

#[tokio::test(start_paused = true)]
async fn one_that_comes_before_after_or_without_a_session_is_harmless() {
    let house = house(ZAPI);
    let told = connected(&house);
    let address = address(WEBHOOK_SECRET);
    let tell = || house.send("POST", &address, &told);
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    let page = house.open().await;
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
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
    let house = house(ZAPI);
    let page = house.open().await;
    let mut viewer = house.watch(&page).await;
    house.start_qr(&page).await;
    viewer.until("code").await;
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
    assert_eq!(
        viewer.until("finished").await.data["screen"]["outcome"],
        "connected"
    );
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_of_one_without_the_secret() {
    let house = house(ZAPI);
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

/// What is acknowledged, and why it is not read.
async fn ignored(house: &House, headers: &[(&str, &str)], body: impl Into<Body>) -> String {
    let mut request = Request::post(address(WEBHOOK_SECRET));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = house.answer(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["ignored"].as_str().unwrap().to_owned()
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(body).unwrap();
    packed.finish().unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_or_in_no_form_that_is_read_is_acknowledged_and_costs_nothing() {
    for &dialect in immediate_dialects() {
        let house = house(dialect);
        let page = house.open().await;
        house.start_qr(&page).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = house.calls();
        let told = connected(&house).to_string();
        let large = format!("{{\"padding\":\"{}\"}}", "x".repeat(1_100_000));
        let many = format!("{{\"values\":[{}0]}}", "0,".repeat(10_001));
        let many_in_a_list = format!("[{}]", many);
        let deep = format!("{{\"deep\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let multipart = [("content-type", "multipart/form-data; boundary=x")];
        for (headers, body, reason) in [
            (&[][..], large.as_bytes().to_vec(), "too_large"),
            (&[], vec![b'x'; 1_100_000], "too_large"),
            (&[], many.into_bytes(), "too_complex"),
            (&[], many_in_a_list.into_bytes(), "too_complex"),
            (&[], deep.into_bytes(), "too_complex"),
            (&[], Vec::new(), "empty"),
            (&[], b" \r\n".to_vec(), "empty"),
            (&[], b"[]".to_vec(), "list"),
            (&[], b"[1,\"x\",null]".to_vec(), "list"),
            (&form, b"canary".to_vec(), "form"),
            (&[], b"from=5511&body=oi".to_vec(), "form"),
            (
                &multipart,
                b"--x\r\n\r\ncanary\r\n--x--".to_vec(),
                "multipart",
            ),
            (
                &[("content-encoding", "br")],
                b"\x0b\x02\x80".to_vec(),
                "content_encoding",
            ),
            (
                &[("content-encoding", "gzip, gzip")],
                told.into_bytes(),
                "content_encoding",
            ),
            (&[], b"\x1f\x8bcanary".to_vec(), "content_encoding"),
            // A thousand times its size: no more than the limit is unpacked.
            (
                &[("content-encoding", "gzip")],
                gzip(&[b' '; 9_000_000]),
                "too_large",
            ),
        ] {
            assert_eq!(ignored(&house, headers, body).await, reason);
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(house.calls(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_body_is_taken_off_the_connection_up_to_a_bound() {
    const PART: usize = 1024 * 1024;
    let house = house(ZAPI);
    for (parts, taken) in [(20, 20), (100, 33)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let body = stream::iter(0..parts).map(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(Bytes::from_static(&[b'x'; PART]))
        });
        let reason = ignored(&house, &[], Body::from_stream(body)).await;
        assert_eq!(reason, "too_large");
        assert_eq!(asked.load(Ordering::Relaxed), taken);
    }
}

type Headers = Vec<(&'static str, &'static str)>;

/// JSON in the forms that panels and middlemen give it.
fn forms_of(told: &str) -> Vec<(Headers, Vec<u8>)> {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    encoded
        .append_pair("event", "connected")
        .append_pair("payload", told);
    let encoded = encoded.finish();
    let name: String = form_urlencoded::byte_serialize(told.as_bytes()).collect();
    let list = format!("[{{\"type\":\"other\"}}, {told}, {{}}]");
    let in_list: String = form_urlencoded::byte_serialize(list.as_bytes()).collect();
    vec![
        (vec![], format!("[{told}]").into_bytes()),
        (vec![], list.into_bytes()),
        (vec![form], encoded.clone().into_bytes()),
        (vec![("content-type", "text/plain")], encoded.into_bytes()),
        (vec![form], format!("data={in_list}").into_bytes()),
        (vec![form], name.into_bytes()),
        (vec![form], told.as_bytes().to_vec()),
        (vec![], format!("\u{feff}{told}\r\n").into_bytes()),
        (vec![("content-encoding", "gzip")], gzip(told.as_bytes())),
        (vec![], gzip(told.as_bytes())),
        // Unpacked on the way, with the header left as it was.
        (vec![("content-encoding", "gzip")], told.as_bytes().to_vec()),
    ]
}

#[tokio::test(start_paused = true)]
async fn forms_lists_and_packed_bodies_are_read() {
    for &dialect in immediate_dialects() {
        let count = forms_of("{}").len();
        for number in 0..count {
            let house = house(dialect);
            let page = house.open().await;
            let mut viewer = house.watch(&page).await;
            house.start_qr(&page).await;
            viewer.until("code").await;
            house.instance.scan_current().unwrap();
            let before = tokio::time::Instant::now();
            let (headers, body) = forms_of(&connected(&house).to_string()).swap_remove(number);
            let mut request = Request::post(address(WEBHOOK_SECRET));
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let answer = house.answer(request.body(Body::from(body)).unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::NO_CONTENT,
                "{number}: {}",
                answer.text
            );
            assert_eq!(
                viewer.until("finished").await.data["screen"]["outcome"],
                "connected"
            );
            assert_eq!(before.elapsed(), Duration::ZERO, "{number}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panel_that_looks_is_answered_and_a_slash_at_the_end_makes_no_difference() {
    let house = house(ZAPI);
    let wrong = format!("/pair/webhooks/shop/{}", WEBHOOK_SECRET.to_uppercase());
    for slash in ["", "/"] {
        let right = format!("{}{slash}", address(WEBHOOK_SECRET));
        let told = house.send("POST", &right, &connected(&house)).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
        for method in ["GET", "HEAD"] {
            let ask = |path: &str| {
                let request = Request::builder().method(method).uri(path);
                request.body(Body::empty()).unwrap()
            };
            let answer = house.answer(ask(&right)).await;
            assert_eq!(answer.status, StatusCode::OK, "{method} {slash}");
            assert!(!answer.text.contains(WEBHOOK_SECRET));
            assert_eq!(answer.text.contains("webhook"), method == "GET");
            let answer = house.answer(ask(&format!("{wrong}{slash}"))).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {slash}");
        }
    }
}

/// Posts a body with this signature to an instance whose gateway signs.
async fn post_signed(
    house: &House,
    headers: &[(&str, &str)],
    body: &[u8],
    signature: &str,
) -> (StatusCode, String) {
    let mut request = Request::post(format!("/pair/webhooks/signed/{WEBHOOK_SECRET}"));
    request = request.header("X-Signature", signature);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_vec())).unwrap();
    let answer = house.answer(request).await;
    (answer.status, answer.text)
}

fn signing() -> House {
    let house = House::with(ZAPI, builder(), |instance| instance);
    let signed = HubInstance::new(Scripted::new([CodeReply::NOT_READY]));
    let signed = signed.webhook_secret(WEBHOOK_SECRET);
    house.hub.add_instance("signed", signed).unwrap();
    house
}

#[tokio::test]
async fn a_signature_is_verified_over_the_bytes_that_came() {
    let house = signing();
    for body in [
        &br#"{"hint":"progress"}"#[..],
        b"  {\"hint\": \"connected\"}\r\n",
        br#"{"hint":"none of ours"}"#,
    ] {
        let (status, text) = post_signed(&house, &[], body, &signature(body)).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
    }
}

#[tokio::test]
async fn a_webhook_with_a_wrong_signature_is_refused_in_every_form() {
    let house = signing();
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (headers, body) in [
        (&[][..], &br#"{"hint":"connected"}"#[..]),
        (&[], br#"[{"hint":"connected"}]"#),
        (&[form], b"payload={\"hint\":\"connected\"}"),
        (&[form], b"hint=connected"),
        (&[], b"hint"),
    ] {
        for wrong in ["", "1", &signature(b"another body")] {
            let (status, text) = post_signed(&house, headers, body, wrong).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{text}");
            assert!(text.contains(r#""kind":"invalid_signature""#), "{text}");
        }
    }
}

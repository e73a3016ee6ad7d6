//! Requests that are too large or too slow.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use pairing_web::{AdminToken, PairingHub, router};

use crate::support::{Client, SOON, Server, hello, patient};

/// A request with this many headers beside `Host`, of this many bytes each.
async fn get_with(client: &mut Client, headers: usize, bytes: usize) -> String {
    let value = "x".repeat(bytes);
    let headers: String = (0..headers)
        .map(|number| format!("x-{number}: {value}\r\n"))
        .collect();
    let request =
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
    client.send(request.as_bytes()).await;
    client.read_to_close().await
}

#[tokio::test]
async fn a_head_within_the_limits_is_read() {
    let server = Server::start(hello(), patient()).await;
    let answer = get_with(&mut server.connect().await, 62, 200).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let server = Server::start(hello(), patient()).await;
    let answer = get_with(&mut server.connect().await, 63, 1).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = Server::start(hello(), patient()).await;
    let answer = get_with(&mut server.connect().await, 1, 16 * 1024).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_path_that_is_too_long_is_refused() {
    let server = Server::start(hello(), patient()).await;
    let mut client = server.connect().await;
    // More than the limit by one read: what nobody reads would reset the connection.
    let path = "x".repeat(17 * 1024);
    client.send(format!("GET /{path}").as_bytes()).await;
    let answer = client.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_head_that_trickles_is_cut_off() {
    let server = Server::start(hello(), patient().with_head_timeout(SOON)).await;
    let mut client = server.connect().await;
    client
        .send(b"GET / HTTP/1.1\r\nHost: localhost\r\nx: ")
        .await;
    assert_eq!(client.trickle().await, "");
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_closed() {
    let server = Server::start(hello(), patient().with_head_timeout(SOON)).await;
    assert_eq!(server.connect().await.read_to_close().await, "");
}

#[tokio::test]
async fn a_connection_is_kept_for_a_while_after_an_answer() {
    let server = Server::start(hello(), patient().with_keep_alive(SOON)).await;
    let mut client = server.connect().await;
    for _ in 0..2 {
        client.get("/").await;
        client.read_until("hello").await;
    }
    assert_eq!(client.read_to_close().await, "");
}

#[tokio::test]
async fn an_idle_connection_outlives_the_time_for_a_head() {
    let server = Server::start(hello(), patient().with_head_timeout(SOON)).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.read_until("hello").await;
    tokio::time::sleep(3 * SOON).await;
    client.get("/").await;
    client.read_until("hello").await;
}

#[tokio::test]
async fn a_later_head_that_trickles_is_cut_off_as_well() {
    let server = Server::start(hello(), patient().with_head_timeout(SOON)).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.read_until("hello").await;
    client
        .send(b"GET / HTTP/1.1\r\nHost: localhost\r\nx: ")
        .await;
    assert_eq!(client.trickle().await, "");
}

#[tokio::test]
async fn requests_that_come_together_are_all_answered() {
    let server = Server::start(hello(), patient().with_keep_alive(SOON)).await;
    let mut client = server.connect().await;
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3);
    client.send(request.as_bytes()).await;
    let answers = client.read_to_close().await;
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 3, "{answers}");
}

#[tokio::test]
async fn a_request_that_does_not_name_its_host_once_is_refused() {
    let server = Server::start(hello(), patient()).await;
    for (version, hosts) in [
        ("1.1", ""),
        ("1.1", "Host: localhost\r\nHost: localhost\r\n"),
        ("1.1", "Host: localhost\r\nX: y\r\nhost: other\r\n"),
        ("1.1", "Host: a b\r\n"),
        ("1.1", "Host: a, b\r\n"),
        ("1.1", "Host: user@localhost\r\n"),
        ("1.0", "Host: localhost\r\nHost: other\r\n"),
    ] {
        let mut client = server.connect().await;
        let request = format!("GET / HTTP/{version}\r\n{hosts}\r\n");
        client.send(request.as_bytes()).await;
        let answer = client.read_to_close().await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with(&format!("HTTP/{version} 400 ")),
            "{hosts}{head}"
        );
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["kind"], "bad_host");
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let server = Server::start(hello(), patient()).await;
    let mut client = server.connect().await;
    client.send(b"GET / HTTP/1.0\r\n\r\n").await;
    let answer = client.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off() {
    let app = Router::new().route("/", post(async |body: Bytes| body));
    let server = Server::start(app, patient().with_body_timeout(SOON)).await;
    let mut client = server.connect().await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
    client.send(head.as_bytes()).await;
    let answer = client.trickle().await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 408 "), "{head}");
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["error"]["kind"], "too_slow");
}

#[tokio::test]
async fn a_slow_body_is_answered_with_408() {
    let hub = PairingHub::builder().admin_token(AdminToken::new("0123456789abcdef").unwrap());
    let app = router(hub.build().unwrap());
    let server = Server::start(app, patient().with_body_timeout(SOON)).await;
    let mut client = server.connect().await;
    let head = "POST /api/pairings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\n\
                Content-Type: application/json\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n";
    client.send(head.as_bytes()).await;
    let answer = client.trickle().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"too_slow\""), "{answer}");
}

#[tokio::test]
async fn a_body_that_comes_in_parts_is_read_whole() {
    let app = Router::new().route("/", post(async |body: Bytes| body));
    let server = Server::start(app, patient()).await;
    let mut client = server.connect().await;
    let head =
        "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n";
    client.send(head.as_bytes()).await;
    // The server waits for the body: it says so.
    client.read_until("100 Continue\r\n\r\n").await;
    client.send(b"one").await;
    client.send(b"two").await;
    client.read_until("onetwo").await;
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    let server = Server::start(hello(), patient()).await;
    let mut client = server.connect().await;
    client.send(b"\x16\x03\x01 this is TLS\r\n\r\n").await;
    let answer = client.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

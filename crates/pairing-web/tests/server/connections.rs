//! How many connections may be open, and what the next one is told.

use crate::support::{Server, hello, patient};

#[tokio::test]
async fn a_connection_above_the_limit_is_told_to_come_back() {
    let server = Server::start(hello(), patient().with_connections(1)).await;
    let mut first = server.connect().await;
    first.get("/").await;
    first.read_until("hello").await;

    let mut second = server.connect().await;
    second.get("/").await;
    let answer = second.read_to_close().await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert!(head.contains("\r\nretry-after: 5\r\n"), "{head}");
    assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["error"]["kind"], "too_many_connections");

    // The one that is within goes on, and leaves its place to another.
    first.get("/").await;
    first.read_until("hello").await;
    drop(first);
    loop {
        let mut next = server.connect().await;
        next.get("/").await;
        let head = next.read_until("\r\n\r\n").await;
        if head.starts_with("HTTP/1.1 200 ") {
            break;
        }
    }
}

#[tokio::test]
async fn refusing_is_limited_too() {
    let server = Server::start(hello(), patient().with_connections(0)).await;
    let mut silent = Vec::new();
    for _ in 0..64 {
        silent.push(server.connect().await);
    }
    assert_eq!(server.connect().await.read_to_close().await, "");
    let mut first = silent.swap_remove(0);
    first.get("/").await;
    let answer = first.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

//! How many connections may be open, and what the next one is told.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::net::TcpStream;

use crate::support::{Client, Server, hello, patient};

/// Linux queues as many as the listener asks for and the system allows; 128 is what tokio asks for.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_burst_of_connections_waits_to_be_accepted() {
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    let burst = allowed.trim().parse::<usize>().unwrap().min(400);
    let listener = pairing_web::listen(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..burst {
        // One that finds no room tries for two minutes, and fails.
        waiting.push(TcpStream::connect(address).await.unwrap());
    }
    for _ in 0..burst {
        listener.accept().await.unwrap();
    }
}

#[tokio::test]
async fn above_the_limit_of_idle_connections_one_ends_with_its_answer() {
    let server = Server::start(hello(), patient().with_idle_connections(1)).await;
    let mut first = server.connect().await;
    first.get("/").await;
    let head = first.read_until("hello").await;
    assert!(!head.contains("connection: close"), "{head}");

    let mut second = server.connect().await;
    second.get("/").await;
    let answer = second.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");

    // The idle one has kept its place, and is served.
    first.get("/").await;
    first.read_until("hello").await;
}

#[tokio::test]
async fn the_peer_is_known_to_handlers() {
    let handler = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
    let server = Server::start(Router::new().route("/", get(handler)), patient()).await;
    let mut client = server.connect().await;
    let own = client.0.local_addr().unwrap().to_string();
    client.get("/").await;
    client.read_until(&own).await;
}

#[tokio::test]
async fn a_connection_above_the_limit_is_refused_with_retry_after() {
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

/// The other addresses of this machine: Linux answers to all of 127.0.0.0/8.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let connect = async |server: &Server, from: [u8; 4]| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        Client(socket.connect(server.address).await.unwrap())
    };
    let options = patient().with_connections_per_address(2);
    let server = Server::start(hello(), options.clone().with_trusted_proxies(Vec::new())).await;
    let greedy = [127, 0, 0, 1];
    let mut first = connect(&server, greedy).await;
    first.get("/").await;
    first.read_until("hello").await;
    let mut second = connect(&server, greedy).await;
    second.get("/").await;
    second.read_until("hello").await;
    let mut third = connect(&server, greedy).await;
    third.get("/").await;
    let answer = third.read_to_close().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("too_many_connections"), "{answer}");

    // Another address is served all the same, and a proxy as often as it wants.
    let mut other = connect(&server, [127, 0, 0, 2]).await;
    other.get("/").await;
    other.read_until("hello").await;
    let server = Server::start(hello(), options).await;
    let mut kept = Vec::new();
    for _ in 0..9 {
        let mut proxy = connect(&server, greedy).await;
        proxy.get("/").await;
        proxy.read_until("hello").await;
        kept.push(proxy);
    }
}

#[tokio::test]
async fn what_is_no_proxys_address_is_refused_at_the_start() {
    let options = patient().with_trusted_proxies(vec!["proxy.example.com".to_owned()]);
    let server = Server::start(hello(), options).await;
    let refused = server.end().await.unwrap().unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
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

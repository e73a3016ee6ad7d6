//! The simulator on real sockets: it listens on loopback, breaks connections, and ends.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::io::ErrorKind;
use std::net::SocketAddr;

use common::socket::{open, path, read, send, send_json};
use common::{PLAIN, simulator};
use pairing_sim::{Fault, Instance, InstanceSetup, Server, Simulator};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ANY_PORT: &str = "127.0.0.1:0";

fn loopback() -> SocketAddr {
    ANY_PORT.parse().unwrap()
}

async fn start() -> (Simulator, Server, Instance) {
    let simulator = simulator();
    let server = simulator.serve(loopback()).await.unwrap();
    let instance = simulator.add_instance(InstanceSetup::new(PLAIN));
    (simulator, server, instance)
}

#[tokio::test]
async fn a_gateway_answers_over_a_socket() {
    let (_simulator, server, instance) = start().await;
    let (status, answer) = send_json(&server, "GET", &path(&instance, "qr"), "").await;
    assert_eq!(status, 200);
    assert_eq!(answer["value"].as_str(), instance.current_qr().as_deref());
    assert_eq!(server.base_url(), format!("http://{}", server.address()));
}

#[tokio::test]
async fn only_loopback_is_served() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let error = simulator()
            .serve(address.parse().unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("loopback only"));
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let (simulator, server, _) = start().await;
    let error = simulator.serve(server.address()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_reset_connection_is_reset() {
    let (_simulator, server, instance) = start().await;
    instance.set_faults(Fault::CONNECTION_RESET);
    let stream = open(server.address(), "GET", &path(&instance, "status"), "").await;
    let error = read(stream).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    let (_simulator, server, instance) = start().await;
    instance.set_faults(Fault::TRUNCATED);
    let stream = open(server.address(), "GET", &path(&instance, "status"), "").await;
    let (head, body) = read(stream).await.unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let (_, length) = head.split_once("content-length: ").unwrap();
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    assert!(!body.is_empty());
    assert_eq!(body.len(), length / 2);
}

#[tokio::test]
async fn a_client_that_hangs_up_is_noticed() {
    let (_simulator, server, instance) = start().await;
    instance.set_faults(Fault::HANG);
    let stream = open(server.address(), "GET", &path(&instance, "status"), "").await;
    instance.wait_for_calls(|calls| calls.in_flight == 1).await;
    drop(stream);
    let calls = instance.wait_for_calls(|calls| calls.in_flight == 0).await;
    assert_eq!((calls.status, calls.dropped_by_client), (1, 1));
}

#[tokio::test]
async fn connections_are_counted() {
    let (_simulator, server, instance) = start().await;
    instance.set_faults(Fault::HANG);
    let first = open(server.address(), "GET", &path(&instance, "status"), "").await;
    let second = open(server.address(), "GET", &path(&instance, "status"), "").await;
    instance.wait_for_calls(|calls| calls.in_flight == 2).await;
    let seen = server.connections();
    assert_eq!((seen.accepted, seen.open, seen.most_open), (2, 2, 2));
    drop((first, second));
    instance.wait_for_calls(|calls| calls.in_flight == 0).await;
    assert_eq!(server.connections().accepted, 2);
}

#[tokio::test]
async fn shutting_down_closes_the_port_and_every_connection() {
    let (_simulator, server, instance) = start().await;
    let address = server.address();
    instance.set_faults(Fault::HANG);
    let stream = open(address, "GET", &path(&instance, "status"), "").await;
    instance.wait_for_calls(|calls| calls.in_flight == 1).await;
    server.shutdown().await;
    assert_eq!(instance.calls().in_flight, 0);
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    assert_eq!(read(stream).await.unwrap().0, "");
}

#[tokio::test]
async fn dropping_does_the_same() {
    let (_simulator, server, instance) = start().await;
    let address = server.address();
    instance.set_faults(Fault::HANG);
    let stream = open(address, "GET", &path(&instance, "status"), "").await;
    instance.wait_for_calls(|calls| calls.in_flight == 1).await;
    drop(server);
    instance.wait_for_calls(|calls| calls.in_flight == 0).await;
    assert_eq!(read(stream).await.unwrap().0, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn simulators_live_side_by_side() {
    let (_one, one_server, one) = start().await;
    let (_other, other_server, other) = start().await;
    let path = path(&one, "qr");
    let (status, _) = send(&one_server, "GET", &path, "").await;
    assert_eq!(status, 200);
    // Same seed, same credentials, other state.
    assert_eq!(one.id(), other.id());
    assert_eq!((one.calls().total, other.calls().total), (1, 0));
    other.set_faults(Fault::SERVER_ERROR.with(503));
    assert_eq!(send(&other_server, "GET", &path, "").await.0, 503);
    assert_eq!(send(&one_server, "GET", &path, "").await.0, 200);
}

/// Takes one webhook, answering with `status`.
async fn receive(listener: &TcpListener, status: &str) -> (String, Value) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        if let Ok(body) = serde_json::from_str(body) {
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return (head.to_owned(), body);
        }
    }
}

#[tokio::test]
async fn a_webhook_is_posted_and_tried_again() {
    let (_simulator, _server, instance) = start().await;
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let url = format!("http://{}/hook?secret=1", listener.local_addr().unwrap());
    instance.set_webhook(Some(url)).unwrap();
    instance.link();
    receive(&listener, "503 Service Unavailable").await;
    let (head, body) = receive(&listener, "200 OK").await;
    assert!(head.starts_with("POST /hook?secret=1 HTTP/1.1"));
    assert_eq!(body["linked"], instance.phone().digits());
    let sum: u64 = body.to_string().bytes().map(u64::from).sum();
    assert!(head.contains(&format!("\r\nX-Sum: {sum}")), "{head}");
}

#[tokio::test]
async fn a_gateway_takes_webhook_addresses_too() {
    let (_simulator, server, instance) = start().await;
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let hook = format!("http://{}/", listener.local_addr().unwrap());
    let url = format!(r#"{{"url":"{hook}"}}"#);
    let connected = path(&instance, "webhook/linked");
    let disconnected = path(&instance, "webhook/unlinked");
    assert_eq!(send(&server, "PUT", &disconnected, &url).await.0, 200);
    instance.link();
    instance.unlink();
    let (_, body) = receive(&listener, "200 OK").await;
    assert_eq!(body["unlinked"], instance.id());
    assert_eq!(send(&server, "PUT", &connected, &url).await.0, 200);
    assert_eq!(instance.webhook(), Some(hook));
    let bad = r#"{"url":"http://192.0.2.1/"}"#;
    assert_eq!(send(&server, "PUT", &connected, bad).await.0, 400);
}

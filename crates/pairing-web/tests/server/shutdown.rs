//! The end: answers finish, streams do not hold it up for ever, and the port is free.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_util::StreamExt as _;
use futures_util::stream;
use pairing_web::serve_with;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::{SOON, Server, hello, patient};

/// `/` answers when it is told to; `/stream` never ends.
fn slow(asked: Arc<Notify>, answer: Arc<Notify>) -> Router {
    let wait = async move || {
        asked.notify_one();
        answer.notified().await;
        "hello"
    };
    let endless = async || {
        let first = stream::once(async { Ok::<_, Infallible>("data: 0\n\n") });
        Body::from_stream(first.chain(stream::pending()))
    };
    Router::new()
        .route("/", get(wait))
        .route("/stream", get(endless))
}

#[tokio::test]
async fn an_answer_is_finished_and_no_new_connection_is_accepted() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Server::start(slow(asked.clone(), answer.clone()), patient()).await;
    let address = server.address;
    let mut client = server.connect().await;
    client.get("/").await;
    asked.notified().await;
    let stopped = server.stop();
    // Nobody is let in any more once the listener is gone.
    while TcpStream::connect(address).await.is_ok() {}
    assert!(!stopped.is_finished());
    answer.notify_one();
    let read = client.read_to_close().await;
    assert!(read.starts_with("HTTP/1.1 200 "), "{read}");
    assert!(read.ends_with("\r\n\r\nhello"), "{read}");
    stopped.await.unwrap().unwrap();
}

#[tokio::test]
async fn connections_that_wait_for_nothing_are_closed_at_once() {
    let server = Server::start(hello(), patient()).await;
    let mut idle = server.connect().await;
    idle.get("/").await;
    idle.read_until("hello").await;
    let mut silent = server.connect().await;
    // It is accepted by the time that a later one is answered.
    let mut later = server.connect().await;
    later.get("/").await;
    later.read_until("hello").await;
    // Its grace would outlast the test.
    server.stop().await.unwrap().unwrap();
    assert_eq!(idle.read_to_close().await, "");
    assert_eq!(silent.read_to_close().await, "");
}

#[tokio::test]
async fn a_stream_that_does_not_end_is_ended() {
    let notify = Arc::new(Notify::new());
    let app = slow(notify.clone(), notify);
    let server = Server::start(app, patient().with_grace(SOON)).await;
    let mut client = server.connect().await;
    client.get("/stream").await;
    client.read_until("data: 0\n\n\r\n").await;
    server.stop().await.unwrap().unwrap();
    assert_eq!(client.read_to_close().await, "");
}

#[tokio::test]
async fn dropping_the_server_closes_everything() {
    let notify = Arc::new(Notify::new());
    let server = Server::start(slow(notify.clone(), notify), patient()).await;
    let mut client = server.connect().await;
    client.get("/stream").await;
    client.read_until("data: 0\n\n\r\n").await;
    server.abort();
    assert_eq!(client.read_to_close().await, "");
}

#[tokio::test]
async fn the_signal_to_stop_is_waited_for_before_anyone_is_let_in() {
    // One that was waiting when the server came must not be served by a server that no signal
    // reaches yet: `tokio::signal::ctrl_c()` begins to listen when it is first asked.
    for _ in 0..20 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let waiting = TcpStream::connect(listener.local_addr().unwrap()).await;
        let already = std::future::ready(());
        serve_with(listener, hello(), patient(), already)
            .await
            .unwrap();
        let mut waiting = waiting.unwrap();
        let _ = waiting
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        let mut answer = Vec::new();
        let _ = waiting.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "it was served");
    }
}

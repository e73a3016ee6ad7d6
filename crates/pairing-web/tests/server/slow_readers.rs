//! Streams whose readers are slow, gone, or have nothing to read for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::stream;
use tokio::net::TcpSocket;
use tokio::sync::mpsc;

use crate::support::{Client, NEVER, SOON, Server, patient};

/// As large as a frame with a picture.
const FRAME: usize = 8 * 1024;

/// An endless answer that counts what was taken from it. The sender is dropped with the answer.
fn endless(taken: Arc<AtomicUsize>, alive: mpsc::Sender<()>) -> Router {
    let answer = async move || {
        Body::from_stream(stream::repeat_with(move || {
            assert!(!alive.is_closed());
            taken.fetch_add(FRAME, Ordering::Relaxed);
            Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; FRAME]))
        }))
    };
    Router::new().route("/", get(answer))
}

#[tokio::test]
async fn a_reader_that_stops_is_dropped_and_little_was_kept_for_it() {
    let taken = Arc::new(AtomicUsize::new(0));
    let (alive, mut dropped) = mpsc::channel(1);
    let app = endless(taken.clone(), alive);
    let server = Server::start(app, patient().with_write_timeout(SOON)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut client = Client(socket.connect(server.address).await.unwrap());
    client.get("/").await;
    client.read_until("\r\n\r\n").await;
    // The router holds a sender for as long as it serves.
    server.stop();
    assert_eq!(dropped.recv().await, None);
    let taken = taken.load(Ordering::Relaxed);
    assert!((FRAME..256 * 1024).contains(&taken), "{taken} bytes");
}

/// One event, a pause that is longer than the server waits for anything, another, and the end.
fn quiet() -> Router {
    let answer = async || {
        Body::from_stream(stream::unfold(0, async |number| {
            match number {
                0 => {}
                1 => tokio::time::sleep(5 * SOON).await,
                _ => return None,
            }
            let event = format!("data: {number}\n\n");
            Some((Ok::<_, std::convert::Infallible>(event), number + 1))
        }))
    };
    Router::new().route("/", get(answer))
}

#[tokio::test]
async fn a_quiet_stream_is_no_slow_reader() {
    let options = patient()
        .with_head_timeout(SOON)
        .with_body_timeout(SOON)
        .with_write_timeout(SOON);
    let server = Server::start(quiet(), options).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.read_until("data: 0\n\n\r\n").await;
    client.read_until("data: 1\n\n\r\n").await;
}

#[tokio::test]
async fn a_reader_that_leaves_a_quiet_stream_is_noticed_at_once() {
    let (alive, mut dropped) = mpsc::channel::<()>(1);
    let answer = async move || {
        let first = stream::once(async { Ok::<_, std::convert::Infallible>("data: 0\n\n") });
        let rest = stream::once(async move {
            tokio::time::sleep(NEVER).await;
            drop(alive);
            Ok("")
        });
        Body::from_stream(stream::StreamExt::chain(first, rest))
    };
    let app = Router::new().route("/", get(answer));
    let server = Server::start(app, patient()).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.read_until("data: 0\n\n\r\n").await;
    let stopped = server.stop();
    drop(client);
    // The stop waits for the stream, without a limit that this test would live to see.
    stopped.await.unwrap().unwrap();
    assert_eq!(dropped.recv().await, None);
}

//! A process out of file descriptors. Alone in its program, whose limit it changes.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::io::Write;
use std::sync::mpsc::{Sender, channel};

use axum::Router;
use axum::routing::get;
use pairing_web::serve;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

/// Where warnings go.
struct Warnings(Sender<()>);

impl Write for Warnings {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        // Nobody counts them after the first.
        let _ = self.0.send(());
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn limit_open_files(limit: Option<u64>) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = limit.or(maximum);
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[test]
fn a_server_without_file_descriptors_goes_on_when_there_are_some_again() {
    let (warn, warned) = channel();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(move || Warnings(warn.clone()))
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (listening, address) = channel();
    let server = std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            listening.send(listener.local_addr().unwrap()).unwrap();
            let app = Router::new().route("/", get(async || "hello"));
            serve(listener, app, std::future::pending()).await
        })
    });
    let address = address.recv().unwrap();
    let client = runtime();
    let socket = client.block_on(async { TcpSocket::new_v4() }).unwrap();
    // Lower than any descriptor that is open: none can be opened.
    limit_open_files(Some(0));
    let mut stream = client.block_on(socket.connect(address)).unwrap();
    warned.recv().unwrap();
    assert!(!server.is_finished());
    limit_open_files(None);
    client.block_on(async {
        let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
    });
}

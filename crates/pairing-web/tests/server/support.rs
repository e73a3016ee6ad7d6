//! A server on a free port, and a client that says every byte itself.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use pairing_web::{ServeOptions, serve_with};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What a test lets pass in place of the seconds that people get.
pub(crate) const SOON: Duration = Duration::from_millis(50);

/// Far beyond any test.
pub(crate) const NEVER: Duration = Duration::from_secs(3600);

/// No limit that a test would meet by chance.
pub(crate) fn patient() -> ServeOptions {
    ServeOptions::default()
        .with_head_timeout(NEVER)
        .with_body_timeout(NEVER)
        .with_write_timeout(NEVER)
        .with_grace(NEVER)
}

pub(crate) fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(crate) async fn start(app: Router, options: ServeOptions) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            stopped.await.unwrap();
        };
        let task = tokio::spawn(serve_with(listener, app, options, stopped));
        Self {
            address,
            stop,
            task,
        }
    }

    /// Asks it to stop; the task ends when it has.
    pub(crate) fn stop(self) -> JoinHandle<std::io::Result<()>> {
        self.stop.send(()).unwrap();
        self.task
    }

    /// The task of a server that ends without being told to.
    pub(crate) fn end(self) -> JoinHandle<std::io::Result<()>> {
        self.task
    }

    pub(crate) fn abort(self) {
        self.task.abort();
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn get(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.send(request.as_bytes()).await;
    }

    /// Reads until `end` has come.
    pub(crate) async fn read_until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains(end) {
            let count = self.0.read_buf(&mut read).await.unwrap();
            assert_ne!(count, 0, "{}", String::from_utf8_lossy(&read));
        }
        String::from_utf8(read).unwrap()
    }

    /// What comes until the server closes the connection, in order or not.
    pub(crate) async fn read_to_close(&mut self) -> String {
        let mut read = Vec::new();
        // After a reset, what came before it counts.
        let _ = self.0.read_to_end(&mut read).await;
        String::from_utf8(read).unwrap()
    }

    /// Sends one byte after the other until the server closes the connection, and gives what it
    /// said.
    pub(crate) async fn trickle(&mut self) -> String {
        let mut read = Vec::new();
        loop {
            let next = self.0.read_buf(&mut read);
            match tokio::time::timeout(SOON / 10, next).await {
                Ok(Ok(1..)) => {}
                Ok(Ok(0) | Err(_)) => return String::from_utf8(read).unwrap(),
                Err(_nothing_yet) => {
                    // When the server has closed the connection, the next read says so.
                    let _ = self.0.write_all(b"x").await;
                }
            }
        }
    }
}

//! The simulator on a loopback socket, with connections that can break like a gateway's.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::response::ConnectionReset;

/// A simulator that listens. Dropping it closes the listener and every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// Dropping it asks the task to end in order.
    stop: Option<oneshot::Sender<Infallible>>,
    task: JoinHandle<()>,
    connections: Arc<Counters>,
}

/// The connections a [`Server`] has seen: what a client costs a gateway besides calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connections {
    /// Opened so far.
    pub accepted: u64,
    /// Open now.
    pub open: u64,
    /// The most that were open at one time.
    pub most_open: u64,
}

#[derive(Debug, Default)]
struct Counters {
    accepted: AtomicU64,
    closed: AtomicU64,
    most_open: AtomicU64,
}

impl Counters {
    /// Counts a connection until what it gives is dropped.
    fn open(self: &Arc<Self>) -> Open {
        let accepted = self.accepted.fetch_add(1, Ordering::Relaxed) + 1;
        let open = accepted.saturating_sub(self.closed.load(Ordering::Relaxed));
        self.most_open.fetch_max(open, Ordering::Relaxed);
        Open(self.clone())
    }
}

struct Open(Arc<Counters>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.closed.fetch_add(1, Ordering::Relaxed);
    }
}

impl Server {
    pub(crate) async fn bind(router: Router, address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the simulator listens on loopback only: use 127.0.0.1 or ::1",
            ));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let connections = Arc::<Counters>::default();
        let task = tokio::spawn(accept(listener, router, stopped, connections.clone()));
        Ok(Self {
            address,
            stop: Some(stop),
            task,
            connections,
        })
    }

    /// Where it listens, with the port that port 0 became.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:{port}`: the base URL for the adapters of all gateways.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has seen of connections so far.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let closed = self.connections.closed.load(Ordering::Relaxed);
        let accepted = self.connections.accepted.load(Ordering::Relaxed);
        Connections {
            accepted,
            open: accepted.saturating_sub(closed),
            most_open: self.connections.most_open.load(Ordering::Relaxed),
        }
    }

    /// Closes the listener and every connection, and returns when they are closed.
    pub async fn shutdown(mut self) {
        self.stop = None;
        // An error would say that the runtime has ended the task already.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Owns the connections, so that they end with it.
async fn accept(
    listener: TcpListener,
    router: Router,
    mut stopped: oneshot::Receiver<Infallible>,
    counters: Arc<Counters>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let open = counters.open();
                    let router = router.clone();
                    connections.spawn(async move {
                        converse(stream, router).await;
                        drop(open);
                    });
                }
                // Out of file descriptors, for example: let some connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            _ = &mut stopped => break,
        }
    }
    drop(listener);
    connections.shutdown().await;
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator resets this connection")]
struct Reset;

async fn converse(stream: TcpStream, router: Router) {
    let service = service_fn(|request: Request<Incoming>| {
        let router = router.clone();
        Box::pin(async move { respond(router, request).await })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let Err(error) = (&mut connection).await else {
        return;
    };
    // Every other way to end, such as a client that went away, concerns the client alone.
    let is_reset = std::error::Error::source(&error).is_some_and(|source| source.is::<Reset>());
    if is_reset {
        let stream = connection.into_parts().io.into_inner();
        // Without lingering, closing sends RST instead of FIN.
        let _ = stream.set_zero_linger();
    }
}

async fn respond(router: Router, request: Request<Incoming>) -> Result<Response<Body>, Reset> {
    let response: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
    let Ok(response) = response;
    match response.extensions().get::<ConnectionReset>() {
        Some(ConnectionReset) => Err(Reset),
        None => Ok(response),
    }
}

//! A public server for the page: every connection is limited in what it
//! may send, hold and wait for, which axum's own loop leaves to a proxy.

mod body;
mod connection;
mod host;
mod listener;
mod options;
mod per_address;
mod refusal;
mod turn;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

pub(crate) use body::TooSlow;
pub use listener::listen;
pub use options::ServeOptions;

use crate::clients::Networks;
use connection::{Rules, converse};
use per_address::PerAddress;

/// How long to wait when the system has no file descriptor or memory left for a connection.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Serves `app` over HTTP/1.1 with the limits of [`ServeOptions::default`], until `shutdown`
/// is done. A listener of [`listen`] has room for a burst of connections. Handlers can learn the
/// peer with axum's `ConnectInfo<SocketAddr>`.
///
/// # Errors
///
/// As [`serve_with`].
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    serve_with(listener, app, ServeOptions::default(), shutdown).await
}

/// As [`serve`], with limits of one's own.
///
/// Once `shutdown` is done no connection is accepted, and those that are open end with the
/// answer they are about, or after [`ServeOptions::grace`]. Let `shutdown` end with
/// [`PairingHub::shutdown`](crate::PairingHub::shutdown), which ends the streams of events.
///
/// # Errors
///
/// When `listener` does not listen, or [`ServeOptions::trusted_proxies`] holds something else than
/// addresses and networks ([`InvalidInput`](io::ErrorKind::InvalidInput)). Whatever fails later concerns one connection or passes,
/// and is a `tracing` event.
pub async fn serve_with(
    listener: TcpListener,
    app: Router,
    options: ServeOptions,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::debug!(%address, "listening");
    let mut connections = Connections::new(app, options)?;
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            // Asked first, and before anything is accepted: a signal is heard from then on.
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => connections.open(stream, peer),
            Err(error) if concerns_one_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::select! {
                    () = tokio::time::sleep(EXHAUSTED) => {}
                    () = &mut shutdown => break,
                }
            }
        }
    }
    drop(listener);
    connections.close().await;
    Ok(())
}

/// The peer was gone before it was accepted.
fn concerns_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// The open connections, which end with this value.
struct Connections {
    app: Router,
    rules: Arc<Rules>,
    /// One permit for each connection.
    free: Arc<Semaphore>,
    per_address: PerAddress,
    /// What connections above the limit are served, and how many may be.
    busy: Router,
    refusals: Arc<Semaphore>,
    closing: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Connections {
    fn new(app: Router, options: ServeOptions) -> io::Result<Self> {
        let proxies = Networks::parse(&options.trusted_proxies).ok_or_else(|| {
            let what = "trusted_proxies: neither an address nor a network, like 10.0.0.0/8";
            io::Error::new(io::ErrorKind::InvalidInput, what)
        })?;
        let permits = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let (closing, closed) = watch::channel(false);
        Ok(Self {
            app,
            free: permits(options.connections),
            per_address: PerAddress::new(options.connections_per_address, proxies),
            busy: Router::new().fallback(async || refusal::busy()),
            refusals: permits(ServeOptions::REFUSALS),
            rules: Arc::new(Rules {
                idle: permits(options.idle_connections),
                options,
                closing: closed,
            }),
            closing,
            tasks: JoinSet::new(),
        })
    }

    fn open(&mut self, stream: TcpStream, peer: SocketAddr) {
        let admitted = self.per_address.admit(peer.ip());
        if let (Some(admitted), Ok(permit)) = (admitted, self.free.clone().try_acquire_owned()) {
            self.spawn(stream, peer, self.app.clone(), (admitted, permit));
        } else if let Ok(permit) = self.refusals.clone().try_acquire_owned() {
            self.spawn(stream, peer, self.busy.clone(), permit);
        }
    }

    fn spawn(
        &mut self,
        stream: TcpStream,
        peer: SocketAddr,
        app: Router,
        place: impl Send + 'static,
    ) {
        let done = converse(stream, peer, app, &self.rules);
        self.tasks.spawn(async move {
            done.await;
            drop(place);
        });
    }

    async fn close(mut self) {
        self.closing.send_replace(true);
        let tasks = &mut self.tasks;
        let all = async { while tasks.join_next().await.is_some() {} };
        let grace = self.rules.options.grace;
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::debug!("connections are closed amid their answers");
        }
        self.tasks.shutdown().await;
    }
}

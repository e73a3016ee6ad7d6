//! What `pairing serve` and `pairing demo --web` share: listening, and serving until stopped.

use std::net::SocketAddr;
use std::pin::pin;

use axum::Router;
use pairing_web::{PairingHub, ServeOptions, serve_with};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::config::ServeSection;
use crate::console::Reader;
use crate::failure::Failure;
use crate::open_files;
use crate::signals::{Signal, Signals};

/// A listener, and where it listens. `option` is what chooses another address.
pub(super) fn listen(
    address: SocketAddr,
    option: &str,
) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = pairing_web::listen(address).map_err(|error| {
        Failure::configuration(format!(
            "cannot listen on {address}: {error}; choose another address or port with {option}; \
             port 0 takes any free one"
        ))
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Why a server has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// By a signal, and the hub was shut down in order.
    Requested,
    /// By a second signal, without waiting for that.
    Hurried,
    /// The reader of the output has gone.
    Unread,
}

/// Serves until it is stopped or the reader of the output has gone. `reload` is called on a request
/// to reload.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    hub: PairingHub,
    section: &ServeSection,
    signals: &mut Signals,
    reader: &Reader,
    reload: impl AsyncFnMut(),
) -> Result<Stopped, Failure> {
    let mut options = options(open_files::raise_limit(), section.max_viewers);
    options
        .trusted_proxies
        .extend_from_slice(&section.trusted_proxies);
    if let Some(keep_alive) = section.keep_alive {
        options = options.with_keep_alive(keep_alive);
    }
    let (tell, stop) = oneshot::channel::<()>();
    let mut served = pin!(serve_with(listener, app, options, async move {
        // Nothing is sent: the other end is dropped.
        let _ = stop.await;
        hub.shutdown().await;
    }));
    let stopped = tokio::select! {
        served = &mut served => return Ok(served.map(|()| Stopped::Requested)?),
        () = reload_until_stopped(signals, reload) => Stopped::Requested,
        () = reader.gone() => Stopped::Unread,
    };
    drop(tell);
    tokio::select! {
        served = served => Ok(served.map(|()| stopped)?),
        () = signals.quit() => Ok(Stopped::Hurried),
    }
}

/// Reloads until the program is to quit, which does not wait for a reload.
async fn reload_until_stopped(signals: &mut Signals, mut reload: impl AsyncFnMut()) {
    loop {
        match signals.next().await {
            Signal::Quit => return,
            Signal::Reload => tokio::select! {
                () = reload() => {}
                () = signals.quit() => return,
            },
            Signal::Resized | Signal::Suspend => {}
        }
    }
}

/// Connections of one address, however few files may be open: an office of ten people, with six
/// for each browser.
const LEAST_PER_ADDRESS: usize = 64;

/// Each viewer has a connection, and now and then a second one to act. A quarter of the files
/// that may be open is left for the gateways and our own.
fn options(files: Option<u64>, viewers: Option<usize>) -> ServeOptions {
    let options = ServeOptions::default();
    let viewers = viewers.unwrap_or_default();
    let wanted = options.connections.max(viewers.saturating_mul(2));
    let files = files.and_then(|files| usize::try_from(files).ok());
    let possible = files.map_or(usize::MAX, |files| files / 4 * 3);
    if possible < viewers {
        tracing::warn!(
            "max_viewers is {viewers}, and no more than {possible} connections may be open: \
             raise the limit of open files (ulimit -Hn)"
        );
    }
    let connections = wanted.min(possible);
    options
        .with_connections(connections)
        .with_connections_per_address((connections / 20).max(LEAST_PER_ADDRESS))
        .with_idle_connections(connections / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_connections_for_all_viewers_and_files_for_all_connections() {
        let usual = ServeOptions::default().connections;
        for (files, viewers, connections) in [
            (None, None, usual),
            (None, Some(50), usual),
            (None, Some(50_000), 100_000),
            (Some(1_000_000), Some(50_000), 100_000),
            (Some(4_096), None, 3_072),
            (Some(4_096), Some(50_000), 3_072),
        ] {
            let options = options(files, viewers);
            assert_eq!(options.connections, connections);
            assert_eq!(options.idle_connections, connections / 2);
            assert_eq!(options.connections_per_address, connections / 20);
        }
    }
}

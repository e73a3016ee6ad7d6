//! What `pairing serve` and `pairing demo --web` share: listening, and serving until told to
//! stop.

use std::net::SocketAddr;
use std::pin::pin;

use axum::Router;
use pairing_web::{PairingHub, ServeOptions, serve_with};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::failure::Failure;
use crate::open_files;
use crate::program::Context;

/// A listener, and where it listens. `option` is what chooses another address.
pub(super) async fn listen(
    address: SocketAddr,
    option: &str,
) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::configuration(format!(
            "cannot listen on {address}: {error}; choose another address or port with {option}; \
             port 0 takes any free one"
        ))
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until a signal comes or nobody reads the output any more. The hub is shut down in
/// order; a second signal does not wait for that.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    hub: PairingHub,
    context: &mut Context,
) -> Result<(), Failure> {
    let (told, stop) = oneshot::channel::<()>();
    let mut served = pin!(serve_with(listener, app, options(), async move {
        // Nobody sends: the other end is dropped.
        let _ = stop.await;
        hub.shutdown().await;
    }));
    tokio::select! {
        served = &mut served => return Ok(served?),
        () = context.signals.quit() => {}
        () = context.reader.gone() => {}
    }
    drop(told);
    tokio::select! {
        served = served => Ok(served?),
        () = context.signals.quit() => Ok(()),
    }
}

/// As many connections as there may be files, less a quarter for the gateways and our own.
fn options() -> ServeOptions {
    let options = ServeOptions::default();
    match open_files::raise_limit() {
        Some(files) => {
            let most = usize::try_from(files / 4 * 3).unwrap_or(usize::MAX);
            let connections = options.connections.min(most);
            options.with_connections(connections)
        }
        None => options,
    }
}

//! One connection: what its peer may send, and how long it may leave an answer unread.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutWriter;
use tower::ServiceExt as _;

use super::ServeOptions;
use super::body::TimelyBody;

/// Serves a connection until its peer, a limit or `watcher` ends it.
///
/// Not an `async fn`: its arguments would be kept beside the connection for as long as it lives.
pub(super) fn converse(
    stream: TcpStream,
    app: Router,
    options: &ServeOptions,
    watcher: Watcher,
) -> impl Future<Output = ()> + use<> {
    if let Err(error) = prepare(&stream, options.write_timeout) {
        // The connection works without it; its peer may have gone already.
        tracing::debug!(%error, "a connection was not prepared");
    }
    let body_timeout = options.body_timeout;
    let service = service_fn(move |request: Request<Incoming>| {
        let app = app.clone();
        async move {
            let request = request.map(|body| TimelyBody::new(body, body_timeout));
            Ok::<_, Infallible>(
                app.oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(options.write_timeout));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(options.head_timeout)
        .max_buf_size(ServeOptions::HEAD_BYTES)
        .max_headers(ServeOptions::HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = watcher.watch(connection);
    async move {
        // Every way to end early concerns this peer alone.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// Lets events out at once, and the system keep little for a peer that does not read.
fn prepare(stream: &TcpStream, timeout: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_send_buffer_size(ServeOptions::SEND_BUFFER)?;
    // A phone that lost its network says nothing: without this, what is sent to it in vain keeps
    // its connection open for a quarter of an hour.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(timeout))?;
    #[cfg(not(target_os = "linux"))]
    let _ = timeout;
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn the_system_gives_up_a_peer_that_vanished_and_keeps_little_for_it() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_peer, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        prepare(&stream, Duration::from_secs(30)).unwrap();
        let socket = SockRef::from(&stream);
        let timeout = socket.tcp_user_timeout().unwrap();
        assert_eq!(timeout, Some(Duration::from_secs(30)));
        // Linux doubles the number, for its own notes.
        assert!(socket.send_buffer_size().unwrap() <= 2 * ServeOptions::SEND_BUFFER);
    }
}

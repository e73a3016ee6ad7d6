//! One connection: what its peer may send, and how long it may leave an answer unread.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{HeaderValue, header};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Sleep;
use tokio_io_timeout::TimeoutWriter;
use tower::ServiceExt as _;

use super::ServeOptions;
use super::body::TimelyBody;
use super::host::is_well_named;
use super::refusal;
use super::turn::{AnswerBody, Answering, Heard, Phase, Turn};

/// What all connections of a server share.
pub(super) struct Rules {
    pub(super) options: ServeOptions,
    /// One permit for each connection that may be kept without a request.
    pub(super) idle: Arc<Semaphore>,
    /// Becomes true when connections are to end with their answers.
    pub(super) closing: watch::Receiver<bool>,
}

/// Serves a connection until its peer, a limit or `rules.closing` ends it.
///
/// Not an `async fn`: its arguments would be kept beside the connection for as long as it lives.
pub(super) fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    rules: &Arc<Rules>,
) -> impl Future<Output = ()> + use<> {
    let write_timeout = rules.options.write_timeout;
    if let Err(error) = prepare(&stream, write_timeout) {
        // The connection works without it; its peer may have gone already.
        tracing::debug!(%error, "a connection was not prepared");
    }
    let turn = Turn::default();
    let service = {
        let (turn, rules) = (turn.clone(), rules.clone());
        service_fn(move |request: Request<Incoming>| {
            let answering = turn.answering();
            let app = app.clone();
            let rules = rules.clone();
            async move { Ok::<_, Infallible>(answer(request, peer, app, &rules, answering).await) }
        })
    };
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(write_timeout));
    let stream = Heard::new(Box::pin(stream), turn.clone());
    let connection = http1::Builder::new()
        .max_buf_size(ServeOptions::HEAD_BYTES)
        .max_headers(ServeOptions::HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let rules = rules.clone();
    async move {
        let mut connection = pin!(connection);
        let mut closing = rules.closing.clone();
        let mut closing = pin!(closing.wait_for(|closing| *closing));
        let mut patience = Patience::new(rules.clone());
        let mut is_ending = false;
        poll_fn(|context| {
            loop {
                if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                    // Every way to end early concerns this peer alone.
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                    return Poll::Ready(());
                }
                let next = patience.next(&turn, context);
                if next == Next::GiveUp {
                    return Poll::Ready(());
                }
                if is_ending {
                    return Poll::Pending;
                }
                let is_closing = closing.as_mut().poll(context).is_ready();
                if next == Next::Wait && !is_closing {
                    return Poll::Pending;
                }
                // It ends with the answer it is about, or now if there is none.
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        })
        .await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Wait,
    /// No further request is waited for.
    End,
    /// Not even for the rest of this one.
    GiveUp,
}

/// How long a connection may stay in its phase.
struct Patience {
    rules: Arc<Rules>,
    /// The number of the phase that the deadline is for.
    phase: Option<usize>,
    deadline: Option<Pin<Box<Sleep>>>,
    kept: Option<OwnedSemaphorePermit>,
}

impl Patience {
    fn new(rules: Arc<Rules>) -> Self {
        Self {
            rules,
            phase: None,
            deadline: None,
            kept: None,
        }
    }

    fn next(&mut self, turn: &Turn, context: &mut std::task::Context<'_>) -> Next {
        let (number, phase) = turn.now();
        if self.phase != Some(number) {
            self.phase = Some(number);
            self.kept = None;
            let ServeOptions {
                head_timeout,
                keep_alive,
                ..
            } = self.rules.options;
            self.deadline = match phase {
                // An answer may be a stream of events, for hours: it has limits of its own.
                Phase::Answer => None,
                Phase::Head => Some(Box::pin(tokio::time::sleep(head_timeout))),
                Phase::Idle => {
                    self.kept = self.rules.idle.clone().try_acquire_owned().ok();
                    if self.kept.is_none() {
                        return Next::End;
                    }
                    Some(Box::pin(tokio::time::sleep(keep_alive)))
                }
            };
        }
        let over = self
            .deadline
            .as_mut()
            .is_some_and(|deadline| deadline.as_mut().poll(context).is_ready());
        match phase {
            _ if !over => Next::Wait,
            Phase::Head => Next::GiveUp,
            Phase::Answer | Phase::Idle => {
                self.deadline = None;
                Next::End
            }
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    app: Router,
    rules: &Rules,
    answering: Answering,
) -> Response<AnswerBody> {
    let mut response = if is_well_named(request.version(), request.headers()) {
        let mut request = request.map(|body| TimelyBody::new(body, rules.options.body_timeout));
        request.extensions_mut().insert(ConnectInfo(peer));
        let lateness = request.body().lateness();
        let response = app
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {});
        if response.status().is_client_error() && lateness.is_set() {
            refusal::too_slow()
        } else {
            response
        }
    } else {
        refusal::bad_host()
    };
    if rules.idle.available_permits() == 0 || rules.options.keep_alive.is_zero() {
        // Said beforehand: one that closes unannounced crosses the peer's next request.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response.map(|body| answering.with(body))
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

//! Whether a request met a kept connection that the gateway had closed in the meantime.
//!
//! reqwest does not tell whether a connection was kept. What it tells is when it opens one: a request
//! that failed without opening any had a kept one.

use std::cell::Cell;
use std::error::Error as StdError;
use std::io;
use std::task::{Context, Poll};

use tower::{Layer, Service};

tokio::task_local! {
    /// Whether the request of this task has opened a connection.
    static OPENED: Cell<bool>;
}

/// Sends with `request` and says whether it opened a connection. One that did may still have been
/// given a kept one that became free first; the answer is then `true` as well.
pub(super) async fn watched<F: Future>(request: F) -> (F::Output, bool) {
    let watched = async {
        let output = request.await;
        (output, OPENED.with(Cell::get))
    };
    OPENED.scope(Cell::new(false), watched).await
}

/// Notices when the client opens a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoticeOpening;

impl<S> Layer<S> for NoticeOpening {
    type Service = NoticingOpening<S>;

    fn layer(&self, connector: S) -> Self::Service {
        NoticingOpening { connector }
    }
}

#[derive(Debug, Clone)]
pub(super) struct NoticingOpening<S> {
    connector: S,
}

impl<R, S: Service<R>> Service<R> for NoticingOpening<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, address: R) -> Self::Future {
        // Without a scope the caller does not ask for it.
        let _ = OPENED.try_with(|opened| opened.set(true));
        self.connector.call(address)
    }
}

/// Whether the connection ended before there was the head of an answer. An answer that is not HTTP
/// is something else.
pub(super) fn ended_unanswered(error: &reqwest::Error) -> bool {
    let mut current: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = current {
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            let broke = error.source().is_some_and(|cause| cause.is::<io::Error>());
            return broke
                || error.is_incomplete_message()
                || error.is_canceled()
                || error.is_closed();
        }
        current = cause.source();
    }
    false
}

//! The body of a request, which must arrive in time: a slow peer holds a connection and the handler
//! that waits for it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

/// A body that fails when it is not complete in time, counted from the first wait for it.
pub(super) struct TimelyBody {
    body: Incoming,
    timeout: Duration,
    /// Most requests never wait: they have no body, or it came with the head.
    deadline: Option<Pin<Box<Sleep>>>,
    late: Lateness,
}

/// Whether a body was too slow, known beyond its own life: handlers that know nothing of this
/// server call it a bad request.
#[derive(Clone, Default)]
pub(super) struct Lateness(Option<Arc<AtomicBool>>);

impl Lateness {
    fn of(body: &Incoming) -> Self {
        Self((!body.is_end_stream()).then(Arc::default))
    }

    fn set(&self) {
        if let Some(late) = &self.0 {
            late.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn is_set(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|late| late.load(Ordering::Relaxed))
    }
}

/// Why a body failed that took too long.
#[derive(Debug, thiserror::Error)]
#[error("the body of the request took too long to arrive")]
pub(crate) struct TooSlow;

impl TimelyBody {
    pub(super) fn new(body: Incoming, timeout: Duration) -> Self {
        Self {
            late: Lateness::of(&body),
            body,
            timeout,
            deadline: None,
        }
    }

    pub(super) fn lateness(&self) -> Lateness {
        self.late.clone()
    }
}

impl Body for TimelyBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let timeout = this.timeout;
        let deadline = this
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        ready!(deadline.as_mut().poll(context));
        this.late.set();
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

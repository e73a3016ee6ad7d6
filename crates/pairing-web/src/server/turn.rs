//! Whose turn it is on a connection: the peer's to ask, or the server's to answer. The stream, the
//! requests and the answers of the connection each note what they see of it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Body as AxumBody;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a connection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request is to arrive, from the first of its bytes on; at the beginning of
    /// the connection from then on.
    Head,
    /// A request is being answered.
    Answer,
    /// The peer may ask for more, and has not begun to.
    Idle,
}

/// Counts the phases of a connection, so that none is taken for the one before of its kind.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<AtomicUsize>);

const PHASES: [Phase; 3] = [Phase::Head, Phase::Answer, Phase::Idle];

/// A phase with its number in the connection.
pub(super) type Numbered = (usize, Phase);

impl Turn {
    pub(super) fn now(&self) -> Numbered {
        // The connection's own task makes every change and reads it.
        let number = self.0.load(Ordering::Relaxed);
        (number, PHASES[number % PHASES.len()])
    }

    fn set(&self, number: usize) {
        self.0.store(number, Ordering::Relaxed);
    }

    fn bytes_came(&self) {
        if let (number, Phase::Idle) = self.now() {
            self.set(number.wrapping_add(1));
        }
    }

    /// A request came; the answer is over when the value is dropped.
    pub(super) fn answering(&self) -> Answering {
        let steps = match self.now() {
            (number, Phase::Head) => number.wrapping_add(1),
            // Its head was read together with the request before.
            (number, Phase::Idle) => number.wrapping_add(2),
            (number, Phase::Answer) => number,
        };
        self.set(steps);
        Answering(self.clone())
    }
}

/// For as long as it lives, an answer is under way.
pub(super) struct Answering(Turn);

impl Answering {
    /// The body of the answer, with which it ends.
    pub(super) fn with(self, body: AxumBody) -> AnswerBody {
        AnswerBody {
            body,
            _answering: self,
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let (number, _) = self.0.now();
        self.0.set(number.wrapping_add(1));
    }
}

pub(super) struct AnswerBody {
    body: AxumBody,
    _answering: Answering,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that notes when a request begins to arrive.
pub(super) struct Heard<S> {
    stream: S,
    turn: Turn,
}

impl<S> Heard<S> {
    pub(super) fn new(stream: S, turn: Turn) -> Self {
        Self { stream, turn }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Heard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            this.turn.bytes_came();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_follows_another_is_a_phase_of_its_own() {
        let turn = Turn::default();
        assert_eq!(turn.now(), (0, Phase::Head));
        turn.bytes_came();
        assert_eq!(turn.now(), (0, Phase::Head));
        let answering = turn.answering();
        assert_eq!(turn.now(), (1, Phase::Answer));
        // A body, or the next request: the answer goes on.
        turn.bytes_came();
        assert_eq!(turn.now(), (1, Phase::Answer));
        drop(answering);
        assert_eq!(turn.now(), (2, Phase::Idle));
        turn.bytes_came();
        assert_eq!(turn.now(), (3, Phase::Head));
        drop(turn.answering());
        drop(turn.answering());
        assert_eq!(turn.now(), (8, Phase::Idle));
    }
}

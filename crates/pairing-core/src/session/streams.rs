//! The two streams of a session: every event for logs, the latest view for screens.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::event_log::{ReaderId, Start};
use super::shared::Shared;
use crate::{PairingEvent, PairingView};

/// A stream of a session's events that ends after the last one.
///
/// Events are kept for a slow reader, up to 64; one that falls further behind goes on with
/// the event that describes the present.
#[derive(Debug)]
pub struct PairingEvents(Reader);

impl PairingEvents {
    pub(super) fn from_the_start(shared: &Arc<Shared>) -> Self {
        Self(Reader::new(shared, Start::FirstEvent))
    }

    pub(super) fn from_now(shared: &Arc<Shared>) -> Self {
        Self(Reader::new(shared, Start::Present))
    }

    /// The next event, or `None` after the last. Dropping the future loses nothing.
    pub async fn next_event(&mut self) -> Option<PairingEvent> {
        std::future::poll_fn(|cx| self.0.poll_event(cx)).await
    }

    pub(super) async fn next_view(&mut self) -> Option<PairingView> {
        std::future::poll_fn(|cx| self.0.poll_view(cx)).await
    }
}

impl Stream for PairingEvents {
    type Item = PairingEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PairingEvent>> {
        self.0.poll_event(cx)
    }
}

/// A stream of what a session's screen shows: the present first, then each change, and the end
/// last.
///
/// A reader gets the latest view. What changed and changed again between two reads is skipped, so
/// a slow reader keeps nothing in memory and never gets a code that has expired.
#[derive(Debug)]
pub struct PairingViews(Reader);

impl PairingViews {
    pub(super) fn from_now(shared: &Arc<Shared>) -> Self {
        Self(Reader::new(shared, Start::Present))
    }

    /// The next view, or `None` after the last. Dropping the future loses nothing.
    pub async fn next_view(&mut self) -> Option<PairingView> {
        std::future::poll_fn(|cx| self.0.poll_view(cx)).await
    }
}

impl Stream for PairingViews {
    type Item = PairingView;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<PairingView>> {
        self.0.poll_view(cx)
    }
}

#[derive(Debug)]
struct Reader {
    shared: Arc<Shared>,
    id: ReaderId,
}

impl Reader {
    fn new(shared: &Arc<Shared>, start: Start) -> Self {
        Self {
            id: shared.add_reader(start),
            shared: shared.clone(),
        }
    }

    fn poll_event(&self, cx: &Context<'_>) -> Poll<Option<PairingEvent>> {
        self.shared.poll_event(self.id, cx)
    }

    fn poll_view(&self, cx: &Context<'_>) -> Poll<Option<PairingView>> {
        self.shared.poll_view(self.id, cx)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.shared.remove_reader(self.id);
    }
}

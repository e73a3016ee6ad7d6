//! One viewer's event stream: the latest view, at the pace of this reader.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;

use super::feed::{Feed, Next};
use super::frame::{moment, notice};
use super::link::Link;
use super::viewers::Viewers;
use crate::metrics;

/// How often a silent stream says that it is alive: below the minute after which proxies give
/// a connection up.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// How soon a browser comes back after a connection broke, in front of every stream.
const RETRY: &[u8] = b"retry: 1000\n\n";

/// The server's clock, by which the code on screen dies.
#[derive(Serialize)]
struct Ping {
    now: String,
}

/// A viewer counts on with its own clock from the time of day that it received. The time is sent
/// again before a code that is more than this away from what the viewer counts.
const COUNTING_ERROR: Duration = Duration::from_secs(1);

/// The time of day that was sent to a viewer, and when.
#[derive(Clone, Copy)]
struct SentTime {
    at: Instant,
    wall: SystemTime,
}

impl SentTime {
    /// Whether a viewer counts by this time of day by now.
    fn has_come_to(self, wall: SystemTime) -> bool {
        let counted = self.wall + self.at.elapsed();
        let error = counted.duration_since(wall);
        error.unwrap_or_else(|error| error.duration()) <= COUNTING_ERROR
    }
}

/// A place among the viewers; dropping it makes room.
struct Place(Vec<Arc<AtomicUsize>>);

impl Place {
    /// `None` if one of the counters is at its limit.
    fn take(counters: [(&Arc<AtomicUsize>, usize); 2]) -> Option<Self> {
        let mut place = Self(Vec::with_capacity(counters.len()));
        for (counter, limit) in counters {
            if counter.fetch_add(1, Ordering::Relaxed) >= limit {
                counter.fetch_sub(1, Ordering::Relaxed);
                release(&place.0);
                place.0.clear();
                return None;
            }
            place.0.push(counter.clone());
        }
        metrics::viewer_joined();
        Some(place)
    }
}

fn release(counters: &[Arc<AtomicUsize>]) {
    for counter in counters {
        counter.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            release(&self.0);
            metrics::viewer_left();
        }
    }
}

/// What a viewer holds: the number of the view it has, and no view.
struct Viewer {
    link: Link,
    feed: Arc<Feed>,
    changes: watch::Receiver<()>,
    seen: u64,
    closing: watch::Receiver<bool>,
    greeting: Option<Bytes>,
    sent_time: SentTime,
    is_over: bool,
    _place: Place,
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.link.touch();
    }
}

/// Whether a pairing can be watched.
pub(crate) enum Watch {
    /// The stream of views.
    Stream(axum::body::Body),
    /// The pairing is over, and this viewer knows it.
    NothingMore,
    /// As many are watching as the limits allow.
    TooMany,
}

impl Viewers {
    /// `last_event_id` is the id of the last view that this viewer has.
    pub(crate) fn watch(&self, link: Link, last_event_id: Option<&str>) -> Watch {
        let pairing = &link.pairing;
        let feed = pairing.feed();
        if feed.is_read(last_event_id) {
            return Watch::NothingMore;
        }
        let limits = &self.limits;
        let place = Place::take([
            (&self.open, limits.viewers),
            (&pairing.viewers, limits.viewers_per_pairing),
        ]);
        let Some(place) = place else {
            return Watch::TooMany;
        };
        let closing = self.closing.subscribe();
        let seen = feed.seen(last_event_id);
        let stream = stream(link, feed, seen, closing, place);
        Watch::Stream(axum::body::Body::from_stream(stream))
    }
}

/// The body of the response. It is asked for a frame when the one before has gone to the
/// socket, so a slow reader holds one frame at most.
fn stream(
    link: Link,
    feed: Arc<Feed>,
    seen: u64,
    closing: watch::Receiver<bool>,
    place: Place,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
    let changes = feed.changes();
    let page = notice("page", &link.pairing.describe());
    let viewer = Viewer {
        greeting: Some([RETRY, &page].concat().into()),
        sent_time: SentTime {
            at: Instant::now(),
            wall: link.pairing.time_to_tell(),
        },
        seen,
        changes,
        feed,
        link,
        closing,
        is_over: false,
        _place: place,
    };
    futures_util::stream::unfold(viewer, |mut viewer| async {
        let bytes = viewer.next().await?;
        Some((Ok(bytes), viewer))
    })
}

impl Viewer {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        if self.is_over {
            return None;
        }
        loop {
            // An error means that the hub is gone.
            if *self.closing.borrow_and_update() || self.closing.has_changed().is_err() {
                self.is_over = true;
                return Some(notice("closing", &serde_json::json!({})));
            }
            // Before looking, so that no change between looking and waiting is missed.
            self.changes.mark_unchanged();
            // A viewer that outlived its link does not see what another link opens. The end of an unused
            // session belongs to those who watched it.
            if !self.link.is_good() && Arc::ptr_eq(&self.feed, &self.link.pairing.feed()) {
                return None;
            }
            let pairing = &self.link.pairing;
            match self.feed.next(self.seen, pairing.now()) {
                Next::Frame(frame) => {
                    if let Some(ends) = frame.ends
                        && let wall = ends.counted_at(pairing.now())
                        && !self.sent_time.has_come_to(wall)
                    {
                        return Some(self.ping(wall));
                    }
                    self.seen = frame.seq;
                    return Some(frame.bytes);
                }
                Next::Over | Next::Closed => return None,
                Next::Wait => {}
            }
            tokio::select! {
                // The feed is not gone as long as this viewer holds it.
                _ = self.changes.changed() => {}
                _ = self.closing.changed() => {}
                () = tokio::time::sleep(PING_INTERVAL) => {
                    let wall = self.link.pairing.time_to_tell();
                    return Some(self.ping(wall));
                }
            }
        }
    }

    fn ping(&mut self, wall: SystemTime) -> Bytes {
        self.sent_time = SentTime {
            at: Instant::now(),
            wall,
        };
        notice("ping", &Ping { now: moment(wall) })
    }
}

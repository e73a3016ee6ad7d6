//! What the viewers of one session are shown: the latest view, kept once, however many look and
//! however slowly they read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::deadline::{Deadline, Now};
use super::frame::{Drawn, Frame};

pub(super) struct Feed {
    /// In front of each view's number, so that an id of before a restart fits nothing.
    session: String,
    latest: Mutex<Latest>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Latest {
    /// `None` before the first, and where a later one is on its way.
    frame: Option<Frame>,
    last_seq: u64,
    /// Views before this one are not shown any more.
    from_seq: u64,
    is_closed: bool,
}

/// What a viewer gets next.
pub(super) enum Next {
    Frame(Frame),
    /// Nothing yet.
    Wait,
    /// The last view has been read.
    Over,
    /// The pairing is gone, and its last view was not read.
    Closed,
}

impl Feed {
    pub(super) fn new(session: String) -> Self {
        Self {
            session,
            latest: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }

    pub(super) fn push(&self, frame: Frame) {
        let mut latest = self.lock();
        if frame.seq < latest.from_seq && !frame.is_last {
            return;
        }
        latest.last_seq = frame.seq;
        latest.frame = Some(frame);
        drop(latest);
        self.changed.send_replace(());
    }

    /// Withholds what was before this view, which may still be on its way.
    pub(super) fn leave_behind(&self, seq: u64) {
        let mut latest = self.lock();
        latest.from_seq = seq;
        latest.frame.take_if(|frame| frame.seq < seq);
    }

    /// Ends every stream, now.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.send_replace(());
    }

    /// Tells when [`next`](Self::next) may have something else to say.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// When the code dies that is on screen, if there is one.
    pub(super) fn present_ends(&self) -> Option<Deadline> {
        self.lock().frame.as_ref()?.ends
    }

    /// What was drawn of the code on screen.
    pub(super) fn drawn(&self) -> Option<Arc<Drawn>> {
        self.lock().frame.as_ref()?.drawn().cloned()
    }

    /// The latest view, but no code that is dead at `now`.
    pub(super) fn present(&self, now: Now) -> Option<Frame> {
        let present = self.lock().frame.clone();
        present.filter(|frame| is_fresh(frame, now))
    }

    /// Up to which view a viewer knows everything that has read the one with this id; 0 for one
    /// that has read none of this feed.
    pub(super) fn seen(&self, last_event_id: Option<&str>) -> u64 {
        let last_seq = self.lock().last_seq;
        self.seq_of(last_event_id)
            .filter(|seq| *seq <= last_seq)
            .unwrap_or(0)
    }

    /// Whether a viewer with this id of a view has read everything there will ever be.
    pub(super) fn is_read(&self, last_event_id: Option<&str>) -> bool {
        let seq = self.seq_of(last_event_id);
        let latest = self.lock();
        let last = latest.frame.as_ref().filter(|frame| frame.is_last);
        last.is_some_and(|last| seq == Some(last.seq))
    }

    fn seq_of(&self, last_event_id: Option<&str>) -> Option<u64> {
        let seq = last_event_id?
            .strip_prefix(&self.session)?
            .strip_prefix('-')?;
        seq.parse().ok()
    }

    /// The latest view for a viewer who has `seen` one, but no code that is dead at `now`.
    pub(super) fn next(&self, seen: u64, now: Now) -> Next {
        let latest = self.lock();
        match &latest.frame {
            _ if latest.is_closed => Next::Closed,
            Some(frame) if frame.seq > seen && is_fresh(frame, now) => Next::Frame(frame.clone()),
            Some(frame) if frame.seq <= seen && frame.is_last => Next::Over,
            _ => Next::Wait,
        }
    }

    /// A panic while it is held leaves no frame half there.
    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it may be sent: a machine that was suspended may not have noticed yet that a code died.
fn is_fresh(frame: &Frame, now: Now) -> bool {
    frame.ends.is_none_or(|ends| !ends.has_passed(now))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use pairing_core::{
        Capabilities, EventKind, Expiry, PairingEvent, PairingMethod, PairingOutcome, PairingView,
        PhoneCode,
    };
    use tokio::time::Instant;

    use super::*;

    const LIFE: Duration = Duration::from_secs(20);

    fn now() -> Now {
        Now {
            instant: Instant::now(),
            wall: SystemTime::UNIX_EPOCH,
        }
    }

    fn code() -> EventKind {
        EventKind::CodeReady {
            expires_at: now().wall + LIFE,
            expiry: Expiry::Exact,
            code: PhoneCode::new("ABCD1234").unwrap().into(),
        }
    }

    fn finished() -> EventKind {
        EventKind::Finished {
            outcome: PairingOutcome::Cancelled,
        }
    }

    fn push(feed: &Feed, seq: u64, kind: EventKind) {
        let mut view = PairingView::new(PairingMethod::Qr, 3, Capabilities::none());
        view.apply(&PairingEvent {
            kind,
            seq,
            round: 1,
            attempt: 1,
        });
        let ends = view.code().map(|_| Deadline::after(LIFE, now()));
        feed.push(Frame::of(&view, feed.session(), ends, now(), None));
    }

    fn feed(kinds: impl IntoIterator<Item = EventKind>) -> Feed {
        let feed = Feed::new("s".into());
        for (kind, seq) in kinds.into_iter().zip(1..) {
            push(&feed, seq, kind);
        }
        feed
    }

    /// What there is for a viewer: the number of a view, or why there is none.
    fn read(feed: &Feed, seen: u64) -> Result<u64, &'static str> {
        match feed.next(seen, now()) {
            Next::Frame(frame) => Ok(frame.seq),
            Next::Wait => Err("wait"),
            Next::Over => Err("over"),
            Next::Closed => Err("closed"),
        }
    }

    #[test]
    fn every_viewer_gets_the_latest_view_once() {
        let feed = Feed::new("s".into());
        assert_eq!(read(&feed, 0), Err("wait"));
        for seq in 1..1_000 {
            push(&feed, seq, EventKind::CodeExpired);
        }
        push(&feed, 1_000, code());
        for seen in [0, 1, 999] {
            assert_eq!(read(&feed, seen), Ok(1_000));
        }
        assert_eq!(read(&feed, 1_000), Err("wait"));
    }

    #[test]
    fn who_comes_back_has_seen_what_it_says() {
        let feed = feed([EventKind::CodeExpired, code()]);
        assert_eq!(feed.seen(Some("s-1")), 1);
        assert_eq!(feed.seen(Some("s-2")), 2);
        assert_eq!(feed.seen(None), 0);
    }

    #[test]
    fn an_id_of_another_session_or_of_no_view_means_a_newcomer() {
        let feed = feed([EventKind::CodeExpired, code()]);
        for id in [
            "r-1",
            "s-3",
            "s-",
            "s",
            "1",
            "",
            "s-1x",
            "s--1",
            "\u{1F600}",
        ] {
            assert_eq!(feed.seen(Some(id)), 0, "{id}");
        }
    }

    #[test]
    fn the_state_before_an_action_is_not_shown() {
        let feed = feed([EventKind::CodeExpired, code()]);
        feed.leave_behind(2);
        assert_eq!(read(&feed, 0), Ok(2));
        feed.leave_behind(4);
        assert_eq!(read(&feed, 0), Err("wait"));
        assert!(feed.present(now()).is_none() && feed.present_ends().is_none());
        push(&feed, 3, code());
        assert_eq!(read(&feed, 0), Err("wait"));
        push(&feed, 4, EventKind::InteractionRequired);
        assert_eq!(read(&feed, 0), Ok(4));
        feed.leave_behind(u64::MAX);
        push(&feed, 5, finished());
        assert_eq!(read(&feed, 0), Ok(5));
    }

    #[test]
    fn the_last_view_ends_the_stream_and_who_has_it_needs_no_other() {
        let feed = feed([EventKind::CodeExpired, code(), finished()]);
        assert_eq!(read(&feed, 0), Ok(3));
        assert_eq!(read(&feed, 3), Err("over"));
        assert!(feed.is_read(Some("s-3")));
        assert!(!feed.is_read(Some("s-2")) && !feed.is_read(None));
        feed.close();
        assert_eq!(read(&feed, 0), Err("closed"));
    }

    #[test]
    fn a_code_that_expired_unnoticed_is_not_sent() {
        let feed = feed([EventKind::CodeExpired, code()]);
        let later = Now {
            instant: Instant::now(),
            wall: now().wall + LIFE,
        };
        assert!(feed.present(now()).is_some() && feed.present(later).is_none());
        assert!(matches!(feed.next(1, now()), Next::Frame(_)));
        assert!(matches!(feed.next(1, later), Next::Wait));
        push(&feed, 3, EventKind::CodeExpired);
        assert!(matches!(feed.next(1, later), Next::Frame(_)));
    }

    #[test]
    fn a_dead_code_is_let_go_of() {
        let feed = feed([code(), EventKind::CodeExpired]);
        assert!(feed.present_ends().is_none() && feed.drawn().is_none());
    }
}

//! The events of one session, shared by all its viewers: kept once, however many look and
//! however slowly they read.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::deadline::{Deadline, Now};
use super::frame::Frame;

/// Most events kept for viewers that come back. A round has about ten.
const CAPACITY: usize = 32;

pub(super) struct Feed {
    /// In front of each event's number, so that an id of before a restart fits nothing.
    session: String,
    frames: Mutex<Frames>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Frames {
    /// Rising by `seq`, with gaps where codes have died.
    kept: VecDeque<Frame>,
    /// What whoever looks only now has to show.
    present: Option<Frame>,
    last_seq: u64,
    /// The highest `seq` that had to make room.
    dropped: u64,
    is_over: bool,
    is_closed: bool,
}

/// How a viewer begins.
pub(super) struct Entry {
    /// The event that describes the present, for one who has none of its past.
    pub(super) first: Option<Frame>,
    /// Up to where it knows everything: a `seq`, 0 before the first.
    pub(super) cursor: u64,
}

/// What a viewer gets next.
pub(super) enum Next {
    Frame {
        frame: Frame,
        /// Up to where the viewer knows everything with it.
        cursor: u64,
    },
    /// Nothing yet.
    Wait,
    /// The last event has been read.
    Over,
    /// The pairing is gone before its end was told.
    Closed,
}

impl Feed {
    pub(super) fn new(session: String) -> Self {
        Self {
            session,
            frames: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }

    pub(super) fn push(&self, frame: Frame) {
        let mut frames = self.lock();
        if !frame.is_aside {
            // Whatever else happened, the code of before is off the screen.
            frames.kept.retain(|kept| kept.ends.is_none());
        }
        let shows_code = frames
            .present
            .as_ref()
            .is_some_and(|kept| kept.ends.is_some());
        if !(frame.is_aside && shows_code) {
            frames.present = Some(frame.clone());
        }
        frames.last_seq = frame.seq;
        frames.is_over |= frame.is_last;
        frames.kept.push_back(frame);
        if frames.kept.len() > CAPACITY
            && let Some(oldest) = frames.kept.pop_front()
        {
            frames.dropped = oldest.seq;
        }
        drop(frames);
        self.changed.send_replace(());
    }

    /// Shows nobody any more what was before this event, which may still be on its way.
    pub(super) fn leave_behind(&self, seq: u64) {
        let mut frames = self.lock();
        frames
            .kept
            .retain(|kept| kept.seq >= seq || kept.ends.is_none());
        if frames.present.as_ref().is_some_and(|kept| kept.seq < seq) {
            frames.present = None;
        }
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
        self.lock().present.as_ref()?.ends
    }

    /// Where a viewer begins that has read up to this id of an event.
    pub(super) fn enter(&self, last_event_id: Option<&str>, now: Now) -> Entry {
        let frames = self.lock();
        match self.known(&frames, last_event_id) {
            Some(cursor) => Entry {
                first: None,
                cursor,
            },
            None => Entry {
                first: frames.present.clone().filter(|frame| is_fresh(frame, now)),
                cursor: frames.last_seq,
            },
        }
    }

    /// The event that describes the present, if there is one.
    pub(super) fn present(&self, now: Now) -> Option<Frame> {
        let present = self.lock().present.clone();
        present.filter(|frame| is_fresh(frame, now))
    }

    /// The number of the event with this id, if it is one of this feed.
    fn known(&self, frames: &Frames, last_event_id: Option<&str>) -> Option<u64> {
        let seq = last_event_id?
            .strip_prefix(&self.session)?
            .strip_prefix('-')?;
        seq.parse().ok().filter(|seq| *seq <= frames.last_seq)
    }

    /// Whether a viewer with this id of an event has read everything there will ever be.
    pub(super) fn is_read(&self, last_event_id: Option<&str>) -> bool {
        let frames = self.lock();
        let is_last = |seq| frames.is_over && seq == frames.last_seq;
        self.known(&frames, last_event_id).is_some_and(is_last)
    }

    /// What comes behind `cursor`, but no code that is dead at `now`.
    pub(super) fn next(&self, cursor: u64, now: Now) -> Next {
        let frames = self.lock();
        if frames.is_closed {
            return Next::Closed;
        }
        let fresh = |frame: &&Frame| is_fresh(frame, now);
        if cursor < frames.dropped
            && let Some(present) = frames.present.as_ref().filter(fresh)
        {
            // So slow that events had to make room meanwhile.
            return Next::Frame {
                frame: present.clone(),
                cursor: frames.last_seq,
            };
        }
        let unread = frames.kept.iter().filter(|frame| frame.seq > cursor);
        let mut unread = unread.filter(fresh);
        // Who is slow gets the latest round alone, however many began meanwhile.
        let round = unread.clone().rfind(|frame| frame.begins_round);
        match round.or_else(|| unread.next()) {
            Some(frame) => Next::Frame {
                frame: frame.clone(),
                cursor: frame.seq,
            },
            None if frames.is_over => Next::Over,
            None => Next::Wait,
        }
    }

    /// A panic while it is held leaves no frame half there.
    fn lock(&self) -> MutexGuard<'_, Frames> {
        self.frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it may be sent: a machine that was suspended may not have noticed yet that a code died.
fn is_fresh(frame: &Frame, now: Now) -> bool {
    frame.ends.is_none_or(|ends| !ends.has_passed(now))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use bytes::Bytes;
    use tokio::time::Instant;

    use super::*;

    const LIFE: Duration = Duration::from_secs(20);

    fn now() -> Now {
        Now {
            instant: Instant::now(),
            wall: SystemTime::UNIX_EPOCH,
        }
    }

    fn frame(seq: u64, text: &'static str) -> Frame {
        Frame {
            seq,
            bytes: Bytes::from_static(text.as_bytes()),
            ends: text
                .starts_with("code")
                .then(|| Deadline::after(LIFE, now())),
            begins_round: text == "preparing",
            is_aside: text == "retrying",
            is_last: text == "finished",
        }
    }

    fn feed(texts: &[&'static str]) -> Feed {
        let feed = Feed::new("s".into());
        for (index, text) in texts.iter().enumerate() {
            feed.push(frame(index as u64 + 1, text));
        }
        feed
    }

    /// All there is for a viewer, and how it ends.
    fn read(feed: &Feed, entry: Entry) -> (Vec<String>, &'static str) {
        let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        let first = entry.first.into_iter();
        let mut texts: Vec<_> = first.map(|frame| text(frame.bytes)).collect();
        let mut cursor = entry.cursor;
        loop {
            match feed.next(cursor, now()) {
                Next::Frame {
                    frame,
                    cursor: next,
                } => {
                    cursor = next;
                    texts.push(text(frame.bytes));
                }
                Next::Wait => return (texts, "wait"),
                Next::Over => return (texts, "over"),
                Next::Closed => return (texts, "closed"),
            }
        }
    }

    fn newcomer(feed: &Feed) -> (Vec<String>, &'static str) {
        read(feed, feed.enter(None, now()))
    }

    #[test]
    fn a_newcomer_begins_with_the_present() {
        let feed = feed(&["preparing", "code 1"]);
        assert_eq!(newcomer(&feed), (vec!["code 1".into()], "wait"));
    }

    #[test]
    fn who_is_there_from_the_beginning_misses_nothing() {
        let feed = Feed::new("s".into());
        let entry = feed.enter(None, now());
        feed.push(frame(1, "preparing"));
        feed.push(frame(2, "code 1"));
        let all = vec!["preparing".into(), "code 1".into()];
        assert_eq!(read(&feed, entry), (all, "wait"));
    }

    #[test]
    fn a_failure_does_not_hide_the_code_on_screen() {
        let feed = feed(&["preparing", "code 1", "retrying"]);
        assert_eq!(newcomer(&feed), (vec!["code 1".into()], "wait"));
    }

    #[test]
    fn who_comes_back_gets_what_was_missed_but_no_dead_code() {
        let feed = feed(&["preparing", "code 1", "expired", "code 2"]);
        let missed = vec!["expired".into(), "code 2".into()];
        assert_eq!(
            read(&feed, feed.enter(Some("s-1"), now())),
            (missed, "wait")
        );
        assert_eq!(
            read(&feed, feed.enter(Some("s-4"), now())),
            (vec![], "wait")
        );
    }

    #[test]
    fn an_id_of_another_session_or_of_nobody_means_a_newcomer() {
        let feed = feed(&["preparing", "code 1"]);
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
            assert!(feed.enter(Some(id), now()).first.is_some(), "{id}");
        }
    }

    #[test]
    fn who_falls_far_behind_goes_on_with_the_present_and_nothing_grows() {
        let feed = feed(&["preparing"]);
        let slow = feed.enter(Some("s-1"), now());
        for seq in 2..1_000 {
            feed.push(frame(seq, "preparing"));
        }
        feed.push(frame(1_000, "code"));
        assert_eq!(read(&feed, slow), (vec!["code".into()], "wait"));
        assert_eq!(feed.lock().kept.len(), CAPACITY);
    }

    #[test]
    fn who_is_slow_gets_the_latest_round_alone() {
        let feed = feed(&["preparing", "code 1", "expired", "waiting", "preparing"]);
        for seq in 6..20 {
            feed.push(frame(seq, "preparing"));
        }
        feed.push(frame(20, "retrying"));
        let latest = vec!["preparing".into(), "retrying".into()];
        let slow = feed.enter(Some("s-1"), now());
        assert_eq!(read(&feed, slow), (latest, "wait"));
    }

    #[test]
    fn what_was_before_an_action_is_shown_to_nobody() {
        let feed = feed(&["preparing", "code 1"]);
        feed.leave_behind(2);
        assert_eq!(newcomer(&feed), (vec!["code 1".into()], "wait"));
        feed.leave_behind(4);
        assert_eq!(newcomer(&feed), (vec![], "wait"));
        assert_eq!(
            read(&feed, feed.enter(Some("s-1"), now())),
            (vec![], "wait")
        );
        let waiting = feed.enter(None, now());
        feed.push(frame(3, "expired"));
        feed.push(frame(4, "preparing"));
        let round = vec!["preparing".into()];
        assert_eq!(read(&feed, waiting), (round.clone(), "wait"));
        assert_eq!(newcomer(&feed), (round, "wait"));
    }

    #[test]
    fn the_last_event_ends_the_stream_and_who_has_it_needs_no_other() {
        let feed = feed(&["preparing", "code 1", "finished"]);
        assert_eq!(newcomer(&feed), (vec!["finished".into()], "over"));
        assert!(feed.is_read(Some("s-3")));
        assert!(!feed.is_read(Some("s-2")));
        assert!(!feed.is_read(None));
        feed.close();
        let (_, end) = newcomer(&feed);
        assert_eq!(end, "closed");
    }

    #[test]
    fn a_code_that_died_unnoticed_is_sent_to_nobody() {
        let feed = feed(&["preparing", "code 1"]);
        let later = Now {
            instant: Instant::now(),
            wall: SystemTime::UNIX_EPOCH + LIFE,
        };
        assert!(feed.enter(None, now()).first.is_some());
        assert!(feed.enter(None, later).first.is_none());
        assert!(matches!(feed.next(1, now()), Next::Frame { cursor: 2, .. }));
        assert!(matches!(feed.next(1, later), Next::Wait));
        feed.push(frame(3, "expired"));
        assert!(matches!(feed.next(1, later), Next::Frame { cursor: 3, .. }));
    }

    #[test]
    fn a_dead_code_is_let_go_of() {
        let feed = feed(&["preparing", "code 1", "expired"]);
        assert!(feed.lock().kept.iter().all(|frame| frame.ends.is_none()));
    }
}

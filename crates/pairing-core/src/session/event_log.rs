//! The events of one session, kept until every reader has seen them.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker, ready};

use crate::PairingEvent;

/// Most events kept for a slow reader. A round has about ten.
const CAPACITY: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReaderId(u64);

/// Where a reader begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start {
    FirstEvent,
    Present,
}

#[derive(Debug, Default)]
pub(super) struct EventLog {
    /// Consecutive by `seq`.
    events: VecDeque<PairingEvent>,
    last_seq: u64,
    finished: bool,
    readers: Vec<Reader>,
    last_reader: u64,
}

#[derive(Debug)]
struct Reader {
    id: ReaderId,
    next: Next,
    waker: Option<Waker>,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    /// The event with this `seq`.
    Event(u64),
    /// Whatever is the present then, once there is a later event than this one.
    PresentAfter(u64),
}

impl Next {
    fn is_there(self, last_seq: u64) -> bool {
        match self {
            Self::Event(seq) => seq <= last_seq,
            Self::PresentAfter(seq) => seq < last_seq,
        }
    }
}

impl EventLog {
    pub(super) fn push(&mut self, event: PairingEvent) {
        self.last_seq = event.seq;
        self.finished = event.outcome().is_some();
        if self.events.len() == CAPACITY {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// The wakers of those that wait for an event, if there is one.
    pub(super) fn take_wakers(&mut self) -> Vec<Waker> {
        let last = self.last_seq;
        let waiting = |reader: &&mut Reader| reader.next.is_there(last);
        let readers = self.readers.iter_mut().filter(waiting);
        readers.filter_map(|reader| reader.waker.take()).collect()
    }

    pub(super) fn add_reader(&mut self, start: Start) -> ReaderId {
        self.last_reader += 1;
        let id = ReaderId(self.last_reader);
        let next = match start {
            Start::FirstEvent => Next::Event(1),
            Start::Present => Next::PresentAfter(0),
        };
        // Most sessions have one reader for ever.
        self.readers.reserve_exact(1);
        self.readers.push(Reader {
            id,
            next,
            waker: None,
        });
        id
    }

    pub(super) fn remove_reader(&mut self, id: ReaderId) {
        self.readers.retain(|reader| reader.id != id);
        self.forget_what_all_have_read();
    }

    /// Whether there is something to read.
    pub(super) fn is_unread(&self, id: ReaderId) -> bool {
        self.next_of(id)
            .is_some_and(|next| next.is_there(self.last_seq))
    }

    /// Whether the event that the reader gets next is the present, and none from the log.
    pub(super) fn is_next_the_present(&self, id: ReaderId) -> bool {
        self.next_of(id).is_some_and(|next| match next {
            Next::Event(seq) => seq < self.first_kept(),
            Next::PresentAfter(seq) => seq < self.last_seq,
        })
    }

    fn next_of(&self, id: ReaderId) -> Option<Next> {
        let reader = self.readers.iter().find(|reader| reader.id == id)?;
        Some(reader.next)
    }

    /// The number of the oldest event that is kept, or else of the next one.
    fn first_kept(&self) -> u64 {
        self.last_seq + 1 - self.events.len() as u64
    }

    /// The next event for a reader. `present` gives the event that describes the present.
    pub(super) fn poll_event(
        &mut self,
        id: ReaderId,
        cx: &Context<'_>,
        present: impl FnOnce() -> PairingEvent,
    ) -> Poll<Option<PairingEvent>> {
        let first_kept = self.first_kept();
        let last = self.last_seq;
        let Some(reader) = ready!(self.poll_reader(id, cx)) else {
            return Poll::Ready(None);
        };
        let kept = match reader.next {
            Next::Event(seq) => seq.checked_sub(first_kept),
            Next::PresentAfter(_) => None,
        };
        let event = match kept {
            Some(index) => {
                reader.next = Next::Event(first_kept + index + 1);
                self.events.get(index as usize).cloned()
            }
            None => {
                reader.next = Next::Event(last + 1);
                Some(present())
            }
        };
        self.forget_what_all_have_read();
        Poll::Ready(event)
    }

    /// Whether the present is another than the reader last looked at; it then counts as read.
    /// `None` after the end.
    pub(super) fn poll_present(&mut self, id: ReaderId, cx: &Context<'_>) -> Poll<Option<()>> {
        let last = self.last_seq;
        let reader = ready!(self.poll_reader(id, cx));
        let unread = reader.map(|reader| reader.next = Next::PresentAfter(last));
        self.forget_what_all_have_read();
        Poll::Ready(unread)
    }

    /// The reader, once there is something for it to read; `None` if there never will be.
    fn poll_reader(&mut self, id: ReaderId, cx: &Context<'_>) -> Poll<Option<&mut Reader>> {
        let Some(reader) = self.readers.iter_mut().find(|reader| reader.id == id) else {
            return Poll::Ready(None);
        };
        if reader.next.is_there(self.last_seq) {
            Poll::Ready(Some(reader))
        } else if self.finished {
            Poll::Ready(None)
        } else {
            reader.waker = Some(cx.waker().clone());
            Poll::Pending
        }
    }

    fn forget_what_all_have_read(&mut self) {
        let needed = self.readers.iter().filter_map(|reader| match reader.next {
            Next::Event(seq) => Some(seq),
            Next::PresentAfter(_) => None,
        });
        let needed = needed.min().unwrap_or(self.last_seq + 1);
        while self.events.front().is_some_and(|event| event.seq < needed) {
            self.events.pop_front();
        }
        if self.events.is_empty() {
            // Sessions wait far longer than they tell, and there may be many.
            self.events.shrink_to_fit();
        }
    }
}

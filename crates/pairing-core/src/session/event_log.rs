//! The events of one session, kept until every reader has seen them.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

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
    /// The event that describes the present.
    Present,
    Seq(u64),
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

    /// Whoever waits for an event, if there is one.
    pub(super) fn take_wakers(&mut self) -> Vec<Waker> {
        let last = self.last_seq;
        let waiting = |reader: &&mut Reader| match reader.next {
            Next::Present => true,
            Next::Seq(next) => next <= last,
        };
        let readers = self.readers.iter_mut().filter(waiting);
        readers.filter_map(|reader| reader.waker.take()).collect()
    }

    pub(super) fn add_reader(&mut self, start: Start) -> ReaderId {
        self.last_reader += 1;
        let id = ReaderId(self.last_reader);
        let next = match start {
            Start::FirstEvent => Next::Seq(1),
            Start::Present => Next::Present,
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

    /// Whether what the reader gets next is the present, and no event from the log.
    pub(super) fn is_next_the_present(&self, id: ReaderId) -> bool {
        let reader = self.readers.iter().find(|reader| reader.id == id);
        reader.is_some_and(|reader| match reader.next {
            Next::Present => true,
            Next::Seq(next) => next < self.first_kept(),
        })
    }

    /// The number of the oldest event that is kept, or else of the next one.
    fn first_kept(&self) -> u64 {
        self.last_seq + 1 - self.events.len() as u64
    }

    /// The next event for a reader. `present` gives the event that describes the present.
    pub(super) fn poll(
        &mut self,
        id: ReaderId,
        cx: &Context<'_>,
        present: impl FnOnce() -> PairingEvent,
    ) -> Poll<Option<PairingEvent>> {
        let first_kept = self.first_kept();
        let (last, finished) = (self.last_seq, self.finished);
        let Some(reader) = self.readers.iter_mut().find(|reader| reader.id == id) else {
            return Poll::Ready(None);
        };
        let event = match reader.next {
            Next::Seq(next) if next > last => {
                if finished {
                    return Poll::Ready(None);
                }
                reader.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Next::Seq(next) if next >= first_kept => {
                let index = (next - first_kept) as usize;
                reader.next = Next::Seq(next + 1);
                self.events.get(index).cloned()
            }
            Next::Seq(_) | Next::Present => {
                reader.next = Next::Seq(last + 1);
                Some(present())
            }
        };
        self.forget_what_all_have_read();
        Poll::Ready(event)
    }

    fn forget_what_all_have_read(&mut self) {
        let needed = self.readers.iter().filter_map(|reader| match reader.next {
            Next::Present => None,
            Next::Seq(next) => Some(next),
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

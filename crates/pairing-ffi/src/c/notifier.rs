//! Wakes readers when an event is pending: those that wait in `pairing_session_next`, and those
//! that watch a file descriptor.
//!
//! The core's stream of events is polled with the notifier as its waker, without a thread or a
//! task in between. The notifier counts notifications, so that one between polling and waiting
//! is not lost: a waiter returns when the count differs from the one it saw before it polled.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Wake};
use std::time::Instant;

use descriptor::Descriptor;

#[derive(Default)]
pub(super) struct Notifier {
    state: Mutex<State>,
    notified: Condvar,
}

/// The result of a poll.
pub(super) enum Polled<T> {
    Ready(T),
    /// The notifier is notified when it is time to poll again; `seen` is its count before.
    Pending {
        seen: u64,
    },
}

#[derive(Default)]
struct State {
    count: u64,
    descriptor: Option<Descriptor>,
}

impl Notifier {
    /// Calls a function that polls with the notifier as its waker.
    ///
    /// The count is read and the descriptor cleared before the call, so that a notification
    /// during the call is noticed.
    pub(super) fn poll<T>(&self, poll: impl FnOnce() -> Poll<T>) -> Polled<T> {
        let seen = self.clear();
        match poll() {
            Poll::Pending => Polled::Pending { seen },
            Poll::Ready(value) => {
                // More may follow, and every reader must notice the end.
                self.notify();
                Polled::Ready(value)
            }
        }
    }

    fn clear(&self) -> u64 {
        let mut state = self.lock();
        if let Some(descriptor) = &mut state.descriptor {
            descriptor.clear();
        }
        state.count
    }

    pub(super) fn notify(&self) {
        let mut state = self.lock();
        state.count += 1;
        if let Some(descriptor) = &mut state.descriptor {
            descriptor.make_readable();
        }
        drop(state);
        self.notified.notify_all();
    }

    /// Waits for a notification after the poll that saw this count. False if none comes in time.
    pub(super) fn wait(&self, seen: u64, until: Option<Instant>) -> bool {
        let mut state = self.lock();
        while state.count == seen {
            state = match until {
                None => self
                    .notified
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    let result = self.notified.wait_timeout(state, left);
                    result.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }

    /// A descriptor that is readable when an event is pending; readable at first.
    pub(super) fn descriptor(&self) -> io::Result<i32> {
        let mut state = self.lock();
        if let Some(descriptor) = &state.descriptor {
            return Ok(descriptor.fd());
        }
        let mut descriptor = Descriptor::new()?;
        descriptor.make_readable();
        Ok(state.descriptor.insert(descriptor).fd())
    }

    /// Closes the descriptor, even while another thread notifies.
    pub(super) fn close(&self) {
        self.lock().descriptor = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Notifier {
    fn wake(self: Arc<Self>) {
        self.notify();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.notify();
    }
}

/// A pair of sockets, because the standard library makes them without `unsafe`, closed on
/// `exec` and without a signal when the other end is gone.
#[cfg(unix)]
mod descriptor {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    pub(super) struct Descriptor {
        near: UnixStream,
        far: UnixStream,
        readable: bool,
    }

    impl Descriptor {
        pub(super) fn new() -> io::Result<Self> {
            let (near, far) = UnixStream::pair()?;
            near.set_nonblocking(true)?;
            far.set_nonblocking(true)?;
            Ok(Self {
                near,
                far,
                readable: false,
            })
        }

        pub(super) fn fd(&self) -> i32 {
            self.near.as_raw_fd()
        }

        #[cfg(test)]
        pub(super) fn is_readable(&self) -> bool {
            let mut byte = [0];
            let mut near = &self.near;
            let readable = near.read(&mut byte).is_ok();
            // As it was before.
            readable && (&self.far).write(&byte).is_ok()
        }

        pub(super) fn make_readable(&mut self) {
            if !self.readable {
                // At most one byte is under way, so there is room for it.
                self.readable = self.far.write(&[1]).is_ok();
            }
        }

        pub(super) fn clear(&mut self) {
            if self.readable {
                // Nothing to read if the program took the byte itself.
                let _ = self.near.read(&mut [0]);
                self.readable = false;
            }
        }
    }
}

#[cfg(not(unix))]
mod descriptor {
    use std::convert::Infallible;
    use std::io;

    pub(super) struct Descriptor(Infallible);

    impl Descriptor {
        pub(super) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) fn fd(&self) -> i32 {
            match self.0 {}
        }

        pub(super) fn make_readable(&mut self) {}

        pub(super) fn clear(&mut self) {}
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn pending(polled: Polled<()>) -> u64 {
        match polled {
            Polled::Pending { seen } => seen,
            Polled::Ready(()) => panic!("no event was pending"),
        }
    }

    fn is_readable(notifier: &Notifier) -> bool {
        let state = notifier.lock();
        state
            .descriptor
            .as_ref()
            .is_some_and(Descriptor::is_readable)
    }

    #[test]
    fn a_notification_during_a_pending_poll_is_not_lost() {
        let notifier = Notifier::default();
        notifier.descriptor().unwrap();
        let seen = pending(notifier.poll(|| {
            notifier.notify();
            Poll::Pending
        }));
        assert!(notifier.wait(seen, Some(Instant::now())));
        assert!(is_readable(&notifier));
    }

    #[test]
    fn after_a_pending_poll_a_reader_waits_for_the_next_notification() {
        let notifier = Notifier::default();
        notifier.descriptor().unwrap();
        notifier.notify();
        let seen = pending(notifier.poll(|| Poll::Pending));
        assert!(!is_readable(&notifier));
        assert!(!notifier.wait(seen, Some(Instant::now())));
    }

    #[test]
    fn a_reader_that_takes_an_event_wakes_the_other_readers() {
        let notifier = Notifier::default();
        notifier.descriptor().unwrap();
        let seen = pending(notifier.poll(|| Poll::Pending));
        let ready = notifier.poll(|| Poll::Ready(()));
        assert!(matches!(ready, Polled::Ready(())));
        assert!(notifier.wait(seen, Some(Instant::now())));
        assert!(is_readable(&notifier));
    }
}

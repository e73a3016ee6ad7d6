//! Tells whoever waits for an event, in `pairing_session_next` or on a file descriptor, that
//! it is time to look.
//!
//! The core's stream of events is polled with the bell as its waker: no thread and no task
//! stands between. The bell counts its rings, so that a ring between looking and waiting is
//! not lost: a waiter goes on as soon as the count is not what it was before it looked.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Wake};
use std::time::Instant;

#[derive(Default)]
pub(super) struct Bell {
    state: Mutex<State>,
    rung: Condvar,
}

/// What a look found.
pub(super) enum Look<T> {
    Found(T),
    /// The bell will ring when it is time to look again; it had rung so often before.
    Nothing {
        heard: u64,
    },
}

#[derive(Default)]
struct State {
    rings: u64,
    flag: Option<flag::Flag>,
}

impl Bell {
    /// Looks with this function, which polls with the bell as its waker.
    ///
    /// The bell is heard, and the flag taken down, before the function is called: what rings
    /// from then on, even before it returns, counts as news.
    pub(super) fn look<T>(&self, poll: impl FnOnce() -> Poll<T>) -> Look<T> {
        let heard = self.hear();
        match poll() {
            Poll::Pending => Look::Nothing { heard },
            Poll::Ready(found) => {
                // There may be more, and everybody is to notice the end.
                self.ring();
                Look::Found(found)
            }
        }
    }

    fn hear(&self) -> u64 {
        let mut state = self.lock();
        if let Some(flag) = &mut state.flag {
            flag.lower();
        }
        state.rings
    }

    pub(super) fn ring(&self) {
        let mut state = self.lock();
        state.rings += 1;
        if let Some(flag) = &mut state.flag {
            flag.raise();
        }
        drop(state);
        self.rung.notify_all();
    }

    /// Waits until the bell has rung since that look. False if it has not by then.
    pub(super) fn wait(&self, heard: u64, until: Option<Instant>) -> bool {
        let mut state = self.lock();
        while state.rings == heard {
            state = match until {
                None => self
                    .rung
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    let result = self.rung.wait_timeout(state, left);
                    result.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        true
    }

    /// A descriptor that is readable while there may be an event; it is so at first.
    pub(super) fn descriptor(&self) -> io::Result<i32> {
        let mut state = self.lock();
        if let Some(flag) = &state.flag {
            return Ok(flag.descriptor());
        }
        let mut flag = flag::Flag::new()?;
        flag.raise();
        Ok(state.flag.insert(flag).descriptor())
    }

    /// Closes the descriptor, even if a ring is under way on another thread.
    pub(super) fn close(&self) {
        self.lock().flag = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}

/// A pair of sockets, because the standard library makes them without `unsafe`, closed on
/// `exec` and without a signal when the other end is gone.
#[cfg(unix)]
mod flag {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    pub(super) struct Flag {
        near: UnixStream,
        far: UnixStream,
        raised: bool,
    }

    impl Flag {
        pub(super) fn new() -> io::Result<Self> {
            let (near, far) = UnixStream::pair()?;
            near.set_nonblocking(true)?;
            far.set_nonblocking(true)?;
            Ok(Self {
                near,
                far,
                raised: false,
            })
        }

        pub(super) fn descriptor(&self) -> i32 {
            self.near.as_raw_fd()
        }

        #[cfg(test)]
        pub(super) fn is_raised(&self) -> bool {
            let mut byte = [0];
            let mut near = &self.near;
            let raised = near.read(&mut byte).is_ok();
            // As it was before.
            raised && (&self.far).write(&byte).is_ok()
        }

        pub(super) fn raise(&mut self) {
            if !self.raised {
                // There is never more than one byte under way, so there is room for it.
                self.raised = self.far.write(&[1]).is_ok();
            }
        }

        pub(super) fn lower(&mut self) {
            if self.raised {
                // Nothing to read if the program took the byte itself.
                let _ = self.near.read(&mut [0]);
                self.raised = false;
            }
        }
    }
}

#[cfg(not(unix))]
mod flag {
    use std::convert::Infallible;
    use std::io;

    pub(super) struct Flag(Infallible);

    impl Flag {
        pub(super) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) fn descriptor(&self) -> i32 {
            match self.0 {}
        }

        pub(super) fn raise(&mut self) {}

        pub(super) fn lower(&mut self) {}
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(look: Look<()>) -> u64 {
        match look {
            Look::Nothing { heard } => heard,
            Look::Found(()) => panic!("there was nothing to find"),
        }
    }

    fn is_raised(bell: &Bell) -> bool {
        let state = bell.lock();
        state.flag.as_ref().is_some_and(flag::Flag::is_raised)
    }

    #[test]
    fn a_ring_during_a_look_that_found_nothing_is_not_lost() {
        let bell = Bell::default();
        bell.descriptor().unwrap();
        let heard = nothing(bell.look(|| {
            bell.ring();
            Poll::Pending
        }));
        assert!(bell.wait(heard, Some(Instant::now())));
        assert!(is_raised(&bell));
    }

    #[test]
    fn a_look_that_found_nothing_waits_for_the_next_ring() {
        let bell = Bell::default();
        bell.descriptor().unwrap();
        bell.ring();
        let heard = nothing(bell.look(|| Poll::Pending));
        assert!(!is_raised(&bell));
        assert!(!bell.wait(heard, Some(Instant::now())));
    }

    #[test]
    fn whoever_finds_something_lets_the_others_look_too() {
        let bell = Bell::default();
        bell.descriptor().unwrap();
        let heard = nothing(bell.look(|| Poll::Pending));
        assert!(matches!(bell.look(|| Poll::Ready(())), Look::Found(())));
        assert!(bell.wait(heard, Some(Instant::now())));
        assert!(is_raised(&bell));
    }
}

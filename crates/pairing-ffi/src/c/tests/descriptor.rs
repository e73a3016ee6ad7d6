//! The descriptor for event loops.

#![cfg(unix)]

use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::support::{Scripted, next, open, out, start};
use crate::c::event_getters::pairing_event_get_seq;
use crate::c::session::{pairing_session, pairing_session_cancel, pairing_session_fd};
use crate::c::status::pairing_status;

fn descriptor(session: &pairing_session) -> i32 {
    out(|fd| pairing_session_fd(Some(session), fd)).unwrap()
}

fn is_readable_within(fd: i32, time: Duration) -> bool {
    // SAFETY: the session that owns the descriptor is alive.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let time = Timespec::try_from(time).unwrap();
    poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&time)).unwrap() == 1
}

/// Only so that a lost ring fails the test instead of stopping it for ever.
const LONG: Duration = Duration::from_secs(60);

fn is_readable(fd: i32) -> bool {
    is_readable_within(fd, Duration::ZERO)
}

/// As an event loop does; the numbers of the events.
fn read_when_readable(session: &pairing_session) -> Vec<u64> {
    let fd = descriptor(session);
    let mut seqs = Vec::new();
    loop {
        assert!(is_readable_within(fd, LONG), "lost after {:?}", seqs.last());
        loop {
            match next(session, 0) {
                Ok(event) => seqs.push(pairing_event_get_seq(Some(&event))),
                Err(pairing_status::Timeout) => break,
                Err(status) => {
                    assert_eq!(status, pairing_status::End);
                    return seqs;
                }
            }
        }
    }
}

#[test]
fn an_event_loop_gets_every_event() {
    let (_, handle) = open(Scripted::failing(40));
    let session = start(&handle);
    assert_eq!(read_when_readable(&session), (1..=41).collect::<Vec<_>>());
}

#[test]
fn it_is_readable_until_there_is_nothing_and_again_for_ever_after_the_end() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    let fd = descriptor(&session);
    assert_eq!(descriptor(&session), fd, "one descriptor, however often");
    assert!(is_readable(fd), "made after the first event came");
    next(&session, 0).unwrap();
    assert!(is_readable(fd), "a reader missed the end");
    assert_eq!(next(&session, 0).err(), Some(pairing_status::Timeout));
    assert!(!is_readable(fd));
    pairing_session_cancel(Some(&session));
    assert!(is_readable(fd));
    next(&session, 0).unwrap();
    for _ in 0..3 {
        assert_eq!(next(&session, 0).err(), Some(pairing_status::End));
        assert!(is_readable(fd));
    }
}

#[test]
fn a_program_that_takes_the_byte_itself_loses_no_event() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    let fd = descriptor(&session);
    // SAFETY: the session that owns the descriptor is alive.
    let taken = rustix::io::read(unsafe { BorrowedFd::borrow_raw(fd) }, &mut [0; 8]);
    assert_eq!(taken, Ok(1));
    next(&session, 0).unwrap();
    assert_eq!(next(&session, 0).err(), Some(pairing_status::Timeout));
    pairing_session_cancel(Some(&session));
    assert!(is_readable(fd));
}

//! The server on a real socket: what each limit does to the one who meets it, and to nobody else.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod connections;
mod requests;
mod shutdown;
mod slow_readers;
mod support;

//! Sequences of C calls: any function, any order, NULL, bytes that are no UTF-8, handles freed while
//! others use what they came from, and HTTP that answers when it likes.
//!
//! What the header forbids is not done: no handle is used after it was freed, or freed twice.
#![allow(unsafe_code, reason = "it is a C program, written in Rust")]

mod choice;
mod gateway;
mod handles;
mod header;
mod judge;
mod making;
mod program;
#[cfg(test)]
mod tests;
mod using;

// Its symbols are what is called.
use pairing_ffi as _;

/// After so many calls the program ends, however many bytes are left.
const MOST_CALLS: usize = 200;

pub(crate) fn check(data: &[u8]) {
    let mut program = program::Program::new(data);
    for _ in 0..MOST_CALLS {
        if program.is_over() {
            break;
        }
        program.call();
    }
    program.end();
}

//! What the programs of `src/bin/` share: how a figure is written, how a program is called.
//!
//! Every program measures one whole table in one run, its peers included, and writes one
//! [`Record`] a line to standard output; what a person wants to see meanwhile goes to standard
//! error. `cargo xtask bench` collects the lines into `docs/benchmarks.md`.

pub mod callgrind;
pub mod flow_walk;
pub mod load;
pub mod picture_reply;
mod record;
pub mod timing;

pub use record::{Measured, Record};

/// Whether the program was called with `--quick`: sizes so small that a run only shows that it
/// works, in seconds; its figures are never published.
#[must_use]
pub fn is_quick() -> bool {
    std::env::args()
        .skip(1)
        .any(|argument| argument == "--quick")
}

/// `normal`, or `quick` when the program was called with `--quick`.
pub fn size<T>(normal: T, quick: T) -> T {
    if is_quick() { quick } else { normal }
}

//! What the borders to other languages cost: bytes of the libraries, beside the least library with
//! the same HTTP client, and the time to hand over one event.

#![allow(
    clippy::print_stderr,
    reason = "a person at the terminal wants to see how far it is"
)]

mod events;
mod libraries;

use anyhow::Result;
use pairing_benches::{Measured, Record, size};

/// The library built the same way, with nothing of ours in it.
const EMPTY: &str = "empty uniffi library";

/// Where they go; `cargo xtask bench` knows it too.
const FOLDER: &str = "target/bench-ffi";

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn main() -> Result<()> {
    let folder = libraries::root().join(FOLDER);
    let libraries = libraries::build(&folder)?;
    for library in &libraries {
        let bytes = Measured::once(library.bytes as f64);
        let record = Record::new("ffi", library.subject, "size of the library", "B", bytes);
        record.at(library.at).print()?;
    }
    let runs = size(15, 1);
    let times = size(20_000, 200);
    for (subject, runs) in events::measure(&folder, runs, times)? {
        let measured = Measured::of(&runs);
        let metric = "an event with a QR text, handed over whole";
        Record::new("ffi", &subject, metric, "ns", measured).print()?;
    }
    Ok(())
}

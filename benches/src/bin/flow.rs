//! What one input costs the flow: nanoseconds and allocations, over whole sessions.

#![allow(
    clippy::print_stderr,
    reason = "a person at the terminal wants to see how far it is"
)]

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, ensure};
use pairing_benches::flow_walk::{Walk, codes};
use pairing_benches::{Measured, Record, size};

fn main() -> Result<()> {
    let codes = codes()?;
    let runs = size(25, 3);
    let sessions = size(2_000, 10);
    let ticks = size(1_000_000, 1_000);

    let (mut whole, mut idle) = (Vec::new(), Vec::new());
    for run in 0..runs {
        eprintln!("run {} of {runs}", run + 1);
        let started = Instant::now();
        let mut inputs = 0;
        for _ in 0..sessions {
            let mut walk = Walk::new(&codes)?;
            while !walk.is_finished() {
                walk.step()?;
            }
            inputs += walk.inputs;
        }
        whole.push(nanoseconds_each(started, inputs));

        let mut walk = Walk::new(&codes)?;
        let started = Instant::now();
        for _ in 0..ticks {
            black_box(&mut walk).idle_tick()?;
        }
        idle.push(nanoseconds_each(started, ticks));
    }
    let time = |runs: &[f64]| {
        let measured = Measured::of(runs);
        Record::new("flow", "pairing", "time per input", "ns", measured).goal("< 200")
    };
    let average = "the average over whole sessions, start and end included";
    time(&whole).at(average).print()?;
    time(&idle).at("a tick at which nothing is due").print()?;

    let (first, later) = allocations(&codes)?;
    let count = |count: f64| {
        let measured = Measured::once(count);
        Record::new(
            "flow",
            "pairing",
            "allocations per session",
            "allocations",
            measured,
        )
    };
    count(first)
        .at("in the first round, the start included")
        .print()?;
    count(later)
        .at("in all later rounds")
        .goal("<= 0")
        .print()?;
    let size = Measured::once(size_of::<pairing_core::flow::PairingFlow>() as f64);
    Record::new("flow", "pairing", "size of the state machine", "B", size).print()?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn nanoseconds_each(since: Instant, count: u64) -> f64 {
    since.elapsed().as_nanos() as f64 / count as f64
}

/// In the first round and in all the others together.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn allocations(codes: &[pairing_core::PairingCode]) -> Result<(f64, f64)> {
    /// More inputs than a round has, and fewer than a session.
    const FIRST_ROUND: u64 = 40;
    let mut walk = None;
    let mut result = Ok(());
    let first = allocation_counter::measure(|| {
        result = Walk::new(codes).and_then(|new| {
            let walk = walk.insert(new);
            while walk.inputs < FIRST_ROUND {
                walk.step()?;
            }
            Ok(())
        });
    });
    result?;
    let Some(mut walk) = walk else {
        return Ok((f64::NAN, f64::NAN));
    };
    let mut result = Ok(());
    let later = allocation_counter::measure(|| {
        while result.is_ok() && !walk.is_finished() {
            result = walk.step();
        }
    });
    result?;
    ensure!(walk.inputs > 2 * FIRST_ROUND, "the session was too short");
    Ok((first.count_total as f64, later.count_total as f64))
}

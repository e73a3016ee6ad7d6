//! People who watch a code that is renewed every 10 s: what each costs the server's processor
//! and memory, with the hub and with what one would write with Express.
//!
//! Server and reader are processes of their own, each on its own processor core. The reader
//! is the same for both servers, and so are the events. Whoever calls the gateway is left out on
//! both sides: the hub runs its sessions against a provider in its own process, Express has an
//! interval for each session.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a process tells the one that started it by its output, and people by its errors"
)]

mod hub;
mod process;
mod reader;
mod run;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use pairing_benches::{Measured, Record, is_quick, size};
use serde::{Deserialize, Serialize};

use run::{Load, Run, Subject};

/// Where a server listens, and its pages.
#[derive(Serialize, Deserialize)]
struct Target {
    address: SocketAddr,
    /// One page for each session.
    paths: Vec<String>,
}

/// What the reader has to know.
#[derive(Serialize, Deserialize)]
struct Reading {
    target: Target,
    viewers_per_session: usize,
    interval: Duration,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("hub") => hub::main(&arguments[1..]),
        Some("reader") => reader::main(),
        _ => measure(),
    }
}

const INTERVAL: Duration = Duration::from_secs(10);

fn measure() -> anyhow::Result<()> {
    let interval = size(INTERVAL, Duration::from_millis(500));
    let loads = [
        Load {
            name: "10 viewers of each of 1,000 sessions",
            sessions: size(1_000, 5),
            viewers_per_session: size(10, 2),
            interval,
        },
        Load {
            // More sessions than this, and Express has no time left but to draw.
            name: "1 viewer of each of 3,000 sessions",
            sessions: size(3_000, 10),
            viewers_per_session: 1,
            interval,
        },
    ];
    run::prepare()?;
    for load in &loads {
        let mut runs: [Vec<Run>; 3] = Default::default();
        for number in 1..=size(3, 1) {
            for (subject, runs) in Subject::ALL.iter().zip(&mut runs) {
                let run = run::run(*subject, load)
                    .with_context(|| format!("{}, {}", subject.name(), load.name))?;
                eprintln!("{} {number}, {}: {run:?}", subject.name(), load.name);
                runs.push(run);
            }
        }
        for (subject, runs) in Subject::ALL.iter().zip(&runs) {
            report(*subject, load, runs)?;
        }
    }
    if is_quick() {
        eprintln!("quick sizes: these figures mean nothing");
    }
    Ok(())
}

fn report(subject: Subject, load: &Load, runs: &[Run]) -> anyhow::Result<()> {
    let measured = |figure: fn(&Run) -> f64| {
        let figures: Vec<f64> = runs.iter().map(figure).collect();
        Measured::of(&figures)
    };
    let record = |metric, unit, measured| {
        Record::new("web", subject.name(), metric, unit, measured).at(load.name)
    };
    let viewers = record(
        "viewers per core at one event per 10 s",
        "viewers",
        measured(|run| INTERVAL.as_secs_f64() / run.cpu_per_event()),
    );
    let viewers = match subject {
        Subject::Hub => viewers.goal(">= 5x express"),
        Subject::Express | Subject::ExpressPassingOn => viewers,
    };
    viewers.print()?;
    record(
        "processor time per viewer and event",
        "µs",
        measured(|run| run.cpu_per_event() * 1e6),
    )
    .print()?;
    record(
        "resident memory per viewer",
        "KiB",
        measured(Run::memory_per_viewer),
    )
    .print()?;
    record(
        "resident memory of the server",
        "MiB",
        measured(Run::memory_in_all),
    )
    .print()?;
    Ok(())
}

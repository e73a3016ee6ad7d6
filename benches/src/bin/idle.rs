//! What waiting costs: processor time and wake-ups of a thousand sessions over a window of time.

#![allow(clippy::print_stderr, reason = "a person wants to see how far it is")]

use std::time::Duration;

use anyhow::Result;
use pairing_benches::load::{Gateway, Load, Subject};
use pairing_benches::{Measured, Record, size};

const TABLE: &str = "idle";

/// One period of the loop: each session asks for one code and three or four times for the status.
const WINDOW: Duration = Duration::from_secs(20);

struct Pace {
    at: &'static str,
    second: Duration,
    /// For the processor time.
    goal: &'static str,
    runs: usize,
}

const PACES: [Pace; 2] = [
    // As in real life: what falls due is done.
    Pace {
        at: "its calls included",
        second: Duration::from_secs(1),
        goal: "<= 0.2x node",
        runs: 3,
    },
    // Nothing falls due within the window: whatever is done is done for nothing.
    Pace {
        at: "between due times",
        second: Duration::from_secs(1000),
        goal: "<= 0",
        // It comes out the same every time.
        runs: 1,
    },
];

fn main() -> Result<()> {
    let sessions = size(1_000, 50);
    let window = size(WINDOW, Duration::from_secs(1));
    let subjects: Vec<Subject> = [Subject::Pairing]
        .into_iter()
        .chain(Subject::PEERS)
        .collect();
    let thousand_minutes = sessions as f64 * window.as_secs_f64() / 60.0 / 1000.0;
    for pace in &PACES {
        let load = Load {
            sessions,
            second: pace.second,
            // Due times are spread over an interval between two statuses.
            spread: Duration::from_secs(5).min(window),
        };
        let mut costs = vec![(Vec::new(), Vec::new()); subjects.len()];
        for _ in 0..size(pace.runs, 1) {
            for (subject, (seconds, wake_ups)) in subjects.iter().zip(&mut costs) {
                let (cpu, woken) = measure(*subject, load, window)?;
                seconds.push(cpu / thousand_minutes);
                wake_ups.push(woken / thousand_minutes);
                eprintln!(
                    "{TABLE}: {} {}: {cpu:.2} s, {woken}",
                    subject.name(),
                    pace.at
                );
            }
        }
        for (subject, (seconds, wake_ups)) in subjects.iter().zip(&costs) {
            let name = subject.name();
            let metric = "CPU time per 1,000 session-minutes";
            let mut record = Record::new(TABLE, name, metric, "s", Measured::of(seconds));
            if *subject == Subject::Pairing {
                record = record.goal(pace.goal);
            }
            record.at(pace.at).print()?;
            let metric = "wake-ups per 1,000 session-minutes";
            Record::new(TABLE, name, metric, "", Measured::of(wake_ups))
                .at(pace.at)
                .print()?;
        }
    }
    Ok(())
}

fn measure(subject: Subject, load: Load, window: Duration) -> Result<(f64, f64)> {
    let mut gateway = Gateway::start(load.sessions, 1)?;
    let running = subject.start(&mut gateway, load)?;
    running.wait_until_waiting()?;
    std::thread::sleep(Duration::from_secs(1));
    let before = running.cost()?;
    std::thread::sleep(window);
    let after = running.cost()?;
    Ok((
        after.cpu_seconds - before.cpu_seconds,
        after.wake_ups - before.wake_ups,
    ))
}

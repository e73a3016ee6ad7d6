//! Resident memory of sessions that wait for a person: one process, all between due times.

#![allow(clippy::print_stderr, reason = "a person wants to see how far it is")]

use std::time::Duration;

use anyhow::Result;
use pairing_benches::load::{Gateway, Load, Subject};
use pairing_benches::{Measured, Record, size};

const TABLE: &str = "waiting";

/// All of a session's seconds are this long, so that no due time falls into the measurement
/// and a hundred thousand sessions can wait at once: what waits takes no more memory for that.
const SECOND: Duration = Duration::from_secs(1000);

/// After the last first code: allocators and collectors come to rest.
const REST: Duration = Duration::from_secs(1);

struct Row {
    subject: Subject,
    /// Per number of sessions, the runs in bytes.
    resident: Vec<(usize, Vec<f64>)>,
}

fn main() -> Result<()> {
    let sizes = size(
        vec![(1_000, 2, 3), (10_000, 15, 3), (100_000, 40, 3)],
        vec![(50, 1, 1), (100, 1, 1)],
    );
    let subjects = [Subject::Pairing, Subject::PairingPicture];
    let mut rows: Vec<Row> = subjects
        .into_iter()
        .chain(Subject::PEERS)
        .map(|subject| Row {
            subject,
            resident: Vec::new(),
        })
        .collect();
    for &(sessions, spread, runs) in &sizes {
        let load = Load {
            sessions,
            second: SECOND,
            spread: Duration::from_secs(spread),
        };
        for row in &mut rows {
            row.resident.push((sessions, Vec::new()));
        }
        for run in 0..runs {
            for row in &mut rows {
                let Some((_, resident)) = row.resident.last_mut() else {
                    continue;
                };
                if !bears(row.subject, sessions, run) {
                    continue;
                }
                let load = Load {
                    spread: borne(row.subject, sessions, load.spread),
                    ..load
                };
                let bytes = measure(row.subject, load)?;
                eprintln!(
                    "{TABLE}: {} at {sessions}: {:.0} B each",
                    row.subject.name(),
                    bytes / sessions as f64
                );
                resident.push(bytes);
            }
        }
    }
    for row in &rows {
        report(row)?;
    }
    Ok(())
}

/// The peers are measured once where they need long for their first codes; Python, which would
/// need a quarter of an hour for a hundred thousand, not at all there.
fn bears(subject: Subject, sessions: usize, run: usize) -> bool {
    match subject {
        Subject::Pairing | Subject::PairingPicture => true,
        Subject::Python => sessions < 10_000 || (sessions < 100_000 && run == 0),
        _ => sessions < 100_000 || run == 0,
    }
}

/// The time over which this subject can start so many. Python, whose pool of connections looks through all requests
/// that wait, makes a hundred in a second without falling behind.
fn borne(subject: Subject, sessions: usize, usual: Duration) -> Duration {
    match subject {
        Subject::Python => usual.max(Duration::from_secs(1) * (sessions / 100) as u32),
        _ => usual,
    }
}

fn measure(subject: Subject, load: Load) -> Result<f64> {
    let mut gateway = Gateway::start(load.sessions, 1)?;
    let running = subject.start(&mut gateway, load)?;
    running.wait_until_waiting()?;
    std::thread::sleep(REST);
    Ok(running.cost()?.resident_bytes)
}

fn report(row: &Row) -> Result<()> {
    let mut smaller: Option<(usize, f64)> = None;
    for (sessions, runs) in &row.resident {
        if runs.is_empty() {
            continue;
        }
        let at = format!("{sessions} sessions");
        let each: Vec<f64> = runs.iter().map(|bytes| bytes / *sessions as f64).collect();
        let metric = "resident memory per session";
        let mut record = Record::new(TABLE, row.subject.name(), metric, "B", Measured::of(&each));
        if row.subject == Subject::Pairing {
            // Python is not measured at 100,000.
            record = record.goal(match sessions {
                100_000 => "<= 1500; <= 0.05x node; <= 0.5x plain rust",
                _ => "<= 0.05x node; <= 0.05x python; <= 0.5x plain rust",
            });
        }
        record.at(&at).print()?;
        let total = Measured::of(runs);
        if let Some((fewer, less)) = smaller {
            let slope = (total.median - less) / (sessions - fewer) as f64;
            Record::new(
                TABLE,
                row.subject.name(),
                "each further session",
                "B",
                Measured::once(slope),
            )
            .at(format!("{fewer} to {sessions} sessions"))
            .print()?;
        }
        smaller = Some((*sessions, total.median));
    }
    Ok(())
}

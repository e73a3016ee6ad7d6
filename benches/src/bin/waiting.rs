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
        vec![(1_000, 2, 3), (10_000, 15, 1), (100_000, 40, 1)],
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

/// What takes long is measured once. Python is measured at a thousand alone: it had not brought
/// all the first codes of ten thousand within five minutes, at a hundred in a second.
fn bears(subject: Subject, sessions: usize, run: usize) -> bool {
    match subject {
        Subject::Python => sessions < 10_000,
        _ => sessions < 100_000 || run == 0,
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
        // Of a thousand sessions, most is the program itself.
        record = match (row.subject, sessions) {
            (Subject::Pairing, 100_000) => {
                record.goal("<= 1500; <= 0.05x node; <= 0.5x plain rust")
            }
            (Subject::Pairing, 10_000) => record.goal("<= 0.05x node; <= 0.5x plain rust"),
            _ => record,
        };
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

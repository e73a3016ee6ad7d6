//! Ten thousand sessions started within one second, and ten thousand linked within one second.

#![allow(clippy::print_stderr, reason = "a person wants to see how far it is")]

use std::time::{Duration, Instant};

use anyhow::Result;
use pairing_benches::load::{Gateway, Load, Report, Subject, Told};
use pairing_benches::{Measured, Record, size};

const TABLE: &str = "storm";
const SECOND: Duration = Duration::from_secs(1);
const STARTED: &str = "started within 1 s";
const LINKED: &str = "linked within 1 s";

/// What one storm came to.
struct Storm {
    until_last: Duration,
    peak_bytes: f64,
    report: Report,
    errors: usize,
    missed: usize,
}

fn main() -> Result<()> {
    let (sessions, runs) = size((10_000, 3), (200, 1));
    // Python had not got its first codes after five minutes: its pool of connections looks
    // through all requests that wait whenever one is done.
    let peers = Subject::PEERS.into_iter();
    let peers = peers.filter(|peer| *peer != Subject::Python);
    let subjects = [Subject::Pairing, Subject::PairingPicture]
        .into_iter()
        .chain(peers);
    let mut storms: Vec<(Subject, Vec<Storm>, Vec<Storm>)> = subjects
        .map(|subject| (subject, Vec::new(), Vec::new()))
        .collect();
    for run in 0..runs {
        for (subject, started, linked) in &mut storms {
            let name = subject.name();
            started.push(start(*subject, sessions)?);
            tell(name, STARTED, started.last());
            // It takes the time of one interval, whoever does it.
            if run == 0 {
                linked.push(link(*subject, sessions)?);
                tell(name, LINKED, linked.last());
            }
        }
    }
    for (subject, started, linked) in &storms {
        report(*subject, STARTED, started)?;
        report(*subject, LINKED, linked)?;
    }
    Ok(())
}

fn start(subject: Subject, sessions: usize) -> Result<Storm> {
    let mut gateway = Gateway::start(sessions, 1)?;
    gateway.mark()?;
    // Slow afterwards, so that the storm is of first codes alone.
    let load = Load {
        sessions,
        second: 1000 * SECOND,
        spread: SECOND,
    };
    let running = subject.start(&mut gateway, load)?;
    let until_last = running.wait_until_waiting()?;
    let report = gateway.report()?;
    Ok(Storm {
        until_last,
        peak_bytes: running.cost()?.peak_bytes,
        // Whatever was asked twice had failed.
        errors: usize::try_from(report.codes)?.saturating_sub(sessions),
        report,
        missed: 0,
    })
}

fn link(subject: Subject, sessions: usize) -> Result<Storm> {
    let mut gateway = Gateway::start(sessions, 1)?;
    // Started so slowly that every subject keeps up, and due as it comes: the statuses of the
    // sessions are spread, as those of people who did not start at once.
    let load = Load {
        sessions,
        second: 5 * SECOND,
        spread: size(20 * SECOND, SECOND),
    };
    let running = subject.start(&mut gateway, load)?;
    running.wait_until_waiting()?;
    gateway.mark()?;
    let begin = Instant::now();
    gateway.link_all(SECOND)?;
    let (
        end,
        Told {
            linked,
            errors,
            abandoned: _,
        },
    ) = running.wait_until_ended()?;
    Ok(Storm {
        until_last: end - begin,
        peak_bytes: running.cost()?.peak_bytes,
        report: gateway.report()?,
        errors,
        missed: sessions - linked,
    })
}

fn tell(subject: &str, at: &str, storm: Option<&Storm>) {
    if let Some(storm) = storm {
        let report = &storm.report;
        eprintln!(
            "{TABLE}: {subject}, {at}: {:.1} s, {} calls, {} sockets, {} at a time, {} errors, {} missed, {:?}",
            storm.until_last.as_secs_f64(),
            report.calls,
            report.sockets,
            report.most_open,
            storm.errors,
            storm.missed,
            report.per_tenth
        );
    }
}

fn report(subject: Subject, at: &str, storms: &[Storm]) -> Result<()> {
    type Figure = fn(&Storm) -> f64;
    let busiest: Figure = |storm| {
        let most = storm.report.per_tenth.iter().copied().max();
        most.unwrap_or_default() as f64
    };
    let figures: [(&str, &str, Figure); 7] = [
        ("time until the last event", "s", |storm| {
            storm.until_last.as_secs_f64()
        }),
        ("peak memory", "MiB", |storm| {
            storm.peak_bytes / f64::from(1 << 20)
        }),
        ("sockets opened", "", |storm| storm.report.sockets as f64),
        ("sockets open at a time", "", |storm| {
            storm.report.most_open as f64
        }),
        ("failed requests", "", |storm| storm.errors as f64),
        ("sessions that missed it", "", |storm| storm.missed as f64),
        ("requests in the busiest tenth of a second", "", busiest),
    ];
    for (metric, unit, figure) in figures {
        let runs: Vec<f64> = storms.iter().map(figure).collect();
        let mut record = Record::new(TABLE, subject.name(), metric, unit, Measured::of(&runs));
        let goal = match metric {
            "failed requests" | "sessions that missed it" => Some("<= 0"),
            // What the transport has under way at a time, and some that are being replaced.
            "sockets open at a time" => Some("<= 280"),
            _ => None,
        };
        if let (Subject::Pairing, Some(goal)) = (subject, goal) {
            record = record.goal(goal);
        }
        record.at(at).print()?;
    }
    Ok(())
}

//! Calls to the provider per session that a phone links, and per session that nobody uses.

#![allow(clippy::print_stderr, reason = "a person wants to see how far it is")]

use std::time::Duration;

use anyhow::{Result, ensure};
use pairing_benches::load::{Gateway, Load, Report, Subject};
use pairing_benches::{Measured, Record, size};

const TABLE: &str = "calls";

/// How many times faster everything runs: the gateway's clock and every interval.
const SPEED: u32 = 20;

/// Phones are linked evenly over the first minute, the life of three codes, except for its end:
/// a loop that gives up after a minute misses whoever comes later.
const LINKED_WITHIN: Duration = Duration::from_secs(50);

fn main() -> Result<()> {
    let (sessions, runs) = size((40, 3), (20, 1));
    let subjects = [
        Subject::Pairing,
        Subject::PairingUnnamed,
        Subject::PairingWebhooks,
    ];
    let mut counted: Vec<(Subject, Vec<Report>, Vec<Report>)> = subjects
        .into_iter()
        .chain(Subject::PEERS)
        .map(|subject| (subject, Vec::new(), Vec::new()))
        .collect();
    for _ in 0..runs {
        for (subject, linked, abandoned) in &mut counted {
            linked.push(measure(*subject, sessions, true)?);
            abandoned.push(measure(*subject, sessions, false)?);
            eprintln!("{TABLE}: {} {linked:?} {abandoned:?}", subject.name());
        }
    }
    for (subject, linked, abandoned) in &counted {
        report(*subject, "linked", linked, sessions)?;
        report(*subject, "abandoned", abandoned, sessions)?;
    }
    Ok(())
}

fn measure(subject: Subject, sessions: usize, linked: bool) -> Result<Report> {
    let mut gateway = Gateway::start(sessions, SPEED)?;
    let second = Duration::from_secs(1) / SPEED;
    let load = Load {
        sessions,
        second,
        spread: 5 * second,
    };
    gateway.mark()?;
    let running = subject.start(&mut gateway, load)?;
    running.wait_until_waiting()?;
    if linked {
        gateway.link_all(LINKED_WITHIN / SPEED)?;
    }
    let (_, told) = running.wait_until_ended()?;
    ensure!(told.errors == 0, "{} failed: {told:?}", subject.name());
    let expected = if linked { sessions } else { 0 };
    ensure!(
        told.linked == expected,
        "{} missed some: {told:?}",
        subject.name()
    );
    gateway.report()
}

fn report(subject: Subject, at: &str, reports: &[Report], sessions: usize) -> Result<()> {
    type Figure = fn(&Report) -> u64;
    let figures: [(&str, Figure); 3] = [
        ("calls per session", |report| report.calls),
        ("codes per session", |report| report.codes),
        ("statuses per session", |report| report.statuses),
    ];
    for (metric, figure) in figures {
        let runs: Vec<f64> = reports
            .iter()
            .map(|report| figure(report) as f64 / sessions as f64)
            .collect();
        let at = format!("per {at} session");
        let mut record =
            Record::new(TABLE, subject.name(), metric, "calls", Measured::of(&runs)).at(at);
        if subject == Subject::Pairing && metric == "calls per session" {
            record = record.goal("< 1x plain rust; < 1x go; < 1x node; < 1x python");
        }
        record.print()?;
    }
    Ok(())
}

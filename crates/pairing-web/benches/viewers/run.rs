//! One run: from the first code, over two renewals, to the linked phones.

use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::process::Process;
use crate::{Happening, Micros, SESSIONS, Target};

/// Long enough for two renewals, and for the statuses in between.
const WATCHED: Duration = Duration::from_secs(48);

/// Long enough for memory to be what it stays.
const SETTLED: Duration = Duration::from_secs(3);

/// What a run tells.
pub(crate) struct Run {
    viewers: usize,
    /// In KiB: with all sessions running, without any viewer and with all of them.
    memory: (u64, u64),
    /// Requests for codes, and all, until the phones were linked.
    calls: String,
    /// How late events came, in microseconds, in order.
    codes: Vec<Micros>,
    expiries: Vec<Micros>,
    links: Vec<Micros>,
}

pub(crate) fn run(viewers_per_session: usize) -> Run {
    let mut gateway = Process::start(&["gateway"]);
    let base_url = gateway.hear();
    let mut hub = Process::start(&["hub", &base_url]);
    let mut target: Target = serde_json::from_str(&hub.hear()).unwrap();
    target.viewers_per_session = viewers_per_session;
    let mut viewers = Process::start(&["viewers"]);
    println!(
        "{} viewers of {SESSIONS} sessions …",
        SESSIONS * viewers_per_session
    );

    viewers.ask(&serde_json::to_string(&target).unwrap());
    let begun = Instant::now();
    sleep(SETTLED);
    let before = hub.memory();
    viewers.ask("watch");
    sleep(SETTLED);
    let memory = (before, hub.memory());
    sleep(WATCHED.saturating_sub(begun.elapsed()));
    let calls = gateway.ask("calls");
    gateway.ask("link");
    let seen: Vec<(Happening, Micros)> = serde_json::from_str(&viewers.hear()).unwrap();
    let learnt: Vec<(Happening, Micros)> = serde_json::from_str(&hub.ask("report")).unwrap();
    let learnt: HashMap<_, _> = learnt.into_iter().collect();

    let mut run = Run {
        viewers: SESSIONS * viewers_per_session,
        memory,
        calls,
        codes: Vec::new(),
        expiries: Vec::new(),
        links: Vec::new(),
    };
    for (happening, at) in seen {
        let late = match happening {
            Happening::Expired(_) => at,
            _ => at.saturating_sub(learnt[&happening]),
        };
        match happening {
            Happening::Code(_) => run.codes.push(late),
            Happening::Expired(_) => run.expiries.push(late),
            Happening::Linked(_) => run.links.push(late),
        }
    }
    assert_eq!(run.links.len(), run.viewers, "somebody was not told");
    for late in [&mut run.codes, &mut run.expiries, &mut run.links] {
        late.sort_unstable();
    }
    run
}

pub(crate) fn report(runs: &[Run]) {
    println!("\nviewers  event     seen   p50 ms   p99 ms   max ms");
    for run in runs {
        for (name, late) in [
            ("code", &run.codes),
            ("expiry", &run.expiries),
            ("linked", &run.links),
        ] {
            let at = |part: f64| late[((late.len() - 1) as f64 * part) as usize] as f64 / 1e3;
            println!(
                "{:7}  {name:6} {:7} {:8.1} {:8.1} {:8.1}",
                run.viewers,
                late.len(),
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }
    println!("\nviewers  calls for codes, all calls   MiB without and with viewers   KiB each");
    for run in runs {
        let (without, with) = run.memory;
        println!(
            "{:7}  {:27}   {:12.1} {:17.1}   {:8.1}",
            run.viewers,
            run.calls,
            without as f64 / 1024.0,
            with as f64 / 1024.0,
            with.saturating_sub(without) as f64 / run.viewers as f64
        );
    }
}

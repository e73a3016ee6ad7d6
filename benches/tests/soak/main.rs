//! Thousands of sessions over an hour of virtual time, with a gateway on a bad day and people
//! who resume, switch, cancel and leave: none is lost, none is stuck, each has one outcome, and
//! nothing of them is left.
//!
//! `cargo xtask soak` runs ten times as many.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod chance;
mod figures;
mod gateway;
mod person;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use chance::Chance;
use gateway::{Instance, Totals};
use pairing_core::PairingOutcome;
use person::Went;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Where `cargo xtask soak` says how many sessions to run.
const SESSIONS: &str = "PAIRING_SOAK_SESSIONS";
const DEFAULT_SESSIONS: u64 = 1000;

/// The hour is made of waves: after each, everything has to be as it was before.
const WAVES: u64 = 4;
const STARTS_WITHIN: Duration = Duration::from_secs(300);

/// What may be left of each session on average, because the runtime's queues may still grow in a
/// later wave. In bytes; a session that is not freed has hundreds.
const LEFT_OF_EACH: u64 = 16;

/// How often everything that is ready may run once more after the last session. An aborted task
/// needs one turn; one that still waits for time or for an answer is left over.
const LAST_TURNS: usize = 1000;

#[derive(Default)]
struct Soaked {
    outcomes: BTreeMap<&'static str, usize>,
    virtual_seconds: u64,
    calls: usize,
    /// The sessions whose memory is counted.
    counted: u64,
    at_once: usize,
    bytes_at_most: u64,
    bytes_left: i64,
}

impl Soaked {
    /// All that ended.
    fn sessions(&self) -> usize {
        self.outcomes.values().sum()
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures of the page of proofs")]
fn no_session_is_lost_or_stuck_and_nothing_is_left() {
    let asked = std::env::var(SESSIONS).ok();
    let sessions = asked.as_ref().map_or(DEFAULT_SESSIONS, |sessions| {
        sessions.parse().expect("a number of sessions")
    });
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mut soaked = Soaked::default();
    for number in 0..WAVES {
        let each = sessions / WAVES;
        let seeds = 1000 + number * each..1000 + (number + 1) * each;
        let counted = allocation_counter::measure(|| wave(&runtime, seeds, &mut soaked));
        soaked.bytes_at_most = soaked.bytes_at_most.max(counted.bytes_max);
        // In the first, the runtime and the program make what they keep for all that follow.
        if number > 0 {
            soaked.counted += each;
            soaked.bytes_left += counted.bytes_current;
        }
    }
    assert!(
        soaked.bytes_left <= (soaked.counted * LEFT_OF_EACH) as i64,
        "{} bytes are left of {} sessions",
        soaked.bytes_left,
        soaked.counted
    );
    assert_eq!(soaked.sessions() as u64, sessions / WAVES * WAVES);
    println!("soaked: {}", figures::said(&soaked));
    // Who asked for so many writes the page again.
    if asked.is_none() {
        figures::check_page(&soaked);
    }
}

/// Runs these sessions to their end, and checks that nothing of them is left.
fn wave(runtime: &Runtime, seeds: std::ops::Range<u64>, soaked: &mut Soaked) {
    let totals = Arc::new(Totals::default());
    let (count, began) = (
        seeds.end - seeds.start,
        runtime.block_on(async { Instant::now() }),
    );
    runtime.block_on(async {
        let mut people = JoinSet::new();
        for seed in seeds {
            people.spawn(session(seed, totals.clone()));
        }
        let mut ended = 0;
        while let Some(went) = people.join_next().await {
            let (seed, went) = went.unwrap();
            check(seed, &went);
            *soaked
                .outcomes
                .entry(went.outcomes[0].as_str())
                .or_default() += 1;
            ended += 1;
        }
        assert_eq!(ended, count, "a session is lost");
        // Aborted tasks are gone when the runtime has seen to them.
        let alive = || runtime.metrics().num_alive_tasks();
        for _ in 0..LAST_TURNS {
            if alive() > 0 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(alive(), 0, "tasks are left");
        soaked.virtual_seconds += began.elapsed().as_secs();
    });
    assert_eq!(totals.overlaps.load(SeqCst), 0, "two requests at once");
    soaked.calls += totals.calls.load(SeqCst);
    soaked.at_once = soaked.at_once.max(totals.most_at_once.load(SeqCst));
    assert_eq!(Arc::strong_count(&totals), 1, "an instance is still held");
}

async fn session(seed: u64, totals: Arc<Totals>) -> (u64, Went) {
    let mut chance = Chance::new(seed);
    sleep(chance.millis(STARTS_WITHIN.as_millis() as u64)).await;
    let _living = totals.living();
    let instance = Instance::new(Chance::new(!seed), totals.clone());
    (seed, person::live(instance, chance).await)
}

fn check(seed: u64, went: &Went) {
    assert_eq!(went.broken, None, "session {seed}");
    assert_eq!(
        went.under_way, 0,
        "session {seed}: a request is under way after the end: {went:?}"
    );
    assert_eq!(
        went.outcomes.len(),
        went.readers,
        "session {seed}: {went:?}"
    );
    assert!(
        went.outcomes
            .iter()
            .all(|outcome| *outcome == went.outcomes[0]),
        "session {seed}: {went:?}"
    );
    // A timer of tokio is a millisecond late at most. Who gives up is done at once.
    let latest = went.given_up_after.unwrap_or(person::deadline());
    let latest = latest.min(person::deadline()) + Duration::from_millis(2);
    assert!(went.took <= latest, "session {seed}: {went:?}");
    let cancelled = went.outcomes[0] == PairingOutcome::Cancelled;
    assert!(
        !cancelled || went.given_up_after.is_some(),
        "session {seed}: {went:?}"
    );
}

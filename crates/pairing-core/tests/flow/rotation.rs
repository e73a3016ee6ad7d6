//! What is gained by learning when the gateway changes its code: seconds in which a code on
//! screen can be scanned, for each code that was asked for.

use std::time::Duration;

use crate::support::*;
use pairing_core::flow::Input;
use pairing_core::{CodeReply, InstanceStatus, PairingMethod, PairingPolicy, ProviderError};

const PERIOD: Duration = Duration::from_secs(20);
const CODES: usize = 3;

/// A gateway that changes its code every 20 s, whether anyone asks or not.
struct Rotating {
    phase: Duration,
}

impl Rotating {
    fn number(&self, at: Duration) -> u64 {
        ((at + self.phase).as_nanos() / PERIOD.as_nanos()) as u64
    }

    fn left(&self, at: Duration) -> Duration {
        let old = (at + self.phase).as_nanos() % PERIOD.as_nanos();
        PERIOD - Duration::from_nanos(old as u64)
    }
}

impl Script for Rotating {
    fn code(&mut self, _: &PairingMethod, at: Duration) -> Answer<CodeReply> {
        (Duration::ZERO, Ok(qr(self.number(at))))
    }

    fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
        let status: Result<_, ProviderError> = Ok(InstanceStatus::disconnected());
        (Duration::ZERO, status)
    }
}

/// Scannable seconds per code that was asked for in each of these rounds, over evenly spread
/// phases, with people who come back after any time.
fn scannable(rounds: usize, sessions: u32) -> Vec<f64> {
    let policy = PairingPolicy::default().with_deadline(secs(3_600));
    let mut sums = vec![(Duration::ZERO, 0); rounds];
    for session in 0..sessions {
        let phase = PERIOD * session / sessions;
        let options = pairing_core::flow::FlowOptions {
            policy: std::sync::Arc::new(policy.clone()),
            ..options(PairingMethod::Qr)
        };
        let mut world = World::start(options, Rotating { phase });
        for (round, sum) in sums.iter_mut().enumerate() {
            // Until the gate and, for as long as a person may take, beyond.
            let pause = 90 + u64::from(session.wrapping_mul(2_654_435_761) % 20_011) / 1_000;
            let end = world.now + secs(pause) + millis(u64::from(session % 997) + round as u64);
            world.run_until(end);
            sum.0 += lit(&world, round);
            sum.1 += code_calls(&world, round as u32 + 1).len();
            world.input(Input::Resume).unwrap();
        }
    }
    let each = |(lit, asked): &(Duration, usize)| lit.as_secs_f64() / *asked as f64;
    sums.iter().map(each).collect()
}

fn code_calls(world: &World<Rotating>, round: u32) -> Vec<Duration> {
    let calls = world.calls.iter();
    let calls = calls.filter(|call| call.is_code() && call.round == round);
    calls.map(|call| call.started).collect()
}

/// How long a code that could be scanned was on screen in one round.
fn lit(world: &World<Rotating>, round: usize) -> Duration {
    let shown = &world.times(is_ready)[round * CODES..];
    let gone = world.times(is_gate)[round];
    let ends = shown[1..].iter().copied().chain([gone]);
    let lit = shown.iter().zip(ends).map(|(at, end)| {
        let alive = world.script.left(*at);
        (end - *at).min(alive)
    });
    lit.sum()
}

#[test]
fn codes_live_longer_on_screen_the_more_is_known() {
    let lit = scannable(5, 2_000);
    // 10.0 when asked every 20 s.
    assert!(lit[0] >= 11.4, "{lit:?}");
    // It pays for learning, and still loses nothing against knowing nothing.
    assert!(lit[1] >= lit[0], "{lit:?}");
    assert!(lit[2..].iter().all(|seconds| *seconds >= 17.0), "{lit:?}");
}

#[test]
fn codes_are_asked_for_10_to_20_seconds_after_one_another() {
    for phase in 0..200 {
        let phase = PERIOD * phase / 200;
        let mut world = World::start(options(PairingMethod::Qr), Rotating { phase });
        for _ in 0..4 {
            world.run_for(secs(100));
            world.input(Input::Resume).unwrap();
        }
        for round in 1..=4 {
            let calls = code_calls(&world, round);
            assert!((3..=4).contains(&calls.len()), "{phase:?}: {calls:?}");
            for pair in calls.windows(2) {
                let apart = pair[1] - pair[0];
                assert!(
                    apart >= secs(10) && apart <= secs(20),
                    "{phase:?}: {pair:?}"
                );
            }
        }
    }
}

#[test]
fn no_code_is_shown_for_longer_than_it_can_live_once_the_rotation_is_known() {
    let mut world = World::start(options(PairingMethod::Qr), Rotating { phase: secs(7) });
    for _ in 0..5 {
        world.run_for(secs(100));
        world.input(Input::Resume).unwrap();
    }
    // A window of a quarter of its life is the most that is left to doubt.
    let expiries = world.expiries();
    for (shown, expires) in &expiries[4 * CODES..] {
        let alive = world.script.left(*shown);
        assert!(
            *expires <= *shown + alive + secs(5),
            "{shown:?} {expires:?}"
        );
    }
}

#[test]
fn a_person_waits_for_a_fresh_code_but_never_longer_than_a_code_may_be_asked_for_again() {
    for pause in 0..40 {
        let mut world = World::start(options(PairingMethod::Qr), Rotating { phase: secs(7) });
        for _ in 0..3 {
            world.run_for(secs(100));
            world.input(Input::Resume).unwrap();
        }
        world.run_for(secs(100 + pause));
        let asked = world.now;
        world.input(Input::Resume).unwrap();
        world.run_for(secs(10));
        let first = code_calls(&world, 5)[0];
        assert!(first >= asked && first <= asked + secs(10));
        // Who has to wait gets one that is fresh.
        if first > asked {
            assert!(world.script.left(first) >= secs(15), "{pause}");
        }
    }
}

/// The length of a round from its first code to the gate, in seconds, and its requests for codes:
/// the least, the mean and the most over evenly spread phases.
fn lengths(round: u32) -> [[f64; 3]; 2] {
    let mut rounds = Vec::new();
    for phase in 0..400 {
        let phase = PERIOD * phase / 400;
        let mut world = World::start(options(PairingMethod::Qr), Rotating { phase });
        for _ in 1..round {
            world.run_for(secs(100));
            world.input(Input::Resume).unwrap();
        }
        world.run_for(secs(100));
        let first = world.times(is_ready)[(round as usize - 1) * CODES];
        let gate = world.times(is_gate)[round as usize - 1];
        let requests = code_calls(&world, round).len() as f64;
        rounds.push([(gate - first).as_secs_f64(), requests]);
    }
    [0, 1].map(|which| {
        let all = || rounds.iter().map(|round| round[which]);
        let mean = all().sum::<f64>() / rounds.len() as f64;
        [
            all().fold(f64::MAX, f64::min),
            mean,
            all().fold(0.0, f64::max),
        ]
    })
}

#[test]
fn a_round_lasts_long_enough_for_who_has_never_linked_a_phone() {
    // Where each request were counted, the first round would last 40 to 50 s.
    let [seconds, requests] = lengths(1);
    assert_eq!(seconds, [50.0, 55.0, 60.0]);
    assert_eq!(requests, [3.0, 3.5, 4.0]);
    for round in 2..=4 {
        let [seconds, requests] = lengths(round);
        assert!(
            seconds[0] >= 45.0 && requests[2] <= 4.0,
            "{round}: {seconds:?} {requests:?}"
        );
    }
}

/// What a session costs that nobody uses: its requests for codes and for the status, for each
/// phase the gateway may have.
fn unused(expect_webhooks: bool) -> Vec<(usize, usize)> {
    let costs = (0..400).map(|phase| {
        let options = pairing_core::flow::FlowOptions {
            expect_webhooks,
            ..options(PairingMethod::Qr)
        };
        let phase = PERIOD * phase / 400;
        let mut world = World::start(options, Rotating { phase });
        world.run_to_the_end();
        (world.code_calls().len(), world.status_calls().len())
    });
    costs.collect()
}

/// As `PairingPolicy` documents it.
#[test]
fn an_unused_session_costs_15_or_18_calls_and_5_or_6_with_webhooks() {
    for (expect_webhooks, costs) in [(false, [(3, 12), (4, 14)]), (true, [(3, 2), (4, 2)])] {
        let all = unused(expect_webhooks);
        for cost in costs {
            let such = all.iter().filter(|it| **it == cost).count();
            assert_eq!(such, all.len() / 2, "{cost:?}: {all:?}");
        }
    }
}

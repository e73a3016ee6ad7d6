//! What an abandoned session costs, and when it asks.

use std::time::Duration;

use pairing_core::{EventKind, PairingMethod, PairingOutcome, PairingPolicy};
use pairing_e2e::{Adapter, Bench};
use pairing_sim::{Fault, Rotation, Simulator, SimulatorOptions};
use tokio::time::Instant;

use crate::{check, secs, start, watch};

/// The simulator changes its code 20 s after the first request, so the second request brings the
/// first code again: four requests for three codes, and a status every 5 s for the 60 s of the
/// round, with a last look before each code that dies, and in the 30 s after it.
const ABANDONED_QR: u64 = 4 + 14;
/// One code, a status every 5 s for the 160 s of its life, and 3 in the 30 s after it.
const ABANDONED_PHONE_CODE: u64 = 1 + 35;

#[tokio::test(start_paused = true)]
async fn an_abandoned_session_costs_exactly_the_documented_calls() {
    for adapter in Adapter::all() {
        let bench = Bench::new(adapter);
        let costs = [
            (PairingMethod::Qr, ABANDONED_QR),
            (bench.phone_code(), ABANDONED_PHONE_CODE),
        ];
        for (method, cost) in costs {
            bench.instance.reset_calls();
            let began = Instant::now();
            let events = watch(start(&bench, &method)).await;
            check(&bench, &events);
            assert_eq!(began.elapsed(), PairingPolicy::default().deadline);
            let outcome = events.last().and_then(|event| event.outcome());
            assert_eq!(outcome, Some(&PairingOutcome::Deadline));
            let calls = bench.instance.calls();
            assert_eq!(calls.total, cost, "{adapter:?} {method:?}: {calls:?}");
            assert_eq!(calls.max_in_flight, 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn codes_are_asked_for_10_to_20_s_after_the_last_one_arrived() {
    let policy = PairingPolicy::default();
    for adapter in Adapter::all() {
        for rotation in [Rotation::EVERY_20_S, Rotation::FIRST_60_THEN_20_S] {
            for latency in [0, 700, 2_000, 9_000] {
                let simulator = Simulator::new(SimulatorOptions::default());
                let bench = Bench::at(&simulator, adapter, rotation);
                let fault = Fault::LATENCY.with(latency);
                bench.instance.set_faults(fault);
                let mut session = start(&bench, &PairingMethod::Qr);
                // How many codes had been asked for at the end of each round.
                let mut ends = Vec::new();
                while let Some(event) = session.next_event().await {
                    if event.kind == EventKind::InteractionRequired {
                        ends.push(bench.instance.calls().code_requests.len());
                        if ends.len() < 3 {
                            session.handle().resume().unwrap();
                        }
                    }
                }

                let calls = bench.instance.calls();
                assert_eq!(calls.max_in_flight, 1, "{adapter:?} at {latency} ms");
                // A code that comes again while it is shown costs a request more.
                let codes = u64::from(3 * policy.codes_per_round);
                assert!(
                    (codes..=codes + 3).contains(&calls.codes()),
                    "{adapter:?}: {calls:?}"
                );
                let latency = Duration::from_millis(latency);
                let at: Vec<_> = calls.code_requests.iter().map(|call| call.at).collect();
                let gaps = at.windows(2).map(|pair| pair[1] - pair[0] - latency);
                let gaps: Vec<_> = gaps.collect();
                assert!(
                    gaps.iter().all(|gap| *gap >= secs(10)),
                    "{adapter:?}: {at:?}"
                );
                // Only between two rounds may it be longer.
                for (index, gap) in gaps.iter().enumerate() {
                    let is_between = ends.contains(&(index + 1));
                    assert!(*gap <= secs(20) || is_between, "{adapter:?}: {at:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_phone_code_is_requested_once_until_a_resume() {
    for adapter in Adapter::all() {
        let bench = Bench::new(adapter);
        let mut session = start(&bench, &bench.phone_code());
        while let Some(event) = session.next_event().await {
            let asked = bench.instance.calls().phone_code;
            assert!(
                asked <= u64::from(event.round),
                "{event:?} after {asked} requests"
            );
            if event.kind == EventKind::InteractionRequired {
                session.handle().resume().unwrap();
            }
        }
        // 160 s each within the 600 s of the deadline.
        assert_eq!(bench.instance.calls().phone_code, 4);
    }
}

//! Random gateways and random people: whatever fails when, and whoever scans when, a session
//! ends exactly once, in time, and leaves nothing behind.

use std::time::Duration;

use pairing_core::{EventKind, PairingEvent, PairingMethod};
use pairing_e2e::{Adapter, Bench, dialects};
use pairing_sim::{Fault, Faults, Rotation, Simulator, SimulatorOptions, all_faults};
use proptest::prelude::*;
use tokio::time::Instant;

use crate::{check, ensure_silence, secs, start};

/// What happens at the gateway: from a moment on, these faults (none: it is healthy).
type Weather = Vec<(Duration, Vec<Fault>)>;

#[derive(Debug, Clone)]
struct Person {
    /// Uses the n-th code that is shown; 0 for nobody.
    uses_code: u32,
    /// How long that takes.
    reaction: Duration,
    /// How often the person asks for another round.
    resumes: u32,
}

fn weather() -> impl Strategy<Value = Weather> {
    let latency = (1_u64..12_000).prop_map(|milliseconds| Fault::LATENCY.with(milliseconds));
    let fault = prop_oneof![3 => prop::sample::select(all_faults(dialects())), 1 => latency];
    let faults = prop_oneof![Just(vec![]), prop::collection::vec(fault, 1..3)];
    let spell = (0_u64..30_000).prop_map(Duration::from_millis);
    prop::collection::vec((spell, faults), 0..8)
}

fn person() -> impl Strategy<Value = Person> {
    let reaction = (0_u64..15_000).prop_map(Duration::from_millis);
    (0_u32..6, reaction, 0_u32..3).prop_map(|(uses_code, reaction, resumes)| Person {
        uses_code,
        reaction,
        resumes,
    })
}

async fn change_weather(bench: Bench, weather: Weather) {
    for (spell, faults) in weather {
        let faults = faults.into_iter().fold(Faults::none(), Faults::with);
        bench.instance.set_faults(faults);
        tokio::time::sleep(spell).await;
    }
    bench.instance.set_faults(Faults::none());
}

async fn run(bench: &Bench, by_phone_code: bool, person: Person) -> Vec<PairingEvent> {
    let methods = bench.methods();
    let method = methods.get(usize::from(by_phone_code));
    // A gateway without phone codes links by QR code again.
    let mut session = start(bench, method.unwrap_or(&PairingMethod::Qr));
    let (mut codes, mut resumes, mut events) = (0, person.resumes, Vec::new());
    while let Some(event) = session.next_event().await {
        match &event.kind {
            EventKind::CodeReady { code, .. } => {
                codes += 1;
                if codes == person.uses_code {
                    tokio::time::sleep(person.reaction).await;
                    bench.use_code(code);
                }
            }
            // Refused if the session ended while the person was busy with a code.
            EventKind::InteractionRequired if resumes > 0 => {
                resumes -= 1;
                let _ = session.handle().resume();
            }
            _ => {}
        }
        events.push(event);
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_session_ends_once_and_leaves_nothing_behind(
        adapter in prop::sample::select(Adapter::every()),
        slow in any::<bool>(),
        by_phone_code in any::<bool>(),
        weather in weather(),
        person in person(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let rotation = if slow { Rotation::FIRST_60_THEN_20_S } else { Rotation::EVERY_20_S };
            let simulator = Simulator::new(SimulatorOptions::default());
            let bench = Bench::at(&simulator, adapter, rotation);
            let began = Instant::now();
            let weather = tokio::spawn(change_weather(bench.clone(), weather));
            let events = run(&bench, by_phone_code, person).await;
            // The person's reaction may outlast the session.
            assert!(began.elapsed() <= bench.provider.recommended_policy().deadline + secs(15));
            assert_eq!(bench.instance.calls().max_in_flight, 1);
            assert_eq!(adapter.dialect().second_attempts(&bench.instance), 0);
            check(&bench, &events);
            weather.await.unwrap();
            ensure_silence(&bench).await;
        });
    }
}

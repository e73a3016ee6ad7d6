//! Whole sessions, and calls outside one: the real adapters over the simulator, in virtual time.
//! The simulator's own counters say what reached the gateway.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

mod abandoned;
mod ended;
mod faulty;
mod noticed;
mod random;
mod single_calls;

use std::time::Duration;

use pairing_core::testing::EventRules;
use pairing_core::{EventKind, PairingEvent, PairingMethod, PairingSession};
use pairing_e2e::Bench;
use tokio::time::Instant;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn start(bench: &Bench, method: &PairingMethod) -> PairingSession {
    PairingSession::builder(bench.provider.clone())
        .method(method.clone())
        .start()
        .unwrap()
}

/// Reads a session to its end, with nobody there to resume it.
async fn watch(mut session: PairingSession) -> Vec<PairingEvent> {
    let mut events = Vec::new();
    while let Some(event) = session.next_event().await {
        events.push(event);
    }
    events
}

/// What holds for the events of every session, whatever happens at the gateway.
fn check(bench: &Bench, events: &[PairingEvent]) {
    let mut rules = EventRules::new(&bench.provider.recommended_policy());
    for event in events {
        rules.check(event).unwrap();
    }
    let outcome = events.last().unwrap().outcome();
    let linked = outcome.expect("the outcome comes last").is_linked();
    assert!(
        !linked || bench.instance.is_linked(),
        "{outcome:?}, but no phone is linked"
    );

    let secrets = bench.secrets();
    for event in events {
        let mut printed = format!("{event:?}");
        if let EventKind::CodeReady { code, .. } = &event.kind {
            let json = serde_json::to_value(code).unwrap();
            for field in ["text", "data", "code"] {
                if let Some(code) = json[field].as_str() {
                    assert!(!printed.contains(code), "Debug shows a live code");
                }
            }
        }
        printed += &serde_json::to_string(event).unwrap();
        for secret in &secrets {
            assert!(!printed.contains(secret), "a secret in {event:?}");
        }
    }
}

/// Nothing of a session is left: no call under way, and none for an hour.
async fn ensure_silence(bench: &Bench) {
    if bench.provider.capabilities().abandon {
        // The attempt that the session has left is ended after its last event.
        tokio::time::sleep(bench.provider.recommended_policy().request_timeout).await;
    }
    let calls = bench.instance.calls().total;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(bench.instance.calls().in_flight, 0);
    tokio::time::sleep(secs(3600)).await;
    assert_eq!(bench.instance.calls().total, calls);
}

/// The first code of a session.
async fn first_code(session: &mut PairingSession) -> pairing_core::PairingCode {
    loop {
        let event = session.next_event().await.unwrap();
        if let EventKind::CodeReady { code, .. } = event.kind {
            return code;
        }
        assert!(event.outcome().is_none(), "{event:?} before a code");
    }
}

fn since(start: Instant) -> Duration {
    Instant::now() - start
}

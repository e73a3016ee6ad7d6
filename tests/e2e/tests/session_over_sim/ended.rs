//! What is left of a session that somebody ended: nothing.

use pairing_core::{PairingOutcome, PairingSession};
use pairing_e2e::{Adapter, Bench};
use pairing_sim::{Endpoint, Fault};

use crate::{ensure_silence, first_code, secs, start};

#[derive(Debug, Clone, Copy)]
enum Ending {
    Drop,
    Close,
    Cancel,
}

impl Ending {
    const ALL: [Self; 3] = [Self::Drop, Self::Close, Self::Cancel];

    async fn end(self, bench: &Bench, session: PairingSession) {
        match self {
            Self::Drop => drop(session),
            Self::Close => {
                session.close().await;
                // Not after a while: when `close` returns.
                assert_eq!(bench.instance.calls().in_flight, 0);
            }
            Self::Cancel => {
                session.handle().cancel();
                assert_eq!(session.outcome().await, PairingOutcome::Cancelled);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ending_a_session_in_the_middle_of_a_request_for_a_code_ends_the_request() {
    for adapter in Adapter::all() {
        for ending in Ending::ALL {
            let bench = Bench::new(adapter);
            for method in bench.methods() {
                for fault in [Fault::HANG, Fault::LATENCY.with(5_000)] {
                    bench.instance.reset_calls();
                    bench.instance.set_faults(fault);
                    let session = start(&bench, &method);
                    tokio::time::sleep(secs(3)).await;
                    assert_eq!(bench.instance.calls().in_flight, 1);
                    ending.end(&bench, session).await;
                    ensure_silence(&bench).await;
                    let calls = bench.instance.calls();
                    assert_eq!(calls.total, 1, "{adapter:?} {method:?} {ending:?}");
                    assert_eq!(calls.dropped_by_client, 1, "{adapter:?} {ending:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ending_a_session_in_the_middle_of_a_status_call_ends_the_call() {
    for adapter in Adapter::all() {
        for ending in Ending::ALL {
            let bench = Bench::new(adapter);
            for method in bench.methods() {
                bench.instance.reset_calls();
                bench
                    .instance
                    .set_faults(Fault::HANG.at([Endpoint::Status]));
                let mut session = start(&bench, &method);
                first_code(&mut session).await;
                tokio::time::sleep(secs(6)).await;
                let calls = bench.instance.calls();
                assert_eq!((calls.in_flight, calls.status), (1, 1), "{adapter:?}");
                ending.end(&bench, session).await;
                ensure_silence(&bench).await;
                assert_eq!(bench.instance.calls().total, 2, "{adapter:?} {ending:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ending_a_session_while_it_waits_ends_it_too() {
    for adapter in Adapter::all() {
        for ending in Ending::ALL {
            let bench = Bench::new(adapter);
            let mut session = start(&bench, &pairing_core::PairingMethod::Qr);
            first_code(&mut session).await;
            tokio::time::sleep(secs(2)).await;
            ending.end(&bench, session).await;
            ensure_silence(&bench).await;
            assert_eq!(bench.instance.calls().total, 1, "{adapter:?} {ending:?}");
        }
    }
}

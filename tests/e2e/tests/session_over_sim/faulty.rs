//! Every fault the simulator knows, from the first request on and from the middle of a
//! session: the end comes in time, after few calls, and gives away nothing.

use std::time::Duration;

use pairing_core::{PairingMethod, PairingPolicy};
use pairing_e2e::{Adapter, Bench};
use pairing_sim::Fault;
use tokio::time::Instant;

use crate::{check, ensure_silence, secs, start, watch};

/// By QR code: the first one and three statuses, then a gateway that is never ready. It is
/// asked 16 times, and each time Z-API's adapter asks for the status to be sure.
const MOST_CALLS_QR: u64 = 4 + 16 * 2;
/// By phone code no fault costs more than nobody's looking does: one code, 36 statuses.
const MOST_CALLS_PHONE_CODE: u64 = 1 + 36;

/// When the fault sets in: from the start, once the first code is there, and once the first
/// status call has been answered.
const SETS_IN: [Duration; 3] = [secs(0), secs(2), secs(7)];

#[tokio::test(start_paused = true)]
async fn every_fault_ends_in_time_after_few_calls_and_gives_away_nothing() {
    let deadline = PairingPolicy::default().deadline;
    let mut sessions = 0;
    for adapter in Adapter::ALL {
        let faults = Fault::all().into_iter();
        for fault in faults.filter(|fault| fault.fits(adapter.dialect())) {
            for sets_in in SETS_IN {
                for method in Bench::new(adapter).methods() {
                    let bench = Bench::new(adapter);
                    let what = format!("{adapter:?} {method:?} {fault:?} after {sets_in:?}");
                    let began = Instant::now();
                    let (instance, fault) = (bench.instance.clone(), fault.clone());
                    if sets_in.is_zero() {
                        instance.set_faults(fault);
                    } else {
                        tokio::spawn(async move {
                            tokio::time::sleep(sets_in).await;
                            instance.set_faults(fault);
                        });
                    }
                    let session = start(&bench, &method);
                    let events = watch(session).await;
                    check(&bench, &events);
                    assert!(began.elapsed() <= deadline, "{what}");
                    let calls = bench.instance.calls();
                    let most = match method {
                        PairingMethod::Qr => MOST_CALLS_QR,
                        PairingMethod::PhoneCode(_) => MOST_CALLS_PHONE_CODE,
                    };
                    assert!(calls.total <= most, "{what}: {calls:?}");
                    assert_eq!(calls.max_in_flight, 1, "{what}");
                    ensure_silence(&bench).await;
                    sessions += 1;
                }
            }
        }
    }
    assert!(sessions > 300, "only {sessions} sessions");
}

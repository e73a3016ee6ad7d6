//! Every fault the simulator knows, from the first request on and from the middle of a
//! session: it ends as the table of faults says, in time, after few calls, and gives away nothing.

use std::time::Duration;

use pairing_core::{PairingMethod, PairingPolicy};
use pairing_e2e::{Adapter, Bench};
use pairing_faults::{Case, Method, Onset, cases};
use tokio::time::Instant;

use crate::{check, ensure_silence, secs, since, start, watch};

/// By QR code: the first one and three statuses, then a gateway that is never ready. It is
/// asked 16 times, and each time Z-API's adapter asks for the status to be sure.
const MOST_CALLS_QR: u64 = 4 + 16 * 2;
/// By phone code no fault costs more than nobody's looking does: one code, 35 statuses.
const MOST_CALLS_PHONE_CODE: u64 = 1 + 35;

/// Once the first code is there, and once the first status call has been answered.
const LATER: [Duration; 2] = [secs(2), secs(7)];

/// When the fault sets in.
fn moments(onset: Onset) -> &'static [Duration] {
    match onset {
        Onset::First => &[Duration::ZERO],
        Onset::Later => &LATER,
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_ends_as_the_table_says_in_time_after_few_calls_and_gives_away_nothing() {
    let mut sessions = 0;
    for adapter in Adapter::ALL {
        let cases = cases().unwrap().into_iter();
        for case in cases.filter(|case| case.dialect == adapter.dialect()) {
            for sets_in in moments(case.onset) {
                run(adapter, &case, *sets_in).await;
                sessions += 1;
            }
        }
    }
    assert!(sessions > 300, "only {sessions} sessions");
}

async fn run(adapter: Adapter, case: &Case, sets_in: Duration) {
    let policy = PairingPolicy::default();
    let bench = Bench::new(adapter);
    let what = format!("{adapter:?} after {sets_in:?}: {case:?}");
    let began = Instant::now();
    let (instance, fault) = (bench.instance.clone(), case.fault.clone());
    if sets_in.is_zero() {
        instance.set_faults(fault);
    } else {
        tokio::spawn(async move {
            tokio::time::sleep(sets_in).await;
            instance.set_faults(fault);
        });
    }
    let (method, most) = match case.method {
        Method::Qr => (PairingMethod::Qr, MOST_CALLS_QR),
        Method::PhoneCode => {
            let phone = bench.instance.phone();
            (PairingMethod::PhoneCode(phone), MOST_CALLS_PHONE_CODE)
        }
    };
    let events = watch(start(&bench, &method)).await;
    check(&bench, &events);
    let end = serde_json::to_value(events.last().unwrap()).unwrap();
    assert_eq!(
        end["outcome"],
        case.expected.outcome.name(),
        "{what}: {end}"
    );
    let error = end["error"]["kind"].as_str();
    assert_eq!(error, case.expected.error_name(), "{what}: {end}");

    let latest = (sets_in + case.longest(&policy)).min(policy.deadline);
    assert!(since(began) <= latest, "{what}: {:?}", since(began));
    let calls = bench.instance.calls();
    if case.onset == Onset::First {
        let expected = u64::from(case.code_requests(&policy));
        assert_eq!(calls.codes(), expected, "{what}: {calls:?}");
    }
    assert!(calls.total <= most, "{what}: {calls:?}");
    assert_eq!(calls.max_in_flight, 1, "{what}");
    ensure_silence(&bench).await;
}

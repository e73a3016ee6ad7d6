//! Calls outside a session, under every fault: what they come to, and how many requests they cost.

use std::time::Duration;

use pairing_core::{
    CodeReply, InstanceStatus, PairingPolicy, PairingProviderExt as _, ProviderError,
    ProviderErrorKind,
};
use pairing_e2e::{Adapter, Bench};
use pairing_faults::{Call, CallCase, Reply, calls};
use pairing_sim::Fault;
use tokio::time::Instant;

use crate::{ensure_silence, secs, since};

/// As the bundled HTTP client.
const PATIENCE: Duration = secs(20);

#[tokio::test(start_paused = true)]
async fn every_fault_of_every_call_is_answered_as_the_table_says_after_so_many_requests() {
    let mut made = 0;
    for adapter in Adapter::all() {
        for case in calls().unwrap() {
            if case.dialect != adapter.dialect() {
                continue;
            }
            let states: &[bool] = match case.call {
                Call::Qr | Call::PhoneCode => &[false],
                Call::Status | Call::Unlink => &[false, true],
            };
            for is_linked in states {
                run(adapter, &case, *is_linked).await;
                made += 1;
            }
        }
    }
    assert!(made > 600, "only {made} calls");
}

async fn run(adapter: Adapter, case: &CallCase, is_linked: bool) {
    let policy = PairingPolicy::default();
    let bench = Bench::with_patience(adapter, PATIENCE);
    if is_linked {
        bench.instance.link();
    }
    bench.instance.set_faults(case.fault);
    let what = format!("{adapter:?}, linked: {is_linked}: {case:?}");
    let began = Instant::now();
    let mut waits = 0;
    let reply = call(&bench, case.call, &policy, &mut waits).await;
    let expected = match case.expected {
        // Which is the truth.
        Reply::NotConnected if !is_linked => Reply::Ok,
        // Without a second request nobody knows whether it was done.
        Reply::Ok
            if case.fault == Fault::UNLINK_SAYS_OK
                && case.call == Call::Unlink
                && !adapter.follows_up() =>
        {
            Reply::Error(ProviderErrorKind::MalformedReply)
        }
        expected => expected,
    };
    assert_eq!(reply, expected, "{what}");
    let took = since(began);

    let attempts = case.attempts(&policy);
    assert_eq!(waits, attempts - 1, "{what}");
    let calls = bench.instance.calls();
    let mut requests = match adapter.follows_up() {
        true => case.requests(&policy),
        false => attempts,
    };
    let mut longest = case.longest(&policy);
    // Who is linked, Z-API says elsewhere.
    let says_linked = (case.call, is_linked, reply) == (Call::Status, true, Reply::Ok);
    if says_linked && adapter.follows_up() && case.dialect.name() == "zapi" {
        requests += 1;
        longest *= 2;
    }
    assert!(took <= longest, "{what}: {took:?}");
    assert_eq!(calls.total, u64::from(requests), "{what}: {calls:?}");
    assert_eq!(calls.max_in_flight, 1, "{what}");
    if (case.call, reply) == (Call::Unlink, Reply::Ok) {
        assert!(!bench.instance.is_linked(), "{what}");
    }
    ensure_silence(&bench).await;
}

/// What a front end would make of it, by the same functions.
async fn call(bench: &Bench, call: Call, policy: &PairingPolicy, waits: &mut u32) -> Reply {
    let provider = &*bench.provider;
    let retrying = |_: &ProviderError, _| *waits += 1;
    let [qr, phone_code] = bench.methods();
    let method = match call {
        Call::Qr => qr,
        Call::PhoneCode => phone_code,
        Call::Status => {
            let status = provider.status_with_retry(policy, retrying).await;
            return status.map_or_else(failed, |status| told(bench, &status));
        }
        Call::Unlink => {
            let unlinked = provider.unlink().await;
            return unlinked.map_or_else(failed, |()| Reply::Ok);
        }
    };
    let reply = provider
        .request_code_with_retry(&method.into(), policy, retrying)
        .await;
    reply.map_or_else(failed, |reply| match reply {
        CodeReply::Code(_) => Reply::Ok,
        CodeReply::NotReady { .. } => Reply::NotReady,
        CodeReply::Starting { .. } => Reply::Starting,
        CodeReply::Linking => Reply::Linking,
        CodeReply::AnotherAttempt => Reply::AnotherAttempt,
        CodeReply::AlreadyConnected => Reply::AlreadyConnected,
        CodeReply::PasskeyRequired(_) => Reply::PasskeyRequired,
    })
}

fn failed(error: ProviderError) -> Reply {
    Reply::Error(error.kind())
}

/// Without a phone, nothing else can be said than that none is linked.
fn told(bench: &Bench, status: &InstanceStatus) -> Reply {
    let truth = bench.instance.is_linked();
    assert!(truth || !status.is_connected(), "no phone is linked");
    if status.is_connected() == truth {
        Reply::Ok
    } else {
        Reply::NotConnected
    }
}

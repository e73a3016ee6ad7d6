//! Calls outside a session, under every fault at every gateway of the registry: what they come to, and how
//! many requests they cost. A gateway that must be started has been, before it begins to fail.

use std::time::Duration;

use pairing_core::{
    CodePurpose, CodeReply, CodeRequest, InstancePhase, InstanceStatus, PairingMethod,
    PairingPolicy, PairingProviderExt as _, ProviderError, ProviderErrorKind,
};
use pairing_e2e::{Adapter, Bench};
use pairing_faults::{Call, CallCase, Reply, calls};
use pairing_sim::{Endpoint, Fault};
use tokio::time::Instant;

use crate::{ensure_silence, secs, since};

/// As the bundled HTTP client.
const PATIENCE: Duration = secs(20);

#[tokio::test(start_paused = true)]
async fn every_fault_of_every_call_is_answered_as_the_table_says_after_so_many_requests() {
    let (mut made, mut others) = (0, Vec::new());
    for adapter in Adapter::every() {
        for case in calls().unwrap() {
            if case.dialect != adapter.dialect() {
                continue;
            }
            let states: &[bool] = match case.call {
                Call::Qr | Call::PhoneCode => &[false],
                Call::Status | Call::Unlink => &[false, true],
            };
            for is_linked in states {
                others.extend(run(adapter, &case, *is_linked).await.err());
                made += 1;
            }
        }
    }
    assert!(others.is_empty(), "{others:#?}");
    assert!(made > 600, "only {made} calls");
}

/// # Errors
///
/// Another answer than that of the table.
async fn run(adapter: Adapter, case: &CallCase, is_linked: bool) -> Result<(), String> {
    let bench = Bench::with_patience(adapter, PATIENCE);
    let policy = bench.provider.recommended_policy();
    let is_immediate = case.dialect.is_immediate();
    if is_linked {
        bench.instance.link();
    }
    let request = request(&bench, case.call);
    let request = match request {
        Some(request) if !is_immediate => Some(shown_a_code(&bench, request, &policy).await),
        request => request,
    };
    bench.instance.reset_calls();
    bench.instance.set_faults(case.fault);
    let what = format!("{adapter:?}, linked: {is_linked}: {case:?}");
    let began = Instant::now();
    let mut waits = 0;
    let reply = call(&bench, case.call, request, &policy, &mut waits).await;
    let expected = match case.expected {
        // Which is the truth.
        Reply::NotConnected if !is_linked => Reply::Ok,
        // It was refused, and a status says that there is nothing to unlink.
        Reply::Error(ProviderErrorKind::Refused)
            if (case.call, is_linked, reply) == (Call::Unlink, false, Reply::Ok) =>
        {
            Reply::Ok
        }
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
    if reply != expected {
        return Err(format!("{what}: {reply:?}"));
    }
    let took = since(began);

    let attempts = case.attempts(&policy);
    assert_eq!(waits, attempts - 1, "{what}");
    let calls = bench.instance.calls();
    if is_immediate {
        let mut requests = match adapter.follows_up() {
            true => case.requests(&policy),
            false => attempts,
        };
        let mut longest = case.longest(&policy);
        let says_linked = (case.call, is_linked, reply) == (Call::Status, true, Reply::Ok);
        if says_linked && adapter.follows_up() {
            requests *= case.requests_of_a_linked_status();
            longest *= case.requests_of_a_linked_status();
        }
        assert!(took <= longest, "{what}: {took:?}");
        assert_eq!(calls.total, u64::from(requests), "{what}: {calls:?}");
    } else {
        assert!(took <= case.longest_anywhere(&policy), "{what}: {took:?}");
        let most = case.most_requests(&policy);
        assert!((1..=most).contains(&calls.total), "{what}: {calls:?}");
    }
    assert_eq!(calls.max_in_flight, 1, "{what}");
    let second_attempts = case.dialect.second_attempts(&bench.instance);
    assert_eq!(second_attempts, 0, "{what}");
    // A gateway that says so without doing it is not seen through.
    let was_asked = !(case.fault.replaces_answer() && case.fault.applies_to(Endpoint::Unlink));
    if (case.call, reply, was_asked) == (Call::Unlink, Reply::Ok, true) {
        assert!(!bench.instance.is_linked(), "{what}");
    } else if case.call != Call::Unlink && is_linked {
        assert!(bench.instance.is_linked(), "{what}: unlinked");
    }
    ensure_silence(&bench).await;
    Ok(())
}

/// The request for a code that this call makes.
fn request(bench: &Bench, call: Call) -> Option<CodeRequest> {
    match call {
        Call::Qr => Some(PairingMethod::Qr.into()),
        Call::PhoneCode => Some(bench.phone_code().into()),
        Call::Status | Call::Unlink => None,
    }
}

/// Starts a gateway that must be started, as far as its first code: the next request is for another.
async fn shown_a_code(bench: &Bench, request: CodeRequest, policy: &PairingPolicy) -> CodeRequest {
    const STARTS: usize = 1000;
    let mut request = request;
    for _ in 0..STARTS {
        let reply = bench.provider.request_code(&request).await.unwrap();
        request = request.with_purpose(CodePurpose::Renew);
        let wait = match reply {
            CodeReply::Code(_) => return request,
            CodeReply::Starting { retry_in } => retry_in.unwrap_or(policy.starting_delay),
            CodeReply::NotReady { retry_in } => retry_in.unwrap_or(policy.not_ready_delay),
            reply => panic!("{bench:?}: {reply:?} at a healthy gateway"),
        };
        tokio::time::sleep(wait).await;
    }
    panic!("{bench:?}: no code");
}

/// What a front end would make of it, by the same functions.
async fn call(
    bench: &Bench,
    call: Call,
    request: Option<CodeRequest>,
    policy: &PairingPolicy,
    waits: &mut u32,
) -> Reply {
    let provider = &*bench.provider;
    let retrying = |_: &ProviderError, _| *waits += 1;
    let Some(request) = request else {
        if call == Call::Status {
            let status = provider.status_with_retry(policy, retrying).await;
            return status.map_or_else(failed, |status| told(bench, &status));
        }
        let unlinked = provider.unlink().await;
        return unlinked.map_or_else(failed, |()| Reply::Ok);
    };
    let reply = provider
        .request_code_with_retry(&request, policy, retrying)
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
    // Where a passkey is asked for, nothing is linked yet.
    if status.phase == InstancePhase::PasskeyRequired {
        return Reply::Ok;
    }
    assert!(truth || !status.is_connected(), "no phone is linked");
    if status.is_connected() == truth {
        Reply::Ok
    } else {
        Reply::NotConnected
    }
}

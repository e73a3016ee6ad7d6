//! Faults under `pairing code`, `status` and `unlink`: the answer that the table of faults names, its exit
//! code, and the requests that the policy allows.
//!
//! The program makes each call under each common fault at one gateway, and at every gateway of the registry
//! one call with each answer. A gateway that must be started answers a single `code` by starting, so there
//! such a call is made only under faults that meet its first request. Every call under every fault at every
//! gateway is made by the library, in `tests/session_over_sim/single_calls.rs`.

use pairing_faults::{Call, CallCase, Reply, calls, calls_for_a_front_end};
use pairing_sim::{Endpoint, Fault};
use serde_json::{Value, json};

use crate::support::{
    FAILS_FAST, Gateway, at_most_one_at_a_time, check_code, check_error, in_parallel, object,
    policy_with,
};

/// As `pairing --help` says.
fn exit_code(reply: Reply) -> i32 {
    match reply {
        Reply::Ok | Reply::AlreadyConnected | Reply::NotConnected => 0,
        Reply::PasskeyRequired => 3,
        // Asking again may help.
        Reply::NotReady | Reply::Starting | Reply::Linking => 5,
        Reply::AnotherAttempt => 4,
        Reply::Error(kind) if kind.is_retryable() => 5,
        Reply::Error(_) => 4,
    }
}

fn arguments(call: Call) -> &'static [&'static str] {
    match call {
        Call::Qr => &["code"],
        Call::PhoneCode => &["code", "--method", "phone"],
        Call::Status => &["status"],
        Call::Unlink => &["unlink", "--yes"],
    }
}

/// The line that the program prints, but for what is in a code or an error.
fn line(call: Call, reply: Reply) -> Value {
    match (reply, call) {
        (Reply::Error(kind), _) => json!({ "error": kind }),
        (Reply::Ok, Call::Qr | Call::PhoneCode) => json!({ "reply": "code" }),
        (Reply::Ok, Call::Unlink) => json!({ "unlinked": true }),
        (Reply::Ok | Reply::NotConnected, _) => json!({ "connected": false }),
        (reply, _) => json!({ "reply": reply.name() }),
    }
}

async fn run(case: CallCase) {
    let gateway = Gateway::that_starts_quickly(case.dialect).await;
    if case.call == Call::Unlink {
        gateway.instance.link();
    }
    gateway.instance.set_faults(case.fault);
    let mut policy = FAILS_FAST.to_vec();
    if case.fault == Fault::HANG {
        policy.push("request_timeout = \"1s\"");
    }
    let mut pairing = gateway.pairing(arguments(case.call));
    if case.call == Call::PhoneCode {
        let phone = gateway.instance.phone().to_string();
        pairing = pairing.arg("--phone").arg(phone);
    }
    let finished = pairing
        .arg_all(&["--output", "json"])
        .policy(&policy)
        .run()
        .await;

    let expected = exit_code(case.expected);
    assert_eq!(finished.code, Some(expected), "{case:?}: {finished}");
    let mut said = object(&finished.stdout);
    if let Some(code) = said.as_object_mut().unwrap().remove("code") {
        check_code(&code);
    }
    if let Some(error) = said.get_mut("error") {
        check_error(error);
        *error = error["kind"].clone();
    }
    // How far the instance is, each gateway says in its own way.
    if case.call == Call::Status {
        said.as_object_mut().unwrap().remove("phase");
    }
    let expected = line(case.call, case.expected);
    assert_eq!(said, expected, "{case:?}: {finished}");

    let policy = policy_with(case.dialect, &policy);
    let over = gateway
        .instance
        .wait_for_calls(|calls| calls.in_flight == 0);
    let calls = over.await;
    let requests = match case.dialect.is_immediate() {
        true => u64::from(case.requests(&policy))..=u64::from(case.requests(&policy)),
        false => 1..=case.most_requests(&policy),
    };
    assert!(requests.contains(&calls.total), "{case:?}: {calls:?}");
    assert!(at_most_one_at_a_time(&calls), "{case:?}: {calls:?}");
}

/// Whether the answer does not depend on how far the gateway has been started.
fn is_met_at_once(case: &CallCase) -> bool {
    let is_code = matches!(case.call, Call::Qr | Call::PhoneCode);
    let fails_first =
        matches!(case.expected, Reply::Error(_)) && case.fault.applies_to(Endpoint::Status);
    // What a gateway says of the attempt before counts only while one runs.
    let is_common = Fault::COMMON.contains(&case.fault);
    case.dialect.is_immediate() || !is_code || fails_first && is_common
}

#[tokio::test]
async fn every_fault_of_every_call_has_its_answer_its_exit_code_and_its_requests() {
    let mut cases = calls().unwrap();
    cases.retain(is_met_at_once);
    let mut cases = calls_for_a_front_end(cases);
    // What takes longest comes first: nothing should be left to wait for at the end.
    cases.sort_by_key(|case| case.fault != Fault::HANG);
    assert!(cases.len() > 80, "the table has shrunk");
    in_parallel(cases.into_iter().map(run).collect()).await;
}

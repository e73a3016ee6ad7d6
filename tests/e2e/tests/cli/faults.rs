//! Faults under `pairing link`: the outcome that the table of faults names, its exit code, and the
//! requests that the policy allows.
//!
//! The program plays each common fault with both methods at one gateway, and at every gateway of the
//! registry each kind of outcome: what it makes of an outcome does not depend on the fault. Every fault at
//! every gateway is played against the library, in `tests/session_over_sim/faulty.rs`.

use pairing_faults::{Case, Method, Onset, Outcome, cases, sessions_for_a_front_end};
use pairing_sim::Fault;

use crate::support::{
    FAILS_FAST, Finished, Gateway, SHORT_CODES, at_most_one_at_a_time, events_under, in_parallel,
    policy_with, quick_start,
};

/// As `pairing --help` says.
fn exit_code(outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Connected | Outcome::AlreadyConnected => 0,
        // Without a terminal, the program leaves when a person is needed.
        Outcome::Deadline => 3,
        // It waits for a person who may finish elsewhere.
        Outcome::PasskeyRequired => 6,
        Outcome::Rejected => 4,
        Outcome::Unavailable | Outcome::RateLimited => 5,
    }
}

fn policy(case: &Case) -> Vec<&'static str> {
    // Where codes are shown in spite of the fault, nobody should have to wait for their end.
    let mut lines = if case.expected.is_harmless() {
        SHORT_CODES.to_vec()
    } else {
        FAILS_FAST.to_vec()
    };
    if matches!(
        case.expected.outcome,
        Outcome::Connected | Outcome::AlreadyConnected
    ) {
        // A status that names the number is waited for as long as this: not too short for a busy
        // machine.
        lines.retain(|line| !line.starts_with("status_interval"));
    }
    if case.expected.outcome == Outcome::PasskeyRequired {
        lines.push("deadline = \"2s\"");
    }
    if case.fault == Fault::HANG {
        lines.push("request_timeout = \"1s\"");
    }
    lines
}

async fn run(case: Case) {
    let gateway = Gateway::that_starts_quickly(case.dialect).await;
    gateway.instance.set_faults(case.fault);
    let policy = policy(&case);
    let method = match case.method {
        Method::Qr => "qr",
        Method::PhoneCode => "phone",
    };
    let arguments = gateway.method(method);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let link = gateway
        .pairing(&["link", "--output", "json"])
        .arg_all(&arguments)
        .policy(&policy);
    let finished = link.run().await;

    assert_eq!(
        finished.code,
        Some(exit_code(case.expected.outcome)),
        "{case:?}: {finished}"
    );
    assert_outcome(&case, &finished);
    let instance = &gateway.instance;
    for secret in instance.secrets() {
        assert!(!finished.stdout.contains(&secret), "{case:?}: {finished}");
        assert!(!finished.stderr.contains(&secret), "{case:?}: {finished}");
    }

    let policy = policy_with(case.dialect, &policy);
    let over = instance.wait_for_calls(|calls| calls.in_flight == 0);
    let calls = over.await;
    assert!(at_most_one_at_a_time(&calls), "{case:?}: {calls:?}");
    let start = quick_start(case.dialect, case.method, &policy);
    let most = case.most_requests(&policy, start);
    assert!(calls.total <= most, "{case:?}: more than {most}: {calls:?}");
    if !case.dialect.is_immediate() {
        return;
    }
    let expected = u64::from(case.code_requests(&policy));
    // The code that a healthy gateway gives again while it is shown is one request more.
    let most = u64::from(case.most_code_requests(&policy));
    let codes = calls.codes();
    assert!((expected..=most).contains(&codes), "{case:?}: {calls:?}");
    let waits = case.expected.outcome == Outcome::PasskeyRequired;
    if !case.expected.is_harmless() && !waits {
        // An answer that is not clear is cleared up by one status.
        let requests = u64::from(case.requests(&policy));
        assert_eq!(calls.total, requests, "{case:?}: {calls:?}");
    }
}

#[track_caller]
fn assert_outcome(case: &Case, finished: &Finished) {
    let policy = policy_with(case.dialect, &policy(case));
    let mut events = events_under(&policy, &finished.stdout);
    let end = events.pop().unwrap();
    if case.expected.is_harmless() {
        // Without a terminal nobody can be asked, so the program leaves at the gate.
        let before = events.pop().unwrap();
        assert_eq!(
            before["event"], "interaction_required",
            "{case:?}: {finished}"
        );
        assert_eq!(end["outcome"], "cancelled", "{case:?}: {finished}");
        return;
    }
    let outcome = case.expected.outcome.of_session();
    assert_eq!(end["outcome"], outcome, "{case:?}: {finished}");
    let error = end["error"]["kind"].as_str();
    assert_eq!(error, case.expected.error_name(), "{case:?}: {finished}");
}

#[tokio::test]
async fn every_fault_ends_with_its_outcome_its_exit_code_and_no_request_too_many() {
    let mut cases = cases().unwrap();
    cases.retain(|case| case.onset == Onset::First);
    let mut cases = sessions_for_a_front_end(cases);
    // What takes longest comes first: nothing should be left to wait for at the end.
    cases.sort_by_key(|case| !case.expected.is_harmless() && case.fault != Fault::HANG);
    assert!(cases.len() > 50, "the table has shrunk");
    in_parallel(cases.into_iter().map(run).collect()).await;
}

//! An agent with a defect does not get past the interpreter: what a binding in any language
//! could get wrong is noticed, and for the right reason.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pairing-scenarios");

fn run(only: &str, agent: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(["run", "--patience", "12", "--only", only, "--"])
        .args(agent)
        .output()
        .unwrap()
}

/// The agent with this defect fails this scenario, with these words.
fn assert_noticed(defect: &str, scenario: &str, why: &str) {
    let run = run(scenario, &[PROGRAM, "agent", "--defect", defect]);
    let output = String::from_utf8(run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(1), "{defect}: {output}");
    let failed = format!("not ok - {scenario}");
    let noticed = |line: &str| line.starts_with(&failed) && line.contains(why);
    assert!(output.lines().any(noticed), "{defect}: {output}");
}

#[test]
fn an_event_that_is_lost() {
    let scenario = "linked on the first code (zapi, qr)";
    assert_noticed("lost-event", scenario, "its seq does not follow");
}

#[test]
fn a_code_that_is_not_the_latest() {
    let scenario = "linked on the third code (zapi, qr)";
    let why = "the code is not the one that the gateway handed out last";
    assert_noticed("stale-code", scenario, why);
}

#[test]
fn an_end_that_is_never_reported() {
    let scenario = "cancelled while a code is shown (zapi, qr)";
    assert_noticed("endless", scenario, "`timeout` instead of `finished`");
}

#[test]
fn an_end_that_is_reported_twice() {
    let scenario = "cancelled while a code is shown (zapi, phone_code)";
    assert_noticed("ends-twice", scenario, "something comes after `finished`");
}

#[test]
fn credentials_in_the_description_of_an_object() {
    let scenario = "already connected (zapi, qr)";
    assert_noticed("talkative", scenario, "gives away a secret");
}

#[test]
fn a_qr_code_that_is_drawn_wrongly() {
    let scenario = "linked on the first code (zapi, qr)";
    assert_noticed("misdraws", scenario, "the QR code is drawn wrongly");
}

#[test]
fn moments_in_the_wrong_unit() {
    let scenario = "linked on the first code (zapi, phone_code)";
    assert_noticed("wrong-unit", scenario, "expires_at is not one lifetime");
}

#[test]
fn an_error_that_is_swallowed() {
    let scenario = "what does not fit together does not start (zapi, qr)";
    assert_noticed("obliging", scenario, "`ok` instead of invalid_settings");
}

#[test]
fn a_webhook_that_does_not_arrive() {
    let scenario = "a webhook tells, and one status call confirms it (zapi, phone_code)";
    assert_noticed("deaf", scenario, "`timeout` instead of `finished`");
}

#[test]
fn a_session_that_does_not_expect_webhooks() {
    let scenario = "where webhooks are expected, the status waits for them (zapi, phone_code)";
    assert_noticed("unannounced", scenario, "calls: status=");
}

#[test]
fn a_session_that_cannot_be_cancelled() {
    let scenario = "cancelled while a request is under way (zapi, qr)";
    assert_noticed("uncancellable", scenario, "`timeout` instead of `finished`");
}

#[test]
fn a_session_that_lives_on_after_it_was_dropped() {
    let scenario = "dropped while a request is under way (zapi, qr)";
    assert_noticed("hoarding", scenario, "calls: dropped=0 instead of 1");
}

#[test]
fn sessions_that_are_kept() {
    for scenario in [
        "a thousand sessions, cancelled at once, leave nothing behind (zapi, qr)",
        "a thousand sessions, dropped with a code on screen, leave nothing behind (zapi, qr)",
        "a thousand sessions that came to their end leave nothing behind (zapi, phone_code)",
    ] {
        assert_noticed("hoarding", scenario, "which is more than");
    }
}

#[test]
fn sessions_that_lose_a_kibibyte_each() {
    let scenario = "a thousand sessions, cancelled at once, leave nothing behind (zapi, qr)";
    assert_noticed("leaking", scenario, "as in each repetition before");
}

#[test]
fn an_agent_that_is_not_there_or_ends_at_once() {
    let scenario = "already connected (zapi, qr)";
    // It exits with an error before it reads anything.
    let ended = run(scenario, &[PROGRAM, "agent", "--no-such-option"]);
    assert_eq!(ended.status.code(), Some(1));
    let output = String::from_utf8(ended.stdout).unwrap();
    let why = "the agent ended instead of answering `start`";
    assert!(output.contains(why), "{output}");
    let missing = run(scenario, &["./no-such-agent"]);
    assert_eq!(missing.status.code(), Some(1));
}

#[test]
fn a_run_of_nothing_has_not_passed() {
    let run = run("no such scenario", &[PROGRAM, "agent"]);
    assert_eq!(run.status.code(), Some(1));
}

//! `pairing check`: what it finds out about each gateway, and that it changes nothing.

use pairing_faults::{Call, Reply, calls, calls_for_a_front_end};
use pairing_sim::{Fault, FaultMeaning, Faults};
use serde_json::Value;

use crate::support::{Finished, Gateway, dialects, in_parallel, json};

const CHECKS: [&str; 9] = [
    "configuration",
    "capabilities",
    "connection",
    "encryption",
    "answers",
    "credentials",
    "status",
    "speed",
    "clock",
];

/// The lines, and whether all passed. The last line says that, and none is there twice.
#[track_caller]
fn report(finished: &Finished) -> (Vec<Value>, bool) {
    let mut lines: Vec<Value> = finished.stdout.lines().map(json).collect();
    let last = lines.pop().unwrap();
    let passed = last["passed"].as_bool().unwrap();
    let failed = lines.iter().any(|line| line["result"] == "failed");
    assert_eq!(passed, !failed, "{finished}");
    assert_eq!(passed, finished.code == Some(0), "{finished}");
    (lines, passed)
}

#[track_caller]
fn result(lines: &[Value], check: &str) -> String {
    let line = lines.iter().find(|line| line["check"] == check);
    let line = line.unwrap_or_else(|| panic!("no {check} in {lines:?}"));
    line["result"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn without_live_nothing_is_asked() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let finished = gateway.pairing(&["check", "--output", "json"]).run().await;
        let (lines, passed) = report(&finished);
        assert!(passed && lines.len() == 2, "{finished}");
        assert_eq!(gateway.instance.calls().total, 0);
    }
}

#[tokio::test]
async fn without_a_configuration_nothing_is_checked() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let without = gateway.environment().iter().fold(
            gateway.pairing(&["check", "--live"]),
            |pairing, (name, _)| pairing.without_env(name),
        );
        without.run().await.assert_code(2);
    }
}

#[tokio::test]
async fn a_healthy_gateway_passes_and_is_left_as_it_was() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        for linked in [false, true] {
            if linked {
                gateway.instance.link();
            }
            let finished = gateway
                .pairing(&["check", "--live", "--output", "json"])
                .run()
                .await;
            finished.assert_code(0);
            let (lines, _) = report(&finished);
            for check in CHECKS {
                let expected = match check {
                    // The simulator has no clock of its own.
                    "clock" => ["ok", "skipped"].as_slice(),
                    _ => &["ok"],
                };
                assert!(
                    expected.contains(&&*result(&lines, check)),
                    "{check}: {finished}"
                );
            }
            assert_eq!(result(&lines, "code"), "skipped", "{finished}");
            let calls = gateway.instance.calls();
            assert_eq!(calls.codes() + calls.unlink, 0, "{calls:?}");
            assert_eq!(gateway.instance.is_linked(), linked, "{finished}");
        }
    }
}

#[tokio::test]
async fn one_code_is_requested_only_on_request_and_never_shown() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let command = ["check", "--live", "--request-code", "--output", "json"];
        let finished = gateway.pairing(&command).run().await;
        finished.assert_code(0);
        let (lines, _) = report(&finished);
        let code = result(&lines, "code");
        assert!(["ok", "warning"].contains(&&*code), "{finished}");
        // A call is two requests at most, and the first of some gateways only starts the instance.
        let calls = gateway.instance.calls();
        assert!(
            calls.codes() + calls.other > 0 && calls.codes() <= 2,
            "{calls:?}"
        );
        assert!(!finished.stdout.contains("2@"), "{finished}");
        let gateway = Gateway::start(dialect).await;
        gateway.instance.link();
        let before = gateway.instance.calls();
        let finished = gateway.pairing(&command).run().await;
        finished.assert_code(0);
        assert_eq!(
            result(&report(&finished).0, "code"),
            "skipped",
            "{finished}"
        );
        let after = gateway.instance.calls();
        assert_eq!(before.codes(), after.codes(), "{finished}");
    }
}

#[tokio::test]
async fn every_fault_of_the_status_fails_a_check_with_its_kind_and_exit_code() {
    let mut cases = calls().unwrap();
    cases.retain(|case| case.call == Call::Status && case.fault != Fault::HANG);
    let cases = calls_for_a_front_end(cases).into_iter();
    let run = |case: pairing_faults::CallCase| async move {
        let Reply::Error(kind) = case.expected else {
            return;
        };
        let gateway = Gateway::start(case.dialect).await;
        gateway.instance.set_faults(case.fault);
        let finished = gateway
            .pairing(&["check", "--live", "--output", "json"])
            .run()
            .await;
        let expected = if kind.is_retryable() { 5 } else { 4 };
        assert_eq!(finished.code, Some(expected), "{case:?}: {finished}");
        let (lines, _) = report(&finished);
        let failed: Vec<_> = lines
            .iter()
            .filter(|line| line["result"] == "failed")
            .collect();
        assert_eq!(failed.len(), 1, "{case:?}: {finished}");
        assert_eq!(
            failed[0]["error"],
            serde_json::to_value(kind).unwrap(),
            "{finished}"
        );
        for check in CHECKS {
            result(&lines, check);
        }
    };
    let runs: Vec<_> = cases.map(run).collect();
    assert!(runs.len() > 20, "the table has shrunk");
    in_parallel(runs).await;
}

#[tokio::test]
async fn the_report_for_people_is_in_their_language() {
    let gateway = Gateway::start(pairing_e2e::ZAPI).await;
    for (language, good, bad) in [
        ("en", "No check failed.", "Something failed."),
        ("pt-BR", "Nenhuma verificação falhou.", "Algo falhou."),
        ("es", "Ninguna comprobación falló.", "Algo falló."),
    ] {
        gateway.instance.set_faults(Faults::none());
        let finished = gateway
            .pairing(&["check", "--live", "--lang", language])
            .run()
            .await;
        finished.assert_code(0);
        assert!(
            finished.stdout.ends_with(&format!("{good}\n")),
            "{finished}"
        );
        let refused = pairing_e2e::ZAPI.fault_meaning(FaultMeaning::InvalidCredentials);
        gateway.instance.set_faults(refused.unwrap());
        let finished = gateway
            .pairing(&["check", "--live", "--lang", language])
            .run()
            .await;
        finished.assert_code(4);
        assert!(finished.stdout.contains(bad), "{finished}");
    }
}

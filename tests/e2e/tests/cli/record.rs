//! `pairing record`: every call of every gateway as a shape, without a value, and back into a fixture.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use pairing_adapter::testing::{CannedTransport, Fixture, fixture_skeletons};
use pairing_core::PairingProvider;
use pairing_providers::{FieldKind, Overrides, Table, load, provider};
use pairing_sim::{Dialect, Fault, InstanceSetup};
use serde_json::Value;

use crate::support::{FAILS_FAST, Finished, Gateway, NOTICES_AT_ONCE, dialects, json};

const INSTANCE: &str = "3CANARYinstance4kQ9zVb";
const TOKEN: &str = "7CANARYtokenXy2mPw";

async fn canary_gateway(dialect: &'static dyn Dialect) -> Gateway {
    Gateway::with(InstanceSetup::new(dialect).with_credentials(INSTANCE, TOKEN)).await
}

/// The calls of a record, whose first line names the provider.
#[track_caller]
fn calls(record: &str, gateway: &Gateway) -> Vec<Value> {
    let mut lines = record.lines().map(json);
    let head = lines.next().unwrap();
    assert_eq!(head["record"], 1, "{record}");
    assert_eq!(head["provider"], gateway.provider(), "{record}");
    lines.collect()
}

/// Neither a credential nor the number, the address or any run of digits as long as one of them.
#[track_caller]
fn assert_harmless(record: &str, gateway: &Gateway) {
    let lower = record.to_lowercase();
    let port = gateway.base_url.rsplit(':').next().unwrap();
    let phone = gateway.instance.phone().to_string();
    let digits = phone.trim_start_matches('+');
    let known = ["canary", "127.0.0.1", "localhost", digits, &digits[4..]].map(str::to_owned);
    for secret in known.into_iter().chain(gateway.instance.secrets()) {
        let secret = secret.to_lowercase();
        assert!(!lower.contains(&secret), "{secret}: {record}");
    }
    // A length in a band is no port.
    assert!(!lower.contains(&format!(":{port}")), "{port}: {record}");
    let runs = lower.split(|it: char| !it.is_ascii_digit());
    let longest = runs.map(str::len).max();
    assert!(longest <= Some(7), "{record}");
}

/// Every field of the simulated answers is known, so nothing that matters is left out.
#[track_caller]
fn assert_named(record: &str) {
    assert!(
        !record.contains("<name of "),
        "name it in further_fields: {record}"
    );
}

#[tokio::test]
async fn every_call_of_every_gateway_is_recorded_without_a_value() {
    for &dialect in dialects() {
        let gateway = canary_gateway(dialect).await;
        let record = gateway
            .pairing(&["record", "status", "code", "status"])
            .run()
            .await;
        record.assert_code(0);
        let found = calls(&record.stdout, &gateway);
        let names: Vec<_> = found.iter().map(|call| call["call"].clone()).collect();
        assert_eq!(names, ["status", "qr", "status"], "{record}");
        assert_eq!(found[0]["read"]["connected"], false, "{record}");
        assert!(found[1]["read"]["reply"].is_string(), "{record}");
        for call in &found {
            let requests = call["requests"].as_array().unwrap();
            assert!(!requests.is_empty(), "{record}");
            for request in requests {
                assert_eq!(
                    request["answer"]["status"].as_u64().map(|it| it / 100),
                    Some(2)
                );
            }
        }
        let second = canary_gateway(dialect).await;
        second.instance.link();
        let linked = second
            .pairing(&["record", "status", "unlink", "--yes"])
            .run()
            .await;
        linked.assert_code(0);
        let found = calls(&linked.stdout, &second);
        assert_eq!(found[0]["read"]["phase"], "linked", "{linked}");
        assert_eq!(
            found[1]["read"],
            serde_json::json!({ "unlinked": true }),
            "{linked}"
        );
        for (record, gateway) in [(&record, &gateway), (&linked, &second)] {
            assert_harmless(&record.stdout, gateway);
            assert_harmless(&record.stderr, gateway);
            assert_named(&record.stdout);
        }
    }
}

#[tokio::test]
async fn an_answer_of_every_fault_is_recorded_without_a_value() {
    for &dialect in dialects() {
        let gateway = canary_gateway(dialect).await;
        for fault in dialect.all_faults() {
            if fault == Fault::HANG || !fault.fits(dialect) {
                continue;
            }
            gateway.instance.set_faults(fault);
            let record = gateway.pairing(&["record", "status", "code"]).run().await;
            record.assert_code(0);
            assert_eq!(
                calls(&record.stdout, &gateway).len(),
                2,
                "{fault:?}: {record}"
            );
            assert_harmless(&record.stdout, &gateway);
            assert_harmless(&record.stderr, &gateway);
        }
    }
}

#[tokio::test]
async fn a_session_is_recorded_in_a_file_of_ones_own() {
    for &dialect in dialects() {
        let gateway = canary_gateway(dialect).await;
        let mut running = gateway
            .pairing(&["record", "--session", "--output-file", "record.jsonl"])
            .arg_all(&["--output", "json"])
            .policy(NOTICES_AT_ONCE)
            .start();
        let ready = running.event("code_ready").await;
        gateway.use_code(&ready["code"]);
        let finished = running.finish().await;
        finished.assert_code(0);
        let file = finished.folder().join("record.jsonl");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let record = std::fs::read_to_string(file).unwrap();
        assert_harmless(&record, &gateway);
        assert_named(&record);
        let found = calls(&record, &gateway);
        assert!(found.iter().any(|call| call["call"] == "qr"), "{record}");
        let linked = found.iter().any(|call| call["read"]["phase"] == "linked");
        assert!(linked, "{record}");
        let times: Vec<_> = found
            .iter()
            .map(|call| call["at_s"].as_f64().unwrap())
            .collect();
        assert!(times.is_sorted(), "{record}");
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_left_alone_and_nothing_is_asked() {
    let gateway = Gateway::start(pairing_e2e::ZAPI).await;
    let pairing = gateway.pairing(&["record", "--output-file", "taken"]);
    std::fs::write(pairing.folder().join("taken"), "mine").unwrap();
    let finished = pairing.run().await;
    finished.assert_code(2);
    let file = finished.folder().join("taken");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
    assert_eq!(gateway.instance.calls().total, 0);
}

#[tokio::test]
async fn nothing_is_unlinked_without_a_word_and_no_file_is_made_in_vain() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        gateway.instance.link();
        let unlink = [
            "record",
            "status",
            "unlink",
            "--output-file",
            "record.jsonl",
        ];
        let refused = gateway.pairing(&unlink).run().await;
        refused.assert_code(2);
        assert!(!refused.folder().join("record.jsonl").exists(), "{refused}");
        assert_eq!(gateway.instance.calls().total, 0, "{refused}");
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_recorded() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let mut pairing = gateway.pairing(&["record"]).policy(FAILS_FAST);
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);
        pairing = pairing.arg("--base-url").arg(address);
        let record = pairing.run().await;
        record.assert_code(0);
        let found = calls(&record.stdout, &gateway);
        assert_eq!(found[0]["requests"][0]["failed"], "Connect", "{record}");
        assert_eq!(found[0]["read"]["error"], "unavailable", "{record}");
    }
}

/// The adapter of a gateway, with invented credentials, over these answers.
fn adapter(name: &str, transport: CannedTransport) -> Box<dyn PairingProvider> {
    let fields = provider(name).unwrap().fields.iter();
    let table: Table = fields
        // A name that may be left out is in the answers all the same.
        .filter(|field| {
            let is_name = field.kind == FieldKind::Text && !field.secret;
            field.required || is_name || field.name == "token"
        })
        .map(|field| {
            let value = match field.kind {
                FieldKind::Url => "https://gateway.example.com",
                _ => "canary",
            };
            (field.name.to_owned(), value.into())
        })
        .collect();
    let config = load(name, &table, |_| None, &Overrides::default()).unwrap();
    config.build_with(Arc::new(transport)).unwrap()
}

/// The first fixture of a record, and what the adapter makes of its answers.
async fn read_back(record: &Finished, gateway: &Gateway) -> (Value, pairing_core::InstanceStatus) {
    let skeletons = fixture_skeletons(&record.stdout).unwrap();
    let fixture: Fixture = serde_json::from_value(skeletons[0].clone())
        .unwrap_or_else(|error| panic!("{error}: {skeletons:#?}"));
    let answers = fixture.before.iter().chain([&fixture.answer]);
    let answers: Vec<_> = answers.map(|answer| Ok(answer.response())).collect();
    let adapter = adapter(gateway.provider(), CannedTransport::new(answers));
    let status = adapter
        .status()
        .await
        .unwrap_or_else(|error| panic!("{error}: {skeletons:#?}"));
    (fixture.expect, status)
}

#[tokio::test]
async fn a_record_becomes_a_fixture_that_the_adapter_reads_alike() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        for linked in [false, true] {
            if linked {
                gateway.instance.link();
            }
            let record = gateway.pairing(&["record", "status"]).run().await;
            record.assert_code(0);
            let (expected, status) = read_back(&record, &gateway).await;
            assert_eq!(expected["connected"], linked, "{record}");
            assert_eq!(status.is_connected(), linked, "{record}");
            let phase = serde_json::to_value(status.phase).unwrap();
            assert_eq!(expected["phase"], phase, "{record}");
        }
    }
}

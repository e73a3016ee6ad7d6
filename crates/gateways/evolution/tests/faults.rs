//! Under each fault, from the first request on and once a code is on screen, a session ends as `faults.toml`
//! says, and a call comes to what it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use pairing_core::{
    CodeReply, EventKind, PairingMethod, PairingOutcome, PairingProvider, PairingSession,
    ProviderError,
};
use pairing_evolution::simulator::DIALECT;
use pairing_evolution::{Evolution, EvolutionConfig};
use pairing_sim::{
    Fault, Faults, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use toml::{Table, Value};

struct Bench {
    instance: Instance,
    provider: Arc<Evolution>,
    _simulator: Simulator,
}

/// With an HTTP client that waits for 20 s, as the bundled one does.
fn bench() -> Bench {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance = simulator.add_instance(InstanceSetup::new(DIALECT));
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = EvolutionConfig::new(instance.id(), instance.token(), base);
    let transport = simulator.transport().with_timeout(Duration::from_secs(20));
    Bench {
        provider: Arc::new(Evolution::with_transport(config, Arc::new(transport)).unwrap()),
        instance,
        _simulator: simulator,
    }
}

/// What the tables say of each fault: the gateway's own before the common one.
fn entries() -> Vec<(Fault, Table)> {
    let read = |text: &str| text.parse::<Table>().unwrap();
    let common = read(include_str!("../../../../tests/faults/faults.toml"));
    let own = read(include_str!("../faults.toml"));
    let faults = DIALECT.all_faults();
    faults
        .map(|fault| {
            let name = fault.name();
            let entry = own.get(name).or_else(|| common.get(name));
            let entry = entry.and_then(Value::as_table).cloned();
            (
                fault,
                entry.unwrap_or_else(|| panic!("{name} has no entry")),
            )
        })
        .collect()
}

/// What is said of this method or call.
fn said<'a>(entry: &'a Table, key: &str, part: &str) -> &'a str {
    let tree = entry.get(key).unwrap_or_else(|| &entry["first"]);
    tree.as_str()
        .unwrap_or_else(|| tree[part].as_str().unwrap())
}

fn by_name(part: &str, instance: &Instance) -> PairingMethod {
    match part {
        "qr" => PairingMethod::Qr,
        _ => PairingMethod::PhoneCode(instance.phone()),
    }
}

/// As the tables write it.
fn outcome_text(outcome: &PairingOutcome) -> String {
    let error = match outcome {
        PairingOutcome::Rejected { error } | PairingOutcome::Unavailable { error } => {
            format!(" {}", error.kind)
        }
        _ => String::new(),
    };
    outcome.as_str().to_owned() + &error
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_as_the_table_says() {
    for (fault, entry) in entries() {
        for (onset, method) in [
            ("first", "qr"),
            ("first", "phone_code"),
            ("later", "qr"),
            ("later", "phone_code"),
        ] {
            let bench = bench();
            if onset == "first" {
                bench.instance.set_faults(Faults::from(fault));
            }
            let builder = PairingSession::builder(bench.provider.clone());
            let method_of = by_name(method, &bench.instance);
            let mut session = builder.method(method_of).start().unwrap();
            if onset == "later" {
                while let Some(event) = session.next_event().await {
                    if matches!(event.kind, EventKind::CodeReady { .. }) {
                        break;
                    }
                }
                bench.instance.set_faults(Faults::from(fault));
            }
            let outcome = outcome_text(&session.outcome().await);
            let expected = said(&entry, onset, method);
            assert_eq!(outcome, expected, "{}, {onset}, {method}", fault.name());
            assert_eq!(DIALECT.second_attempts(&bench.instance), 0);
        }
    }
}

fn reply_text(reply: Result<CodeReply, ProviderError>) -> String {
    match reply {
        Ok(CodeReply::Code(_) | CodeReply::Starting { .. }) => "ok".to_owned(),
        Ok(CodeReply::NotReady { .. }) => "not_ready".to_owned(),
        Ok(CodeReply::AlreadyConnected) => "already_connected".to_owned(),
        Ok(reply) => format!("{reply:?}"),
        Err(error) => error.kind().to_string(),
    }
}

fn done_text<T>(result: Result<T, ProviderError>) -> String {
    result.map_or_else(|error| error.kind().to_string(), |_| "ok".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_call_comes_to_what_the_table_says() {
    for (fault, entry) in entries() {
        for call in ["qr", "phone_code", "status", "unlink"] {
            let bench = bench();
            if call == "unlink" {
                bench.instance.link();
            }
            bench.instance.set_faults(Faults::from(fault));
            let provider = &bench.provider;
            let came_to = match call {
                "status" => done_text(provider.status().await),
                "unlink" => done_text(provider.unlink().await),
                method => {
                    let request = by_name(method, &bench.instance).into();
                    reply_text(provider.request_code(&request).await)
                }
            };
            assert_eq!(
                came_to,
                said(&entry, "calls", call),
                "{}, {call}",
                fault.name()
            );
        }
    }
}

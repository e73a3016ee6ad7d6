//! Under each fault, from the first request on and once a code is on screen, a session ends as
//! `faults.toml` says, and a call comes to what it says.
#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::sync::Arc;
use std::time::Duration;

use pairing_core::{
    CodePurpose, CodeReply, CodeRequest, EventKind, PairingMethod, PairingOutcome, PairingProvider,
    PairingSession, ProviderError,
};
use pairing_sim::{
    Fault, Faults, InProcessTransport, Instance, InstanceSetup, Simulator, SimulatorOptions,
};
use pairing_wppconnect::simulator::DIALECT;
use pairing_wppconnect::{WppConnect, WppConnectConfig};
use toml::{Table, Value};

struct World {
    instance: Instance,
    provider: Arc<WppConnect>,
    _simulator: Simulator,
}

/// A session, and an HTTP client that waits for 20 s, as the bundled one does.
fn world() -> World {
    let simulator = Simulator::new(SimulatorOptions::default());
    let instance =
        simulator.add_instance(InstanceSetup::new(DIALECT).with_option("state", "QRCODE"));
    let base = InProcessTransport::BASE_URL.parse().unwrap();
    let config = WppConnectConfig::new(base, instance.id()).with_token(instance.token().to_owned());
    let transport = simulator.transport().with_timeout(Duration::from_secs(20));
    World {
        provider: Arc::new(WppConnect::with_transport(config, Arc::new(transport)).unwrap()),
        instance,
        _simulator: simulator,
    }
}

/// What the tables say of each fault: the gateway's own before the common one.
fn entries() -> Vec<(Fault, Table)> {
    let read = |text: &str| text.parse::<Table>().unwrap();
    let common = read(include_str!("../../../../tests/faults/faults.toml"));
    let own = read(include_str!("../faults.toml"));
    for name in own.keys() {
        assert!(DIALECT.fault(name).is_some(), "{name} is no fault");
    }
    let entry = |fault: Fault| {
        let name = fault.name();
        let entry = own.get(name).or_else(|| common.get(name));
        (fault, entry.and_then(Value::as_table).unwrap().clone())
    };
    DIALECT.all_faults().map(entry).collect()
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
    let mut others = Vec::new();
    for (fault, entry) in entries() {
        for onset in ["first", "later"] {
            for method in ["qr"] {
                let world = world();
                if onset == "first" {
                    world.instance.set_faults(Faults::from(fault));
                }
                let method_of = by_name(method, &world.instance);
                let builder = PairingSession::builder(world.provider.clone());
                let builder = builder.policy(world.provider.recommended_policy());
                let mut session = builder.method(method_of).start().unwrap();
                if onset == "later" {
                    while let Some(event) = session.next_event().await {
                        if matches!(event.kind, EventKind::CodeReady { .. }) {
                            break;
                        }
                    }
                    world.instance.set_faults(Faults::from(fault));
                }
                let outcome = outcome_text(&session.outcome().await);
                if outcome != said(&entry, onset, method) {
                    others.push(format!("{} {onset} {method}: {outcome}", fault.name()));
                }
                assert_eq!(DIALECT.second_attempts(&world.instance), 0);
            }
        }
    }
    assert!(others.is_empty(), "{others:#?}");
}

fn reply_text(reply: Result<CodeReply, ProviderError>) -> String {
    match reply {
        Ok(CodeReply::Code(_)) => "ok".to_owned(),
        Ok(CodeReply::NotReady { .. }) => "not_ready".to_owned(),
        Ok(CodeReply::Starting { .. }) => "starting".to_owned(),
        Ok(CodeReply::AlreadyConnected) => "already_connected".to_owned(),
        Ok(CodeReply::PasskeyRequired(_)) => "passkey_required".to_owned(),
        Ok(reply) => format!("{reply:?}"),
        Err(error) => error.kind().to_string(),
    }
}

fn done_text<T>(result: Result<T, ProviderError>) -> String {
    result.map_or_else(|error| error.kind().to_string(), |_| "ok".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_call_comes_to_what_the_table_says() {
    let mut others = Vec::new();
    for (fault, entry) in entries() {
        for call in ["qr", "status", "unlink"] {
            let world = world();
            if call == "unlink" {
                world.instance.link();
            }
            world.instance.set_faults(Faults::from(fault));
            let provider = &world.provider;
            let came_to = match call {
                "status" => done_text(provider.status().await),
                "unlink" => done_text(provider.unlink().await),
                method => {
                    let request = CodeRequest::new(by_name(method, &world.instance))
                        .with_purpose(CodePurpose::Renew);
                    reply_text(provider.request_code(&request).await)
                }
            };
            if came_to != said(&entry, "calls", call) {
                others.push(format!("{} {call}: {came_to}", fault.name()));
            }
        }
    }
    assert!(others.is_empty(), "{others:#?}");
}

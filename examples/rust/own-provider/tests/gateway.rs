//! The example gateway does what CONTRIBUTING asks of every gateway.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use example_own_provider::ADAPTER;
use example_own_provider::simulator::DIALECT;
use pairing_adapter::testing::{Fixture, survive_hostile_answers};
use pairing_adapter::{HttpTransport, Overrides, Table, Values};
use pairing_conformance::{Behaviour, assert_conformant};
use pairing_core::PairingProvider;
use pairing_e2e::{Adapter, SimHarness};
use pairing_providers::{dialects, providers};
use pairing_sim::{InProcessTransport, InstanceSetup, Rotation, Simulator, SimulatorOptions};

/// As the registry makes it of a configuration.
fn provider(values: &Table, transport: Arc<dyn HttpTransport>) -> Box<dyn PairingProvider> {
    let overrides = Overrides::default();
    let mut values = Values::gather(&ADAPTER, values, |_| None, &overrides).unwrap();
    let config = ADAPTER.configure(&mut values).unwrap();
    config.build(transport).unwrap()
}

fn canaries(transport: Arc<dyn HttpTransport>) -> Box<dyn PairingProvider> {
    let mut values = Table::new();
    for (field, value) in [
        ("instance", "canary-instance"),
        ("token", "canary-value"),
        ("base_url", "https://acme.example.com"),
    ] {
        values.insert(field.to_owned(), value.into());
    }
    provider(&values, transport)
}

#[tokio::test]
async fn every_fixture_means_what_it_says() {
    for fixture in Fixture::load_all("fixtures") {
        fixture.check(|setup| canaries(setup.transport)).await;
    }
}

#[test]
fn no_answer_panics_or_becomes_a_false_code() {
    survive_hostile_answers("fixtures", canaries);
}

#[test]
fn it_is_conformant() {
    let adapter = Adapter::of(&ADAPTER, DIALECT);
    for behaviour in Behaviour::ALL {
        let harness = || SimHarness::new(adapter, Rotation::EVERY_20_S);
        // Acme documents no passkey.
        assert_conformant(behaviour.name(), harness, &["a_passkey_is_a_reply"]);
    }
}

/// In one line: the simulator serves it beside the others, and its settings open its provider.
#[tokio::test]
async fn the_list_of_gateways_takes_it() {
    let adapters = [providers(), &[&ADAPTER]].concat();
    let gateways = [dialects(), &[DIALECT]].concat();
    let simulator = Simulator::new(SimulatorOptions::default());
    for (adapter, dialect) in adapters.iter().zip(&gateways) {
        assert_eq!(adapter.name, dialect.name());
        let instance = simulator.add_instance(InstanceSetup::new(*dialect));
        instance.link();
        if *dialect == DIALECT {
            let settings = instance.settings_at(InProcessTransport::BASE_URL);
            let values = settings.into_iter();
            let values = values.map(|(field, value)| (field.to_owned(), value.into()));
            let provider = provider(&values.collect(), Arc::new(simulator.transport()));
            let status = provider.status().await.unwrap();
            assert_eq!(status.phone, Some(instance.phone()));
        }
    }
    assert_eq!(simulator.instances().len(), providers().len() + 1);
}

/// Each block of code in the section stands in a file of this folder.
#[test]
fn contributing_quotes_this_gateway() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contributing = fs::read_to_string(root.join("../../../CONTRIBUTING.md")).unwrap();
    let (_, section) = contributing.split_once("\n## Adding a gateway\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let files = [
        "Cargo.toml",
        "fixtures/qr/code.json",
        "src/adapter.rs",
        "src/provider.rs",
        "src/simulator.rs",
    ];
    let texts = files.map(|file| fs::read_to_string(root.join(file)).unwrap());
    let mut quoted = 0;
    for block in section.split("\n   ```").skip(1).step_by(2) {
        // Indented, as the text of a list is.
        let block = format!("{block}\n").replace("\n   ", "\n");
        let (language, code) = block.split_once('\n').unwrap();
        assert!(["json", "rust", "toml"].contains(&language), "{language}");
        assert!(texts.iter().any(|text| text.contains(code)), "{code}");
        quoted += 1;
    }
    assert!(quoted >= files.len(), "{quoted} quotations");
}

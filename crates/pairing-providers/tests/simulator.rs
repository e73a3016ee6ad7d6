//! Every adapter comes with its gateway for the simulator, and reaches it.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;

use pairing_providers::{Overrides, Table, dialect, dialects, load, providers};
use pairing_sim::{FaultMeaning, InProcessTransport, InstanceSetup, Simulator, SimulatorOptions};

#[tokio::test]
async fn every_adapter_reaches_its_dialect_with_the_settings_of_an_instance() {
    let names = providers().iter().map(|adapter| adapter.name);
    assert!(names.eq(dialects().iter().map(|dialect| dialect.name())));
    let simulator = Simulator::new(SimulatorOptions::default());
    for &dialect in dialects() {
        let instance = simulator.add_instance(InstanceSetup::new(dialect));
        let settings = instance
            .settings_at(InProcessTransport::BASE_URL)
            .into_iter();
        let table: Table = settings
            .map(|(field, value)| (field.to_owned(), value.into()))
            .collect();
        let config = load(dialect.name(), &table, |_| None, &Overrides::default()).unwrap();
        let provider = config.build_with(Arc::new(simulator.transport())).unwrap();
        assert!(
            !provider.status().await.unwrap().is_connected(),
            "{dialect}"
        );
        instance.link();
        assert!(provider.status().await.unwrap().is_connected(), "{dialect}");
    }
}

#[test]
fn a_dialect_is_found_by_its_name_and_a_fault_by_its_own_or_its_meaning() {
    assert!(dialect("no such gateway").is_none());
    for &known in dialects() {
        assert_eq!(dialect(known.name()), Some(known));
        let names: Vec<_> = known.all_faults().map(|fault| fault.name()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let refused = known.fault_meaning(FaultMeaning::InvalidCredentials);
        assert!(refused.is_some(), "{known} refuses no credentials");
    }
}

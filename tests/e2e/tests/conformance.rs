//! Every adapter does what every provider must, with QR codes that live 20 s each (a gateway
//! behind a browser) and with a first one that lives 60 s (a gateway behind a socket).

use pairing_conformance::{Behaviour, assert_conformant};
use pairing_e2e::{Adapter, SimHarness};
use pairing_sim::{FaultMeaning, Rotation};

/// The behaviours about which nothing is known, because the gateway has no words for them.
fn not_run(adapter: Adapter) -> Vec<&'static str> {
    let own = [
        (
            FaultMeaning::UnknownInstance,
            "an_unknown_instance_is_reported",
        ),
        (
            FaultMeaning::PhoneCodeNotReady,
            "a_phone_code_that_is_not_ready_is_a_reply",
        ),
        (FaultMeaning::PasskeyRequired, "a_passkey_is_a_reply"),
    ];
    let described = pairing_providers::provider(adapter.dialect().name());
    let phone_codes = described.is_ok_and(|described| described.capabilities.phone_code);
    let lacking = own.into_iter().filter(|(meaning, _)| {
        // What needs a phone code does not apply to a gateway without them.
        let applies = phone_codes || *meaning != FaultMeaning::PhoneCodeNotReady;
        applies && adapter.dialect().fault_meaning(*meaning).is_none()
    });
    lacking.map(|(_, behaviour)| behaviour).collect()
}

#[allow(clippy::print_stderr, reason = "a complaint does not name the adapter")]
fn check(rotation: Rotation) {
    for adapter in Adapter::every() {
        for behaviour in Behaviour::ALL {
            eprintln!("{adapter:?}: {}", behaviour.name());
            let harness = || SimHarness::new(adapter, rotation);
            assert_conformant(behaviour.name(), harness, &not_run(adapter));
        }
    }
}

#[test]
fn every_adapter_is_conformant_behind_a_browser() {
    check(Rotation::EVERY_20_S);
}

#[test]
fn every_adapter_is_conformant_behind_a_socket() {
    check(Rotation::FIRST_60_THEN_20_S);
}

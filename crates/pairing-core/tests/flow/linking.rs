//! How a linked phone is noticed, and which number it must be.

use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{FlowError, FlowOptions, Now, PairingFlow};
use pairing_core::{Capabilities, CodeReply, PairingMethod, PairingOutcome};

#[test]
fn a_link_is_noticed_within_one_status_interval() {
    let mut world = healthy(Some(secs(33)));
    let outcome = world.run_to_the_end();
    let phone = Some(phone("5511999998888"));
    assert_eq!(outcome, PairingOutcome::Connected { phone });
    assert!(world.now <= secs(33 + 5) + millis(300), "{:?}", world.now);
}

#[test]
fn a_code_scanned_in_its_last_moment_is_noticed_at_the_gate() {
    let mut world = healthy(Some(secs(65)));
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.times(is_gate).len(), 1);
}

#[test]
fn the_gate_is_watched_ever_more_rarely() {
    let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
    world.run_to_the_end();
    let gate = world.times(is_gate)[0];
    let after = world.status_calls().into_iter().filter(|at| *at >= gate);
    let waited: Vec<_> = after.map(|at| (at - gate).as_secs()).collect();
    assert_eq!(waited, [0, 5, 15, 30]);
}

#[test]
fn already_connected_is_a_success_and_ends_at_once() {
    let mut world = healthy(Some(Duration::ZERO));
    let outcome = world.run_to_the_end();
    assert_eq!(outcome, PairingOutcome::AlreadyConnected { phone: None });
    assert_eq!(world.calls.len(), 1);
}

#[test]
fn the_next_code_finds_the_link_made_by_the_last_one() {
    // Without status calls, the request for a code is the only way to notice.
    let capabilities = Capabilities::none().with_qr_text();
    let options = FlowOptions {
        capabilities,
        ..options(PairingMethod::Qr)
    };
    let script = Healthy {
        links_at: Some(secs(12)),
        ..Healthy::default()
    };
    let mut world = World::start(options, script);
    assert_eq!(
        world.run_to_the_end(),
        PairingOutcome::Connected { phone: None }
    );
    assert!(world.status_calls().is_empty());
}

#[test]
fn passkey_is_an_outcome_and_not_a_loop() {
    let mut world = scripted(
        PairingMethod::Qr,
        vec![Ok(CodeReply::PasskeyRequired)],
        vec![],
    );
    assert_eq!(world.run_to_the_end(), PairingOutcome::PasskeyRequired);
    assert_eq!(world.calls.len(), 1);
}

#[test]
fn contradictory_answers_are_asked_again_and_bounded() {
    let options = FlowOptions {
        expected_phone: Some(phone("5511999998888")),
        ..options(PairingMethod::Qr)
    };
    let script = Scripted {
        codes: (0..100).map(|_| Ok(CodeReply::AlreadyConnected)).collect(),
        ..Scripted::default()
    };
    let mut world = World::start(options, script);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!(world.code_calls().len(), 16);
}

mod expected_phone {
    use super::*;

    fn expecting(expected: &str, linked: Option<&str>, links_at: Duration) -> World<Healthy> {
        let options = FlowOptions {
            expected_phone: Some(phone(expected)),
            ..options(PairingMethod::Qr)
        };
        let script = Healthy {
            links_at: Some(links_at),
            linked_phone: linked.map(phone),
            ..Healthy::default()
        };
        World::start(options, script)
    }

    #[test]
    fn another_number_is_the_wrong_account() {
        for links_at in [secs(0), secs(7)] {
            let mut world = expecting("5511999998888", Some("5511999997777"), links_at);
            let phone = phone("5511999997777");
            assert_eq!(
                world.run_to_the_end(),
                PairingOutcome::WrongAccount { phone }
            );
        }
    }

    #[test]
    fn the_number_without_its_ninth_digit_is_the_same() {
        let mut world = expecting("5511999998888", Some("551199998888"), secs(7));
        assert!(world.run_to_the_end().is_linked());
        let mut world = expecting("5511999998888", Some("551199998888"), secs(0));
        let outcome = world.run_to_the_end();
        assert!(matches!(
            outcome,
            PairingOutcome::AlreadyConnected { phone: Some(_) }
        ));
    }

    #[test]
    fn a_number_that_cannot_be_verified_is_not_accepted() {
        let mut world = expecting("5511999998888", None, secs(7));
        assert!(matches!(
            world.run_to_the_end(),
            PairingOutcome::Unavailable { .. }
        ));
        assert!(world.now < secs(20));
    }

    #[test]
    fn a_provider_that_cannot_tell_is_refused_beforehand() {
        let now = Now {
            elapsed: Duration::ZERO,
            wall: wall(Duration::ZERO),
        };
        let options = FlowOptions {
            expected_phone: Some(phone("5511999998888")),
            capabilities: Capabilities::none().with_qr_text().with_status(),
            ..options(PairingMethod::Qr)
        };
        assert_eq!(
            PairingFlow::new(options, now).err(),
            Some(FlowError::PhoneNotVerifiable)
        );
    }
}

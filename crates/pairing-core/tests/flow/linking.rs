//! How a linked phone is noticed, and which number it must be.

use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{CommandError, FlowOptions, Input, Now, PairingFlow, StartError};
use pairing_core::{
    Capabilities, CodeReply, InstanceStatus, PairingMethod, PairingOutcome, PairingPolicy,
    ProviderError, ProviderErrorKind,
};

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
    assert_eq!(waited, [4, 12, 30]);
}

#[test]
fn already_connected_is_a_success_and_ends_at_once() {
    let mut world = healthy(Some(Duration::ZERO));
    let outcome = world.run_to_the_end();
    let phone = Some(phone("5511999998888"));
    assert_eq!(outcome, PairingOutcome::AlreadyConnected { phone });
    assert_eq!((world.code_calls().len(), world.calls.len()), (1, 2));
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

/// A link that a request for a code notices, halfway to the next status.
fn noticed_by_a_code(status: Result<InstanceStatus, ProviderError>) -> World<Scripted> {
    let codes = vec![Ok(qr(1)), Ok(CodeReply::AlreadyConnected)];
    let statuses = vec![Ok(InstanceStatus::disconnected()), status];
    scripted(PairingMethod::Qr, codes, statuses)
}

#[test]
fn a_link_that_a_request_for_a_code_noticed_is_named_by_one_status() {
    let named = InstanceStatus::connected(Some(phone("5511999998888")));
    let mut world = noticed_by_a_code(Ok(named));
    let phone = Some(phone("5511999998888"));
    assert_eq!(world.run_to_the_end(), PairingOutcome::Connected { phone });
    assert_eq!(world.status_calls(), [secs(5), secs(10)]);
}

#[test]
fn a_status_that_does_not_name_the_number_takes_back_no_link() {
    for status in [
        Ok(InstanceStatus::connected(None)),
        Ok(InstanceStatus::disconnected()),
        error(ProviderErrorKind::Unavailable),
        error(ProviderErrorKind::InvalidCredentials),
    ] {
        let mut world = noticed_by_a_code(status);
        assert_eq!(
            world.run_to_the_end(),
            PairingOutcome::Connected { phone: None }
        );
        assert_eq!(world.status_calls(), [secs(5), secs(10)]);
    }
}

#[test]
fn a_number_is_waited_for_no_longer_than_a_status_interval() {
    struct NamesLate;
    impl Script for NamesLate {
        fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
            (Duration::ZERO, Ok(CodeReply::AlreadyConnected))
        }
        fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
            (secs(29), Ok(InstanceStatus::disconnected()))
        }
    }
    let mut world = World::start(options(PairingMethod::Qr), NamesLate);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.now, secs(5));
}

#[test]
fn a_link_is_kept_where_the_deadline_comes_before_its_number() {
    let policy = PairingPolicy::default().with_deadline(secs(10));
    let options = FlowOptions {
        policy: std::sync::Arc::new(policy),
        ..options(PairingMethod::Qr)
    };
    let mut script = Scripted::default();
    script.healthy.latency = secs(2);
    script.statuses = vec![Ok(InstanceStatus::connected(None))];
    let mut world = World::start(options, script);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.now, secs(10));
}

#[test]
fn where_the_gateway_names_no_number_none_is_asked_for() {
    let options = FlowOptions {
        capabilities: Capabilities::none().with_qr_text().with_status(),
        ..options(PairingMethod::Qr)
    };
    let script = Healthy {
        links_at: Some(secs(0)),
        ..Healthy::default()
    };
    let mut world = World::start(options, script);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.calls.len(), 1);
}

#[test]
fn a_code_scanned_in_its_last_seconds_is_linked_before_it_is_called_expired() {
    // The second code dies as the third is asked for; the third is the last; a phone code is
    // the only one.
    for (method, dies, before) in [
        (PairingMethod::Qr, 30, 0),
        (PairingMethod::Qr, 50, 1),
        (phone_method(), 160, 0),
    ] {
        let script = Healthy {
            links_at: Some(secs(dies - 1) - millis(1)),
            linked_phone: Some(phone("5511999998888")),
            ..Healthy::default()
        };
        let mut world = World::start(options(method), script);
        assert!(world.run_to_the_end().is_linked());
        assert_eq!(world.now, secs(dies - 1));
        assert_eq!(world.times(is_expired).len(), before);
    }
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
    fn a_phone_code_for_another_account_is_refused_before_it_is_asked_for() {
        let now = Now {
            elapsed: Duration::ZERO,
            wall: wall(Duration::ZERO),
        };
        for (expected, asked, same) in [
            ("5511999998888", "5511999998888", true),
            ("5511999998888", "551199998888", true),
            ("551199998888", "5511999998888", true),
            ("5215512345678", "525512345678", true),
            ("5511999998888", "5511999997777", false),
            ("5511999998888", "4915112345678", false),
        ] {
            let method = PairingMethod::PhoneCode(phone(asked));
            let options = |method| FlowOptions {
                expected_phone: Some(phone(expected)),
                ..options(method)
            };
            let refusal = (!same).then_some(StartError::ExpectsAnotherPhone);
            assert_eq!(
                PairingFlow::new(options(method.clone()), now).err(),
                refusal
            );

            let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
            world.run_until(secs(1));
            let before = world.flow.view().clone();
            let switched = world.input(Input::SwitchMethod(method));
            let refusal = (!same).then_some(CommandError::ExpectsAnotherPhone);
            assert_eq!(switched.err(), refusal);
            assert_eq!(*world.flow.view() == before, !same);
            assert_eq!(world.code_calls().len(), 1 + usize::from(same));
        }
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
            Some(StartError::PhoneNotVerifiable)
        );
    }
}

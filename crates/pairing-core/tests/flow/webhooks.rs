//! What webhooks bring: a link is noticed at once, and the status is asked less often.

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{FlowOptions, Input};
use pairing_core::{
    CodeReply, InstanceStatus, PairingMethod, PairingOutcome, PairingPolicy, ProviderErrorKind,
    WebhookHint,
};

/// A phone code, whose round has no code requests between the status calls. Replies come
/// at once.
fn typing(expect_webhooks: bool, links_at: Option<Duration>) -> World<Scripted> {
    let options = FlowOptions {
        expect_webhooks,
        ..options(phone_method())
    };
    let mut script = Scripted::default();
    script.healthy.links_at = links_at;
    World::start(options, script)
}

#[test]
fn a_hint_is_confirmed_at_once_and_never_believed() {
    let mut world = healthy(None);
    world.run_until(secs(2));
    world.hint();
    world.run_until(secs(3));
    assert_eq!(world.status_calls(), [secs(2)]);
    assert!(world.outcome().is_none());
}

#[test]
fn hints_by_the_hundred_cost_one_status_call_a_second() {
    let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
    world.run_until(secs(1));
    for _ in 0..300 {
        world.hint();
        world.run_for(millis(10));
    }
    assert!(
        world.status_calls().len() <= 4,
        "{:?}",
        world.status_calls()
    );
}

#[test]
fn a_hint_during_a_status_call_is_confirmed_by_another() {
    let mut world = scripted(PairingMethod::Qr, vec![], vec![]);
    world.script.healthy.latency = millis(1500);
    world.script.healthy.links_at = Some(millis(3000));
    world.run_until(secs(2));
    world.hint();
    // Linked after the status call was sent, before it is answered.
    world.run_until(millis(3400));
    world.hint();
    let outcome = world.run_to_the_end();
    assert!(outcome.is_linked());
    assert!(world.now < secs(7), "{:?}", world.now);
}

#[test]
fn a_hint_at_the_quiet_gate_is_confirmed() {
    let mut world = healthy(Some(secs(200)));
    world.run_until(secs(199));
    let quiet = world.calls.len();
    world.run_until(secs(201));
    assert_eq!(world.calls.len(), quiet);
    world.hint();
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.calls.len(), quiet + 1);
}

#[test]
fn other_hints_cost_nothing() {
    let mut world = healthy(None);
    world.run_until(secs(2));
    for hint in [WebhookHint::Disconnected, WebhookHint::Irrelevant] {
        world.input(Input::Hint(hint)).unwrap();
    }
    world.run_until(secs(3));
    assert!(world.status_calls().is_empty());
}

#[test]
fn the_first_hint_after_a_regular_status_is_confirmed_at_once() {
    let mut world = typing(false, None);
    world.run_until(millis(5100));
    assert_eq!(world.status_calls(), [secs(5)]);
    world.hint();
    world.hint();
    world.run_until(millis(6100));
    // The second had to wait until a second after the first.
    assert_eq!(world.status_calls(), [secs(5), millis(5100), millis(6100)]);
}

#[test]
fn a_hint_during_a_code_request_is_confirmed_right_after_it() {
    let script = Healthy {
        latency: secs(2),
        ..Healthy::default()
    };
    let mut world = World::start(options(PairingMethod::Qr), script);
    world.run_until(secs(1));
    world.hint();
    world.run_until(secs(2));
    assert_eq!(world.status_calls(), [secs(2)]);
}

#[test]
fn a_confirmation_that_made_room_for_a_code_is_made_up_for() {
    let mut world = scripted(PairingMethod::Qr, vec![], vec![]);
    world.run_until(secs(29));
    let before = world.status_calls().len();
    world.script.healthy.latency = secs(3);
    world.hint();
    world.run_until(secs(34));
    assert_eq!(world.code_calls(), [secs(0), secs(10), secs(30)]);
    assert_eq!(world.status_calls()[before..], [secs(29), secs(33)]);
}

#[test]
fn a_confirmation_that_fails_is_made_up_for_even_at_the_quiet_gate() {
    let mut world = typing(true, Some(secs(300)));
    world.run_until(secs(300));
    let quiet = world.calls.len();
    world.script.statuses = vec![error(ProviderErrorKind::Unavailable)];
    world.hint();
    assert!(world.run_to_the_end().is_linked());
    // The last one names the number.
    assert_eq!(world.calls.len(), quiet + 3);
}

mod expected {
    use super::*;

    #[test]
    fn the_status_is_asked_rarely() {
        let mut world = typing(true, None);
        world.run_until(secs(65));
        assert_eq!(world.status_calls(), [secs(20), secs(40), secs(60)]);
    }

    #[test]
    fn in_a_qr_round_the_next_code_takes_the_place_of_the_status() {
        let options = FlowOptions {
            expect_webhooks: true,
            ..options(PairingMethod::Qr)
        };
        let mut world = World::start(options.clone(), Healthy::default());
        world.run_until(secs(100));
        assert_eq!(world.code_calls(), [secs(0), secs(10), secs(30)]);
        assert_eq!(world.status_calls(), [secs(49), secs(69)]);

        // A lost webhook is made up for by the code.
        let script = Healthy {
            links_at: Some(secs(17)),
            ..Healthy::default()
        };
        let mut world = World::start(options, script);
        assert!(world.run_to_the_end().is_linked());
        assert_eq!(world.now, secs(30));
    }

    #[test]
    fn a_hint_is_confirmed_at_once() {
        let mut world = typing(true, Some(secs(31)));
        world.run_until(secs(31));
        world.hint();
        assert!(world.run_to_the_end().is_linked());
        assert_eq!(world.now, secs(31));
        // The second names the number.
        assert_eq!(world.status_calls(), [secs(20), secs(31), secs(31)]);
    }

    #[test]
    fn it_has_no_effect_without_webhooks_or_without_a_status() {
        let (mut without_webhooks, mut without_status) = (EVERYTHING, EVERYTHING);
        without_webhooks.webhooks = false;
        without_status.status = false;
        for (capabilities, calls) in [(without_webhooks, 15), (without_status, 3)] {
            let options = FlowOptions {
                capabilities,
                expect_webhooks: true,
                ..options(PairingMethod::Qr)
            };
            let mut world = World::start(options, Healthy::default());
            world.run_to_the_end();
            assert_eq!(world.calls.len(), calls);
        }
    }

    #[test]
    fn it_never_makes_the_status_more_frequent() {
        let policy = PairingPolicy::default().with_webhook_status_interval(secs(1));
        let options = FlowOptions {
            policy: Arc::new(policy),
            expect_webhooks: true,
            ..options(phone_method())
        };
        let mut world = World::start(options, Healthy::default());
        world.run_until(secs(12));
        assert_eq!(world.status_calls(), [secs(5), secs(10)]);
    }
}

/// A gateway whose status still says "not connected" when its webhook has said "connected".
mod lagging {
    use super::*;

    #[test]
    fn a_status_that_lags_behind_is_noticed_soon() {
        for expect_webhooks in [false, true] {
            let mut world = typing(expect_webhooks, Some(secs(43)));
            world.run_until(secs(31));
            world.hint();
            assert!(world.run_to_the_end().is_linked());
            assert!(world.now <= secs(43 + 5), "{:?}", world.now);
        }
    }

    #[test]
    fn a_status_that_lags_behind_is_noticed_soon_at_the_quiet_gate() {
        for expect_webhooks in [false, true] {
            let mut world = typing(expect_webhooks, Some(secs(312)));
            world.run_until(secs(300));
            world.hint();
            assert!(world.run_to_the_end().is_linked());
            assert!(world.now <= secs(312 + 5), "{:?}", world.now);
        }
    }

    #[test]
    fn a_hint_that_proves_false_costs_the_documented_number_of_calls() {
        let mut world = typing(true, None);
        world.run_until(secs(21));
        world.hint();
        world.run_until(secs(75));
        let expected = [20, 21, 26, 31, 36, 41, 46, 51, 71].map(secs);
        assert_eq!(world.status_calls(), expected);

        world.run_until(secs(300));
        let quiet = world.calls.len();
        world.hint();
        assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
        assert_eq!(world.calls.len(), quiet + 1 + 6);
    }

    /// Verifies the number, which the gateway leaves out of the first statuses.
    fn naming_late(unnamed: usize, from: Duration) -> World<Scripted> {
        let options = FlowOptions {
            expected_phone: Some(phone("5511999998888")),
            ..options(phone_method())
        };
        let mut world = World::start(options, Scripted::default());
        world.run_until(from);
        let named = InstanceStatus::connected(Some(phone("5511999998888")));
        let statuses = &mut world.script.statuses;
        statuses.extend((0..unnamed).map(|_| Ok(InstanceStatus::connected(None))));
        statuses.push(Ok(named));
        world
    }

    #[test]
    fn hints_do_not_use_up_the_time_to_name_the_number() {
        let mut world = naming_late(2, secs(1));
        world.run_until(millis(5100));
        world.hint();
        assert!(world.run_to_the_end().is_linked());
        assert_eq!(world.status_calls(), [secs(5), secs(6), secs(7)]);
    }

    #[test]
    fn a_number_that_is_named_late_is_asked_for_even_at_the_quiet_gate() {
        let mut world = naming_late(1, secs(300));
        world.hint();
        world.hint();
        assert!(world.run_to_the_end().is_linked());
        assert_eq!(world.now, secs(301));
    }
}

#[test]
fn a_slow_confirmation_is_not_dropped_for_a_code_that_is_not_ready() {
    struct NeverReady;
    impl Script for NeverReady {
        fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
            (millis(300), Ok(CodeReply::NOT_READY))
        }
        fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
            (
                secs(3),
                Ok(InstanceStatus::connected(Some(phone("5511999998888")))),
            )
        }
    }
    // The gateway is asked for a code again every 2 s.
    let mut world = World::start(options(PairingMethod::Qr), NeverReady);
    world.run_until(secs(1));
    world.hint();
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.now, secs(4));
    assert_eq!(world.status_calls(), [secs(1)]);
}

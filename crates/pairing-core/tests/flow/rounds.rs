//! Rounds, codes and the gate.

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{CommandError, FlowOptions, Input, Now, PairingFlow, StartError};
use pairing_core::{
    Capabilities, CodeReply, EventKind, Expiry, PairingMethod, PairingOutcome, PairingPolicy,
    Screen,
};

#[test]
fn three_unused_codes_then_a_person_is_asked_and_no_code_more() {
    let mut world = healthy(None);
    world.run_until(secs(300));
    assert_eq!(world.code_calls().len(), 3);
    assert_eq!(world.times(is_gate).len(), 1);
    // The gate opens when the third code dies, not before.
    let died = world.times(is_expired).pop();
    assert_eq!(world.times(is_gate).pop(), died);
    assert!(died >= Some(world.times(is_ready)[2] + secs(19)));
    assert!(world.outcome().is_none());
}

#[test]
fn an_abandoned_session_costs_the_documented_number_of_calls() {
    let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    assert_eq!(world.code_calls().len(), 3);
    assert_eq!(world.calls.len(), 15);
    // Woken for each reply, each due request, each expiry and the deadline, and for nothing
    // else in ten minutes.
    assert!(world.steps <= 15 + 15 + 3 + 1, "{}", world.steps);
    assert_eq!(world.now, secs(600));

    let mut world = World::start(options(phone_method()), Healthy::default());
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    assert_eq!((world.code_calls().len(), world.calls.len()), (1, 36));
}

#[test]
fn with_webhooks_an_abandoned_session_costs_the_documented_number_of_calls() {
    for (method, codes, calls) in [(PairingMethod::Qr, 3, 5), (phone_method(), 1, 10)] {
        let options = FlowOptions {
            expect_webhooks: true,
            ..options(method)
        };
        let mut world = World::start(options, Healthy::default());
        assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
        assert_eq!(world.code_calls().len(), codes);
        assert_eq!(world.calls.len(), calls);
    }
}

#[test]
fn resume_opens_a_full_round() {
    let mut world = healthy(None);
    world.run_until(secs(100));
    assert_eq!(world.input(Input::Resume), Ok(()));
    assert_eq!(world.input(Input::Resume), Err(CommandError::NotWaiting));
    world.run_until(secs(200));
    assert_eq!(world.code_calls().len(), 6);
    assert_eq!(world.times(is_gate).len(), 2);
    let (_, last) = world.events.last().unwrap();
    assert_eq!((last.round, last.attempt), (2, 3));
}

#[test]
fn the_same_code_again_is_not_younger() {
    let mut world = asking_early(vec![Ok(qr(1)), Ok(qr(1)), Ok(qr(2))]);
    world.run_until(secs(60));
    let expiries: Vec<_> = world
        .events
        .iter()
        .filter_map(|(_, event)| match &event.kind {
            EventKind::CodeReady {
                expires_at, expiry, ..
            } => Some((*expires_at, *expiry)),
            _ => None,
        })
        .collect();
    // Asked for again after 15 s, the first code has 5 s left, and nothing is said.
    assert_eq!(expiries[0], (wall(secs(20)), Expiry::UpperBound));
    assert_eq!(world.times(is_expired)[0], secs(20));
    // The next is asked for 15 s after that reply, not sooner, although nothing is shown. It
    // came at 20 s at the latest, so it has as little as 10 s left.
    assert_eq!(world.code_calls()[..3], [secs(0), secs(15), secs(30)]);
    assert_eq!(expiries[1], (wall(secs(40)), Expiry::UpperBound));
}

#[test]
fn a_code_that_comes_again_after_its_assumed_life_is_shown_again() {
    // The first code of some gateways lives for 60 s.
    let codes = vec![Ok(qr(1)), Ok(qr(1)), Ok(qr(1))];
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    world.run_until(secs(35));
    assert_eq!(world.times(is_ready), [secs(0), secs(20)]);
    assert_eq!(world.times(is_expired), [secs(20)]);
}

#[test]
fn a_life_that_the_provider_names_is_exact() {
    let mut world = scripted(PairingMethod::Qr, vec![Ok(exact(qr(1), secs(12)))], vec![]);
    world.run_until(secs(13));
    let EventKind::CodeReady {
        expires_at, expiry, ..
    } = &world.events[1].1.kind
    else {
        panic!("{:?}", world.events[1]);
    };
    assert_eq!((*expires_at, *expiry), (wall(secs(12)), Expiry::Exact));
    assert_eq!(world.code_calls(), [secs(0), secs(12)]);
}

#[test]
fn not_ready_is_asked_again_soon_and_uses_up_no_attempt() {
    let not_ready = || Ok(CodeReply::NOT_READY);
    let mut world = scripted(PairingMethod::Qr, vec![not_ready(), not_ready()], vec![]);
    world.run_until(secs(5));
    assert_eq!(world.code_calls(), [secs(0), secs(2), secs(4)]);
    let (_, event) = world.events.last().unwrap();
    assert!(is_ready(&event.kind));
    assert_eq!(event.attempt, 1);
}

#[test]
fn never_ready_is_unavailable_in_the_end() {
    let codes = (0..100).map(|_| Ok(CodeReply::NOT_READY)).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!((world.code_calls().len(), world.calls.len()), (16, 17));
    assert_eq!(world.now, secs(30));
}

#[test]
fn a_phone_code_that_is_not_ready_is_asked_for_three_times_and_far_apart() {
    let codes = (0..100).map(|_| Ok(CodeReply::NOT_READY)).collect();
    let mut world = scripted(phone_method(), codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!(world.code_calls(), [secs(0), secs(10), secs(20)]);
}

#[test]
fn clicking_to_and_fro_asks_no_more_often_for_a_phone_code_that_is_not_ready() {
    let codes = (0..500).map(|_| Ok(CodeReply::NOT_READY)).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    for _ in 0..50 {
        for method in [phone_method(), PairingMethod::Qr] {
            world.run_for(millis(200));
            world.input(Input::SwitchMethod(method)).unwrap();
        }
    }
    let asked = world
        .calls
        .iter()
        .filter(|call| call.is_code_for(&phone_method()));
    // 20 s, at one every ten seconds.
    assert!(asked.count() <= 3);
}

#[test]
fn the_same_code_again_is_neither_announced_nor_counted() {
    let codes = vec![Ok(qr(1)), Ok(qr(1)), Ok(qr(2)), Ok(qr(2)), Ok(qr(3))];
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    world.run_until(secs(100));
    let shown = world
        .events
        .iter()
        .filter(|(_, event)| is_ready(&event.kind));
    let shown: Vec<_> = shown.map(|(_, event)| event.attempt).collect();
    assert_eq!(shown, [1, 2, 3]);
    assert_eq!(world.times(is_gate).len(), 1);
}

#[test]
fn the_same_code_with_an_earlier_end_is_taken_down_by_then() {
    let codes = vec![
        Ok(exact(qr(1), secs(60))),
        Ok(exact(qr(1), secs(90))),
        Ok(exact(qr(1), secs(5))),
    ];
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    world.run_until(secs(50));
    assert_eq!(world.code_calls()[..3], [secs(0), secs(20), secs(40)]);
    assert_eq!(world.times(is_ready)[..1], [secs(0)]);
    assert_eq!(world.times(is_expired), [secs(45)]);
}

#[test]
fn a_code_that_died_while_the_machine_slept_is_taken_down_at_the_first_glance() {
    let now = |elapsed, slept| Now {
        elapsed,
        wall: wall(elapsed + slept),
    };
    let mut flow = PairingFlow::new(options(phone_method()), now(secs(0), secs(0))).unwrap();
    let mut id = None;
    while let Some(output) = flow.next_output() {
        if let pairing_core::flow::Output::Request(request, _) = output {
            id = Some(request);
        }
    }
    flow.handle(
        Input::CodeReply(id.unwrap(), Ok(phone_code(1))),
        now(secs(1), secs(0)),
    )
    .unwrap();
    assert!(flow.view().code().is_some());
    // The monotonic clock stood still for an hour.
    flow.handle(Input::Tick, now(secs(2), secs(3600))).unwrap();
    assert_eq!(flow.view().screen, Screen::WaitingForUser);
}

#[test]
fn a_method_or_policy_that_cannot_work_is_refused_beforehand() {
    let now = Now {
        elapsed: Duration::ZERO,
        wall: wall(Duration::ZERO),
    };
    let capabilities = Capabilities::none().with_qr_image();
    let wrong_method = FlowOptions {
        capabilities,
        ..options(phone_method())
    };
    assert_eq!(
        PairingFlow::new(wrong_method, now).err(),
        Some(StartError::MethodUnsupported)
    );
    let policy = PairingPolicy::default().with_codes_per_round(0);
    let wrong_policy = FlowOptions {
        policy: Arc::new(policy),
        ..options(PairingMethod::Qr)
    };
    assert!(matches!(
        PairingFlow::new(wrong_policy, now),
        Err(StartError::Policy(_))
    ));
}

#[test]
fn cancel_drops_the_request_under_way_and_is_the_end() {
    let mut world = healthy(None);
    assert_eq!(world.input(Input::Cancel), Ok(()));
    assert!(world.calls[0].abandoned);
    assert_eq!(world.outcome(), Some(&PairingOutcome::Cancelled));
    assert_eq!(world.input(Input::Resume), Err(CommandError::Finished));
    assert_eq!(
        world.input(Input::SwitchMethod(phone_method())),
        Err(CommandError::Finished)
    );
    assert_eq!(world.input(Input::Cancel), Ok(()));
    assert_eq!(world.flow.wake_at(), None);
}

//! Attempts of another method, number or program, and the one that a user leaves behind.

use super::*;

#[test]
fn is_ended_before_the_first_code() {
    let gateway = phased(
        [(0, CodeReply::AnotherAttempt), (1, qr(1))],
        [(0, InstancePhase::WaitingForPhone)],
    );
    let mut world = World::start(settling(), gateway);
    world.run_until(secs(5));
    assert_eq!(world.script.ended.len(), 1);
    assert_eq!(world.script.ended[0], millis(100));
}

#[test]
fn waits_until_no_phone_can_be_linking() {
    let gateway = phased(
        [
            (0, qr(1)),
            (8, CodeReply::AnotherAttempt),
            (13, phone_code(2)),
        ],
        [(0, InstancePhase::WaitingForPhone)],
    );
    let mut world = World::start(settling(), gateway);
    world.run_until(secs(8));
    world.input(Input::SwitchMethod(phone_method())).unwrap();
    world.run_until(secs(20));
    assert_eq!(world.script.ended, [secs(13)]);
    let last = &world.script.requests.last().unwrap().1;
    assert_eq!(last.purpose, CodePurpose::StartAttempt);
    assert!(matches!(world.flow.view().screen, Screen::Code { .. }));
}

#[test]
fn is_not_ended_where_the_link_is_there_first() {
    let gateway = phased(
        [(0, qr(1)), (8, CodeReply::AnotherAttempt)],
        [
            (0, InstancePhase::WaitingForPhone),
            (9, InstancePhase::Linked),
        ],
    );
    let mut world = World::start(settling(), gateway);
    world.run_until(secs(8));
    world.input(Input::SwitchMethod(phone_method())).unwrap();
    assert!(world.run_to_the_end().is_linked());
    assert!(world.script.ended.is_empty());
}

#[test]
fn that_cannot_be_ended_is_reported() {
    for (capabilities, ended) in [(EVERYTHING, 0), (EVERYTHING.with_abandon(), 1)] {
        let gateway = phased(
            [(0, CodeReply::AnotherAttempt)],
            [(0, InstancePhase::WaitingForPhone)],
        );
        let policy = PairingPolicy::default();
        let options = with(capabilities, policy, PairingMethod::Qr);
        let mut world = World::start(options, gateway);
        let PairingOutcome::Rejected { error } = world.run_to_the_end() else {
            panic!("{:?}", world.outcome());
        };
        assert_eq!(error.kind, ProviderErrorKind::Refused);
        assert_eq!(world.script.ended.len(), ended);
    }
}

#[test]
fn its_codes_are_not_shown_again() {
    let gateway = phased(
        [
            (0, qr(1)),
            (8, CodeReply::AnotherAttempt),
            (13, qr(1)),
            (16, qr(2)),
        ],
        [(0, InstancePhase::WaitingForPhone)],
    );
    let mut world = World::start(settling(), gateway);
    world.run_until(secs(30));
    let codes = world.times(is_ready);
    assert_eq!(codes.len(), 2);
    assert!(codes[1] >= secs(16), "{codes:?}");
}

#[test]
fn a_code_for_a_number_that_was_left_is_not_shown() {
    let other = PairingMethod::PhoneCode(phone("5521988887777"));
    let gateway = phased(
        [(0, phone_code(1)), (40, phone_code(2))],
        [(0, InstancePhase::WaitingForPhone)],
    );
    let mut world = World::start(options(phone_method()), gateway);
    world.run_until(secs(2));
    world.input(Input::SwitchMethod(other)).unwrap();
    world.run_until(secs(60));
    assert_eq!(world.times(is_ready).len(), 2);
    assert!(world.times(is_ready)[1] >= secs(40));
}

#[test]
fn is_never_left_behind() {
    for (leaves, end) in [(true, secs(4)), (true, secs(700))] {
        let gateway = phased([(0, qr(1))], [(0, InstancePhase::WaitingForPhone)]);
        let mut world = World::start(settling(), gateway);
        world.run_until(end);
        if world.outcome().is_none() {
            world.input(Input::Cancel).unwrap();
        }
        assert_eq!(world.left_attempt, leaves, "{end:?}");
    }
    // A gateway that is linking is left alone, and so is one that cannot end attempts.
    let linking = phased([(0, CodeReply::Linking)], [(0, InstancePhase::Linking)]);
    let mut world = World::start(settling(), linking);
    world.run_until(secs(4));
    world.input(Input::Cancel).unwrap();
    assert!(!world.left_attempt);
    let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
    world.run_until(secs(4));
    world.input(Input::Cancel).unwrap();
    assert!(!world.left_attempt);
}

//! Gateways that must be started before they have a code.

use super::*;

#[test]
fn that_takes_minutes_is_shown_once_and_uses_up_nothing() {
    let gateway = phased(
        [(0, CodeReply::STARTING), (240, qr(1))],
        [(0, InstancePhase::Starting), (250, InstancePhase::Linked)],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(
        screens(&world),
        ["preparing", "starting", "code", "finished"]
    );
    let purposes = world.script.requests.iter().map(|(_, it)| it.purpose);
    let purposes: Vec<_> = purposes.collect();
    assert_eq!(purposes[0], CodePurpose::StartAttempt);
    assert!(purposes[1..].iter().all(|it| *it == CodePurpose::Renew));
}

#[test]
fn without_an_end_is_bounded_by_the_deadline() {
    let gateway = phased([(0, CodeReply::STARTING)], [(0, InstancePhase::Starting)]);
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    // One every three seconds.
    let asked = world.code_calls().len();
    assert!((180..=200).contains(&asked), "{asked}");
}

#[test]
fn says_when_to_ask_again_within_reason() {
    for (says, waits) in [(0, 1_100), (7, 7_100), (3_600, 60_100)] {
        let retry_in = Some(secs(says));
        let gateway = phased(
            [(0, CodeReply::Starting { retry_in })],
            [(0, InstancePhase::Starting)],
        );
        let mut world = World::start(options(PairingMethod::Qr), gateway);
        world.run_until(secs(120));
        assert_eq!(world.code_calls()[1], millis(waits));
    }
}

#[test]
fn makes_the_first_code_live_longer_and_the_second_not() {
    let policy = PairingPolicy::default()
        .with_first_qr_lifetime(secs(60))
        .with_codes_per_round(6);
    let gateway = phased(
        [
            (0, CodeReply::STARTING),
            (3, qr(1)),
            (63, qr(2)),
            (83, qr(3)),
            (103, qr(4)),
        ],
        [(0, InstancePhase::WaitingForPhone)],
    );
    let mut world = World::start(with(EVERYTHING, policy, PairingMethod::Qr), gateway);
    world.run_until(secs(120));
    let shown = world.expiries();
    let lives = shown.iter().map(|(from, until)| (*until - *from).as_secs());
    assert_eq!(lives.clone().next(), Some(60));
    assert!(lives.clone().skip(1).all(|life| life <= 20), "{lives:?}");
    // Each within a second of its coming, and no dead one for longer.
    let came: Vec<_> = shown.iter().map(|(from, _)| from.as_secs()).collect();
    assert_eq!(came, [3, 63, 83, 103]);
}

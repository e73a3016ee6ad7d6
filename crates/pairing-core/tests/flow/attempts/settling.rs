//! A phone that is linking: no code is asked for, and nothing is shown as dead or failed.

use super::*;

/// Scanned at this second; "closed" for three seconds, then linked.
fn scanned_at(second: u64) -> Phased {
    let code = |number, at| (at, qr(number));
    phased(
        [
            code(1, 0),
            code(2, 20),
            code(3, 40),
            code(4, 60),
            code(5, 80),
        ],
        [
            (0, InstancePhase::WaitingForPhone),
            (second, InstancePhase::Idle),
            (second + 3, InstancePhase::Linked),
        ],
    )
}

#[test]
fn is_no_dead_code_and_no_request_for_another() {
    for second in 1..58 {
        let mut world = World::start(settling(), scanned_at(second));
        let outcome = world.run_to_the_end();
        assert!(outcome.is_linked(), "{second}: {outcome:?}");
        let screens = screens(&world);
        assert!(!screens.contains(&"waiting"), "{second}: {screens:?}");
        let window = secs(second)..secs(second + 3);
        for (at, request) in &world.script.requests {
            assert!(
                !window.contains(at) || request.may_be_linking,
                "{second}: a request that may start an attempt at {at:?}"
            );
        }
    }
}

#[test]
fn that_was_none_shows_codes_again_after_the_window() {
    let gateway = phased(
        [(0, qr(1)), (20, qr(2))],
        [
            (0, InstancePhase::WaitingForPhone),
            (4, InstancePhase::Idle),
        ],
    );
    let mut world = World::start(settling(), gateway);
    world.run_until(secs(25));
    assert_eq!(
        screens(&world)[..5],
        ["preparing", "code", "linking", "expired", "code"]
    );
    let (at, request) = &world.script.requests[1];
    assert!(!request.may_be_linking, "the gateway has had its time");
    assert!(*at >= secs(5 + 5), "{at:?}");
}

#[test]
fn of_the_last_code_ends_in_waiting_for_the_user() {
    let policy = PairingPolicy::default()
        .with_linking_window(secs(5))
        .with_codes_per_round(1);
    let gateway = phased(
        [(0, qr(1))],
        [
            (0, InstancePhase::WaitingForPhone),
            (6, InstancePhase::Idle),
        ],
    );
    let options = with(EVERYTHING, policy, PairingMethod::Qr);
    let mut world = World::start(options, gateway);
    world.run_until(secs(30));
    assert_eq!(
        screens(&world),
        ["preparing", "code", "linking", "expired", "waiting"]
    );
}

#[test]
fn that_the_gateway_names_is_believed_until_the_timeout() {
    let gateway = phased(
        [(0, qr(1)), (60, qr(2))],
        [
            (0, InstancePhase::WaitingForPhone),
            (5, InstancePhase::Linking),
        ],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    world.run_until(secs(90));
    let linking = world.times(|kind| matches!(kind, EventKind::Linking))[0];
    let codes = world.code_calls();
    assert_eq!(codes.iter().filter(|at| **at < linking).count(), 1);
    let next = codes.iter().find(|at| **at > linking).unwrap();
    assert_eq!(*next - linking, secs(60));
}

#[test]
fn is_believed_of_the_request_for_a_code_too() {
    let gateway = phased(
        [(0, qr(1)), (9, CodeReply::Linking)],
        [
            (0, InstancePhase::WaitingForPhone),
            (12, InstancePhase::Linked),
        ],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(
        screens(&world),
        ["preparing", "code", "linking", "finished"]
    );
    assert_eq!(world.code_calls().len(), 2);
}

#[test]
fn leaves_no_failure_on_the_screen() {
    struct Restarts(Phased);
    impl Script for Restarts {
        fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
            unreachable!("`request` answers")
        }
        fn request(&mut self, request: &CodeRequest, at: Duration) -> Answer<CodeReply> {
            self.0.request(request, at)
        }
        fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
            if (secs(8)..secs(40)).contains(&at) {
                return (millis(100), error(ProviderErrorKind::Unavailable));
            }
            self.0.status(at)
        }
    }
    let phases = [
        (0, InstancePhase::WaitingForPhone),
        (5, InstancePhase::Linking),
        (40, InstancePhase::Linked),
    ];
    let gateway = Restarts(phased([(0, qr(1))], phases));
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.times(is_retrying), []);
}

#[test]
fn ends_by_itself_where_there_is_no_status() {
    let capabilities = Capabilities::none().with_qr_text();
    let gateway = phased(
        [(0, qr(1)), (9, CodeReply::Linking), (12, qr(2))],
        [(0, InstancePhase::NotLinked)],
    );
    let policy = PairingPolicy::default();
    let options = with(capabilities, policy, PairingMethod::Qr);
    let mut world = World::start(options, gateway);
    world.run_until(secs(30));
    assert_eq!(
        screens(&world),
        ["preparing", "code", "linking", "expired", "code"]
    );
}

#[test]
fn an_attempt_that_ended_takes_its_code_off_the_screen() {
    // This gateway says when it is linking; "idle" is no sign of a scan.
    let gateway = phased(
        [(0, qr(1)), (9, qr(2))],
        [
            (0, InstancePhase::WaitingForPhone),
            (4, InstancePhase::Idle),
            (9, InstancePhase::WaitingForPhone),
        ],
    );
    let mut world = World::start(options(PairingMethod::Qr), gateway);
    world.run_until(secs(12));
    assert_eq!(screens(&world), ["preparing", "code", "expired", "code"]);
}

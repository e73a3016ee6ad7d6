//! Gateways that must be started, that are busy with another attempt, that settle after a scan, and
//! that ask for a passkey.

use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{CommandError, FlowOptions, Input, Request};
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, EventKind, InstancePhase, InstanceStatus,
    PairingMethod, PairingOutcome, PairingPolicy, PasskeyStep, ProviderErrorKind, Screen,
    WebhookHint,
};

/// A gateway that is told what it says and when: the last row that has begun holds.
struct Phased {
    codes: Vec<(u64, CodeReply)>,
    phases: Vec<(u64, InstancePhase)>,
    requests: Vec<(Duration, CodeRequest)>,
    ended: Vec<Duration>,
}

fn phased(
    codes: impl IntoIterator<Item = (u64, CodeReply)>,
    phases: impl IntoIterator<Item = (u64, InstancePhase)>,
) -> Phased {
    Phased {
        codes: codes.into_iter().collect(),
        phases: phases.into_iter().collect(),
        requests: Vec::new(),
        ended: Vec::new(),
    }
}

fn now_of<T: Clone>(rows: &[(u64, T)], at: Duration) -> T {
    let row = rows.iter().rev().find(|(from, _)| at >= secs(*from));
    row.expect("the first row begins at 0").1.clone()
}

impl Script for Phased {
    fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
        unreachable!("`request` answers")
    }

    fn request(&mut self, request: &CodeRequest, at: Duration) -> Answer<CodeReply> {
        self.requests.push((at, request.clone()));
        (millis(100), Ok(now_of(&self.codes, at)))
    }

    fn end_attempt(&mut self, at: Duration) -> Answer<()> {
        self.ended.push(at);
        (millis(100), Ok(()))
    }

    fn status(&mut self, at: Duration) -> Answer<InstanceStatus> {
        let phase = now_of(&self.phases, at);
        (millis(100), Ok(InstanceStatus::in_phase(phase)))
    }
}

fn with(capabilities: Capabilities, policy: PairingPolicy, method: PairingMethod) -> FlowOptions {
    FlowOptions {
        capabilities,
        policy: Arc::new(policy),
        ..options(method)
    }
}

/// Settles for five seconds after a scan, and can end attempts.
fn settling() -> FlowOptions {
    let policy = PairingPolicy::default().with_linking_window(secs(5));
    with(EVERYTHING.with_abandon(), policy, PairingMethod::Qr)
}

fn screens(world: &World<Phased>) -> Vec<&'static str> {
    let names = world.events.iter().map(|(_, event)| match event.kind {
        EventKind::Preparing { .. } => "preparing",
        EventKind::Starting => "starting",
        EventKind::CodeReady { .. } => "code",
        EventKind::CodeExpired => "expired",
        EventKind::Retrying { .. } => "retrying",
        EventKind::Linking => "linking",
        EventKind::PasskeyRequired { .. } => "passkey",
        EventKind::Linked { .. } => "linked",
        EventKind::InteractionRequired => "waiting",
        EventKind::Finished { .. } => "finished",
    });
    names.collect()
}

mod a_start {
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
}

mod settling {
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
}

mod another_attempt {
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
    fn that_cannot_be_ended_is_told() {
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
    fn is_left_behind_by_nobody() {
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
}

mod a_passkey {
    use super::*;

    fn required() -> CodeReply {
        CodeReply::PasskeyRequired(PasskeyStep::new().with_confirmation_code("1234"))
    }

    #[test]
    fn is_waited_for_until_the_person_has_finished_elsewhere() {
        let gateway = phased(
            [(0, required())],
            [(0, InstancePhase::NotLinked), (300, InstancePhase::Linked)],
        );
        let mut world = World::start(options(PairingMethod::Qr), gateway);
        let outcome = world.run_to_the_end();
        assert!(matches!(outcome, PairingOutcome::Connected { .. }));
        assert_eq!(screens(&world), ["preparing", "passkey", "finished"]);
        assert_eq!(world.code_calls().len(), 1);
        assert!(world.now <= secs(306), "{:?}", world.now);
    }

    #[test]
    fn ends_at_the_deadline_otherwise() {
        let gateway = phased([(0, required())], [(0, InstancePhase::NotLinked)]);
        let mut world = World::start(options(PairingMethod::Qr), gateway);
        assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
        assert_eq!(world.code_calls().len(), 1);
    }

    #[test]
    fn gives_way_to_codes_when_the_gateway_waits_for_a_phone_again() {
        let gateway = phased(
            [(0, required()), (30, qr(1))],
            [
                (0, InstancePhase::PasskeyRequired),
                (30, InstancePhase::WaitingForPhone),
            ],
        );
        let mut world = World::start(options(PairingMethod::Qr), gateway);
        world.run_until(secs(40));
        // The status has no step to name: the screen changes once.
        let screens = screens(&world);
        assert_eq!(screens.last(), Some(&"code"));
        assert_eq!(screens.iter().filter(|it| **it == "expired").count(), 1);
    }

    #[test]
    fn a_person_may_ask_for_codes_again_or_switch() {
        for input in [Input::Resume, Input::SwitchMethod(PairingMethod::Qr)] {
            let gateway = phased(
                [(0, required()), (10, qr(1))],
                [(0, InstancePhase::NotLinked)],
            );
            let mut world = World::start(options(PairingMethod::Qr), gateway);
            world.run_until(secs(10));
            assert!(world.flow.view().actions.resume);
            world.input(input).unwrap();
            world.run_until(secs(12));
            assert_eq!(
                screens(&world),
                ["preparing", "passkey", "preparing", "code"]
            );
        }
    }

    #[test]
    fn is_an_end_only_where_nothing_could_be_seen() {
        let capabilities = Capabilities::none().with_qr_text();
        let gateway = phased([(0, required())], [(0, InstancePhase::NotLinked)]);
        let policy = PairingPolicy::default();
        let options = with(capabilities, policy, PairingMethod::Qr);
        let mut world = World::start(options, gateway);
        assert_eq!(world.run_to_the_end(), PairingOutcome::PasskeyRequired);
    }
}

mod phone_codes {
    use super::*;

    /// Renewed every 45 s, at 10, 55, 100, … and over at 280 s.
    fn renewed() -> Phased {
        let codes = (0..7).map(|nth| (10 + 45 * nth, phone_code(nth + 1)));
        phased(
            [(0, CodeReply::STARTING)].into_iter().chain(codes),
            [(0, InstancePhase::WaitingForPhone)],
        )
    }

    fn renewing() -> FlowOptions {
        let policy = PairingPolicy::default()
            .with_phone_code_lifetime(secs(45))
            .with_phone_codes_per_round(6);
        with(EVERYTHING.with_renews_phone_codes(), policy, phone_method())
    }

    #[test]
    fn that_the_gateway_renews_follow_on_the_screen() {
        let mut world = World::start(renewing(), renewed());
        world.run_until(secs(270));
        let shown = world.expiries();
        assert_eq!(shown.len(), 6);
        for (nth, (from, until)) in (0_u64..).zip(&shown) {
            let (made, dies) = (secs(10 + 45 * nth), secs(55 + 45 * nth));
            // Asked for every three seconds while the gateway starts, so known to three seconds.
            assert!(*from >= made && *from <= made + secs(4), "{nth}: {from:?}");
            assert!(*until <= dies + secs(4), "{nth}: {until:?}");
        }
        assert_eq!(world.times(is_gate).len(), 0);
    }

    #[test]
    fn are_bounded_by_the_round() {
        let mut world = World::start(renewing(), renewed());
        world.run_until(secs(400));
        assert_eq!(world.times(is_ready).len(), 6);
        assert_eq!(world.times(is_gate).len(), 1);
    }

    #[test]
    fn are_one_a_round_elsewhere() {
        let policy = PairingPolicy::default()
            .with_phone_code_lifetime(secs(45))
            .with_phone_codes_per_round(6);
        let options = with(EVERYTHING, policy, phone_method());
        let mut world = World::start(options, Healthy::default());
        world.run_until(secs(100));
        assert_eq!(world.times(is_ready).len(), 1);
    }
}

mod a_link {
    use super::*;

    fn confirmed_after(seconds: u64) -> FlowOptions {
        let policy = PairingPolicy::default().with_link_confirmation(secs(seconds));
        with(EVERYTHING, policy, PairingMethod::Qr)
    }

    #[test]
    fn is_shown_and_then_confirmed() {
        let gateway = phased(
            [(0, qr(1))],
            [(0, InstancePhase::NotLinked), (4, InstancePhase::Linked)],
        );
        let mut world = World::start(confirmed_after(8), gateway);
        world.run_until(secs(8));
        assert!(matches!(world.flow.view().screen, Screen::Linked { .. }));
        assert_eq!(
            world.input(Input::SwitchMethod(phone_method())),
            Err(CommandError::Finished)
        );
        assert!(world.run_to_the_end().is_linked());
        let linked = world.times(|kind| matches!(kind, EventKind::Linked { .. }))[0];
        assert!(world.now >= linked + secs(8));
    }

    #[test]
    fn that_is_dropped_within_seconds_is_no_success() {
        let gateway = phased(
            [(0, qr(1))],
            [
                (0, InstancePhase::NotLinked),
                (4, InstancePhase::Linked),
                (9, InstancePhase::NotLinked),
            ],
        );
        let mut world = World::start(confirmed_after(8), gateway);
        assert_eq!(world.run_to_the_end(), PairingOutcome::LinkDropped);
        assert_eq!(screens(&world), ["preparing", "code", "linked", "finished"]);
    }

    #[test]
    fn may_be_denied_once() {
        let gateway = phased(
            [(0, qr(1))],
            [
                (0, InstancePhase::NotLinked),
                (4, InstancePhase::Linked),
                (13, InstancePhase::NotLinked),
                (14, InstancePhase::Linked),
            ],
        );
        let mut world = World::start(confirmed_after(8), gateway);
        assert!(world.run_to_the_end().is_linked());
    }

    #[test]
    fn that_was_there_before_needs_no_confirmation() {
        let gateway = phased(
            [(0, CodeReply::AlreadyConnected)],
            [(0, InstancePhase::Linked)],
        );
        let mut world = World::start(confirmed_after(8), gateway);
        let outcome = world.run_to_the_end();
        assert!(matches!(outcome, PairingOutcome::AlreadyConnected { .. }));
        assert!(world.now < secs(2), "{:?}", world.now);
    }
}

mod hints {
    use super::*;

    fn waiting() -> World<Phased> {
        let gateway = phased([(0, qr(1)), (12, qr(2))], [(0, InstancePhase::NotLinked)]);
        World::start(options(PairingMethod::Qr), gateway)
    }

    #[test]
    fn that_the_code_changed_bring_it_as_soon_as_the_last_one_allows() {
        let mut world = waiting();
        world.run_until(secs(13));
        // The second code was asked for at 10 s, when it was still the first.
        for _ in 0..50 {
            world.input(Input::Hint(WebhookHint::CodeChanged)).unwrap();
        }
        world.run_until(secs(21));
        let codes = world.code_calls();
        assert_eq!(codes.len(), 3, "{codes:?}");
        assert!(codes[2] <= millis(20_200), "{codes:?}");
    }

    #[test]
    fn of_progress_cost_one_status_in_two_seconds_however_many_come() {
        let mut world = waiting();
        world.run_until(secs(1));
        for _ in 0..500 {
            world.run_for(millis(20));
            world.input(Input::Hint(WebhookHint::Progress)).unwrap();
        }
        let asked = world
            .calls
            .iter()
            .filter(|it| it.request == Request::Status);
        assert!(asked.clone().count() <= 6, "{}", asked.count());
    }
}

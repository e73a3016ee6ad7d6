//! The rules of the flow, one by one, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use pairing_core::flow::{FlowError, FlowOptions, Input, Now, PairingFlow};
use pairing_core::{
    Capabilities, CodeReply, EventKind, Expiry, InstanceStatus, PairingMethod, PairingOutcome,
    PairingPolicy, ProviderError, ProviderErrorKind, WebhookHint,
};
use support::*;

fn healthy(links_at: Option<Duration>) -> World<Healthy> {
    let script = Healthy {
        latency: millis(300),
        links_at,
        linked_phone: Some(phone("5511999998888")),
        ..Healthy::default()
    };
    World::start(options(PairingMethod::Qr), script)
}

fn scripted(
    method: PairingMethod,
    codes: Vec<Result<CodeReply, ProviderError>>,
    statuses: Vec<Result<InstanceStatus, ProviderError>>,
) -> World<Scripted> {
    let script = Scripted {
        codes,
        statuses,
        healthy: Healthy::default(),
    };
    World::start(options(method), script)
}

/// A policy that asks for the next QR code 15 s after the last.
fn asking_early(codes: Vec<Result<CodeReply, ProviderError>>) -> World<Scripted> {
    let policy = PairingPolicy {
        refresh_interval: secs(15),
        ..PairingPolicy::default()
    };
    let options = FlowOptions {
        policy: Arc::new(policy),
        ..options(PairingMethod::Qr)
    };
    let script = Scripted {
        codes,
        ..Scripted::default()
    };
    World::start(options, script)
}

#[test]
fn three_unused_codes_then_a_person_is_asked_and_no_code_more() {
    let mut world = healthy(None);
    world.run_until(secs(300));
    assert_eq!(world.code_calls().len(), 3);
    assert_eq!(world.times(is_gate).len(), 1);
    // The gate opens when the third code dies, not before.
    let third = world.times(is_ready)[2];
    assert_eq!(world.times(is_gate)[0], third + secs(20));
    assert!(world.outcome().is_none());
}

#[test]
fn an_abandoned_session_costs_the_documented_number_of_calls() {
    let mut world = World::start(options(PairingMethod::Qr), Healthy::default());
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    assert_eq!(world.code_calls().len(), 3);
    assert_eq!(world.calls.len(), 19);
    // Woken for each reply, each due request, each expiry and the deadline, and for nothing
    // else in ten minutes.
    assert!(world.steps <= 19 + 19 + 3 + 1, "{}", world.steps);
    assert_eq!(world.now, secs(600));

    let mut world = World::start(options(phone_method()), Healthy::default());
    assert_eq!(world.run_to_the_end(), PairingOutcome::Deadline);
    assert_eq!((world.code_calls().len(), world.calls.len()), (1, 39));
}

#[test]
fn resume_opens_a_full_round() {
    let mut world = healthy(None);
    world.run_until(secs(100));
    assert_eq!(world.input(Input::Resume), Ok(()));
    assert_eq!(world.input(Input::Resume), Err(FlowError::NotWaiting));
    world.run_until(secs(200));
    assert_eq!(world.code_calls().len(), 6);
    assert_eq!(world.times(is_gate).len(), 2);
    let (_, last) = world.events.last().unwrap();
    assert_eq!((last.round, last.attempt), (2, 3));
}

#[test]
fn a_link_is_noticed_within_one_status_interval() {
    let mut world = healthy(Some(secs(27)));
    let outcome = world.run_to_the_end();
    let phone = Some(phone("5511999998888"));
    assert_eq!(outcome, PairingOutcome::Connected { phone });
    assert!(world.now <= secs(27 + 5) + millis(300), "{:?}", world.now);
}

#[test]
fn a_code_scanned_in_its_last_moment_is_noticed_at_the_gate() {
    let mut world = healthy(Some(secs(65)));
    assert!(world.run_to_the_end().is_linked());
    assert_eq!(world.times(is_gate).len(), 1);
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
    // Asked for again after 15 s, the first code has 5 s left.
    assert_eq!(expiries[0], (wall(secs(20)), Expiry::UpperBound));
    assert_eq!(expiries[1], (wall(secs(20)), Expiry::UpperBound));
    // The next is asked for 10 s after that reply, not sooner, although nothing is shown.
    assert_eq!(world.code_calls(), [secs(0), secs(15), secs(25)]);
    assert_eq!(expiries[2], (wall(secs(45)), Expiry::UpperBound));
}

#[test]
fn a_code_that_comes_again_after_its_assumed_life_is_shown_again() {
    // The first code of some gateways lives for 60 s.
    let mut world = scripted(PairingMethod::Qr, vec![Ok(qr(1)), Ok(qr(1))], vec![]);
    world.run_until(secs(30));
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
    let not_ready = || Ok(CodeReply::NotReady);
    let mut world = scripted(PairingMethod::Qr, vec![not_ready(), not_ready()], vec![]);
    world.run_until(secs(5));
    assert_eq!(world.code_calls(), [secs(0), secs(2), secs(4)]);
    let (_, event) = world.events.last().unwrap();
    assert!(is_ready(&event.kind));
    assert_eq!(event.attempt, 1);
}

#[test]
fn never_ready_is_unavailable_in_the_end() {
    let codes = (0..100).map(|_| Ok(CodeReply::NotReady)).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!(world.calls.len(), 16);
    assert_eq!(world.now, secs(30));
}

#[test]
fn a_phone_code_keeps_its_own_clock_and_is_never_replaced() {
    let mut world = scripted(phone_method(), vec![], vec![]);
    world.run_until(secs(500));
    assert_eq!(world.code_calls(), [Duration::ZERO]);
    assert_eq!(world.times(is_expired), [secs(160)]);
    assert_eq!(world.times(is_gate), [secs(160)]);
    assert_eq!(world.input(Input::Resume), Ok(()));
    world.run_for(secs(1));
    assert_eq!(world.code_calls().len(), 2);
}

#[test]
fn asking_for_the_method_that_runs_replaces_nothing() {
    let mut world = scripted(phone_method(), vec![], vec![]);
    world.run_until(secs(10));
    assert_eq!(world.input(Input::SwitchMethod(phone_method())), Ok(()));
    world.run_until(secs(100));
    assert_eq!(world.code_calls().len(), 1);
}

#[test]
fn switching_takes_the_code_down_and_asks_for_the_other_kind() {
    let mut world = healthy(None);
    world.run_until(secs(3));
    assert_eq!(world.input(Input::SwitchMethod(phone_method())), Ok(()));
    assert_eq!(world.times(is_expired), [secs(3)]);
    world.run_until(secs(4));
    let (_, event) = world.events.last().unwrap();
    assert!(is_ready(&event.kind));
    assert_eq!((event.round, event.attempt), (2, 1));
    // Back to QR: sooner than 10 s after the last QR code none is asked for.
    assert_eq!(world.input(Input::SwitchMethod(PairingMethod::Qr)), Ok(()));
    world.run_until(secs(30));
    let calls = world.code_calls();
    assert_eq!(calls[2], millis(300) + secs(10));
}

#[test]
fn switching_to_and_fro_does_not_use_up_the_phone_codes_of_the_account() {
    let mut world = healthy(None);
    for _ in 0..100 {
        world.run_for(secs(1));
        world.input(Input::SwitchMethod(phone_method())).unwrap();
        world.run_for(secs(1));
        world.input(Input::SwitchMethod(PairingMethod::Qr)).unwrap();
    }
    let phone_codes = world.calls.iter().filter(|call| {
        matches!(
            call.request,
            pairing_core::flow::Request::Code(PairingMethod::PhoneCode(_))
        )
    });
    // 200 s at one per 30 s.
    assert!(phone_codes.count() <= 7);
}

#[test]
fn a_code_for_the_method_that_was_left_is_not_shown() {
    let mut world = healthy(None);
    world.run_until(millis(100));
    world.input(Input::SwitchMethod(phone_method())).unwrap();
    // One at a time: the phone code is asked for when the QR code has come.
    assert_eq!(world.code_calls().len(), 1);
    world.run_until(secs(1));
    assert_eq!(world.code_calls(), [millis(0), millis(300)]);
    assert_eq!(world.times(is_ready), [millis(600)]);
}

#[test]
fn permanent_errors_end_at_once_and_say_why() {
    for kind in ProviderErrorKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_retryable())
    {
        let mut world = scripted(PairingMethod::Qr, vec![error(kind)], vec![]);
        match world.run_to_the_end() {
            PairingOutcome::Rejected { error } => assert_eq!(error.kind, kind),
            other => panic!("{kind}: {other:?}"),
        }
        assert_eq!(world.calls.len(), 1, "{kind}");

        let mut world = scripted(PairingMethod::Qr, vec![], vec![error(kind)]);
        assert!(matches!(
            world.run_to_the_end(),
            PairingOutcome::Rejected { .. }
        ));
    }
}

#[test]
fn transient_errors_back_off_and_do_not_use_up_the_round() {
    let codes = vec![
        error(ProviderErrorKind::Unavailable),
        error(ProviderErrorKind::TimedOut),
    ];
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    world.run_until(secs(100));
    let calls = world.code_calls();
    assert!(calls[1] - calls[0] >= secs(1) && calls[1] - calls[0] < secs(2));
    assert!(calls[2] - calls[1] >= secs(2) && calls[2] - calls[1] < secs(4));
    assert_eq!(world.times(is_retrying).len(), 2);
    assert_eq!(world.times(is_ready).len(), 3);
}

#[test]
fn a_gateway_that_stays_down_ends_the_session_after_a_minute() {
    let codes = (0..100)
        .map(|_| error(ProviderErrorKind::Unavailable))
        .collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!(world.calls.len(), 6);
    assert!(
        world.now >= secs(31) && world.now <= secs(62),
        "{:?}",
        world.now
    );
}

#[test]
fn a_short_rate_limit_is_waited_out_and_a_long_one_is_the_outcome() {
    let limited = |cooldown| {
        Err(ProviderError::from(ProviderErrorKind::RateLimited).with_retry_after(cooldown))
    };
    let mut world = scripted(PairingMethod::Qr, vec![limited(secs(20))], vec![]);
    world.run_until(secs(25));
    assert_eq!(world.code_calls(), [secs(0), secs(20)]);

    let mut world = scripted(PairingMethod::Qr, vec![limited(secs(3600))], vec![]);
    let outcome = world.run_to_the_end();
    assert_eq!(
        outcome,
        PairingOutcome::RateLimited {
            retry_after_seconds: Some(3600)
        }
    );
    assert_eq!(world.calls.len(), 1);
}

#[test]
fn a_rate_limit_for_phone_codes_is_never_repeated() {
    let limited = || error(ProviderErrorKind::RateLimited);
    let mut world = scripted(phone_method(), vec![limited(), limited()], vec![]);
    let outcome = world.run_to_the_end();
    assert_eq!(
        outcome,
        PairingOutcome::RateLimited {
            retry_after_seconds: None
        }
    );
    assert_eq!(world.calls.len(), 1);
}

#[test]
fn other_failures_of_a_phone_code_are_repeated_twice() {
    let codes = (0..100)
        .map(|_| error(ProviderErrorKind::TimedOut))
        .collect();
    let mut world = scripted(phone_method(), codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert_eq!(world.calls.len(), 3);
}

#[test]
fn a_failing_status_does_not_take_the_phone_code_from_the_person_who_types_it() {
    let statuses = (0..100)
        .map(|_| error(ProviderErrorKind::Unavailable))
        .collect();
    let mut world = scripted(phone_method(), vec![], statuses);
    world.run_until(secs(159));
    assert!(world.outcome().is_none());
    assert_eq!(world.times(is_expired).len(), 0);
    // The gateway is left alone more and more: up to one call in 30 to 60 s.
    assert!(
        world.status_calls().len() <= 9,
        "{:?}",
        world.status_calls()
    );
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
fn a_reply_of_the_wrong_kind_is_malformed_and_never_shown() {
    let codes = (0..100).map(|_| Ok(phone_code(1))).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert!(world.times(is_ready).is_empty());
    assert_eq!(world.calls.len(), 6);
}

#[test]
fn a_request_without_an_answer_is_given_up() {
    struct Hangs;
    impl Script for Hangs {
        fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
            (secs(100_000), Ok(qr(1)))
        }
        fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
            (secs(100_000), Ok(InstanceStatus::disconnected()))
        }
    }
    let mut world = World::start(options(PairingMethod::Qr), Hangs);
    match world.run_to_the_end() {
        PairingOutcome::Unavailable { error } => {
            assert_eq!(error.kind, ProviderErrorKind::TimedOut);
        }
        other => panic!("{other:?}"),
    }
    assert!(world.calls.iter().all(|call| call.abandoned));
    assert_eq!(world.calls.len(), 6);
}

#[test]
fn an_answer_in_the_moment_of_its_timeout_counts() {
    let script = Healthy {
        latency: secs(30),
        ..Healthy::default()
    };
    let mut world = World::start(options(PairingMethod::Qr), script);
    world.run_until(secs(31));
    assert_eq!(world.times(is_ready), [secs(30)]);
    assert!(!world.calls[0].abandoned);
}

#[test]
fn a_hanging_status_does_not_delay_the_next_code() {
    struct StatusHangs(Healthy);
    impl Script for StatusHangs {
        fn code(&mut self, method: &PairingMethod, at: Duration) -> Answer<CodeReply> {
            self.0.code(method, at)
        }
        fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
            (secs(29), Ok(InstanceStatus::disconnected()))
        }
    }
    let mut world = World::start(options(PairingMethod::Qr), StatusHangs(Healthy::default()));
    world.run_until(secs(50));
    assert_eq!(world.code_calls(), [secs(0), secs(20), secs(40)]);
}

mod hints {
    use super::*;

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
        Some(FlowError::MethodUnsupported)
    );
    let policy = PairingPolicy {
        codes_per_round: 0,
        ..PairingPolicy::default()
    };
    let wrong_policy = FlowOptions {
        policy: Arc::new(policy),
        ..options(PairingMethod::Qr)
    };
    assert!(matches!(
        PairingFlow::new(wrong_policy, now),
        Err(FlowError::Policy(_))
    ));
}

#[test]
fn cancel_drops_the_request_under_way_and_is_the_end() {
    let mut world = healthy(None);
    assert_eq!(world.input(Input::Cancel), Ok(()));
    assert!(world.calls[0].abandoned);
    assert_eq!(world.outcome(), Some(&PairingOutcome::Cancelled));
    assert_eq!(world.input(Input::Resume), Err(FlowError::Finished));
    assert_eq!(
        world.input(Input::SwitchMethod(phone_method())),
        Err(FlowError::Finished)
    );
    assert_eq!(world.input(Input::Cancel), Ok(()));
    assert_eq!(world.flow.wake_at(), None);
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
    assert!(is_ready(&flow.snapshot().state.kind));
    // The monotonic clock stood still for an hour.
    flow.handle(Input::Tick, now(secs(2), secs(3600))).unwrap();
    assert!(is_gate(&flow.snapshot().state.kind));
}

#[test]
fn a_failing_request_leaves_the_code_on_screen() {
    let mut world = asking_early(vec![Ok(qr(1)), error(ProviderErrorKind::Unavailable)]);
    world.run_until(millis(15_500));
    assert_eq!(world.times(is_retrying), [secs(15)]);
    assert!(is_ready(&world.flow.snapshot().state.kind));
    world.run_until(secs(20));
    assert_eq!(world.times(is_expired), [secs(20)]);
}

#[test]
fn failures_at_the_gate_trouble_nobody_and_are_forgotten_at_resume() {
    let mut world = scripted(PairingMethod::Qr, vec![], vec![]);
    world.run_until(secs(61));
    assert_eq!(world.times(is_gate), [secs(60)]);
    world.script.statuses = (0..100)
        .map(|_| error(ProviderErrorKind::Unavailable))
        .collect();
    world.run_until(secs(200));
    assert!(world.script.statuses.len() < 100, "the gate is watched");
    assert!(world.times(is_retrying).is_empty());
    // The round that follows has all its retries.
    world.script.statuses.clear();
    world.script.codes = (0..5)
        .map(|_| error(ProviderErrorKind::Unavailable))
        .collect();
    world.input(Input::Resume).unwrap();
    world.run_for(secs(63));
    assert!(world.times(is_ready).len() > 3, "{:?}", world.outcome());
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

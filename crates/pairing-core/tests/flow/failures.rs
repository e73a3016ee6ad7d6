//! What fails: what ends a session, what is waited out, and for how long.

use std::time::Duration;

use crate::support::*;
use pairing_core::flow::Input;
use pairing_core::{
    CodeReply, InstanceStatus, PairingMethod, PairingOutcome, ProviderError, ProviderErrorKind,
};

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
    assert_eq!((world.code_calls().len(), world.calls.len()), (6, 7));
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
    assert_eq!(world.code_calls().len(), 1);
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
    assert_eq!(world.code_calls().len(), 1);
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
    assert_eq!(world.code_calls().len(), 3);
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
fn a_reply_of_the_wrong_kind_is_malformed_and_never_shown() {
    let codes = (0..100).map(|_| Ok(phone_code(1))).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    assert!(matches!(
        world.run_to_the_end(),
        PairingOutcome::Unavailable { .. }
    ));
    assert!(world.times(is_ready).is_empty());
    assert_eq!(world.code_calls().len(), 6);
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
    assert_eq!((world.code_calls().len(), world.calls.len()), (6, 7));
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
    let mut world = World::start(options(PairingMethod::Qr), StatusHangs::default());
    world.run_until(secs(50));
    assert_eq!(world.code_calls(), [secs(0), secs(20), secs(40)]);
}

#[test]
fn a_failing_request_leaves_the_code_on_screen() {
    let mut world = asking_early(vec![Ok(qr(1)), error(ProviderErrorKind::Unavailable)]);
    world.run_until(millis(15_500));
    assert_eq!(world.times(is_retrying), [secs(15)]);
    assert!(world.flow.view().code().is_some());
    assert!(world.flow.view().retrying.is_some());
    world.run_until(secs(20));
    assert_eq!(world.times(is_expired), [secs(20)]);
}

#[test]
fn failures_while_waiting_for_the_user_do_not_count_and_are_forgotten_at_resume() {
    let mut world = scripted(PairingMethod::Qr, vec![], vec![]);
    world.run_until(secs(61));
    assert_eq!(world.times(is_gate), [secs(50)]);
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

type Reply = fn() -> Result<CodeReply, ProviderError>;

/// Never has a code, and is linked once so many requests for one were made.
struct NoCode {
    reply: Reply,
    asked: usize,
    linked_after: usize,
}

impl Script for NoCode {
    fn code(&mut self, _: &PairingMethod, _: Duration) -> Answer<CodeReply> {
        self.asked += 1;
        (Duration::ZERO, (self.reply)())
    }

    fn status(&mut self, _: Duration) -> Answer<InstanceStatus> {
        let status = match self.asked >= self.linked_after {
            true => InstanceStatus::connected(Some(phone("5511999998888"))),
            false => InstanceStatus::disconnected(),
        };
        (Duration::ZERO, Ok(status))
    }
}

#[test]
fn before_a_session_gives_up_one_status_finds_the_number_that_is_linked_by_now() {
    fn limited() -> Result<CodeReply, ProviderError> {
        let error = ProviderError::from(ProviderErrorKind::RateLimited);
        Err(error.with_retry_after(secs(3600)))
    }
    let ways: [(Reply, [usize; 2]); 6] = [
        (|| error(ProviderErrorKind::Unavailable), [6, 3]),
        (|| error(ProviderErrorKind::TimedOut), [6, 3]),
        (|| error(ProviderErrorKind::MalformedReply), [6, 3]),
        (|| error(ProviderErrorKind::RateLimited), [6, 1]),
        (limited, [1, 1]),
        (|| Ok(CodeReply::NOT_READY), [16, 3]),
    ];
    for (way, (reply, requests)) in ways.into_iter().enumerate() {
        for (method, linked_after) in [PairingMethod::Qr, phone_method()]
            .into_iter()
            .zip(requests)
        {
            let script = NoCode {
                reply,
                asked: 0,
                linked_after,
            };
            let mut world = World::start(options(method.clone()), script);
            let phone = Some(phone("5511999998888"));
            assert_eq!(
                world.run_to_the_end(),
                PairingOutcome::AlreadyConnected { phone },
                "{way} {method:?}"
            );
            assert_eq!(world.code_calls().len(), linked_after, "{way} {method:?}");
        }
    }
}

#[test]
fn a_status_that_says_nothing_else_leaves_the_failure_as_it_is() {
    for status in [
        Ok(InstanceStatus::disconnected()),
        error(ProviderErrorKind::InvalidCredentials),
        error(ProviderErrorKind::Unavailable),
    ] {
        let codes = (0..3).map(|_| error(ProviderErrorKind::MalformedReply));
        let mut world = scripted(phone_method(), codes.collect(), vec![status]);
        match world.run_to_the_end() {
            PairingOutcome::Unavailable { error } => {
                assert_eq!(error.kind, ProviderErrorKind::MalformedReply);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!((world.code_calls().len(), world.calls.len()), (3, 4));
    }
}

#[test]
fn who_switches_while_that_status_is_under_way_gets_the_other_code() {
    let mut script = Scripted {
        codes: (0..3).map(|_| error(ProviderErrorKind::TimedOut)).collect(),
        ..Scripted::default()
    };
    script.healthy.latency = secs(2);
    let mut world = World::start(options(phone_method()), script);
    while world.status_calls().is_empty() {
        let next = world.next_due().unwrap();
        world.step(next);
    }
    world.input(Input::SwitchMethod(PairingMethod::Qr)).unwrap();
    world.run_for(secs(3));
    assert!(world.outcome().is_none());
    assert_eq!(world.times(is_ready).len(), 1);
}

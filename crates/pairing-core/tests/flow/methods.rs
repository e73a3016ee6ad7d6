//! Phone codes, and switching between the methods.

use std::time::Duration;

use crate::support::*;
use pairing_core::flow::{FlowOptions, Input};
use pairing_core::{CodeReply, PairingMethod, PairingOutcome, ProviderError, ProviderErrorKind};

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
            &call.request,
            pairing_core::flow::Request::Code(asked)
                if matches!(asked.method, PairingMethod::PhoneCode(_))
        )
    });
    // 200 s at one per 30 s.
    assert!(phone_codes.count() <= 7);
}

#[test]
fn switching_to_and_fro_asks_no_more_often_of_a_gateway_that_is_not_ready() {
    let codes = (0..500).map(|_| Ok(CodeReply::NOT_READY)).collect();
    let mut world = scripted(PairingMethod::Qr, codes, vec![]);
    for _ in 0..50 {
        for method in [phone_method(), PairingMethod::Qr] {
            world.run_for(millis(200));
            world.input(Input::SwitchMethod(method)).unwrap();
        }
    }
    // 20 s, at one every two seconds for each kind.
    assert!(world.code_calls().len() <= 22, "{:?}", world.code_calls());
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
fn coming_back_in_time_gets_the_code_that_is_under_way() {
    let script = Healthy {
        latency: secs(5),
        ..Healthy::default()
    };
    let mut world = World::start(options(phone_method()), script);
    for (at, method) in [(1, PairingMethod::Qr), (2, phone_method())] {
        world.run_until(secs(at));
        world.input(Input::SwitchMethod(method)).unwrap();
    }
    // It counts against WhatsApp's limit, and the next would be 30 s away.
    world.run_until(secs(30));
    assert_eq!(world.code_calls(), [secs(0)]);
    assert_eq!(world.times(is_ready), [secs(5)]);
}

#[test]
fn a_failure_of_an_abandoned_request_only_delays_the_next() {
    for (asked, rest) in [
        (None, secs(1)),
        (Some(20), secs(20)),
        (Some(3600), secs(60)),
    ] {
        let mut limited = ProviderError::from(ProviderErrorKind::RateLimited);
        if let Some(cooldown) = asked {
            limited = limited.with_retry_after(secs(cooldown));
        }
        let mut script = Scripted::default();
        script.healthy.latency = secs(1);
        script.codes = vec![Err(limited)];
        let mut world = World::start(options(phone_method()), script);
        world.input(Input::SwitchMethod(PairingMethod::Qr)).unwrap();
        world.run_until(secs(70));
        // No end, and no longer silence than any failure has, whatever the gateway asks for.
        let silence = world.code_calls()[1] - secs(1);
        assert!(
            silence >= rest && silence <= rest.max(secs(2)),
            "{silence:?}"
        );
        assert_eq!(world.times(is_retrying), [secs(1)]);
    }
}

#[test]
fn who_is_linked_is_asked_before_another_code() {
    let options = FlowOptions {
        expected_phone: Some(phone("5511999998888")),
        ..options(PairingMethod::Qr)
    };
    let script = Healthy {
        latency: secs(1),
        links_at: Some(secs(0)),
        linked_phone: Some(phone("5511999998888")),
        ..Healthy::default()
    };
    let mut world = World::start(options, script);
    world.input(Input::SwitchMethod(phone_method())).unwrap();
    let outcome = world.run_to_the_end();
    assert!(matches!(outcome, PairingOutcome::AlreadyConnected { .. }));
    // The code that nobody wanted said "connected": the phone code would have cost one of few.
    assert_eq!(world.code_calls(), [secs(0)]);
}

#[test]
fn a_person_who_asks_for_a_code_does_not_wait_for_a_hanging_status() {
    let mut world = World::start(options(PairingMethod::Qr), StatusHangs::default());
    world.run_until(secs(6));
    assert_eq!(world.status_calls(), [secs(5)]);
    world.input(Input::SwitchMethod(phone_method())).unwrap();
    assert_eq!(world.code_calls(), [secs(0), secs(6)]);
}

#[test]
fn a_contradiction_soon_after_a_code_does_not_bring_the_next_one_forward() {
    let options = FlowOptions {
        expected_phone: Some(phone("5511999998888")),
        ..options(PairingMethod::Qr)
    };
    let mut script = Scripted::default();
    script.healthy.latency = secs(1);
    script.codes = vec![Ok(qr(1)), Ok(CodeReply::AlreadyConnected)];
    let mut world = World::start(options, script);
    for (at, method) in [(2_000, phone_method()), (2_500, PairingMethod::Qr)] {
        world.run_until(millis(at));
        world.input(Input::SwitchMethod(method)).unwrap();
    }
    // The phone code's request says "connected", the status says otherwise at 4 s.
    world.run_until(secs(20));
    assert_eq!(world.code_calls(), [secs(0), secs(2), secs(11)]);
}

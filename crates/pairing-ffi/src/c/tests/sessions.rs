//! Waiting for events and steering a session, from one thread and from several.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use pairing_core::{ProviderErrorKind, QrText};

use super::support::{Scripted, Step, last_error, next, open, out, read, seqs_to_the_end, start};
use crate::c::event::pairing_event;
use crate::c::event_getters::{
    pairing_event_get_attempt, pairing_event_get_code_text, pairing_event_get_failure,
    pairing_event_get_kind, pairing_event_get_outcome, pairing_event_get_seq,
};
use crate::c::event_kinds::{pairing_event_kind, pairing_method, pairing_outcome};
use crate::c::options::{
    pairing_options_expect_webhooks, pairing_options_new, pairing_options_set_policy,
    pairing_options_use_phone_code,
};
use crate::c::policy::{
    pairing_policy_get, pairing_policy_recommended, pairing_policy_set, pairing_policy_speed_up,
    pairing_policy_validate,
};
use crate::c::policy_fields::pairing_policy_field;
use crate::c::session::{
    pairing_session, pairing_session_cancel, pairing_session_next_view, pairing_session_notify,
    pairing_session_resume, pairing_session_start, pairing_session_switch_to_phone_code,
    pairing_session_view,
};
use crate::c::status::pairing_status;
use crate::c::view::*;

fn kind(event: &pairing_event) -> pairing_event_kind {
    pairing_event_get_kind(Some(event))
}

#[test]
fn events_come_in_order_and_after_the_last_comes_the_end() {
    let (provider, handle) = open(Scripted::showing("2@code"));
    let session = start(&handle);
    drop(handle);

    assert_eq!(
        kind(&next(&session, -1).unwrap()),
        pairing_event_kind::Preparing
    );
    let shown = next(&session, -1).unwrap();
    assert_eq!(kind(&shown), pairing_event_kind::CodeReady);
    assert_eq!(
        read(pairing_event_get_code_text(Some(&shown))),
        Some("2@code")
    );
    assert_eq!(next(&session, 0).err(), Some(pairing_status::Timeout));
    assert_eq!(last_error(), None, "no event yet is no error");

    provider.connected.store(true, Ordering::SeqCst);
    // SAFETY: the body is a static slice.
    let status = unsafe { pairing_session_notify(Some(&session), b"linked".as_ptr(), 6) };
    assert_eq!(status, pairing_status::Ok);
    let last = loop {
        let event = next(&session, -1).unwrap();
        if kind(&event) == pairing_event_kind::Finished {
            break event;
        }
    };
    assert_eq!(
        pairing_event_get_outcome(Some(&last)),
        pairing_outcome::Connected
    );
    for timeout_ms in [-1, 0, 1] {
        assert_eq!(next(&session, timeout_ms).err(), Some(pairing_status::End));
    }
    assert_eq!(
        pairing_session_resume(Some(&session)),
        pairing_status::SessionFinished
    );
    assert!(last_error().is_some());
}

#[test]
fn waiting_ends_at_the_timeout_and_any_number_is_one() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    next(&session, i64::MAX).unwrap();
    assert_eq!(next(&session, 1).err(), Some(pairing_status::Timeout));
    assert_eq!(next(&session, 0).err(), Some(pairing_status::Timeout));
}

#[test]
fn cancelling_wakes_a_waiting_reader() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    next(&session, -1).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| next(&session, -1).unwrap());
        assert_eq!(pairing_session_cancel(Some(&session)), pairing_status::Ok);
        let event = waiting.join().unwrap();
        assert_eq!(
            pairing_event_get_outcome(Some(&event)),
            pairing_outcome::Cancelled
        );
    });
}

#[test]
fn each_event_is_given_once_however_many_threads_wait() {
    // The first event, 29 announced repetitions and the end.
    let (_, handle) = open(Scripted::failing(30));
    let session = start(&handle);
    let mut seqs = thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| seqs_to_the_end(&session)))
            .collect();
        let read = readers.into_iter().map(|reader| reader.join().unwrap());
        read.collect::<Vec<_>>().concat()
    });
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=31).collect::<Vec<_>>());
}

#[test]
fn the_present_view_takes_no_event_away() {
    let (_, handle) = open(Scripted::showing("2@code"));
    let session = start(&handle);
    next(&session, -1).unwrap();
    let shown = next(&session, -1).unwrap();
    // SAFETY: the number is a static string.
    let switched = unsafe {
        pairing_session_switch_to_phone_code(Some(&session), c"+55 11 99999-8888".as_ptr())
    };
    assert_eq!(switched, pairing_status::Ok);
    let view = out(|slot| pairing_session_view(Some(&session), slot)).unwrap();
    assert_eq!(
        pairing_view_get_method(Some(&view)),
        pairing_method::PhoneCode
    );
    assert_eq!(
        read(pairing_view_get_phone(Some(&view))),
        Some("+5511999998888")
    );
    let present = pairing_view_get_screen(Some(&view));
    assert!(pairing_event_get_seq(present) > pairing_event_get_seq(Some(&shown)));
    assert_eq!(
        kind(&next(&session, -1).unwrap()),
        pairing_event_kind::CodeExpired
    );
}

#[test]
fn a_view_keeps_its_code_while_retrying_and_ends() {
    let mut scripted = Scripted::new([
        Step::Reply(QrText::new("2@code").unwrap().into()),
        Step::Fail(ProviderErrorKind::Unavailable),
    ]);
    scripted.policy.refresh_min = Duration::from_millis(1);
    scripted.policy.refresh_interval = Duration::from_millis(1);
    let (_, handle) = open(scripted);
    let session = start(&handle);
    let shown = next_view_until(&session, |view| {
        !pairing_event_get_code_text(pairing_view_get_screen(Some(view))).is_null()
    });
    assert_eq!(pairing_view_get_method(Some(&shown)), pairing_method::Qr);
    assert_eq!(pairing_view_get_codes_per_round(Some(&shown)), 3);
    assert_eq!(
        pairing_event_get_attempt(pairing_view_get_screen(Some(&shown))),
        1
    );

    let retrying = next_view_until(&session, |view| {
        pairing_view_get_retrying(Some(view)).is_some()
    });
    let screen = pairing_view_get_screen(Some(&retrying));
    assert_eq!(read(pairing_event_get_code_text(screen)), Some("2@code"));
    assert_eq!(
        pairing_event_get_failure(pairing_view_get_retrying(Some(&retrying))),
        pairing_status::Unavailable
    );
    for (action, may) in [
        (pairing_action::Resume, false),
        (pairing_action::SwitchToQr, true),
        (pairing_action::SwitchToPhoneCode, true),
        (pairing_action::Cancel, true),
    ] {
        assert_eq!(pairing_view_can(Some(&retrying), action as u32), may);
    }

    assert_eq!(pairing_session_cancel(Some(&session)), pairing_status::Ok);
    let last = next_view_until(&session, |_| true);
    let screen = pairing_view_get_screen(Some(&last));
    assert_eq!(
        pairing_event_get_outcome(screen),
        pairing_outcome::Cancelled
    );
    assert!(pairing_view_get_retrying(Some(&last)).is_none());
    assert!(!pairing_view_can(
        Some(&last),
        pairing_action::Cancel as u32
    ));
    let after = out(|view| pairing_session_next_view(Some(&session), -1, view));
    assert_eq!(after.err(), Some(pairing_status::End));
}

/// The first view that is as it should be.
fn next_view_until(
    session: &pairing_session,
    fits: impl Fn(&pairing_view) -> bool,
) -> Box<pairing_view> {
    loop {
        let view = out(|view| pairing_session_next_view(Some(session), -1, view)).unwrap();
        if fits(&view) {
            return view;
        }
    }
}

#[test]
fn options_and_policy_reach_the_session() {
    let (_, handle) = open(Scripted::new([]));
    let field = pairing_policy_field::DeadlineMs as u32;
    let mut policy = out(|slot| pairing_policy_recommended(Some(&handle), slot)).unwrap();
    assert_eq!(
        out(|slot| pairing_policy_get(Some(&policy), field, slot)),
        Ok(600_000)
    );
    assert_eq!(
        pairing_policy_speed_up(Some(&mut policy), 1000),
        pairing_status::Ok
    );
    assert_eq!(
        out(|slot| pairing_policy_get(Some(&policy), field, slot)),
        Ok(600)
    );
    assert_eq!(
        pairing_policy_set(Some(&mut policy), field, 1),
        pairing_status::Ok
    );

    let mut options = pairing_options_new().unwrap();
    pairing_options_set_policy(Some(&mut options), Some(&policy));
    // SAFETY: the number is a static string.
    let accepted =
        unsafe { pairing_options_use_phone_code(Some(&mut options), c"5511999998888".as_ptr()) };
    assert_eq!(accepted, pairing_status::Ok);
    let session = out(|slot| pairing_session_start(Some(&handle), Some(&options), slot)).unwrap();
    drop((options, policy));
    next(&session, -1).unwrap();
    let last = next(&session, -1).unwrap();
    assert_eq!(
        pairing_event_get_outcome(Some(&last)),
        pairing_outcome::Deadline
    );
}

#[test]
fn where_webhooks_are_expected_the_status_waits_for_them() {
    use pairing_policy_field as Field;
    for (expected, outcome) in [
        (false, pairing_outcome::Connected),
        (true, pairing_outcome::Deadline),
    ] {
        let (provider, handle) = open(Scripted::showing("2@code"));
        provider.connected.store(true, Ordering::SeqCst);
        let mut policy = out(|slot| pairing_policy_recommended(Some(&handle), slot)).unwrap();
        let deadline = if expected { 100 } else { 60_000 };
        for (field, value) in [
            (Field::StatusIntervalMs, 1),
            (Field::WebhookStatusIntervalMs, 3_600_000),
            (Field::DeadlineMs, deadline),
        ] {
            let set = pairing_policy_set(Some(&mut policy), field as u32, value);
            assert_eq!(set, pairing_status::Ok);
        }
        let mut options = pairing_options_new().unwrap();
        pairing_options_set_policy(Some(&mut options), Some(&policy));
        if expected {
            let status = pairing_options_expect_webhooks(Some(&mut options));
            assert_eq!(status, pairing_status::Ok);
        }
        let session =
            out(|slot| pairing_session_start(Some(&handle), Some(&options), slot)).unwrap();
        let last = loop {
            let event = next(&session, -1).unwrap();
            if kind(&event) == pairing_event_kind::Finished {
                break event;
            }
        };
        assert_eq!(pairing_event_get_outcome(Some(&last)), outcome);
    }
}

#[test]
fn a_policy_whose_numbers_do_not_fit_starts_nothing_and_says_why() {
    let (_, handle) = open(Scripted::new([]));
    let mut policy = out(|slot| pairing_policy_recommended(Some(&handle), slot)).unwrap();
    let field = pairing_policy_field::DeadlineMs as u32;
    assert_eq!(
        pairing_policy_set(Some(&mut policy), field, 0),
        pairing_status::Ok
    );
    assert_eq!(
        pairing_policy_validate(Some(&policy)),
        pairing_status::InvalidPolicy
    );
    assert!(last_error().unwrap().contains("deadline"));
    let mut options = pairing_options_new().unwrap();
    pairing_options_set_policy(Some(&mut options), Some(&policy));
    let started = out(|slot| pairing_session_start(Some(&handle), Some(&options), slot));
    assert_eq!(started.err(), Some(pairing_status::InvalidPolicy));
}

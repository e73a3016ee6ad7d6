//! Waiting for events and steering a session, from one thread and from several.

use std::sync::atomic::Ordering;
use std::thread;

use super::support::{Scripted, last_error, next, open, out, read, seqs_to_the_end, start};
use crate::c::event::pairing_event;
use crate::c::event_getters::{
    pairing_event_get_code_text, pairing_event_get_kind, pairing_event_get_outcome,
    pairing_event_get_seq,
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
    pairing_session_cancel, pairing_session_notify, pairing_session_resume,
    pairing_session_snapshot, pairing_session_start, pairing_session_switch_to_phone_code,
};
use crate::c::snapshot::{
    pairing_snapshot_get_event, pairing_snapshot_get_method, pairing_snapshot_get_phone,
};
use crate::c::status::pairing_status;

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
fn a_snapshot_takes_no_event_away() {
    let (_, handle) = open(Scripted::showing("2@code"));
    let session = start(&handle);
    next(&session, -1).unwrap();
    let shown = next(&session, -1).unwrap();
    // SAFETY: the number is a static string.
    let switched = unsafe {
        pairing_session_switch_to_phone_code(Some(&session), c"+55 11 99999-8888".as_ptr())
    };
    assert_eq!(switched, pairing_status::Ok);
    let snapshot = out(|slot| pairing_session_snapshot(Some(&session), slot)).unwrap();
    assert_eq!(
        pairing_snapshot_get_method(Some(&snapshot)),
        pairing_method::PhoneCode
    );
    assert_eq!(
        read(pairing_snapshot_get_phone(Some(&snapshot))),
        Some("+5511999998888")
    );
    let present = pairing_snapshot_get_event(Some(&snapshot));
    assert!(pairing_event_get_seq(present) > pairing_event_get_seq(Some(&shown)));
    assert_eq!(
        kind(&next(&session, -1).unwrap()),
        pairing_event_kind::CodeExpired
    );
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

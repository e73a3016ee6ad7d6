//! Every function with what no program should pass.

use std::ffi::{CString, c_char};
use std::ptr;

use super::support::{Scripted, last_error, open, out, start};
use crate::c::buffer::*;
use crate::c::event_getters::*;
use crate::c::event_kinds::*;
use crate::c::exchange::*;
use crate::c::http::*;
use crate::c::instance_status::*;
use crate::c::last_error::*;
use crate::c::options::*;
use crate::c::policy::*;
use crate::c::provider::*;
use crate::c::qr::*;
use crate::c::session::*;
use crate::c::settings::*;
use crate::c::status::*;
use crate::c::version::*;
use crate::c::view::*;

const HEADER: &str = include_str!("../../../../../bindings/c/include/pairing.h");

/// The functions that the header declares.
fn declared() -> Vec<&'static str> {
    let mut names = Vec::new();
    for line in HEADER.lines() {
        let starts_a_declaration = line.starts_with(|first: char| first.is_ascii_alphabetic());
        if let Some((before, _)) = line.split_once('(')
            && starts_a_declaration
            && !line.starts_with("typedef")
        {
            names.push(before.rsplit([' ', '*']).next().unwrap());
        }
    }
    names
}

#[test]
fn this_file_calls_every_function_of_the_header() {
    let names = declared();
    assert!(names.len() > 80, "{names:?}");
    for name in names {
        assert!(
            include_str!("arguments.rs").contains(&format!("{name}(")),
            "{name}"
        );
    }
}

#[test]
fn null_is_a_status_where_something_is_needed() {
    let null = ptr::null();
    // SAFETY: NULL is allowed everywhere.
    let answers = unsafe {
        [
            pairing_settings_set(None, null, null),
            pairing_settings_set(pairing_settings_new().as_deref_mut(), null, null),
            pairing_settings_set(pairing_settings_new().as_deref_mut(), c"a".as_ptr(), null),
            pairing_provider_open(null, None, None, None),
            pairing_provider_open(c"zapi".as_ptr(), None, None, None),
            pairing_provider_status(None, 0, None),
            pairing_provider_abandon(None, 0),
            pairing_provider_unlink(None, 0),
            pairing_policy_recommended(None, None),
            pairing_policy_get(None, 1, None),
            pairing_policy_set(None, 1, 1),
            pairing_policy_speed_up(None, 1),
            pairing_policy_validate(None),
            pairing_options_use_qr(None),
            pairing_options_use_phone_code(None, null),
            pairing_options_use_phone_code(pairing_options_new().as_deref_mut(), null),
            pairing_options_expect_phone(None, null),
            pairing_options_expect_phone(pairing_options_new().as_deref_mut(), null),
            pairing_options_expect_webhooks(None),
            pairing_options_set_policy(None, None),
            pairing_options_set_policy(pairing_options_new().as_deref_mut(), None),
            pairing_session_start(None, None, None),
            pairing_session_next(None, 0, None),
            pairing_session_fd(None, None),
            pairing_session_resume(None),
            pairing_session_switch_to_qr(None),
            pairing_session_switch_to_phone_code(None, null),
            pairing_session_notify(None, ptr::null(), 0),
            pairing_session_notify_with_headers(None, ptr::null(), 0, &null, &null, 1),
            pairing_session_cancel(None),
            pairing_session_view(None, None),
            pairing_session_next_view(None, 0, None),
            pairing_qr_from_event(None, None),
            pairing_qr_from_text(null, None),
            pairing_qr_from_text(c"text".as_ptr(), None),
            pairing_qr_to_svg(None, None),
            pairing_qr_to_png(None, 8, None),
            pairing_qr_to_terminal(None, false, 4, None),
            pairing_http_exchange_set_date(None, c"now".as_ptr()),
            pairing_http_exchange_complete(None, 200, null, null, ptr::null(), 0),
            pairing_http_exchange_fail(None, 0),
        ]
    };
    for (index, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer, pairing_status::NullArgument, "number {index}");
    }
    assert!(last_error().is_some());
    assert!(!pairing_last_error_retryable());
    assert_eq!(pairing_last_error_retry_after_ms(), -1);
    assert!(!pairing_last_error().is_null());
}

#[test]
fn a_missing_out_parameter_is_a_status_and_nothing_is_lost() {
    let (_, handle) = open(Scripted::showing("2@code"));
    let provider = Some(&handle);
    let session = start(&handle);
    let session = Some(&*session);
    let policy = out(|slot| pairing_policy_recommended(provider, slot)).unwrap();
    let answers = [
        pairing_provider_status(provider, 0, None),
        pairing_policy_recommended(provider, None),
        pairing_policy_get(Some(&policy), 1, None),
        pairing_session_start(provider, None, None),
        pairing_session_next(session, -1, None),
        pairing_session_fd(session, None),
        pairing_session_view(session, None),
        pairing_session_next_view(session, -1, None),
    ];
    assert_eq!(answers, [pairing_status::NullArgument; 8]);
    let first = out(|slot| pairing_session_next(session, -1, slot)).unwrap();
    assert_eq!(pairing_event_get_seq(Some(&first)), 1);
}

#[test]
fn getters_of_nothing_say_nothing() {
    for text in [
        pairing_provider_get_name(None),
        pairing_instance_status_get_phone(None),
        pairing_instance_status_get_passkey_url(None),
        pairing_instance_status_get_passkey_confirmation_code(None),
        pairing_event_get_code_text(None),
        pairing_event_get_code_image_type(None),
        pairing_event_get_failure_message(None),
        pairing_event_get_phone(None),
        pairing_event_get_passkey_url(None),
        pairing_event_get_passkey_confirmation_code(None),
        pairing_view_get_phone(None),
        pairing_event_get_method_phone(None),
        pairing_buffer_get_text(None),
        pairing_http_request_get_method(None),
        pairing_http_request_get_url(None),
        pairing_http_request_get_body(None),
        pairing_http_request_get_header_name(None, 0),
        pairing_http_request_get_header_value(None, 0),
        pairing_providers_get_name(pairing_providers_get_count()),
        pairing_providers_get_setting(pairing_providers_get_count(), 0),
        pairing_providers_get_setting(0, usize::MAX),
    ] {
        assert!(text.is_null());
    }
    assert!(pairing_event_get_code_image(None).is_null());
    assert!(pairing_buffer_get_data(None).is_null());
    assert!(pairing_view_get_screen(None).is_none());
    assert!(pairing_view_get_retrying(None).is_none());
    assert_eq!(pairing_event_get_kind(None), pairing_event_kind::None);
    assert_eq!(pairing_event_get_code_kind(None), pairing_code_kind::None);
    assert_eq!(pairing_event_get_expiry(None), pairing_expiry::None);
    assert_eq!(pairing_event_get_outcome(None), pairing_outcome::None);
    assert_eq!(pairing_event_get_failure(None), pairing_status::Ok);
    assert_eq!(pairing_view_get_method(None), pairing_method::None);
    assert_eq!(
        pairing_instance_status_get_phase(None),
        pairing_instance_phase::None
    );
    assert_eq!(pairing_event_get_method(None), pairing_method::None);
    assert_eq!(pairing_view_get_codes_per_round(None), 0);
    for time in [
        pairing_event_get_expires_at_ms(None),
        pairing_event_get_remaining_ms(None),
        pairing_event_get_retry_at_ms(None),
        pairing_event_get_failure_retry_after_ms(None),
    ] {
        assert_eq!(time, -1);
    }
    for size in [
        pairing_buffer_get_size(None),
        pairing_qr_get_width(None),
        pairing_event_get_code_image_size(None),
        pairing_http_request_get_header_count(None),
    ] {
        assert_eq!(size, 0);
    }
    assert_eq!(pairing_event_get_seq(None), 0);
    assert_eq!(pairing_event_get_round(None), 0);
    assert_eq!(pairing_event_get_attempt(None), 0);
    assert_eq!(pairing_http_exchange_get_id(None), 0);
    for flag in [
        pairing_provider_can(None, 1),
        pairing_view_can(None, pairing_action::Cancel as u32),
        pairing_instance_status_get_connected(None),
        pairing_event_get_failure_retryable(None),
        pairing_qr_is_dark(None, 0, 0),
        pairing_http_exchange_is_cancelled(None),
    ] {
        assert!(!flag);
    }
}

#[test]
fn freeing_nothing_is_fine() {
    pairing_settings_free(None);
    pairing_provider_free(None);
    pairing_instance_status_free(None);
    pairing_policy_free(None);
    pairing_options_free(None);
    pairing_session_free(None);
    pairing_event_free(None);
    pairing_view_free(None);
    pairing_qr_free(None);
    pairing_buffer_free(None);
}

#[test]
fn a_number_that_is_none_of_its_enumeration_is_refused() {
    let (_, handle) = open(Scripted::new([]));
    let mut policy = out(|slot| pairing_policy_recommended(Some(&handle), slot)).unwrap();
    for field in [0, 30, u32::MAX] {
        assert_eq!(
            pairing_policy_set(Some(&mut policy), field, 1),
            pairing_status::InvalidArgument
        );
        assert_eq!(
            out(|slot| pairing_policy_get(Some(&policy), field, slot)),
            Err(pairing_status::InvalidArgument)
        );
        assert!(!pairing_provider_can(Some(&handle), field));
    }
    for (field, value) in [(1, -1), (3, -1), (3, i64::MAX)] {
        assert_eq!(
            pairing_policy_set(Some(&mut policy), field, value),
            pairing_status::InvalidArgument
        );
    }
    assert!(!pairing_status_name(u32::MAX).is_null());
    assert!(!pairing_event_kind_name(u32::MAX).is_null());
    assert!(!pairing_outcome_name(u32::MAX).is_null());
    assert!(!pairing_instance_phase_name(u32::MAX).is_null());
    assert!(!pairing_version().is_null());
}

/// A function with a string, and what it says of an empty and of an unsuitable one.
type TakesText<'a> = (
    &'a mut dyn FnMut(*const c_char) -> pairing_status,
    pairing_status,
);

#[test]
fn strings_that_are_none_are_a_status() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    let mut settings = pairing_settings_new().unwrap();
    let mut values = pairing_settings_new().unwrap();
    let mut options = pairing_options_new().unwrap();
    let mut expecting = pairing_options_new().unwrap();
    let nul = c"".as_ptr();
    // SAFETY: the strings end with NUL.
    let mut set_name =
        |text| unsafe { pairing_settings_set(Some(&mut settings), text, c"value".as_ptr()) };
    let mut set_value =
        |text| unsafe { pairing_settings_set(Some(&mut values), c"token".as_ptr(), text) };
    let mut open_by_name = |text| {
        let opened = out(|slot| unsafe { pairing_provider_open(text, None, None, slot) });
        opened.err().unwrap_or(pairing_status::Ok)
    };
    let mut use_code = |text| unsafe { pairing_options_use_phone_code(Some(&mut options), text) };
    let mut expect = |text| unsafe { pairing_options_expect_phone(Some(&mut expecting), text) };
    let mut switch = |text| unsafe { pairing_session_switch_to_phone_code(Some(&session), text) };
    let mut draw = |text| {
        let drawn = out(|slot| unsafe { pairing_qr_from_text(text, slot) });
        drawn.err().unwrap_or(pairing_status::Ok)
    };
    let functions: [TakesText<'_>; 7] = [
        (&mut set_name, pairing_status::InvalidSettings),
        (&mut set_value, pairing_status::Ok),
        (&mut open_by_name, pairing_status::InvalidSettings),
        (&mut use_code, pairing_status::InvalidPhone),
        (&mut expect, pairing_status::InvalidPhone),
        (&mut switch, pairing_status::InvalidPhone),
        (&mut draw, pairing_status::NotDrawable),
    ];
    let enormous = CString::new(vec![b'a'; 64 * 1024 + 1]).unwrap();
    let large = CString::new(vec![b'a'; 64 * 1024]).unwrap();
    for (index, (call, of_empty)) in functions.into_iter().enumerate() {
        assert_eq!(call(nul), of_empty, "number {index}");
        for invalid in [c"\xff", c"a\xc3", c"\xed\xa0\x80"] {
            let answer = call(invalid.as_ptr());
            assert_eq!(answer, pairing_status::InvalidUtf8, "number {index}");
        }
        let answer = call(enormous.as_ptr());
        assert_eq!(answer, pairing_status::TooLong, "number {index}");
        assert_eq!(call(large.as_ptr()), of_empty, "number {index}");
    }
}

#[test]
fn bodies_of_any_size_are_taken_or_refused() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    let body = vec![b'a'; 1024 * 1024 + 1];
    // SAFETY: each pointer has at least the bytes that are announced, or is NULL.
    let answers = unsafe {
        [
            pairing_session_notify(Some(&session), ptr::null(), 0),
            pairing_session_notify(Some(&session), ptr::null(), 1),
            pairing_session_notify(Some(&session), body.as_ptr(), 0),
            pairing_session_notify(Some(&session), body.as_ptr(), body.len() - 1),
            pairing_session_notify(Some(&session), body.as_ptr(), body.len()),
            pairing_session_notify(Some(&session), ptr::null(), usize::MAX),
        ]
    };
    assert_eq!(
        answers,
        [
            pairing_status::MalformedReply,
            pairing_status::NullArgument,
            pairing_status::MalformedReply,
            pairing_status::MalformedReply,
            pairing_status::TooLong,
            pairing_status::NullArgument,
        ]
    );
}

#[test]
fn headers_of_any_number_are_taken_or_refused() {
    let (_, handle) = open(Scripted::new([]));
    let session = start(&handle);
    let null = ptr::null::<*const c_char>();
    let notify = |names: *const *const c_char, values: *const *const c_char, count| {
        // SAFETY: each array has at least the strings that are announced, or is NULL.
        unsafe {
            pairing_session_notify_with_headers(
                Some(&session),
                b"linked".as_ptr(),
                6,
                names,
                values,
                count,
            )
        }
    };
    let name = c"X-Signature".as_ptr();
    let many = vec![name; 257];
    for (names, values, count, answer) in [
        (null, null, 0, pairing_status::Ok),
        (null, null, 1, pairing_status::NullArgument),
        (many.as_ptr(), null, 1, pairing_status::NullArgument),
        (null, many.as_ptr(), 1, pairing_status::NullArgument),
        (many.as_ptr(), &ptr::null(), 1, pairing_status::NullArgument),
        (&name, &c"right".as_ptr(), 1, pairing_status::Ok),
        (
            &name,
            &c"wrong".as_ptr(),
            1,
            pairing_status::InvalidSignature,
        ),
        (&name, &c"\xff".as_ptr(), 1, pairing_status::InvalidUtf8),
        // The same header again and again has no value, and none is verified here.
        (many.as_ptr(), many.as_ptr(), 256, pairing_status::Ok),
        (many.as_ptr(), many.as_ptr(), 257, pairing_status::TooLong),
        (
            many.as_ptr(),
            many.as_ptr(),
            usize::MAX,
            pairing_status::TooLong,
        ),
    ] {
        assert_eq!(notify(names, values, count), answer, "{count} headers");
    }
}

//! No credential ends up in an error.

use std::ffi::CStr;
use std::ptr;

use super::support::{last_error, out};
use crate::c::provider::{pairing_provider, pairing_provider_open};
use crate::c::settings::{pairing_settings, pairing_settings_new, pairing_settings_set};
use crate::c::status::pairing_status;

const CANARY: &CStr = c"F4ECANARY2C9";

fn set(settings: &mut pairing_settings, name: &CStr, value: &CStr) -> pairing_status {
    // SAFETY: both end with NUL.
    unsafe { pairing_settings_set(Some(settings), name.as_ptr(), value.as_ptr()) }
}

fn open(name: &CStr, settings: &pairing_settings) -> Result<Box<pairing_provider>, pairing_status> {
    // SAFETY: the name ends with NUL.
    out(|slot| unsafe { pairing_provider_open(name.as_ptr(), Some(settings), None, slot) })
}

#[test]
fn whatever_is_wrong_with_settings_the_error_shows_no_value() {
    let canary = CANARY.to_str().unwrap();
    let mut settings = pairing_settings_new().unwrap();
    for (provider, name, value) in [
        (c"zapi", c"token", CANARY),
        (c"zapi", c"base_url", CANARY),
        (c"zapi", c"qr_form", CANARY),
        (c"zapi", c"no_such_setting", CANARY),
        (c"zapi", c"host", CANARY),
        (CANARY, c"token", CANARY),
    ] {
        assert_eq!(set(&mut settings, name, value), pairing_status::Ok);
        let opened = open(provider, &settings);
        assert_eq!(opened.err(), Some(pairing_status::InvalidSettings));
        let message = last_error().unwrap();
        assert!(!message.contains(canary), "{message}");
    }
}

#[test]
fn a_value_in_the_place_of_the_name_is_refused_without_quoting_it() {
    let mut settings = pairing_settings_new().unwrap();
    let status = set(&mut settings, CANARY, c"token");
    assert_eq!(status, pairing_status::InvalidSettings);
    let message = last_error().unwrap();
    assert!(!message.contains("CANARY"), "{message}");
}

#[test]
fn the_last_error_goes_with_the_next_call_but_not_with_getters_or_frees() {
    let mut settings = pairing_settings_new().unwrap();
    // SAFETY: NULL is allowed.
    let status = unsafe { pairing_settings_set(Some(&mut settings), ptr::null(), ptr::null()) };
    assert_eq!(status, pairing_status::NullArgument);
    crate::c::settings::pairing_settings_free(pairing_settings_new());
    crate::c::event_getters::pairing_event_get_seq(None);
    assert!(last_error().is_some());
    assert_eq!(set(&mut settings, c"token", CANARY), pairing_status::Ok);
    assert_eq!(last_error(), None);
}

#[test]
fn a_missing_setting_is_named_in_words_that_fit_a_program() {
    let settings = pairing_settings_new().unwrap();
    let opened = open(c"zapi", &settings);
    assert_eq!(opened.err(), Some(pairing_status::InvalidSettings));
    let message = last_error().unwrap();
    assert!(message.contains("`instance` of zapi"), "{message}");
    assert!(!message.contains("environment"), "{message}");
}

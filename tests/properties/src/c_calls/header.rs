//! What `pairing.h` declares, as far as the calls here use it: the types are opaque, pointers are
//! pointers, and the symbols are those a C program links.

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

macro_rules! handles {
    ($($name:ident)*) => {
        $(
            #[repr(C)]
            pub(super) struct $name([u8; 0]);
        )*
    };
}

handles! {
    Buffer Event Exchange Request InstanceStatus Options Policy Provider Qr Session Settings View
}

#[repr(C)]
pub(super) struct Http {
    pub(super) user_data: *mut c_void,
    pub(super) send: Option<unsafe extern "C" fn(*mut c_void, *const Request, *mut Exchange)>,
    pub(super) cancel: Option<unsafe extern "C" fn(*mut c_void, u64)>,
    pub(super) release: Option<unsafe extern "C" fn(*mut c_void)>,
}

pub(super) type Status = u32;
pub(super) type Text = *const c_char;

pub(super) const OK: Status = 0;
pub(super) const TIMEOUT: Status = 1;
pub(super) const END: Status = 2;
pub(super) const NULL_ARGUMENT: Status = 16;
pub(super) const PANIC: Status = 21;
pub(super) const EVENT_PREPARING: u32 = 1;
pub(super) const EVENT_RETRYING: u32 = 4;
pub(super) const EVENT_FINISHED: u32 = 6;
pub(super) const EVENT_PASSKEY_REQUIRED: u32 = 9;

/// The symbols, each behind a function of the same name that notes the call: the tests ask whether
/// any was forgotten.
macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $returned:ty)?;)*) => {
        #[allow(non_upper_case_globals, reason = "named as what they count")]
        mod called {
            use super::AtomicBool;

            $(pub(super) static $name: AtomicBool = AtomicBool::new(false);)*
        }

        $(
            pub(super) unsafe extern "C" fn $name($($argument: $type),*) $(-> $returned)? {
                unsafe extern "C" {
                    fn $name($($argument: $type),*) $(-> $returned)?;
                }
                called::$name.store(true, Ordering::Relaxed);
                // SAFETY: as the caller promises.
                unsafe { $name($($argument),*) }
            }
        )*

        /// Each function, and whether it was called since the process began.
        #[cfg(test)]
        pub(super) fn calls() -> Vec<(&'static str, bool)> {
            vec![$((stringify!($name), called::$name.load(Ordering::Relaxed))),*]
        }
    };
}

functions! {
    fn pairing_buffer_get_data(buffer: *const Buffer) -> *const u8;
    fn pairing_buffer_get_text(buffer: *const Buffer) -> Text;
    fn pairing_buffer_get_size(buffer: *const Buffer) -> usize;
    fn pairing_buffer_free(buffer: *mut Buffer);
    fn pairing_event_get_kind(event: *const Event) -> u32;
    fn pairing_event_get_seq(event: *const Event) -> u64;
    fn pairing_event_get_round(event: *const Event) -> u32;
    fn pairing_event_get_attempt(event: *const Event) -> u32;
    fn pairing_event_get_code_kind(event: *const Event) -> u32;
    fn pairing_event_get_code_text(event: *const Event) -> Text;
    fn pairing_event_get_code_image(event: *const Event) -> *const u8;
    fn pairing_event_get_code_image_size(event: *const Event) -> usize;
    fn pairing_event_get_code_image_type(event: *const Event) -> Text;
    fn pairing_event_get_expires_at_ms(event: *const Event) -> i64;
    fn pairing_event_get_remaining_ms(event: *const Event) -> i64;
    fn pairing_event_get_expiry(event: *const Event) -> u32;
    fn pairing_event_get_retry_at_ms(event: *const Event) -> i64;
    fn pairing_event_get_failure(event: *const Event) -> Status;
    fn pairing_event_get_failure_message(event: *const Event) -> Text;
    fn pairing_event_get_failure_retryable(event: *const Event) -> bool;
    fn pairing_event_get_failure_retry_after_ms(event: *const Event) -> i64;
    fn pairing_event_get_outcome(event: *const Event) -> u32;
    fn pairing_event_get_method(event: *const Event) -> u32;
    fn pairing_event_get_method_phone(event: *const Event) -> Text;
    fn pairing_event_get_phone(event: *const Event) -> Text;
    fn pairing_event_get_passkey_url(event: *const Event) -> Text;
    fn pairing_event_get_passkey_confirmation_code(event: *const Event) -> Text;
    fn pairing_event_free(event: *mut Event);
    fn pairing_event_kind_name(kind: u32) -> Text;
    fn pairing_outcome_name(outcome: u32) -> Text;
    fn pairing_http_exchange_get_id(exchange: *const Exchange) -> u64;
    fn pairing_http_exchange_is_cancelled(exchange: *const Exchange) -> bool;
    fn pairing_http_exchange_set_date(exchange: *const Exchange, date: Text) -> Status;
    fn pairing_http_exchange_complete(
        exchange: *mut Exchange,
        http_status: u32,
        content_type: Text,
        retry_after: Text,
        data: *const u8,
        size: usize,
    ) -> Status;
    fn pairing_http_exchange_fail(exchange: *mut Exchange, failure: u32) -> Status;
    fn pairing_http_request_get_method(request: *const Request) -> Text;
    fn pairing_http_request_get_url(request: *const Request) -> Text;
    fn pairing_http_request_get_body(request: *const Request) -> Text;
    fn pairing_http_request_get_header_count(request: *const Request) -> usize;
    fn pairing_http_request_get_header_name(
        request: *const Request,
        index: usize,
    ) -> Text;
    fn pairing_http_request_get_header_value(
        request: *const Request,
        index: usize,
    ) -> Text;
    fn pairing_last_error() -> Text;
    fn pairing_last_error_retryable() -> bool;
    fn pairing_last_error_retry_after_ms() -> i64;
    fn pairing_options_new() -> *mut Options;
    fn pairing_options_use_qr(options: *mut Options) -> Status;
    fn pairing_options_use_phone_code(options: *mut Options, phone: Text) -> Status;
    fn pairing_options_expect_phone(options: *mut Options, phone: Text) -> Status;
    fn pairing_options_set_policy(
        options: *mut Options,
        policy: *const Policy,
    ) -> Status;
    fn pairing_options_expect_webhooks(options: *mut Options) -> Status;
    fn pairing_options_free(options: *mut Options);
    fn pairing_policy_recommended(
        provider: *const Provider,
        policy: *mut *mut Policy,
    ) -> Status;
    fn pairing_policy_get(policy: *const Policy, field: u32, value: *mut i64) -> Status;
    fn pairing_policy_set(policy: *mut Policy, field: u32, value: i64) -> Status;
    fn pairing_policy_speed_up(policy: *mut Policy, factor: u32) -> Status;
    fn pairing_policy_validate(policy: *const Policy) -> Status;
    fn pairing_policy_free(policy: *mut Policy);
    fn pairing_provider_open(
        name: Text,
        settings: *const Settings,
        http: *const Http,
        provider: *mut *mut Provider,
    ) -> Status;
    fn pairing_provider_get_name(provider: *const Provider) -> Text;
    fn pairing_provider_can(provider: *const Provider, capability: u32) -> bool;
    fn pairing_provider_status(
        provider: *const Provider,
        timeout_ms: i64,
        status: *mut *mut InstanceStatus,
    ) -> Status;
    fn pairing_provider_unlink(provider: *const Provider, timeout_ms: i64) -> Status;
    fn pairing_provider_abandon(provider: *const Provider, timeout_ms: i64) -> Status;
    fn pairing_provider_free(provider: *mut Provider);
    fn pairing_instance_status_get_connected(status: *const InstanceStatus) -> bool;
    fn pairing_instance_status_get_phone(status: *const InstanceStatus) -> Text;
    fn pairing_instance_status_get_phase(status: *const InstanceStatus) -> u32;
    fn pairing_instance_phase_name(phase: u32) -> Text;
    fn pairing_instance_status_get_passkey_url(status: *const InstanceStatus) -> Text;
    fn pairing_instance_status_get_passkey_confirmation_code(
        status: *const InstanceStatus,
    ) -> Text;
    fn pairing_instance_status_free(status: *mut InstanceStatus);
    fn pairing_providers_get_count() -> usize;
    fn pairing_providers_get_name(index: usize) -> Text;
    fn pairing_providers_get_setting(index: usize, setting: usize) -> Text;
    fn pairing_qr_from_event(event: *const Event, qr: *mut *mut Qr) -> Status;
    fn pairing_qr_from_text(content: Text, qr: *mut *mut Qr) -> Status;
    fn pairing_qr_get_width(qr: *const Qr) -> usize;
    fn pairing_qr_is_dark(qr: *const Qr, x: usize, y: usize) -> bool;
    fn pairing_qr_to_svg(qr: *const Qr, svg: *mut *mut Buffer) -> Status;
    fn pairing_qr_to_png(qr: *const Qr, pixels: u32, png: *mut *mut Buffer) -> Status;
    fn pairing_qr_to_terminal(
        qr: *const Qr,
        dark_on_light: bool,
        quiet_zone: usize,
        drawing: *mut *mut Buffer,
    ) -> Status;
    fn pairing_qr_free(qr: *mut Qr);
    fn pairing_session_start(
        provider: *const Provider,
        options: *const Options,
        session: *mut *mut Session,
    ) -> Status;
    fn pairing_session_next(
        session: *const Session,
        timeout_ms: i64,
        event: *mut *mut Event,
    ) -> Status;
    fn pairing_session_fd(session: *const Session, fd: *mut i32) -> Status;
    fn pairing_session_resume(session: *const Session) -> Status;
    fn pairing_session_switch_to_qr(session: *const Session) -> Status;
    fn pairing_session_switch_to_phone_code(
        session: *const Session,
        phone: Text,
    ) -> Status;
    fn pairing_session_notify_with_headers(
        session: *const Session,
        data: *const u8,
        size: usize,
        header_names: *const Text,
        header_values: *const Text,
        header_count: usize,
    ) -> Status;
    fn pairing_session_notify(
        session: *const Session,
        data: *const u8,
        size: usize,
    ) -> Status;
    fn pairing_session_cancel(session: *const Session) -> Status;
    fn pairing_session_next_view(
        session: *const Session,
        timeout_ms: i64,
        view: *mut *mut View,
    ) -> Status;
    fn pairing_session_view(session: *const Session, view: *mut *mut View) -> Status;
    fn pairing_session_free(session: *mut Session);
    fn pairing_settings_new() -> *mut Settings;
    fn pairing_settings_set(settings: *mut Settings, name: Text, value: Text) -> Status;
    fn pairing_settings_free(settings: *mut Settings);
    fn pairing_status_name(status: u32) -> Text;
    fn pairing_version() -> Text;
    fn pairing_view_get_method(view: *const View) -> u32;
    fn pairing_view_get_phone(view: *const View) -> Text;
    fn pairing_view_get_codes_per_round(view: *const View) -> u32;
    fn pairing_view_get_screen(view: *const View) -> *const Event;
    fn pairing_view_get_retrying(view: *const View) -> *const Event;
    fn pairing_view_can(view: *const View, action: u32) -> bool;
    fn pairing_view_free(view: *mut View);
}

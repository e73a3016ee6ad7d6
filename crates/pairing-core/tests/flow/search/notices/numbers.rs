//! A flow that is told other numbers than the rules it is held to.

use super::super::setting::{Menu, Setting};
use super::{notices, policy, told};
use crate::support::*;
use pairing_core::PairingPolicy;

/// Told other numbers, and led through the usual steps alone: other steps would show first what
/// else the number decides.
fn usual_steps(change: fn(&mut PairingPolicy)) -> impl FnOnce(&mut Setting) {
    move |setting| {
        setting.menu = Menu::Core;
        policy(change)(setting);
    }
}

notices! {
    a_code_asked_for_too_soon: qr_code, policy(|policy| {
        policy.refresh_min = secs(1);
        policy.refresh_interval = secs(1);
    }), "the next code is asked for too soon after the last";
    a_code_asked_for_too_late: qr_code, policy(|policy| {
        policy.refresh_min = secs(5);
        policy.refresh_interval = secs(5);
    }), "would sleep through: a code";
    a_code_shown_for_too_long: typed_code, policy(|policy| {
        policy.phone_code_lifetime = secs(8);
    }), "shown for 8s instead of 7s";
    a_code_more_than_a_round_has: qr_code, policy(|policy| {
        policy.codes_per_round = 3;
    }), "Gate did not come";
    a_gate_too_soon: qr_code, policy(|policy| {
        policy.codes_per_round = 1;
    }), "InteractionRequired came without a reason";
    a_phone_code_too_soon: typed_code, policy(|policy| {
        policy.phone_code_spacing = millis(100);
    }), "the next code is asked for too soon after the last";
    a_status_asked_too_rarely: qr_code, policy(|policy| {
        policy.status_interval = secs(4);
    }), "would sleep through: a status";
    a_status_asked_too_often: typed_code, policy(|policy| {
        policy.status_interval = millis(900);
    }), "the status is asked for too soon";
    a_last_look_too_late: strict, policy(|policy| {
        policy.webhook_debounce = millis(100);
    }), "would sleep through: a status";
    a_post_expiry_status_windowed_for_too_long: strict, policy(|policy| {
        policy.post_expiry_status_window = secs(9);
    }), "the status is asked for too soon";
    hints_that_flood: typed_code to 5, usual_steps(|policy| {
        policy.webhook_debounce = millis(1);
    }), "the status is asked for too soon";
    hints_that_wait: typed_code to 5, usual_steps(|policy| {
        policy.webhook_debounce = secs(2);
    }), "would sleep through: a confirmation";
    a_gateway_asked_again_too_soon: qr_code, policy(|policy| {
        policy.not_ready_delay = millis(1);
    }), "a code is asked for too soon after the gateway was not ready";
    a_gateway_that_is_never_ready: qr_code, policy(|policy| {
        policy.not_ready_limit = 2;
    }), "no status was asked that had to decide";
    a_phone_code_asked_for_again_too_soon: typed_code, policy(|policy| {
        policy.phone_code_not_ready_delay = policy.not_ready_delay;
    }), "a code is asked for too soon after the gateway was not ready";
    a_phone_code_that_is_never_ready: typed_code_core to 5, policy(|policy| {
        policy.phone_code_not_ready_limit = 15;
    }), "no status was asked that had to decide";
    one_retry_more: strict, policy(|policy| {
        policy.retry.max_retries = 1;
    }), "Retrying {…} came without a reason";
    one_retry_less: qr_code, policy(|policy| {
        policy.retry.max_retries = 1;
    }), "Retrying {…} did not come";
    a_short_silence: qr_code, policy(|policy| {
        policy.retry.min_delay = millis(1);
        policy.retry.max_delay = millis(1);
    }), "Retrying {…} came instead of Retrying { kind: MalformedReply, wait: (800ms, 1.6s) }";
    a_long_silence: qr_code, policy(|policy| {
        policy.retry.min_delay = secs(5);
        policy.retry.max_delay = secs(5);
    }), "Retrying {…} came instead of Retrying { kind: MalformedReply, wait: (800ms, 1.6s) }";
    a_silence_that_does_not_grow: qr_code, policy(|policy| {
        policy.retry.max_delay = policy.retry.min_delay;
    }), "Retrying {…} came instead of Retrying { kind: MalformedReply, wait: (1.5s, 3s) }";
    a_cool_down_beyond_patience: qr_code, policy(|policy| {
        policy.retry.max_cooldown = secs(3600);
    }), "Retrying {…} came without a reason";
    a_starting_gateway_asked_again_too_soon: starting, policy(|policy| {
        policy.starting_delay = millis(1_050);
    }), "a code is asked for too soon after the gateway was not ready";
    a_first_code_that_lives_no_longer: starting, policy(|policy| {
        policy.first_qr_lifetime = policy.qr_lifetime;
    }), "shown for 4s instead of 9s";
    a_phone_code_more_than_a_round_has: settling to 1, policy(|policy| {
        policy.phone_codes_per_round = 4;
    }), "a person who left: the status is asked for too soon";
    a_phone_code_that_is_not_renewed: settling, told(|options| {
        options.capabilities.renews_phone_codes = false;
    }), "would sleep through: a code";
    a_scan_that_is_taken_for_a_dead_code: settling, policy(|policy| {
        policy.linking_window = secs(0);
    }), "a phone may be linking, or none, and the request says otherwise";
    a_scan_that_is_believed_for_too_long: settling, policy(|policy| {
        policy.linking_window = secs(4);
    }), "a phone may be linking, or none, and the request says otherwise";
    a_link_in_the_making_that_is_looked_at_too_rarely: starting, policy(|policy| {
        policy.linking_status_interval = secs(2);
    }), "would sleep through: a status";
    a_link_in_the_making_without_an_end: starting, policy(|policy| {
        policy.linking_timeout = secs(20);
    }), "would sleep through: the end of linking";
    a_link_that_lasts_too_short: confirmed, policy(|policy| {
        policy.link_confirmation = secs(2);
    }), "the status is asked for too soon";
    a_link_that_need_not_last: confirmed, policy(|policy| {
        policy.link_confirmation = secs(0);
    }), "Finished {…} came instead of Linked(…)";
    an_attempt_that_is_another_s_and_stays: confirmed, told(|options| {
        options.capabilities.abandon = false;
    }), "Finished {…} came without a reason";
    a_request_that_hangs: qr_code, policy(|policy| {
        policy.request_timeout = secs(8);
    }), "would sleep through: a time-out";
    a_session_without_an_end: qr_code, policy(|policy| {
        policy.deadline = secs(1000);
    }), "would sleep through: the deadline";
    a_number_that_is_not_verified: verified, |setting: &mut Setting| {
        setting.options.capabilities.phone_code = false;
        told(|options| options.expected_phone = None)(setting);
    }, "Finished {…} came without a reason";
    a_number_that_is_not_asked_for: qr_code, told(|options| {
        options.capabilities.linked_phone = false;
    }), "Finished {…} came without a reason";
    webhooks_that_do_not_relieve_the_status: webhooks, told(|options| {
        options.expect_webhooks = false;
    }), "the status is asked for too soon";
    a_status_that_is_never_asked: qr_code, told(|options| {
        options.capabilities.status = false;
    }), "would sleep through: a status";
    a_method_that_is_refused: qr_code, told(|options| {
        options.capabilities.phone_code = false;
    }), "the view offers what the session refuses, or hides what it accepts";
}

//! The search can fail: given a flow that follows other numbers than the rules it is held to, it
//! finds a path on which the difference shows, and names the rule.

use std::sync::Arc;
use std::time::Duration;

use super::setting::{self, Setting};
use super::walk;
use crate::support::*;
use pairing_core::PairingPolicy;
use pairing_core::flow::FlowOptions;

/// Searches a flow that was told something else than the spec.
#[track_caller]
fn is_noticed(setting: Setting, change: impl FnOnce(&mut FlowOptions), sentence: &str) {
    let mut otherwise = setting.options.clone();
    change(&mut otherwise);
    let setting = Setting {
        played: Some(otherwise),
        ..setting
    };
    let broken = walk::search(&setting, 4).expect_err("nothing was noticed");
    assert!(broken.contains(sentence), "{broken}");
}

fn policy(change: impl FnOnce(&mut PairingPolicy)) -> impl FnOnce(&mut FlowOptions) {
    |options| change(Arc::make_mut(&mut options.policy))
}

macro_rules! notices {
    ($($name:ident: $setting:ident, $policy:ident $change:block, $sentence:literal;)+) => {$(
        #[test]
        fn $name() {
            is_noticed(setting::$setting(), policy(|$policy| $change), $sentence);
        }
    )+};
}

notices! {
    a_code_asked_for_too_soon: qr_code, policy {
        policy.refresh_min = secs(1);
        policy.refresh_interval = secs(1);
    }, "too soon after the last";
    a_code_asked_for_too_late: qr_code, policy {
        policy.refresh_min = secs(5);
        policy.refresh_interval = secs(5);
    }, "a code";
    a_code_shown_for_too_long: typed_code, policy {
        policy.phone_code_lifetime = secs(8);
    }, "shown for";
    a_code_more_than_a_round_has: qr_code, policy {
        policy.codes_per_round = 3;
    }, "did not come";
    a_gate_too_soon: qr_code, policy {
        policy.codes_per_round = 1;
    }, "InteractionRequired came without a reason";
    a_phone_code_too_soon: typed_code, policy {
        policy.phone_code_spacing = millis(100);
    }, "too soon after the last";
    a_status_asked_too_rarely: qr_code, policy {
        policy.status_interval = secs(4);
    }, "would sleep through: a status";
    a_status_asked_too_often: typed_code, policy {
        policy.status_interval = millis(900);
    }, "the status is asked for too soon";
    a_gate_watched_for_too_long: strict, policy {
        policy.gate_watch = secs(9);
    }, "the status is asked for too soon";
    hints_that_flood: typed_code, policy {
        policy.hint_spacing = millis(1);
    }, "the status is asked for too soon";
    hints_that_wait: typed_code, policy {
        policy.hint_spacing = secs(2);
    }, "a confirmation";
    a_gateway_asked_again_too_soon: qr_code, policy {
        policy.not_ready_delay = millis(1);
    }, "a code is asked for although none is due";
    a_gateway_that_is_never_ready: qr_code, policy {
        policy.not_ready_limit = 2;
    }, "Finished(Unavailable(Unavailable)) did not come";
    one_retry_more: strict, policy {
        policy.retry.max_retries = 1;
    }, "Retrying";
    a_short_silence: qr_code, policy {
        policy.retry.min_delay = millis(1);
        policy.retry.max_delay = millis(1);
    }, "Retrying";
    a_long_silence: qr_code, policy {
        policy.retry.min_delay = secs(5);
        policy.retry.max_delay = secs(5);
    }, "Retrying";
    a_cool_down_beyond_patience: qr_code, policy {
        policy.retry.max_cooldown = secs(3600);
    }, "Retrying";
    a_request_that_hangs: qr_code, policy {
        policy.request_timeout = secs(8);
    }, "would sleep through: a time-out";
    a_session_without_an_end: qr_code, policy {
        policy.deadline = secs(1000);
    }, "would sleep through: the deadline";
}

#[test]
fn a_number_that_is_not_verified() {
    let forget = |options: &mut FlowOptions| options.expected_phone = None;
    is_noticed(setting::verified(), forget, "Finished");
}

#[test]
fn webhooks_that_do_not_relieve_the_status() {
    let forget = |options: &mut FlowOptions| options.expect_webhooks = false;
    is_noticed(
        setting::webhooks(),
        forget,
        "the status is asked for too soon",
    );
}

#[test]
fn a_status_that_is_never_asked() {
    let forget = |options: &mut FlowOptions| options.capabilities.status = false;
    is_noticed(setting::qr_code(), forget, "would sleep through: a status");
}

#[test]
fn a_method_that_is_refused() {
    let forget = |options: &mut FlowOptions| options.capabilities.phone_code = false;
    is_noticed(setting::qr_code(), forget, "Preparing did not come");
}

/// Nothing but time: the shortest search that can fail.
#[test]
fn the_path_is_told() {
    let setting = Setting {
        played: Some(FlowOptions {
            policy: Arc::new(PairingPolicy {
                deadline: Duration::from_secs(20),
                ..setting::qr_code().policy().clone()
            }),
            ..setting::qr_code().options
        }),
        ..setting::qr_code()
    };
    let broken = walk::search(&setting, 4).expect_err("nothing was noticed");
    assert!(broken.contains("Finished"), "{broken}");
    assert!(broken.contains("Move {"), "{broken}");
}

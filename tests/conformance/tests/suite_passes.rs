//! The suite passes a provider that does everything right, whatever its capabilities, and
//! never counts as passed what it did not run.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod fake;

use std::time::Duration;

use fake::{EVERYTHING, Fake, Flaw};
use pairing_conformance::{Behaviour, NotPassed, run_all};
use pairing_core::Capabilities;

pairing_conformance::conformance!(all_capabilities, Fake::new(EVERYTHING, Flaw::None));

pairing_conformance::conformance!(
    a_gateway_that_settles,
    Fake {
        settling: Duration::from_secs(3),
        ..Fake::new(EVERYTHING, Flaw::None)
    }
);

pairing_conformance::conformance!(
    qr_alone,
    Fake::new(Capabilities::none().with_qr_text(), Flaw::None)
);

pairing_conformance::conformance!(
    phone_code_and_status,
    Fake::new(
        Capabilities::none().with_phone_code().with_status(),
        Flaw::None
    )
);

fn blind() -> Fake {
    Fake {
        simulates: false,
        ..Fake::new(EVERYTHING, Flaw::None)
    }
}

pairing_conformance::conformance!(a_harness_that_simulates_little, blind(), not_run: [
    a_code_that_is_not_ready_is_a_reply,
    a_phone_code_that_is_not_ready_is_a_reply,
    a_passkey_is_a_reply,
    an_unavailable_gateway_is_reported,
    a_rate_limit_is_reported,
    a_cool_down_is_passed_on,
    refused_credentials_are_reported,
    an_unknown_instance_is_reported,
    an_interception_is_reported,
    a_malformed_reply_is_reported,
    a_failed_request_is_not_repeated,
    a_gateway_that_recovers_is_used_again,
    a_dropped_request_leaves_nothing_behind,
    a_webhook_of_linking_hints_at_it,
    a_webhook_of_another_instance_is_irrelevant,
    a_session_outlasts_a_short_failure,
    a_session_ends_at_refused_credentials,
    a_session_confirms_a_webhook,
    a_cancelled_session_makes_no_further_call,
]);

#[test]
fn everything_applies_to_a_provider_with_every_capability() {
    let report = run_all(|| Fake::new(EVERYTHING, Flaw::None));
    assert!(report.is_conformant(), "{report}");
    assert_eq!(report.passed().count(), Behaviour::ALL.len(), "{report}");
}

#[test]
fn what_was_not_run_is_no_pass() {
    let report = run_all(blind);
    assert_eq!(report.failed().count(), 0, "{report}");
    assert_eq!(report.not_run().count(), 19, "{report}");
    assert!(!report.is_conformant());
    assert!(report.to_string().contains("19 not run"), "{report}");
}

#[test]
fn what_the_capabilities_exclude_is_listed_apart() {
    let report = run_all(|| Fake::new(Capabilities::none().with_qr_text(), Flaw::None));
    assert!(report.is_conformant(), "{report}");
    let names: Vec<_> = report.not_applicable().map(Behaviour::name).collect();
    assert!(names.contains(&"a_phone_code_links_the_phone"), "{names:?}");
    assert!(!names.contains(&"a_qr_code_links_the_phone"), "{names:?}");
}

#[test]
#[should_panic(expected = "not_run: [a_passkey_is_a_reply]")]
fn an_unlisted_gap_fails() {
    pairing_conformance::assert_conformant("a_passkey_is_a_reply", blind, &[]);
}

#[test]
#[should_panic(expected = "take it off the list")]
fn a_listed_behaviour_that_can_run_fails() {
    pairing_conformance::assert_conformant(
        "a_passkey_is_a_reply",
        || Fake::new(EVERYTHING, Flaw::None),
        &["a_passkey_is_a_reply"],
    );
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    let flawed = || Fake::new(EVERYTHING, Flaw::WebhooksPanicOnGarbage);
    let behaviour = Behaviour::named("garbage_is_no_webhook").unwrap();
    let Err(NotPassed::Failed(why)) = behaviour.check(flawed) else {
        panic!("a panic passed");
    };
    assert!(why.contains("webhooks are text"), "{why}");
}

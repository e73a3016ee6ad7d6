//! Each behaviour fails a provider that lacks it, and no behaviour goes untested.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod fake;

use std::time::Duration;

use fake::{EVERYTHING, Fake, Flaw};
use pairing_conformance::{Behaviour, NotPassed};
use pairing_core::Capabilities;

const QR_ALONE: Capabilities = Capabilities::none().with_qr_text();
const WITHOUT_PHONE: Capabilities = Capabilities::none().with_qr_text().with_status();

macro_rules! caught {
    ($($flaw:ident in $capabilities:ident => $($behaviour:ident),+;)*) => {
        /// Which behaviours catch which flaw.
        const CAUGHT: &[(Flaw, Capabilities, &[&str])] = &[
            $((Flaw::$flaw, $capabilities, &[$(stringify!($behaviour)),+])),*
        ];
    };
}

caught! {
    NameHoldsTheInstance in EVERYTHING => it_describes_itself_constantly;
    LinkedPhoneWithoutStatus in EVERYTHING => it_describes_itself_constantly;
    InvalidPolicy in EVERYTHING => it_recommends_a_valid_policy;
    ServesWhatIsNotDeclared in QR_ALONE => what_is_not_declared_is_unsupported;
    CallsForWhatIsNotDeclared in QR_ALONE => what_is_not_declared_is_unsupported;
    SaysUnsupportedThoughDeclared in EVERYTHING =>
        a_qr_code_links_the_phone, a_phone_code_links_the_phone, the_status_follows_the_phone,
        unlinking_unlinks, a_session_links_by_its_first_qr_code;
    InventsQrCodes in EVERYTHING =>
        a_qr_code_links_the_phone, a_session_links_by_its_first_qr_code,
        a_session_outlasts_a_short_failure;
    SendsQrTextAsPicture in EVERYTHING => a_qr_code_comes_in_a_declared_form;
    KeepsFirstQrCode in EVERYTHING =>
        a_dead_qr_code_is_replaced, a_session_links_by_a_later_qr_code;
    InventsPhoneCodes in EVERYTHING =>
        a_phone_code_links_the_phone, a_session_links_by_phone_code;
    KeepsFirstPhoneCode in EVERYTHING => a_dead_phone_code_is_replaced;
    FailsWhenAlreadyConnected in EVERYTHING =>
        already_connected_is_a_reply, a_session_notices_an_instance_linked_before;
    FailsWhenNotReady in EVERYTHING => a_code_that_is_not_ready_is_a_reply;
    FailsWhenPhoneCodeIsNotReady in EVERYTHING => a_phone_code_that_is_not_ready_is_a_reply;
    AsksWhileLinking in EVERYTHING => a_session_starts_nothing_while_a_phone_links;
    AsksForOneNumberAlways in EVERYTHING => a_phone_code_is_for_its_number;
    ShowsCodesFromBeforeUnlinking in EVERYTHING => a_code_from_before_an_unlink_is_not_shown;
    RenewsNoPhoneCode in EVERYTHING => a_renewed_phone_code_is_followed;
    RefusesAnotherMethod in EVERYTHING => a_session_switches_between_methods;
    AbandonsNothing in EVERYTHING => an_abandoned_attempt_is_over;
    AbandonUnlinks in EVERYTHING => abandoning_unlinks_nothing;
    FailsWhenPasskeyIsWanted in EVERYTHING => a_passkey_is_a_reply;
    AsksTheStatusTwiceMore in EVERYTHING => a_request_costs_few_calls;
    StatusIsAlwaysConnected in EVERYTHING =>
        the_status_follows_the_phone, a_session_asks_for_a_person, a_session_confirms_a_webhook;
    StatusIsNeverConnected in EVERYTHING => the_status_follows_the_phone;
    NamesAnotherPhone in EVERYTHING =>
        the_linked_number_is_named_if_declared, a_session_notices_the_wrong_account;
    NamesAnotherPhone in WITHOUT_PHONE => the_linked_number_is_named_if_declared;
    NamesNoPhone in EVERYTHING =>
        the_linked_number_is_named_if_declared, a_session_notices_the_wrong_account;
    UnlinksNothing in EVERYTHING => unlinking_unlinks;
    FailsToUnlinkTwice in EVERYTHING => unlinking_twice_does_no_harm;
    ReportsOutageAsRefusal in EVERYTHING =>
        an_unavailable_gateway_is_reported, a_session_outlasts_a_short_failure;
    ReportsRateLimitAsOutage in EVERYTHING => a_rate_limit_is_reported;
    InventsRetryAfter in EVERYTHING => a_rate_limit_is_reported;
    ForgetsRetryAfter in EVERYTHING => a_cool_down_is_passed_on;
    ReportsInvalidCredentialsAsOutage in EVERYTHING =>
        refused_credentials_are_reported, a_session_ends_at_refused_credentials;
    ReportsUnknownInstanceAsOutage in EVERYTHING => an_unknown_instance_is_reported;
    ReportsInterceptionAsInvalidCredentials in EVERYTHING => an_interception_is_reported;
    ReadsGarbageAsNotReady in EVERYTHING => a_malformed_reply_is_reported;
    RepeatsFailedRequests in EVERYTHING =>
        a_failed_request_is_not_repeated, a_session_ends_at_refused_credentials;
    RemembersFailures in EVERYTHING => a_gateway_that_recovers_is_used_again;
    DetachesRequests in EVERYTHING =>
        a_dropped_request_leaves_nothing_behind, a_cancelled_session_makes_no_further_call;
    LeaksTokenInMessage in EVERYTHING => an_error_reveals_no_secret, an_event_reveals_no_secret;
    LeaksTokenInSource in EVERYTHING => an_error_reveals_no_secret;
    WebhooksAreIrrelevant in EVERYTHING =>
        a_webhook_of_linking_hints_at_it, a_session_confirms_a_webhook;
    WebhooksOfOthersAreMine in EVERYTHING => a_webhook_of_another_instance_is_irrelevant;
    WebhooksFindConnectedAnywhere in EVERYTHING => garbage_is_no_webhook;
    WebhooksPanicOnGarbage in EVERYTHING => garbage_is_no_webhook;
}

/// A flaw that shows only while a phone is linking is of a gateway that takes its time.
fn fake(capabilities: Capabilities, flaw: Flaw) -> Fake {
    let mut fake = Fake::new(capabilities, flaw);
    if flaw == Flaw::AsksWhileLinking {
        fake.settling = Duration::from_secs(3);
    }
    fake
}

#[test]
fn every_flaw_is_caught() {
    for (flaw, capabilities, behaviours) in CAUGHT {
        for name in *behaviours {
            let behaviour = Behaviour::named(name).unwrap();
            let verdict = behaviour.check(|| fake(*capabilities, *flaw));
            assert!(
                matches!(verdict, Err(NotPassed::Failed(_))),
                "{name} does not catch {flaw:?}: {verdict:?}"
            );
        }
    }
}

#[test]
fn every_behaviour_catches_something() {
    for behaviour in Behaviour::ALL {
        let catches = |(_, _, names): &&(_, _, &[&str])| names.contains(&behaviour.name());
        assert!(
            CAUGHT.iter().any(|row| catches(&row)),
            "no flaw proves that {} can fail",
            behaviour.name()
        );
    }
}

#[test]
fn no_report_repeats_the_secret_it_found() {
    for name in ["an_error_reveals_no_secret", "an_event_reveals_no_secret"] {
        let behaviour = Behaviour::named(name).unwrap();
        let verdict = behaviour.check(|| Fake::new(EVERYTHING, Flaw::LeaksTokenInMessage));
        let Err(NotPassed::Failed(why)) = verdict else {
            panic!("{name} passed");
        };
        assert!(!why.contains("canary"), "{why}");
    }
}

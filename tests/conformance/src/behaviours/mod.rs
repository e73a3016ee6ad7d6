//! The behaviours, one function each. Their names are sentences; together they are the
//! contract of [`PairingProvider`](pairing_core::PairingProvider).

mod attempts;
mod cancelling;
mod codes;
mod description;
mod failures;
mod secrets;
mod session;
mod status;
mod unlinking;
mod webhooks;

pub use attempts::*;
pub use cancelling::*;
pub use codes::*;
pub use description::*;
pub use failures::*;
pub use secrets::*;
pub use session::*;
pub use status::*;
pub use unlinking::*;
pub use webhooks::*;

use crate::Behaviour;

/// The one list of behaviours, handed to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __each_behaviour {
    ({ $($callback:tt)+ } $arguments:tt) => {
        $($callback)+! { $arguments
            it_describes_itself_constantly
            it_recommends_a_valid_policy
            what_is_not_declared_is_unsupported
            a_qr_code_links_the_phone
            a_qr_code_comes_in_a_declared_form
            a_dead_qr_code_is_replaced
            a_phone_code_links_the_phone
            a_dead_phone_code_is_replaced
            already_connected_is_a_reply
            a_code_that_is_not_ready_is_a_reply
            a_phone_code_that_is_not_ready_is_a_reply
            a_passkey_is_a_reply
            a_request_costs_few_calls
            the_status_follows_the_phone
            the_linked_number_is_named_if_declared
            unlinking_unlinks
            unlinking_twice_does_no_harm
            an_unavailable_gateway_is_reported
            a_rate_limit_is_reported
            a_cool_down_is_passed_on
            refused_credentials_are_reported
            an_unknown_instance_is_reported
            an_interception_is_reported
            a_malformed_reply_is_reported
            a_failed_request_is_not_repeated
            a_gateway_that_recovers_is_used_again
            a_dropped_request_leaves_nothing_behind
            an_error_reveals_no_secret
            an_event_reveals_no_secret
            a_webhook_of_linking_hints_at_it
            a_webhook_of_another_instance_is_irrelevant
            garbage_is_no_webhook
            a_session_links_by_its_first_qr_code
            a_session_links_by_a_later_qr_code
            a_session_links_by_phone_code
            a_session_notices_an_instance_linked_before
            a_session_notices_the_wrong_account
            a_session_asks_for_a_person
            a_session_outlasts_a_short_failure
            a_session_ends_at_refused_credentials
            a_session_confirms_a_webhook
            a_session_switches_between_methods
            a_phone_code_is_for_its_number
            a_code_from_before_an_unlink_is_not_shown
            a_session_starts_nothing_while_a_phone_links
            a_renewed_phone_code_is_followed
            an_abandoned_attempt_is_over
            abandoning_unlinks_nothing
            a_cancelled_session_makes_no_further_call
        }
    };
}

macro_rules! all {
    (() $($name:ident)*) => {
        impl Behaviour {
            /// Every behaviour, from the simple to the whole session.
            pub const ALL: &'static [Self] = &[
                $(Self::new(stringify!($name), |harness| Box::pin($name(harness)))),*
            ];
        }
    };
}
__each_behaviour!({ all }());

use codes::issued;

/// The capability, or the end of the behaviour as not applicable.
fn declared(is_declared: bool, what: &'static str) -> crate::Verdict {
    if is_declared {
        Ok(())
    } else {
        Err(crate::NotPassed::NotApplicable(what))
    }
}

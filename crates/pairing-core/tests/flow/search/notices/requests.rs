//! Requests that break a rule, and due times that do.

use super::super::says::CodeSays;
use super::super::spec::{Call, Cause, Step};
use super::{notices, policy, request, says, send};
use crate::support::*;
use pairing_core::flow::{Output, Request};
use pairing_core::{CodePurpose, CodeRequest, EventKind, PairingMethod};

fn has(step: &Step, wanted: fn(&EventKind) -> bool) -> bool {
    let mut outputs = step.outputs.iter();
    outputs.any(|output| matches!(output, Output::Emit(event) if wanted(&event.kind)))
}

fn is_abandon(output: &Output) -> bool {
    matches!(output, Output::Abandon(_))
}

fn is_linking(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Linking)
}

fn is_passkey(kind: &EventKind) -> bool {
    matches!(kind, EventKind::PasskeyRequired { .. })
}

fn is_linked(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Linked { .. })
}

/// Asks for something else in the place of a code.
fn otherwise_asked(step: &mut Step, change: fn(&mut CodeRequest)) {
    for output in &mut step.outputs {
        if let Output::Request(_, Request::Code(request)) = output {
            change(request);
        }
    }
}

notices! {
    a_request_sent_twice: qr_code, says(|step, _, _| {
        let twice = step.outputs.iter().find_map(request);
        step.outputs.extend(twice.map(|(id, request)| Output::Request(id, request)));
    }), "two requests in one step";
    a_request_beside_another: qr_code, says(|step, spec, last| {
        if matches!(step.cause, Cause::Hint(_)) && spec.under_way_id().is_some() {
            send(step, last, Request::Status);
        }
    }), "two requests at once";
    a_request_after_the_end: qr_code, says(|step, _, last| {
        if step.is_finished {
            send(step, last, Request::Status);
        }
    }), "a request after the end";
    a_request_that_outlives_the_session: qr_code, says(|step, _, _| {
        step.outputs.retain(|output| !is_abandon(output));
    }), "a request was not abandoned";
    a_request_abandoned_twice: qr_code, says(|step, _, last| {
        if step.outputs.iter().any(is_abandon) {
            step.outputs.extend(last.map(Output::Abandon));
        }
    }), "a request was abandoned that is not under way";
    a_code_given_up_for_a_webhook: qr_code, says(|step, spec, last| {
        if matches!(step.cause, Cause::Hint(_)) && spec.under_way_id().is_some() {
            step.outputs.extend(last.map(Output::Abandon));
        }
    }), "a request was abandoned without a reason";
    a_request_in_the_silence: qr_code, says(|step, _, last| {
        if has(step, is_retrying) {
            send(step, last, Request::Status);
        }
    }), "a request in the silence after a failure";
    a_code_for_another_method: qr_code, says(|step, _, _| {
        if let Some((id, Request::Code(_))) = step.outputs.iter().find_map(request) {
            send(step, Some(id), Request::Code(phone_method().into()));
        }
    }), "a code for a method that was left";
    a_code_while_the_number_is_looked_up: verified, says(|step, spec, last| {
        let answered = spec.under_way_id().map(|(id, _)| id);
        if matches!(step.cause, Cause::Code(id, CodeSays::AlreadyConnected) if Some(id) == answered) {
            send(step, last, Request::Code(PairingMethod::Qr.into()));
        }
    }), "a code is asked for although none is due";
    a_code_while_a_phone_is_linking: starting, says(|step, spec, last| {
        if has(step, is_linking) {
            send(step, last, Request::Code(spec.method().clone().into()));
        }
    }), "a code is asked for while Linking …";
    a_code_while_a_passkey_is_waited_for: starting, says(|step, spec, last| {
        if has(step, is_passkey) {
            send(step, last, Request::Code(spec.method().clone().into()));
        }
    }), "a code is asked for while Passkey";
    a_code_while_a_link_has_to_last: confirmed, says(|step, spec, last| {
        if has(step, is_linked) {
            send(step, last, Request::Code(spec.method().clone().into()));
        }
    }), "a code is asked for while Confirming …";
    a_hint_that_shortens_the_time_a_link_must_last: confirmed, says(|step, spec, last| {
        if spec.is_confirming() && matches!(step.cause, Cause::Hint(_)) {
            send(step, last, Request::Status);
        }
    }), "the status is asked for too soon";
    a_code_while_another_attempt_runs: settling, says(|step, spec, last| {
        if matches!(step.cause, Cause::Code(_, CodeSays::AnotherAttempt)) {
            send(step, last, Request::Code(spec.method().clone().into()));
        }
    }), "a code is asked for although another attempt runs";
    an_attempt_that_is_ended_for_nothing: settling, says(|step, _, last| {
        if has(step, is_ready) {
            send(step, last, Request::EndAttempt);
        }
    }), "an attempt is ended too soon, or without a reason";
    an_attempt_that_is_not_ended: settling, says(|step, _, _| {
        let ends = |output: &Output| matches!(output, Output::Request(_, Request::EndAttempt));
        step.outputs.retain(|output| !ends(output));
    }), "the end of another attempt is overdue";
    an_attempt_that_cannot_be_ended: starting, says(|step, _, last| {
        if has(step, is_ready) {
            send(step, last, Request::EndAttempt);
        }
    }), "this gateway ends no attempt";
    an_attempt_that_is_another_s_and_taken_over: settling, says(|step, _, _| {
        otherwise_asked(step, |request| request.purpose = CodePurpose::Renew);
    }),
        "Renew instead of StartAttempt";
    a_user_who_came_back_and_is_not_told: settling, says(|step, _, _| {
        otherwise_asked(step, |request| if request.purpose == CodePurpose::OpenRound {
            request.purpose = CodePurpose::Renew;
        });
    }), "Renew instead of OpenRound";
    an_attempt_of_ours_that_is_started_again: settling, says(|step, _, _| {
        otherwise_asked(step, |request| request.purpose = CodePurpose::StartAttempt);
    }),
        "StartAttempt instead of Renew";
    a_phone_that_may_be_linking_and_is_not_told: settling, says(|step, _, _| {
        otherwise_asked(step, |request| request.may_be_linking = false);
    }), "a phone may be linking, or none, and the request says otherwise";
    an_attempt_that_is_forgotten: settling, says(|step, _, _| {
        step.outputs.retain(|output| !matches!(output, Output::LeaveAttempt));
    }), "an attempt was not left";
    an_attempt_that_is_left_twice: settling, says(|step, _, _| {
        if step.is_finished {
            step.outputs.push(Output::LeaveAttempt);
        }
    }), "an attempt was left without a reason";
    an_attempt_that_is_left_before_the_end: settling, says(|step, _, _| {
        let left = step.outputs.iter().position(|output| matches!(output, Output::LeaveAttempt));
        if let Some(left) = left {
            let left = step.outputs.remove(left);
            step.outputs.insert(0, left);
        }
    }), "something follows the end of the attempt";
    a_link_in_the_making_that_is_slept_through: starting, says(|step, _, _| {
        if has(step, is_linking) {
            step.wake_at = None;
        }
    }), "nothing is due and nothing has ended";
    a_code_at_the_gate: qr_code, says(|step, spec, last| {
        if has(step, is_gate) && spec.under_way_id().is_none() {
            send(step, last, Request::Code(spec.method().clone().into()));
        }
    }), "a code is asked for at the gate";
    a_code_for_a_round_that_is_spent: strict, says(|step, _, last| {
        if has(step, is_ready) {
            send(step, last, Request::Code(PairingMethod::Qr.into()));
        }
    }), "more codes than a round has";
    another_phone_code: typed_code, says(|step, _, last| {
        if has(step, is_ready) {
            send(step, last, Request::Code(phone_method().into()));
        }
    }), "another phone code while one is typed";
    a_status_where_there_is_none: bare, says(|step, _, last| {
        if has(step, is_ready) {
            send(step, last, Request::Status);
        }
    }), "this gateway has no status";
    an_end_without_a_last_look: strict, says(|step, _, _| {
        let failed = matches!(step.cause, Cause::Code(_, CodeSays::Fails(_) | CodeSays::NotReady { .. }));
        if failed {
            step.outputs.retain(|output| request(output).is_none());
        }
    }), "no status was asked that had to decide";
    a_number_that_is_waited_for_too_long: qr_code, says(|step, _, _| {
        let asks = step.outputs.iter().any(|output| request(output).is_some());
        if asks && matches!(step.cause, Cause::Code(_, CodeSays::AlreadyConnected)) {
            step.wake_at = step.wake_at.map(|at| at + secs(1));
        }
    }), "would sleep through: a time-out";
    a_request_that_is_never_sent: qr_code, says(|step, _, _| {
        step.outputs.retain(|output| request(output).is_none());
    }), "a code is overdue";
    a_status_that_makes_no_room: qr_code, policy(|policy| {
        policy.refresh_max = secs(20);
    }), "would sleep through: room for a code";
    a_status_that_keeps_a_person_waiting: qr_code, says(|step, spec, _| {
        let asks = matches!(spec.under_way_id(), Some((_, Call::Status)));
        if asks && !step.is_finished && matches!(step.cause, Cause::Switch(_)) {
            step.outputs.retain(|output| request(output).is_none() && !is_abandon(output));
        }
    }), "room for a code is overdue";
    an_end_of_a_code_that_is_slept_through: qr_code, says(|step, _, _| {
        if has(step, is_ready) {
            step.wake_at = Some(step.now.elapsed + millis(4_100));
        }
    }), "would sleep through: the end of a code";
    a_wake_up_in_the_past: qr_code, says(|step, _, _| {
        step.wake_at = Some(step.now.elapsed);
    }), "wants to be woken in the past";
    nothing_to_wait_for: qr_code, says(|step, _, _| {
        step.wake_at = None;
    }), "nothing is due and nothing has ended";
    a_wake_up_after_the_end: qr_code, says(|step, _, _| {
        step.wake_at = Some(step.wake_at.unwrap_or(step.now.elapsed + secs(1)));
    }), "something is due after the end";
}

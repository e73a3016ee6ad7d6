//! Events that do not come, come without a reason or say something else; and views.

use std::time::SystemTime;

use super::super::defect::Defect;
use super::super::says::{CodeSays, StatusSays};
use super::super::setting::Setting;
use super::super::spec::{Cause, Step};
use super::{notices, says};
use crate::support::*;
use pairing_core::flow::Output;
use pairing_core::{
    CodeReply, EventKind, Expiry, PairingEvent, PairingOutcome, PairingView, ProviderError,
    ProviderErrorKind, Screen,
};

fn events(step: &mut Step) -> impl Iterator<Item = &mut PairingEvent> {
    step.outputs.iter_mut().filter_map(|output| match output {
        Output::Emit(event) => Some(event),
        _ => None,
    })
}

/// Says one thing more.
fn add(step: &mut Step, kind: EventKind) {
    let event = PairingEvent {
        kind,
        ..step.view.to_event()
    };
    step.outputs.push(Output::Emit(event));
}

/// Changes the view, as the flow has it and as the events add up to it.
fn both(step: &mut Step, change: impl Fn(&mut PairingView)) {
    change(&mut step.view);
    change(&mut step.folded);
}

fn twice(step: &mut Step, wanted: fn(&EventKind) -> bool) {
    let found = events(step).find(|event| wanted(&event.kind));
    if let Some(event) = found.cloned() {
        step.outputs.push(Output::Emit(event));
    }
}

/// Says something else where this would be the end.
fn instead_of_the_end(
    step: &mut Step,
    end: fn(&PairingOutcome) -> bool,
    otherwise: impl FnOnce(&Step) -> EventKind,
) {
    let kind = otherwise(step);
    let mut ends = events(step).filter(|event| event.outcome().is_some_and(end));
    if let Some(event) = ends.next() {
        event.kind = kind;
    }
}

/// A flow that leaves out such events.
fn silent(unwanted: fn(&EventKind) -> bool) -> impl FnOnce(&mut Setting) {
    move |setting| setting.defect = Some(Defect::Silent(unwanted))
}

fn linked() -> EventKind {
    EventKind::Finished {
        outcome: PairingOutcome::Connected { phone: None },
    }
}

fn is_end(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Finished { .. })
}

fn seconds_later(at: SystemTime, seconds: u64) -> SystemTime {
    at + secs(seconds)
}

notices! {
    a_dead_code_that_stays: qr_code, says(|step, _, _| {
        step.outputs.retain(|output| {
            !matches!(output, Output::Emit(event) if is_expired(&event.kind))
        });
    }), "Expired did not come";
    a_code_that_dies_twice: qr_code, says(|step, _, _| {
        twice(step, is_expired);
    }), "CodeExpired came without a reason";
    a_code_for_a_method_that_was_left: qr_code, says(|step, _, _| {
        let Cause::Code(_, says @ CodeSays::Code { .. }) = step.cause else {
            return;
        };
        let ready = events(step).any(|event| is_ready(&event.kind));
        if let (false, Ok(CodeReply::Code(issued))) = (ready, says.reply()) {
            add(step, EventKind::CodeReady {
                expires_at: seconds_later(step.now.wall, 4),
                expiry: Expiry::UpperBound,
                code: issued.code,
            });
        }
    }), "CodeReady {…} came without a reason";
    the_same_code_announced_again: qr_code, says(|step, spec, _| {
        let Cause::Code(_, says @ CodeSays::Code { qr: true, .. }) = step.cause else {
            return;
        };
        let silent = step.outputs.is_empty() && spec.shown_until().is_some();
        if let (true, Ok(CodeReply::Code(issued))) = (silent, says.reply()) {
            add(step, EventKind::CodeReady {
                expires_at: seconds_later(step.now.wall, 4),
                expiry: Expiry::UpperBound,
                code: issued.code,
            });
        }
    }), "CodeReady {…} came without a reason";
    the_same_code_counted_again: qr_code, says(|step, spec, _| {
        if matches!(step.cause, Cause::Tick) && spec.shown_until().is_some() {
            events(step).for_each(|event| event.attempt += 1);
        }
    }), "event, round and attempt should be …";
    a_webhook_that_is_believed: qr_code, says(|step, _, _| {
        if matches!(step.cause, Cause::Hint(_)) {
            add(step, linked());
        }
    }), "Finished { outcome: Connected { phone: None } } came without a reason";
    a_number_that_is_not_named: verified, says(|step, _, _| {
        if matches!(step.cause, Cause::Status(_, StatusSays::Unnamed)) {
            add(step, linked());
        }
    }), "Finished { outcome: Connected { phone: None } } came without a reason";
    another_number: verified, says(|step, _, _| {
        let wrong = |end: &PairingOutcome| matches!(end, PairingOutcome::WrongAccount { .. });
        instead_of_the_end(step, wrong, |_| linked());
    }), "Finished { outcome: Connected { phone: None } } came instead of Finished(WrongAccount(…))";
    a_rate_limit_of_phone_codes_that_is_waited_out: typed_code, says(|step, _, _| {
        let limited = |end: &PairingOutcome| matches!(end, PairingOutcome::RateLimited { .. });
        instead_of_the_end(step, limited, |step| EventKind::Retrying {
            retry_at: seconds_later(step.now.wall, 1),
            error: ProviderError::from(ProviderErrorKind::RateLimited).report(),
        });
    }), "Retrying {…} came instead of Finished(RateLimited(None))";
    a_start_that_is_not_shown: starting, silent(|kind| matches!(kind, EventKind::Starting)),
        "Starting did not come";
    a_link_in_the_making_that_is_not_shown: starting, silent(|kind| {
        matches!(kind, EventKind::Linking)
    }), "Linking did not come";
    a_link_in_the_making_that_was_none_and_stays: starting, says(|step, spec, _| {
        if spec.shown_until().is_none() {
            step.outputs.retain(|output| {
                !matches!(output, Output::Emit(event) if is_expired(&event.kind))
            });
        }
    }), "Expired did not come";
    a_passkey_that_is_not_told: starting, silent(|kind| {
        matches!(kind, EventKind::PasskeyRequired { .. })
    }), "Passkey(1) did not come";
    a_passkey_that_is_told_twice: starting, says(|step, _, _| {
        twice(step, |kind| matches!(kind, EventKind::PasskeyRequired { .. }));
    }), "PasskeyRequired {…} came without a reason";
    a_passkey_that_is_an_end: starting, says(|step, _, _| {
        for event in events(step) {
            if matches!(event.kind, EventKind::PasskeyRequired { .. }) {
                event.kind = EventKind::Finished { outcome: PairingOutcome::PasskeyRequired };
            }
        }
    }), "Finished {…} came instead of Passkey(1)";
    a_link_that_is_not_shown: confirmed, silent(|kind| matches!(kind, EventKind::Linked { .. })),
        "Linked(…) did not come";
    a_link_that_is_called_lasting_at_once: confirmed, says(|step, _, _| {
        for event in events(step) {
            if matches!(event.kind, EventKind::Linked { .. }) {
                event.kind = linked();
            }
        }
    }), "Finished {…} came instead of Linked(…)";
    a_link_that_is_lost_with_one_denial: confirmed to 3, says(|step, spec, _| {
        if spec.is_confirming() && matches!(step.cause, Cause::Status(_, StatusSays::NotConnected)) {
            add(step, EventKind::Finished { outcome: PairingOutcome::LinkDropped });
        }
    }), "a person who left: Finished { outcome: LinkDropped } came without a reason";
    a_link_that_was_lost_and_is_called_connected: confirmed to 3, says(|step, _, _| {
        let dropped = |end: &PairingOutcome| matches!(end, PairingOutcome::LinkDropped);
        instead_of_the_end(step, dropped, |_| linked());
    }), "a person who left: Finished {…} came instead of Finished(LinkDropped)";
    a_code_for_a_number_that_was_left: settling, says(|step, _, _| {
        let Cause::Code(_, says @ CodeSays::Code { qr: false, .. }) = step.cause else {
            return;
        };
        if let (true, Ok(CodeReply::Code(issued))) = (step.outputs.is_empty(), says.reply()) {
            add(step, EventKind::CodeReady {
                expires_at: seconds_later(step.now.wall, 7),
                expiry: Expiry::UpperBound,
                code: issued.code,
            });
        }
    }), "CodeReady {…} came without a reason";
    a_second_end: qr_code, says(|step, _, _| {
        twice(step, is_end);
    }), "Finished {…} came without a reason";
    an_end_that_is_not_told: qr_code, says(|step, _, _| {
        step.outputs.retain(|output| {
            !matches!(output, Output::Emit(event) if is_end(&event.kind))
        });
    }), "Finished(…) did not come";
    an_event_that_is_counted_twice: qr_code, says(|step, _, _| {
        events(step).for_each(|event| event.seq += 1);
    }), "event, round and attempt should be (1, 1, 0): …";
    a_round_that_is_counted_twice: qr_code, says(|step, _, _| {
        events(step).for_each(|event| event.round += 1);
    }), "event, round and attempt should be (1, 1, 0): …";
    an_attempt_that_is_not_counted: qr_code, says(|step, _, _| {
        events(step).for_each(|event| event.attempt = 0);
    }), "event, round and attempt should be (2, 1, 1): …";
    a_view_of_the_past: qr_code, says(|step, _, _| {
        step.view.seq -= 1;
    }), "the events add up to …";
    events_that_add_up_to_something_else: qr_code, says(|step, _, _| {
        step.folded.actions.switch_to_phone_code = false;
    }), "the events add up to …";
    a_view_of_another_method: qr_code, says(|step, _, _| {
        both(step, |view| view.method = phone_method());
    }), "the view has another method";
    a_view_without_the_code: qr_code, says(|step, _, _| {
        both(step, |view| view.screen = Screen::Preparing);
    }), "the view shows a code that is gone, or hides one";
    a_view_of_something_else: starting, says(|step, _, _| {
        both(step, |view| if view.screen == Screen::Starting {
            view.screen = Screen::Preparing;
        });
    }), "the view shows Preparing instead of Starting";
    a_linked_view_that_offers_another_method: confirmed, says(|step, _, _| {
        both(step, |view| if matches!(view.screen, Screen::Linked { .. }) {
            view.actions.switch_to_qr = true;
        });
    }), "the view offers what the session refuses, or hides what it accepts";
    a_view_that_hides_a_retry: qr_code, says(|step, _, _| {
        both(step, |view| view.retrying = None);
    }), "the view hides a retry, or shows one that is over";
    a_view_that_offers_new_codes_too_soon: qr_code, says(|step, _, _| {
        both(step, |view| view.actions.resume = true);
    }), "the view offers what the session refuses, or hides what it accepts";
    an_end_that_is_denied: qr_code, says(|step, _, _| {
        step.is_finished = false;
    }), "finished or not, the flow says otherwise";
    a_refusal_that_is_not_told: qr_code, says(|step, _, _| {
        step.result = Ok(());
    }), "answered Ok(()) instead of Err(NotWaiting)";
}

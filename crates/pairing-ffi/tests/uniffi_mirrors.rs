//! What apps see says the same as what core says, there and back.
#![cfg(feature = "uniffi")]
#![allow(clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, SystemTime};

use pairing_core as core;
use pairing_ffi::{
    Actions, Capabilities, CodeForm, CodeReply, CodeRequest, ErrorCode, EventKind, Expiry,
    FailureReport, IncomingWebhook, InstanceStatus, PairingError, PairingEvent, PairingMethod,
    PairingOutcome, PairingPolicy, PairingView, PasskeyStep, Screen, error_code_name,
};
use serde_json::Value;

const PHONE: &str = "+5511999998888";

/// The list, and a match over it: a code that is missing here does not compile.
macro_rules! codes {
    ($($code:ident => $name:literal,)*) => {
        const CODES: &[ErrorCode] = &[$(ErrorCode::$code),*];

        fn promised_name(code: ErrorCode) -> &'static str {
            match code {
                $(ErrorCode::$code => $name,)*
            }
        }
    };
}

codes! {
    InvalidCredentials => "invalid_credentials",
    AccountTokenMissing => "account_token_missing",
    AddressNotAllowed => "address_not_allowed",
    SubscriptionLapsed => "subscription_lapsed",
    UnknownInstance => "unknown_instance",
    RateLimited => "rate_limited",
    Unavailable => "unavailable",
    TimedOut => "timed_out",
    MalformedReply => "malformed_reply",
    Refused => "refused",
    Unsupported => "unsupported",
    InvalidInput => "invalid_input",
    Internal => "internal",
    InvalidSettings => "invalid_settings",
    InvalidPhone => "invalid_phone",
    InvalidPolicy => "invalid_policy",
    InvalidPairingCode => "invalid_pairing_code",
    PhoneNotVerifiable => "phone_not_verifiable",
    NotWaiting => "not_waiting",
    SessionFinished => "session_finished",
    NotDrawable => "not_drawable",
    Intercepted => "intercepted",
    LicenseRequired => "license_required",
    CapacityReached => "capacity_reached",
    AccountBlocked => "account_blocked",
    InvalidSignature => "invalid_signature",
}

#[test]
fn the_names_of_the_error_codes_are_stable() {
    for &code in CODES {
        assert_eq!(error_code_name(code), promised_name(code));
    }
    let names: HashSet<String> = CODES.iter().copied().map(error_code_name).collect();
    assert_eq!(names.len(), CODES.len());
}

fn parts(error: PairingError) -> (ErrorCode, String, bool, Option<Duration>) {
    let PairingError::Failed {
        code,
        message,
        retryable,
        retry_after,
    } = error;
    (code, message, retryable, retry_after)
}

#[test]
fn every_failure_of_a_provider_keeps_its_kind_there_and_back() {
    for kind in core::ProviderErrorKind::ALL {
        let wait = Duration::from_secs(7);
        let original = core::ProviderError::new(kind, "a sentence").with_retry_after(wait);
        let retryable = original.is_retryable();
        let error = PairingError::from(original);
        let (code, message, helps, after) = parts(error.clone());
        assert_eq!(error_code_name(code), kind.as_str());
        assert_eq!(
            (message.as_str(), helps, after),
            ("a sentence", retryable, Some(wait))
        );
        let back = core::ProviderError::from(error);
        assert_eq!((back.kind(), back.message()), (kind, "a sentence"));
        assert_eq!(back.retry_after(), Some(wait));
    }
}

#[test]
fn what_only_the_library_says_is_a_defect_when_a_provider_says_it() {
    for &code in CODES {
        let error = PairingError::Failed {
            code,
            message: "a sentence".to_owned(),
            retryable: true,
            retry_after: None,
        };
        let kind = core::ProviderError::from(error).kind();
        if ErrorCode::from(kind) != code {
            assert_eq!(kind, core::ProviderErrorKind::Internal, "{code:?}");
        }
    }
}

const URL: &str = "https://example.com/passkey";

fn passkey() -> core::PasskeyStep {
    core::PasskeyStep::new()
        .with_url(URL)
        .with_confirmation_code("12-34")
}

fn is_passkey(step: &PasskeyStep) -> bool {
    step.expose_url().as_deref() == Some(URL)
        && step.expose_confirmation_code().as_deref() == Some("12-34")
}

/// The fields of a record of core that does not promise to have no more of them one day.
fn fields(json: serde_json::Result<Value>) -> BTreeSet<String> {
    json.unwrap().as_object().unwrap().keys().cloned().collect()
}

#[test]
fn no_field_of_core_is_forgotten() {
    let phone = core::PhoneNumber::parse(PHONE).unwrap();
    let mut status = core::InstanceStatus::connected(Some(phone));
    status.passkey = Some(core::PasskeyStep::new());
    assert_eq!(
        fields(serde_json::to_value(status)),
        // `connected` follows from the phase.
        ["connected", "passkey", "phase", "phone"]
            .map(Into::into)
            .into()
    );
    let step = fields(serde_json::to_value(passkey()));
    assert_eq!(step, ["confirmation_code", "url"].map(Into::into).into());
    let error = core::ProviderError::new(core::ProviderErrorKind::RateLimited, "slower")
        .with_retry_after(Duration::from_secs(7));
    let report = error.report();
    assert_eq!(
        fields(serde_json::to_value(&report)),
        ["kind", "message", "retry_after_seconds", "retryable"]
            .map(Into::into)
            .into()
    );
    let mirrored = FailureReport {
        code: ErrorCode::RateLimited,
        message: "slower".to_owned(),
        retryable: true,
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(FailureReport::from(report), mirrored);
}

/// Each field of an object changed to a value of its own, so that one that is forgotten, or in the
/// place of another, is noticed.
fn distinct(json: &mut Value, number: &mut u64) {
    *number += 1;
    match json {
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| distinct(field, number)),
        Value::Bool(can) => *can = true,
        Value::Number(_) => *json = (*number).into(),
        Value::String(_) => *json = format!("{number}ms").into(),
        Value::Null | Value::Array(_) => panic!("what is {json}?"),
    }
}

#[test]
fn a_policy_comes_back_as_it_went() {
    let mut json = serde_json::to_value(core::PairingPolicy::default()).unwrap();
    distinct(&mut json, &mut 0);
    let policy: core::PairingPolicy = serde_json::from_value(json).unwrap();
    let mirrored = PairingPolicy::from(policy.clone());
    assert_eq!(mirrored.qr_lifetime, policy.qr_lifetime);
    assert_eq!(mirrored.retry.max_cooldown, policy.retry.max_cooldown);
    assert_eq!(core::PairingPolicy::from(mirrored), policy);
}

#[test]
fn capabilities_come_back_as_they_went() {
    let some = core::Capabilities::none().with_phone_code().with_unlink();
    let mirrored = Capabilities::from(some);
    assert!(mirrored.phone_code && mirrored.unlink && !mirrored.qr_text);
    assert_eq!(core::Capabilities::from(mirrored), some);
    let mut json = serde_json::to_value(core::Capabilities::none()).unwrap();
    distinct(&mut json, &mut 0);
    let all: core::Capabilities = serde_json::from_value(json).unwrap();
    assert_eq!(core::Capabilities::from(Capabilities::from(all)), all);
}

#[test]
fn methods_and_replies_come_back_as_they_went() {
    let phone = core::PhoneNumber::parse(PHONE).unwrap();
    for method in [
        core::PairingMethod::Qr,
        core::PairingMethod::PhoneCode(phone),
    ] {
        let mirrored = PairingMethod::from(method.clone());
        assert_eq!(core::PairingMethod::try_from(mirrored).unwrap(), method);
    }
    let code = core::PairingCode::from(core::QrText::new("2@a").unwrap());
    let retry_in = Some(Duration::from_secs(7));
    for reply in [
        core::CodeReply::Code(core::IssuedCode::new(code).with_expires_in(Duration::from_secs(9))),
        core::CodeReply::NOT_READY,
        core::CodeReply::NotReady { retry_in },
        core::CodeReply::STARTING,
        core::CodeReply::Starting { retry_in },
        core::CodeReply::Linking,
        core::CodeReply::AlreadyConnected,
        core::CodeReply::AnotherAttempt,
        core::CodeReply::PasskeyRequired(core::PasskeyStep::new()),
        core::CodeReply::PasskeyRequired(passkey()),
    ] {
        assert_eq!(core::CodeReply::from(CodeReply::from(reply.clone())), reply);
    }
}

#[test]
fn requests_come_back_as_they_went() {
    for purpose in [
        core::CodePurpose::StartAttempt,
        core::CodePurpose::OpenRound,
        core::CodePurpose::Renew,
    ] {
        for may_be_linking in [false, true] {
            let request = core::CodeRequest::new(core::PairingMethod::Qr)
                .with_purpose(purpose)
                .with_may_be_linking(may_be_linking);
            let mirrored = CodeRequest::from(request.clone());
            assert_eq!(core::CodeRequest::try_from(mirrored).unwrap(), request);
        }
    }
}

#[test]
fn statuses_come_back_as_they_went() {
    let phone = core::PhoneNumber::parse(PHONE).unwrap();
    let phases = core::InstancePhase::ALL.map(core::InstanceStatus::in_phase);
    let more = [
        core::InstanceStatus::connected(Some(phone)),
        core::InstanceStatus::passkey_required(passkey()),
    ];
    for status in phases.into_iter().chain(more) {
        let mirrored = InstanceStatus::from(status.clone());
        let back = core::InstanceStatus::try_from(mirrored).unwrap();
        assert_eq!(back, status);
    }
}

#[test]
fn a_passkey_keeps_only_what_can_be_shown() {
    let step = PasskeyStep::new(Some(URL.to_owned()), Some("12-34".to_owned()));
    assert!(is_passkey(&step));
    let unsafe_link = PasskeyStep::new(Some("javascript:alert(1)".to_owned()), None);
    assert_eq!(unsafe_link.expose_url(), None);
    assert_eq!(unsafe_link.expose_confirmation_code(), None);
}

#[test]
fn a_header_is_found_in_any_case_and_not_if_it_comes_twice() {
    let headers = [("X-A", "1"), ("x-b", "2"), ("X-B", "3")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let webhook = IncomingWebhook::new(b"{}".to_vec(), headers.into());
    assert_eq!(webhook.expose_body(), b"{}");
    let value = |name: &str| webhook.expose_header(name.to_owned());
    assert_eq!(value("x-a").as_deref(), Some("1"));
    assert_eq!(value("x-b"), None);
    assert_eq!(value("x-c"), None);
}

fn mirrored(kind: core::EventKind) -> EventKind {
    let event = PairingEvent::from(core::PairingEvent {
        kind,
        seq: 5,
        round: 3,
        attempt: 2,
    });
    assert_eq!((event.seq, event.round, event.attempt), (5, 3, 2));
    event.kind
}

#[tokio::test(start_paused = true)]
async fn what_remains_of_a_code_goes_by_both_clocks() {
    let ready = |expires_at| core::EventKind::CodeReady {
        expires_at,
        expiry: core::Expiry::Exact,
        code: core::PhoneCode::new("ABCD1234").unwrap().into(),
    };
    let hour = Duration::from_secs(3_600);
    let EventKind::CodeReady { code, .. } = mirrored(ready(SystemTime::now() + hour)) else {
        panic!("another event");
    };
    assert!(code.remaining().unwrap() <= hour);
    // The time of day stands still, as if it had been set back.
    tokio::time::advance(hour - Duration::from_secs(60)).await;
    assert!(code.remaining().unwrap() <= Duration::from_secs(60));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(code.remaining(), Some(Duration::ZERO));
    let EventKind::CodeReady { code, .. } = mirrored(ready(SystemTime::now())) else {
        panic!("another event");
    };
    assert_eq!(code.remaining(), Some(Duration::ZERO));
    let own = pairing_ffi::PairingCode::from_qr_text("2@own".to_owned()).unwrap();
    assert_eq!(own.remaining(), None);
}

#[test]
fn events_say_what_they_said() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_678);
    let code = core::PairingCode::from(core::PhoneCode::new("ABCD1234").unwrap());
    let ready = core::EventKind::CodeReady {
        expires_at: at,
        expiry: core::Expiry::Exact,
        code,
    };
    let EventKind::CodeReady {
        code,
        expires_at,
        expiry,
    } = mirrored(ready.clone())
    else {
        panic!("another kind");
    };
    assert_eq!((expires_at, expiry), (at, Expiry::Exact));
    assert_eq!(code.form(), CodeForm::PhoneCode);
    assert_eq!(code.expose_text().as_deref(), Some("ABCD-1234"));

    let error = core::ProviderError::new(core::ProviderErrorKind::TimedOut, "too late").report();
    let retrying = core::EventKind::Retrying {
        retry_at: at,
        error: error.clone(),
    };
    let EventKind::Retrying {
        retry_at,
        error: told,
    } = mirrored(retrying)
    else {
        panic!("another kind");
    };
    assert_eq!((retry_at, told), (at, error.into()));

    for (kind, fits) in [
        (
            core::EventKind::Preparing {
                method: core::PairingMethod::Qr,
            },
            (|kind| {
                matches!(
                    kind,
                    EventKind::Preparing {
                        method: PairingMethod::Qr
                    }
                )
            }) as fn(&EventKind) -> bool,
        ),
        (core::EventKind::CodeExpired, |kind| {
            matches!(kind, EventKind::CodeExpired)
        }),
        (core::EventKind::InteractionRequired, |kind| {
            matches!(kind, EventKind::InteractionRequired)
        }),
        (core::EventKind::Starting, |kind| {
            matches!(kind, EventKind::Starting)
        }),
        (core::EventKind::Linking, |kind| {
            matches!(kind, EventKind::Linking)
        }),
        (
            core::EventKind::PasskeyRequired { step: passkey() },
            |kind| matches!(kind, EventKind::PasskeyRequired { step } if is_passkey(step)),
        ),
        (
            core::EventKind::Linked {
                phone: Some(core::PhoneNumber::parse(PHONE).unwrap()),
            },
            |kind| matches!(kind, EventKind::Linked { phone: Some(phone) } if phone == PHONE),
        ),
    ] {
        assert!(fits(&mirrored(kind)));
    }
}

#[test]
fn a_view_keeps_its_code_while_retrying_and_ends() {
    let phone = core::PhoneNumber::parse(PHONE).unwrap();
    let capabilities = core::Capabilities::none().with_qr_text().with_phone_code();
    let mut folded = core::PairingView::new(core::PairingMethod::Qr, 3, capabilities);
    let mut seq = 0;
    let mut after = |kind| {
        seq += 1;
        folded.apply(&core::PairingEvent {
            kind,
            seq,
            round: 2,
            attempt: 1,
        });
        PairingView::from(folded.clone())
    };

    let preparing = after(core::EventKind::Preparing {
        method: core::PairingMethod::PhoneCode(phone),
    });
    assert!(matches!(preparing.screen, Screen::Preparing));
    let phone = PHONE.to_owned();
    assert!(preparing.method == PairingMethod::PhoneCode { phone });
    assert_eq!((preparing.seq, preparing.round), (1, 2));
    assert_eq!((preparing.attempt, preparing.codes_per_round), (1, 3));

    let at = SystemTime::now() + Duration::from_secs(60);
    let ready = core::EventKind::CodeReady {
        expires_at: at,
        expiry: core::Expiry::UpperBound,
        code: core::PhoneCode::new("ABCD1234").unwrap().into(),
    };
    let error = core::ProviderError::new(core::ProviderErrorKind::TimedOut, "too late").report();
    let retrying = core::EventKind::Retrying {
        retry_at: at,
        error: error.clone(),
    };
    for (kind, failure) in [(ready, None), (retrying, Some(error.into()))] {
        let view = after(kind);
        let Screen::Code {
            code,
            expires_at,
            expiry,
        } = view.screen
        else {
            panic!("no code on screen");
        };
        assert_eq!(code.expose_text().as_deref(), Some("ABCD-1234"));
        assert!(code.remaining().is_some());
        assert_eq!((expires_at, expiry), (at, Expiry::UpperBound));
        assert_eq!(view.retrying.map(|retrying| retrying.error), failure);
        let running = Actions {
            resume: false,
            switch_to_qr: true,
            switch_to_phone_code: true,
            cancel: true,
        };
        assert_eq!(view.actions, running);
    }

    let starting = after(core::EventKind::Starting);
    assert!(matches!(starting.screen, Screen::Starting));
    let linking = after(core::EventKind::Linking);
    assert!(matches!(linking.screen, Screen::Linking) && !linking.actions.resume);
    let asked = after(core::EventKind::PasskeyRequired { step: passkey() });
    assert!(matches!(asked.screen, Screen::PasskeyRequired { step } if is_passkey(&step)));
    assert!(asked.actions.resume);
    let linked = after(core::EventKind::Linked { phone: None });
    assert!(matches!(linked.screen, Screen::Linked { phone: None }));

    let expired = after(core::EventKind::CodeExpired);
    assert!(matches!(expired.screen, Screen::CodeExpired));
    let waiting = after(core::EventKind::InteractionRequired);
    assert!(matches!(waiting.screen, Screen::WaitingForUser) && waiting.actions.resume);
    let last = after(core::EventKind::Finished {
        outcome: core::PairingOutcome::Deadline,
    });
    let outcome = PairingOutcome::Deadline;
    assert!(matches!(last.screen, Screen::Finished { outcome: ended } if ended == outcome));
    assert!(!last.actions.cancel && !last.actions.switch_to_qr);
}

#[test]
fn outcomes_say_what_they_said() {
    let phone = core::PhoneNumber::parse(PHONE).unwrap();
    let text = PHONE.to_owned();
    let error = core::ProviderError::new(core::ProviderErrorKind::Refused, "no").report();
    let report = FailureReport::from(error.clone());
    let wait = Duration::from_secs(600);
    for (outcome, expected) in [
        (
            core::PairingOutcome::Connected {
                phone: Some(phone.clone()),
            },
            PairingOutcome::Connected {
                phone: Some(text.clone()),
            },
        ),
        (
            core::PairingOutcome::AlreadyConnected { phone: None },
            PairingOutcome::AlreadyConnected { phone: None },
        ),
        (
            core::PairingOutcome::WrongAccount { phone },
            PairingOutcome::WrongAccount { phone: text },
        ),
        (
            core::PairingOutcome::PasskeyRequired,
            PairingOutcome::PasskeyRequired,
        ),
        (
            core::PairingOutcome::LinkDropped,
            PairingOutcome::LinkDropped,
        ),
        (
            core::PairingOutcome::Rejected {
                error: error.clone(),
            },
            PairingOutcome::Rejected {
                error: report.clone(),
            },
        ),
        (
            core::PairingOutcome::Unavailable { error },
            PairingOutcome::Unavailable { error: report },
        ),
        (
            core::PairingOutcome::RateLimited {
                retry_after_seconds: Some(600),
            },
            PairingOutcome::RateLimited {
                retry_after: Some(wait),
            },
        ),
        (core::PairingOutcome::Deadline, PairingOutcome::Deadline),
        (core::PairingOutcome::Cancelled, PairingOutcome::Cancelled),
    ] {
        let fits = matches!(mirrored(core::EventKind::Finished { outcome }),
            EventKind::Finished { outcome } if outcome == expected);
        assert!(fits);
    }
}

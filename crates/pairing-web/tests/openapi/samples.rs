//! The documented JSON is core's: every kind of event, outcome, code and failure. The page has one
//! kind of code besides.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use pairing_core::{
    EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome, PhoneCode,
    ProviderError, ProviderErrorKind, QrImage, QrText,
};
use serde_json::{Value, json};

use crate::contract::{document, misfit, schema};

fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_678)
}

fn event(kind: EventKind) -> Value {
    let event = PairingEvent {
        kind,
        seq: 4,
        round: 2,
        attempt: 0,
    };
    serde_json::to_value(event).unwrap()
}

fn code_ready(code: impl Into<PairingCode>) -> Value {
    event(EventKind::CodeReady {
        expires_at: moment(),
        expiry: Expiry::UpperBound,
        code: code.into(),
    })
}

/// What the page gets instead of a picture that cannot be read.
fn unreadable() -> Value {
    let mut event = code_ready(PhoneCode::new("ABCD1234").unwrap());
    event["code"] = json!({"kind": "unreadable"});
    event
}

fn finished(outcome: PairingOutcome) -> Value {
    event(EventKind::Finished { outcome })
}

fn events() -> Vec<Value> {
    let phone = || "5511999998888".parse().unwrap();
    let error = || ProviderError::from(ProviderErrorKind::Unavailable).report();
    let limited = ProviderError::from(ProviderErrorKind::RateLimited);
    let limited = limited.with_retry_after(Duration::from_secs(9)).report();
    vec![
        event(EventKind::Preparing {
            method: PairingMethod::Qr,
        }),
        code_ready(QrText::new("2@a,b").unwrap()),
        code_ready(QrImage::new(*b"\x89PNG\r\n\x1a\n").unwrap()),
        code_ready(PhoneCode::new("ABCD1234").unwrap()),
        unreadable(),
        event(EventKind::CodeExpired),
        event(EventKind::Retrying {
            retry_at: moment(),
            error: limited.clone(),
        }),
        event(EventKind::InteractionRequired),
        finished(PairingOutcome::Connected {
            phone: Some(phone()),
        }),
        finished(PairingOutcome::AlreadyConnected { phone: None }),
        finished(PairingOutcome::WrongAccount { phone: phone() }),
        finished(PairingOutcome::PasskeyRequired),
        finished(PairingOutcome::Rejected { error: error() }),
        finished(PairingOutcome::Unavailable { error: limited }),
        finished(PairingOutcome::RateLimited {
            retry_after_seconds: Some(0),
        }),
        finished(PairingOutcome::Deadline),
        finished(PairingOutcome::Cancelled),
    ]
}

#[test]
fn every_event_fits_its_schema() {
    for event in events() {
        assert_eq!(misfit(&schema("PairingEvent"), &event), None, "{event}");
    }
}

#[test]
fn every_member_of_an_event_is_described() {
    let mut described = BTreeSet::new();
    for schema in document()["components"]["schemas"]
        .as_object()
        .unwrap()
        .values()
    {
        if let Some(properties) = schema["properties"].as_object() {
            described.extend(properties.keys().cloned());
        }
    }
    fn members(value: &Value, into: &mut BTreeSet<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            into.insert(name.clone());
            members(value, into);
        }
    }
    let mut said = BTreeSet::new();
    events().iter().for_each(|event| members(event, &mut said));
    assert_eq!(
        said.difference(&described).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

/// The names that a schema tells its kinds by.
fn told_apart(name: &str) -> BTreeSet<String> {
    let document = document();
    let mapping = &document["components"]["schemas"][name]["discriminator"]["mapping"];
    mapping.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_samples_are_of_every_kind_there_is() {
    let of = |pointer: &str| -> BTreeSet<String> {
        let events = events();
        let names = events.iter().filter_map(|event| event.pointer(pointer));
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(told_apart("AnyEvent"), of("/event"));
    assert_eq!(told_apart("Outcome"), of("/outcome"));
    assert_eq!(told_apart("Code"), of("/code/kind"));
}

#[test]
fn every_failure_of_a_provider_is_named() {
    let document = document();
    let kinds = &document["components"]["schemas"]["ProviderProblem"]["properties"]["kind"];
    assert_eq!(kinds["enum"], json!(ProviderErrorKind::ALL));
}

#[test]
fn what_is_no_event_does_not_fit() {
    let events = events();
    let without = |mut event: Value, member: &str| {
        event.as_object_mut().unwrap().remove(member).unwrap();
        event
    };
    let with = |mut event: Value, pointer: &str, value: Value| {
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for wrong in [
        json!({}),
        without(events[0].clone(), "seq"),
        without(events[0].clone(), "event"),
        without(events[1].clone(), "code"),
        without(events[1].clone(), "expires_at"),
        with(events[1].clone(), "/expires_at", json!("tomorrow")),
        with(events[1].clone(), "/code/kind", json!("bar_code")),
        with(events[2].clone(), "/code/data", json!("!")),
        with(events[6].clone(), "/error/kind", json!("bad_luck")),
        with(events[8].clone(), "/outcome", json!("perhaps")),
        with(events[8].clone(), "/phone", json!("11 99999-8888")),
    ] {
        assert!(misfit(&schema("PairingEvent"), &wrong).is_some(), "{wrong}");
    }
}

#[test]
fn an_event_for_the_host_application_has_no_code() {
    let with_code = code_ready(QrText::new("2@a,b").unwrap());
    let mut without = with_code.clone();
    without.as_object_mut().unwrap().remove("code").unwrap();
    assert_eq!(misfit(&schema("CodelessEvent"), &without), None);
    assert!(misfit(&schema("CodelessEvent"), &with_code).is_some());
}

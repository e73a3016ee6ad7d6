//! The documented JSON is core's: every kind of event, outcome, code and failure. The page has one
//! kind of code besides.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use pairing_core::{
    Capabilities, EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingView, PasskeyStep, PhoneCode, ProviderError, ProviderErrorKind, QrImage, QrText,
};
use serde_json::{Value, json};

use crate::contract::{document, misfit, schema};

fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_678)
}

fn event(kind: EventKind) -> PairingEvent {
    PairingEvent {
        kind,
        seq: 4,
        round: 2,
        attempt: 0,
    }
}

fn code_ready(code: impl Into<PairingCode>) -> EventKind {
    EventKind::CodeReady {
        expires_at: moment(),
        expiry: Expiry::UpperBound,
        code: code.into(),
    }
}

fn finished(outcome: PairingOutcome) -> EventKind {
    EventKind::Finished { outcome }
}

fn passkey() -> EventKind {
    EventKind::PasskeyRequired {
        step: PasskeyStep::new()
            .with_url("https://web.example/passkey")
            .with_confirmation_code("1234-5678"),
    }
}

fn kinds() -> Vec<EventKind> {
    let phone = || "5511999998888".parse().unwrap();
    let error = || ProviderError::from(ProviderErrorKind::Unavailable).report();
    let limited = ProviderError::from(ProviderErrorKind::RateLimited);
    let limited = limited.with_retry_after(Duration::from_secs(9)).report();
    vec![
        EventKind::Preparing {
            method: PairingMethod::Qr,
        },
        EventKind::Preparing {
            method: PairingMethod::PhoneCode(phone()),
        },
        code_ready(QrText::new("2@a,b").unwrap()),
        code_ready(QrImage::new(*b"\x89PNG\r\n\x1a\n").unwrap()),
        code_ready(PhoneCode::new("ABCD1234").unwrap()),
        EventKind::CodeExpired,
        EventKind::Retrying {
            retry_at: moment(),
            error: limited.clone(),
        },
        EventKind::InteractionRequired,
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
        EventKind::Starting,
        EventKind::Linking,
        EventKind::PasskeyRequired {
            step: PasskeyStep::new(),
        },
        passkey(),
        EventKind::Linked {
            phone: Some(phone()),
        },
        finished(PairingOutcome::LinkDropped),
    ]
}

/// As the host application gets them.
fn events() -> Vec<Value> {
    let codeless = |kind| {
        let mut event = serde_json::to_value(event(kind)).unwrap();
        for secret in ["code", "url", "confirmation_code"] {
            event.as_object_mut().unwrap().remove(secret);
        }
        event
    };
    kinds().into_iter().map(codeless).collect()
}

/// The view after an event, as core writes it.
fn view(kind: EventKind) -> Value {
    let mut view = PairingView::new(PairingMethod::Qr, 3, Capabilities::none());
    view.apply(&event(kind));
    serde_json::to_value(view).unwrap()
}

/// As the page gets them: with a drawing, and with something else in the place of a picture that
/// cannot be read.
fn views() -> Vec<Value> {
    let mut drawn = view(code_ready(QrText::new("2@a,b").unwrap()));
    drawn["drawing"] = json!({"width": 1, "modules": "gA=="});
    let mut unreadable = view(code_ready(PhoneCode::new("ABCD1234").unwrap()));
    unreadable["screen"]["code"] = json!({"kind": "unreadable"});
    let of_core = kinds().into_iter().map(view);
    of_core.chain([drawn, unreadable]).collect()
}

#[test]
fn every_event_and_every_view_fits_its_schema() {
    for event in events() {
        assert_eq!(misfit(&schema("CodelessEvent"), &event), None, "{event}");
    }
    for view in views() {
        assert_eq!(misfit(&schema("View"), &view), None, "{view}");
    }
}

#[test]
fn every_member_of_an_event_or_a_view_is_described() {
    let mut described = BTreeSet::new();
    fn properties(value: &Value, into: &mut BTreeSet<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            if name == "properties" {
                into.extend(value.as_object().unwrap().keys().cloned());
            }
            properties(value, into);
        }
    }
    properties(&document()["components"]["schemas"], &mut described);
    fn members(value: &Value, into: &mut BTreeSet<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            into.insert(name.clone());
            members(value, into);
        }
    }
    let mut said = BTreeSet::new();
    let all = events().into_iter().chain(views());
    all.for_each(|value| members(&value, &mut said));
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
    let of = |samples: Vec<Value>, pointer: &str| -> BTreeSet<String> {
        let names = samples.iter().filter_map(|sample| sample.pointer(pointer));
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(told_apart("CodelessEvent"), of(events(), "/event"));
    assert_eq!(told_apart("Outcome"), of(events(), "/outcome"));
    assert_eq!(told_apart("Screen"), of(views(), "/screen/kind"));
    assert_eq!(told_apart("Outcome"), of(views(), "/screen/outcome"));
    assert_eq!(told_apart("Code"), of(views(), "/screen/code/kind"));
}

#[test]
fn every_failure_of_a_provider_is_named() {
    let document = document();
    let kinds = &document["components"]["schemas"]["ProviderProblem"]["properties"]["kind"];
    assert_eq!(kinds["enum"], json!(ProviderErrorKind::ALL));
}

#[test]
fn what_is_no_event_and_no_view_does_not_fit() {
    let without = |mut value: Value, member: &str| {
        value.as_object_mut().unwrap().remove(member).unwrap();
        value
    };
    let with = |mut value: Value, pointer: &str, other: Value| {
        *value.pointer_mut(pointer).unwrap() = other;
        value
    };
    let (events, views) = (events(), views());
    let with_code = event(code_ready(QrText::new("2@a,b").unwrap()));
    for (name, wrong) in [
        ("CodelessEvent", json!({})),
        ("CodelessEvent", without(events[0].clone(), "seq")),
        ("CodelessEvent", without(events[0].clone(), "event")),
        ("CodelessEvent", without(events[0].clone(), "method")),
        ("CodelessEvent", without(events[2].clone(), "expires_at")),
        ("CodelessEvent", serde_json::to_value(with_code).unwrap()),
        (
            "CodelessEvent",
            serde_json::to_value(event(passkey())).unwrap(),
        ),
        ("View", json!({})),
        ("View", without(views[0].clone(), "seq")),
        ("View", without(views[0].clone(), "screen")),
        ("View", without(views[0].clone(), "actions")),
        (
            "View",
            with(views[2].clone(), "/screen/expires_at", json!("tomorrow")),
        ),
        (
            "View",
            with(views[2].clone(), "/screen/code/kind", json!("bar_code")),
        ),
        (
            "View",
            with(views[3].clone(), "/screen/code/data", json!("!")),
        ),
        (
            "View",
            with(views[6].clone(), "/retrying/error/kind", json!("bad_luck")),
        ),
        (
            "View",
            with(views[8].clone(), "/screen/outcome", json!("perhaps")),
        ),
        (
            "View",
            with(views[8].clone(), "/screen/phone", json!("11 99999-8888")),
        ),
    ] {
        assert!(misfit(&schema(name), &wrong).is_some(), "{name}: {wrong}");
    }
}

//! The JSON of events: what the command line prints, pages receive and other languages read.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::time::{Duration, SystemTime};

use pairing_core::{
    Capabilities, EventKind, Expiry, PairingEvent, PairingMethod, PairingOutcome, PairingView,
    PhoneCode, ProviderError, ProviderErrorKind, QrImage, QrText,
};

fn event(kind: EventKind) -> PairingEvent {
    PairingEvent {
        kind,
        seq: 4,
        round: 2,
        attempt: 1,
    }
}

fn at() -> SystemTime {
    // 2026-01-02T03:04:05.678Z
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_678)
}

fn code_ready(code: pairing_core::PairingCode) -> EventKind {
    EventKind::CodeReady {
        expires_at: at(),
        expiry: Expiry::UpperBound,
        code,
    }
}

fn error() -> pairing_core::ErrorReport {
    ProviderError::new(ProviderErrorKind::Unavailable, "down").report()
}

fn finished(outcome: PairingOutcome) -> EventKind {
    EventKind::Finished { outcome }
}

const NUMBERS: &str = r#""seq":4,"round":2,"attempt":1}"#;

fn documented() -> Vec<(EventKind, &'static str)> {
    let phone = || Some("5511999998888".parse().unwrap());
    vec![
        (
            EventKind::Preparing {
                method: PairingMethod::Qr,
            },
            r#"{"event":"preparing","method":"qr","#,
        ),
        (
            EventKind::Preparing {
                method: by_phone_code(),
            },
            r#"{"event":"preparing","method":"phone_code","phone":"+5511999998888","#,
        ),
        (
            code_ready(QrText::new("2@a,b").unwrap().into()),
            r#"{"event":"code_ready","expires_at":"2026-01-02T03:04:05.678Z","expiry":"upper_bound","code":{"kind":"qr_text","text":"2@a,b"},"#,
        ),
        (
            code_ready(QrImage::new(*b"\x89PNG\r\n\x1a\n").unwrap().into()),
            r#"{"event":"code_ready","expires_at":"2026-01-02T03:04:05.678Z","expiry":"upper_bound","code":{"kind":"qr_image","media_type":"image/png","data":"iVBORw0KGgo="},"#,
        ),
        (
            EventKind::CodeReady {
                expires_at: at(),
                expiry: Expiry::Exact,
                code: PhoneCode::new("ABCD1234").unwrap().into(),
            },
            r#"{"event":"code_ready","expires_at":"2026-01-02T03:04:05.678Z","expiry":"exact","code":{"kind":"phone_code","code":"ABCD-1234"},"#,
        ),
        (EventKind::CodeExpired, r#"{"event":"code_expired","#),
        (
            EventKind::Retrying {
                retry_at: at(),
                error: error(),
            },
            r#"{"event":"retrying","retry_at":"2026-01-02T03:04:05.678Z","error":{"kind":"unavailable","message":"down","retryable":true},"#,
        ),
        (
            EventKind::InteractionRequired,
            r#"{"event":"interaction_required","#,
        ),
        (
            finished(PairingOutcome::Connected { phone: phone() }),
            r#"{"event":"finished","outcome":"connected","phone":"+5511999998888","#,
        ),
        (
            finished(PairingOutcome::AlreadyConnected { phone: None }),
            r#"{"event":"finished","outcome":"already_connected","#,
        ),
        (
            finished(PairingOutcome::WrongAccount {
                phone: phone().unwrap(),
            }),
            r#"{"event":"finished","outcome":"wrong_account","phone":"+5511999998888","#,
        ),
        (
            finished(PairingOutcome::PasskeyRequired),
            r#"{"event":"finished","outcome":"passkey_required","#,
        ),
        (
            finished(PairingOutcome::Rejected { error: error() }),
            r#"{"event":"finished","outcome":"rejected","error":{"kind":"unavailable","message":"down","retryable":true},"#,
        ),
        (
            finished(PairingOutcome::Unavailable { error: error() }),
            r#"{"event":"finished","outcome":"unavailable","error":{"kind":"unavailable","message":"down","retryable":true},"#,
        ),
        (
            finished(PairingOutcome::RateLimited {
                retry_after_seconds: Some(90),
            }),
            r#"{"event":"finished","outcome":"rate_limited","retry_after_seconds":90,"#,
        ),
        (
            finished(PairingOutcome::RateLimited {
                retry_after_seconds: None,
            }),
            r#"{"event":"finished","outcome":"rate_limited","#,
        ),
        (
            finished(PairingOutcome::Deadline),
            r#"{"event":"finished","outcome":"deadline","#,
        ),
        (
            finished(PairingOutcome::Cancelled),
            r#"{"event":"finished","outcome":"cancelled","#,
        ),
    ]
}

#[test]
fn every_event_has_its_documented_json_and_reads_back() {
    for (kind, json) in documented() {
        let event = event(kind);
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(written, format!("{json}{NUMBERS}"));
        if let Some(outcome) = event.outcome() {
            let name = format!(r#""outcome":"{}","#, outcome.as_str());
            assert!(written.contains(&name), "{written}");
        }
        assert_eq!(
            serde_json::from_str::<PairingEvent>(&written).unwrap(),
            event
        );
    }
}

fn by_phone_code() -> PairingMethod {
    PairingMethod::PhoneCode("5511999998888".parse().unwrap())
}

/// The view after these events, which are numbered as they come.
fn view(method: PairingMethod, kinds: impl IntoIterator<Item = EventKind>) -> PairingView {
    let capabilities = Capabilities::none().with_qr_text().with_phone_code();
    let mut view = PairingView::new(method, 3, capabilities);
    for (kind, seq) in kinds.into_iter().zip(1..) {
        view.apply(&PairingEvent { seq, ..event(kind) });
    }
    view
}

#[test]
fn the_json_of_a_view_is_the_documented_one_and_reads_back() {
    let retrying = EventKind::Retrying {
        retry_at: at(),
        error: error(),
    };
    let linked = finished(PairingOutcome::Connected {
        phone: Some("5511999998888".parse().unwrap()),
    });
    for (view, json) in [
        (
            view(
                PairingMethod::Qr,
                [code_ready(QrText::new("2@a,b").unwrap().into()), retrying],
            ),
            r#"{"seq":2,"round":2,"attempt":1,"codes_per_round":3,"method":"qr","screen":{"kind":"code","expires_at":"2026-01-02T03:04:05.678Z","expiry":"upper_bound","code":{"kind":"qr_text","text":"2@a,b"}},"retrying":{"retry_at":"2026-01-02T03:04:05.678Z","error":{"kind":"unavailable","message":"down","retryable":true}},"actions":{"resume":false,"switch_to_qr":true,"switch_to_phone_code":true,"cancel":true}}"#,
        ),
        (
            view(by_phone_code(), [linked]),
            r#"{"seq":1,"round":2,"attempt":1,"codes_per_round":3,"method":"phone_code","phone":"+5511999998888","screen":{"kind":"finished","outcome":"connected","phone":"+5511999998888"},"actions":{"resume":false,"switch_to_qr":false,"switch_to_phone_code":false,"cancel":false}}"#,
        ),
    ] {
        assert_eq!(serde_json::to_string(&view).unwrap(), json);
        assert_eq!(serde_json::from_str::<PairingView>(json).unwrap(), view);
    }
}

#[test]
fn a_view_reads_back_after_every_kind_of_event() {
    for (kind, _) in documented() {
        let view = view(PairingMethod::Qr, [kind]);
        let json = serde_json::to_string(&view).unwrap();
        assert_eq!(serde_json::from_str::<PairingView>(&json).unwrap(), view);
        let debug = format!("{view:?}");
        for secret in ["2@a", "ABCD", "PNG\\r", "999998888"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }
}

#[test]
fn no_debug_shows_a_code_or_a_whole_phone_number() {
    for (kind, _) in documented() {
        let debug = format!("{:?}", event(kind));
        for secret in ["2@a", "ABCD", "PNG\\r", "999998888"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }
}

#[test]
fn a_moment_no_calendar_knows_is_an_error_and_not_a_panic() {
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 50);
    let kind = EventKind::Retrying {
        retry_at: far,
        error: error(),
    };
    assert!(serde_json::to_string(&event(kind)).is_err());
}

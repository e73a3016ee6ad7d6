//! Core's events in C's words.

use std::time::{Duration, SystemTime};

use pairing_core::{
    EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome, PasskeyStep,
    PhoneCode, PhoneNumber, ProviderError, ProviderErrorKind, QrImage, QrText,
};

use super::support::{out, read};
use crate::c::buffer::{pairing_buffer_get_data, pairing_buffer_get_size, pairing_buffer_get_text};
use crate::c::event::pairing_event;
use crate::c::event_getters::*;
use crate::c::event_kinds::*;
use crate::c::qr::{
    pairing_qr_from_event, pairing_qr_get_width, pairing_qr_is_dark, pairing_qr_to_png,
    pairing_qr_to_svg, pairing_qr_to_terminal,
};
use crate::c::status::pairing_status;

fn event(kind: EventKind) -> (serde_json::Value, pairing_event) {
    let event = PairingEvent {
        kind,
        seq: 7,
        round: 2,
        attempt: 1,
    };
    (serde_json::to_value(&event).unwrap(), event.into())
}

fn shown(code: impl Into<PairingCode>) -> pairing_event {
    event(EventKind::CodeReady {
        expires_at: SystemTime::UNIX_EPOCH + Duration::from_millis(1_234),
        expiry: Expiry::UpperBound,
        code: code.into(),
    })
    .1
}

fn outcomes() -> Vec<PairingOutcome> {
    let phone = PhoneNumber::parse("+5511999998888").unwrap();
    let error = || ProviderError::from(ProviderErrorKind::Refused).report();
    vec![
        PairingOutcome::Connected { phone: None },
        PairingOutcome::AlreadyConnected {
            phone: Some(phone.clone()),
        },
        PairingOutcome::WrongAccount { phone },
        PairingOutcome::PasskeyRequired,
        PairingOutcome::Rejected { error: error() },
        PairingOutcome::Unavailable { error: error() },
        PairingOutcome::RateLimited {
            retry_after_seconds: Some(90),
        },
        PairingOutcome::Deadline,
        PairingOutcome::Cancelled,
        PairingOutcome::LinkDropped,
    ]
}

#[test]
fn kinds_and_outcomes_have_the_names_they_have_in_json() {
    let finished = outcomes().into_iter();
    let finished = finished.map(|outcome| EventKind::Finished { outcome });
    let others = [
        EventKind::Preparing {
            method: PairingMethod::Qr,
        },
        EventKind::CodeExpired,
        EventKind::InteractionRequired,
        EventKind::Starting,
        EventKind::Linking,
        EventKind::PasskeyRequired {
            step: PasskeyStep::new()
                .with_url("https://example.com/passkey")
                .with_confirmation_code("12-34"),
        },
        EventKind::PasskeyRequired {
            step: PasskeyStep::new(),
        },
        EventKind::Linked { phone: None },
        EventKind::Linked {
            phone: Some(PhoneNumber::parse("+5511999998888").unwrap()),
        },
        EventKind::Retrying {
            retry_at: SystemTime::now(),
            error: ProviderError::from(ProviderErrorKind::TimedOut).report(),
        },
        EventKind::CodeReady {
            expires_at: SystemTime::now(),
            expiry: Expiry::Exact,
            code: QrText::new("2@code").unwrap().into(),
        },
    ];
    for kind in others.into_iter().chain(finished) {
        let (json, event) = event(kind);
        let kind = pairing_event_get_kind(Some(&event)) as u32;
        assert_eq!(read(pairing_event_kind_name(kind)), json["event"].as_str());
        let outcome = pairing_event_get_outcome(Some(&event)) as u32;
        let expected = json["outcome"].as_str().unwrap_or("none");
        assert_eq!(read(pairing_outcome_name(outcome)), Some(expected));
        let phone = pairing_event_get_phone(Some(&event));
        assert_eq!(read(phone), json["phone"].as_str());
        let url = pairing_event_get_passkey_url(Some(&event));
        assert_eq!(read(url), json["url"].as_str());
        let code = pairing_event_get_passkey_confirmation_code(Some(&event));
        assert_eq!(read(code), json["confirmation_code"].as_str());
        assert_eq!(pairing_event_get_seq(Some(&event)), 7);
        assert_eq!(pairing_event_get_round(Some(&event)), 2);
        assert_eq!(pairing_event_get_attempt(Some(&event)), 1);
    }
    assert_eq!(read(pairing_event_kind_name(99)), Some("unknown"));
    assert_eq!(read(pairing_outcome_name(u32::MAX)), Some("unknown"));
}

#[test]
fn a_failure_is_reported_with_its_retry_hint() {
    let (_, limited) = event(EventKind::Finished {
        outcome: outcomes().remove(6),
    });
    let limited = Some(&limited);
    assert_eq!(
        pairing_event_get_failure(limited),
        pairing_status::RateLimited
    );
    assert!(pairing_event_get_failure_retryable(limited));
    assert_eq!(pairing_event_get_failure_retry_after_ms(limited), 90_000);
    assert!(read(pairing_event_get_failure_message(limited)).is_some());

    let (_, retrying) = event(EventKind::Retrying {
        retry_at: SystemTime::UNIX_EPOCH + Duration::from_secs(5),
        error: ProviderError::new(ProviderErrorKind::TimedOut, "too slow").report(),
    });
    let retrying = Some(&retrying);
    assert_eq!(pairing_event_get_retry_at_ms(retrying), 5_000);
    assert_eq!(
        pairing_event_get_failure(retrying),
        pairing_status::TimedOut
    );
    assert_eq!(
        read(pairing_event_get_failure_message(retrying)),
        Some("too slow")
    );
    assert_eq!(pairing_event_get_failure_retry_after_ms(retrying), -1);
}

#[test]
fn a_code_comes_in_its_own_form_and_in_no_other() {
    let text = shown(QrText::new("2@code").unwrap());
    let phone_code = shown(PhoneCode::new("ABCD1234").unwrap());
    let image = shown(QrImage::new(*b"\xff\xd8\xff and more").unwrap());
    for (event, kind, text, media_type, size) in [
        (&text, pairing_code_kind::QrText, Some("2@code"), None, 0),
        (
            &phone_code,
            pairing_code_kind::PhoneCode,
            Some("ABCD-1234"),
            None,
            0,
        ),
        (
            &image,
            pairing_code_kind::QrImage,
            None,
            Some("image/jpeg"),
            12,
        ),
    ] {
        let event = Some(event);
        assert_eq!(pairing_event_get_code_kind(event), kind);
        assert_eq!(read(pairing_event_get_code_text(event)), text);
        assert_eq!(read(pairing_event_get_code_image_type(event)), media_type);
        assert_eq!(pairing_event_get_code_image_size(event), size);
        assert_eq!(pairing_event_get_code_image(event).is_null(), size == 0);
        assert_eq!(pairing_event_get_expires_at_ms(event), 1_234);
        assert_eq!(pairing_event_get_remaining_ms(event), 0, "long dead");
        assert_eq!(pairing_event_get_expiry(event), pairing_expiry::UpperBound);
    }
    let method = PairingMethod::Qr;
    for event in [
        &phone_code,
        &image,
        &event(EventKind::Preparing { method }).1,
    ] {
        let qr = out(|qr| pairing_qr_from_event(Some(event), qr));
        assert_eq!(qr.err(), Some(pairing_status::NotDrawable));
    }
}

#[tokio::test(start_paused = true)]
async fn what_remains_of_a_code_goes_by_both_clocks() {
    let (_, event) = event(EventKind::CodeReady {
        // Longer than this test, and by the time of day for ever.
        expires_at: SystemTime::now() + Duration::from_secs(3_600),
        expiry: Expiry::Exact,
        code: QrText::new("2@code").unwrap().into(),
    });
    let remaining = || pairing_event_get_remaining_ms(Some(&event));
    assert!((3_500_000..=3_600_000).contains(&remaining()));
    // The time of day stands still, as if it had been set back.
    tokio::time::advance(Duration::from_secs(3_000)).await;
    assert!((500_000..=600_000).contains(&remaining()));
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(remaining(), 0);
}

#[test]
fn a_qr_code_is_drawn_in_every_way() {
    let event = shown(QrText::new("2@code").unwrap());
    let qr = out(|qr| pairing_qr_from_event(Some(&event), qr)).unwrap();
    drop(event);
    assert_eq!(pairing_qr_get_width(Some(&qr)), 21);
    assert!(pairing_qr_is_dark(Some(&qr), 0, 0));
    assert!(!pairing_qr_is_dark(Some(&qr), 21, 0));

    let svg = out(|svg| pairing_qr_to_svg(Some(&qr), svg)).unwrap();
    let text = read(pairing_buffer_get_text(Some(&svg))).unwrap();
    assert!(text.starts_with("<svg"));
    assert_eq!(pairing_buffer_get_size(Some(&svg)), text.len());

    let terminal = out(|slot| pairing_qr_to_terminal(Some(&qr), true, 2, slot)).unwrap();
    let text = read(pairing_buffer_get_text(Some(&terminal))).unwrap();
    assert_eq!(text.lines().count(), 13);

    let png = out(|png| pairing_qr_to_png(Some(&qr), 8, png)).unwrap();
    // SAFETY: the buffer is alive and has that many bytes.
    let file = unsafe {
        std::slice::from_raw_parts(
            pairing_buffer_get_data(Some(&png)),
            pairing_buffer_get_size(Some(&png)),
        )
    };
    assert!(file.starts_with(b"\x89PNG"));
    for pixels in [0, 65, u32::MAX] {
        let png = out(|png| pairing_qr_to_png(Some(&qr), pixels, png));
        assert_eq!(png.err(), Some(pairing_status::InvalidArgument));
    }
}

//! Events and views as lines of the protocol.

use std::fmt::{Display, Write as _};
use std::time::SystemTime;

use pairing_core::{
    ErrorReport, EventKind, Expiry, PairingCode, PairingEvent, PairingMethod, PairingOutcome,
    PairingView, Screen,
};
use pairing_qr::QrMatrix;

pub(super) fn event(event: &PairingEvent) -> String {
    let mut line = format!("event {}", numbers(event));
    match &event.kind {
        EventKind::CodeReady {
            expires_at,
            expiry,
            code,
        } => {
            let expiry = match expiry {
                Expiry::Exact => "exact",
                Expiry::UpperBound => "upper_bound",
            };
            let at = milliseconds(*expires_at);
            let _ = write!(line, " expires_at={at} expiry={expiry} {}", shown(code));
        }
        EventKind::Retrying { retry_at, error } => {
            let at = milliseconds(*retry_at);
            let _ = write!(line, " retry_at={at} {}", failure(error));
        }
        EventKind::Finished { outcome } => {
            let _ = write!(line, " {}", end(outcome));
        }
        EventKind::PasskeyRequired { step } => {
            let url = or_none(step.url());
            let code = or_none(step.confirmation_code());
            let _ = write!(line, " url={url} confirmation_code={code}");
        }
        EventKind::Linked { phone } => {
            let _ = write!(line, " phone={}", or_none(phone.as_ref()));
        }
        EventKind::Preparing { .. }
        | EventKind::Starting
        | EventKind::CodeExpired
        | EventKind::Linking
        | EventKind::InteractionRequired => {}
    }
    line
}

pub(super) fn view(view: &PairingView) -> String {
    let (method, phone) = match &view.method {
        PairingMethod::Qr => ("qr", None),
        PairingMethod::PhoneCode(phone) => ("phone_code", Some(phone)),
    };
    let screen = match &view.screen {
        Screen::Preparing => "preparing",
        Screen::Code { .. } => "code",
        Screen::Starting => "starting",
        Screen::CodeExpired => "code_expired",
        Screen::Linking => "linking",
        Screen::PasskeyRequired { .. } => "passkey_required",
        Screen::Linked { .. } => "linked",
        Screen::WaitingForUser => "waiting_for_user",
        Screen::Finished { .. } => "finished",
    };
    format!(
        "view method={method} phone={} seq={} round={} attempt={} screen={screen}",
        or_none(phone),
        view.seq,
        view.round,
        view.attempt
    )
}

fn numbers(event: &PairingEvent) -> String {
    let PairingEvent {
        kind,
        seq,
        round,
        attempt,
    } = event;
    let kind = match kind {
        EventKind::Preparing { .. } => "preparing",
        EventKind::CodeReady { .. } => "code_ready",
        EventKind::Starting => "starting",
        EventKind::CodeExpired => "code_expired",
        EventKind::Linking => "linking",
        EventKind::PasskeyRequired { .. } => "passkey_required",
        EventKind::Linked { .. } => "linked",
        EventKind::Retrying { .. } => "retrying",
        EventKind::InteractionRequired => "interaction_required",
        EventKind::Finished { .. } => "finished",
    };
    format!("seq={seq} round={round} attempt={attempt} kind={kind}")
}

fn shown(code: &PairingCode) -> String {
    match code {
        PairingCode::QrText { text } => {
            let text = text.expose();
            format!("form=qr_text {} code={text}", drawn(text))
        }
        PairingCode::QrImage { image } => {
            let mut line = "form=qr_image code=".to_owned();
            for byte in image.expose() {
                let _ = write!(line, "{byte:02x}");
            }
            line
        }
        PairingCode::PhoneCode { code } => format!("form=phone_code code={}", code.expose()),
    }
}

/// Zeros, which fit no code, when it cannot be drawn.
fn drawn(text: &str) -> String {
    let (width, dark) = QrMatrix::encode(text).map_or((0, 0), |matrix| {
        let dark = matrix.rows().flatten().filter(|dark| **dark).count();
        (matrix.width(), dark)
    });
    format!("width={width} dark={dark}")
}

fn failure(error: &ErrorReport) -> String {
    format!(
        "error={} retryable={} retry_after={} message={}",
        error.kind,
        u8::from(error.retryable),
        or_none(error.retry_after_seconds),
        error.message
    )
}

fn end(outcome: &PairingOutcome) -> String {
    match outcome {
        PairingOutcome::Connected { phone } => {
            format!("outcome=connected phone={}", or_none(phone.as_ref()))
        }
        PairingOutcome::AlreadyConnected { phone } => {
            format!(
                "outcome=already_connected phone={}",
                or_none(phone.as_ref())
            )
        }
        PairingOutcome::WrongAccount { phone } => format!("outcome=wrong_account phone={phone}"),
        PairingOutcome::PasskeyRequired => "outcome=passkey_required".to_owned(),
        PairingOutcome::Rejected { error } => format!("outcome=rejected {}", failure(error)),
        PairingOutcome::Unavailable { error } => format!("outcome=unavailable {}", failure(error)),
        PairingOutcome::RateLimited {
            retry_after_seconds,
        } => format!(
            "outcome=rate_limited retry_after={}",
            or_none(*retry_after_seconds)
        ),
        PairingOutcome::LinkDropped => "outcome=link_dropped".to_owned(),
        PairingOutcome::Deadline => "outcome=deadline".to_owned(),
        PairingOutcome::Cancelled => "outcome=cancelled".to_owned(),
    }
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn milliseconds(moment: SystemTime) -> u128 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_millis()
}

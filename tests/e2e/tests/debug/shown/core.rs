//! Codes and all that carries one.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pairing_adapter::testing::CannedTransport;
use pairing_core::flow::{FlowOptions, Input, Now, Output, PairingFlow, Request};
use pairing_core::testing::EventRules;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, EventKind, Expiry, IncomingWebhook, InstanceStatus,
    IssuedCode, PairingCode, PairingEvent, PairingMethod, PairingOutcome, PairingPolicy,
    PairingSession, PairingSessionBuilder, PairingView, PasskeyStep, PhoneCode, PhoneNumber,
    QrImage, QrText,
};
use pairing_qr::QrMatrix;
use pairing_zapi::{ZApi, ZApiConfig};

use super::{Shown, shown, shown_without};

pub(super) fn qr_text() -> QrText {
    QrText::new("2@canary,canary").unwrap()
}

fn codes() -> [PairingCode; 3] {
    let picture = QrImage::new(&b"\x89PNG\r\n\x1a\ncanary"[..]).unwrap();
    let typed = PhoneCode::new("CANARY12").unwrap();
    [qr_text().into(), picture.into(), typed.into()]
}

pub(super) fn event(code: PairingCode) -> PairingEvent {
    PairingEvent {
        kind: EventKind::CodeReady {
            expires_at: SystemTime::UNIX_EPOCH,
            expiry: Expiry::Exact,
            code,
        },
        seq: 1,
        round: 1,
        attempt: 1,
    }
}

fn passkey() -> PasskeyStep {
    PasskeyStep::new()
        .with_url("https://example.com/canary")
        .with_confirmation_code("canary")
}

fn view(phone: &PhoneNumber, code: PairingCode) -> PairingView {
    let options = options(phone);
    let mut view = PairingView::new(options.method, 3, options.capabilities);
    view.apply(&event(code));
    view
}

/// The rules while this code is on screen.
fn rules(code: PairingCode) -> EventRules {
    let mut rules = EventRules::new(&PairingPolicy::default());
    let preparing = PairingEvent {
        kind: EventKind::Preparing {
            method: PairingMethod::Qr,
        },
        attempt: 0,
        ..event(code.clone())
    };
    let ready = PairingEvent {
        seq: 2,
        ..event(code)
    };
    rules.check(&preparing).unwrap();
    rules.check(&ready).unwrap();
    rules
}

fn options(phone: &PhoneNumber) -> FlowOptions {
    FlowOptions {
        method: PairingMethod::PhoneCode(phone.clone()),
        policy: Arc::new(PairingPolicy::default()),
        capabilities: Capabilities::none()
            .with_phone_code()
            .with_status()
            .with_linked_phone(),
        expected_phone: Some(phone.clone()),
        expect_webhooks: false,
        seed: 1,
    }
}

/// A flow that shows this code.
fn flow(phone: &PhoneNumber, code: PairingCode) -> (PairingFlow, Request, Vec<Output>) {
    let now = Now {
        elapsed: Duration::ZERO,
        wall: SystemTime::UNIX_EPOCH,
    };
    let mut flow = PairingFlow::new(options(phone), now).unwrap();
    let mut outputs = Vec::new();
    let mut request = None;
    while let Some(output) = flow.next_output() {
        if let Output::Request(id, what) = &output {
            request = Some((*id, what.clone()));
        }
        outputs.push(output);
    }
    let (id, request) = request.unwrap();
    flow.handle(Input::CodeReply(id, Ok(code.into())), now)
        .unwrap();
    outputs.extend(std::iter::from_fn(|| flow.next_output()));
    (flow, request, outputs)
}

/// A session with everything that can hold a secret.
fn builder(phone: &PhoneNumber) -> PairingSessionBuilder {
    let provider = ZApi::with_transport(
        ZApiConfig::new("canary", "canary"),
        Arc::new(CannedTransport::default()),
    );
    PairingSession::builder(provider.unwrap())
        .method(PairingMethod::PhoneCode(phone.clone()))
        .expect_phone(phone.clone())
}

pub(super) fn all() -> Vec<Shown> {
    let phone: PhoneNumber = "+5511987654321".parse().unwrap();
    // Personal data rather than a secret, and hidden all the same.
    let digits = [phone.digits().to_owned()];
    let mut all = vec![
        shown(QrText::new("2@canary").unwrap()),
        shown(QrImage::new(&b"\x89PNG\r\n\x1a\ncanary"[..]).unwrap()),
        shown(PhoneCode::new("CANARY12").unwrap()),
        shown_without(phone.clone(), &digits),
        shown_without(PairingMethod::PhoneCode(phone.clone()), &digits),
        shown_without(InstanceStatus::connected(Some(phone.clone())), &digits),
        shown(passkey()),
        shown(InstanceStatus::passkey_required(passkey())),
        shown(CodeReply::PasskeyRequired(passkey())),
        shown(EventKind::PasskeyRequired { step: passkey() }),
        shown(IncomingWebhook::new(b"canary").with_headers(&[("canary", "canary")])),
        shown_without(
            CodeRequest::new(PairingMethod::PhoneCode(phone.clone())),
            &digits,
        ),
        shown_without(
            PairingOutcome::WrongAccount {
                phone: phone.clone(),
            },
            &digits,
        ),
        shown_without(options(&phone), &digits),
        shown_without(
            Input::SwitchMethod(PairingMethod::PhoneCode(phone.clone())),
            &digits,
        ),
    ];
    for code in codes() {
        all.extend([
            shown(code.clone()),
            shown(IssuedCode::new(code.clone())),
            shown(CodeReply::from(code.clone())),
            shown(event(code.clone())),
            shown(event(code.clone()).kind),
            shown(rules(code.clone())),
            shown(view(&phone, code.clone()).screen),
            shown_without(view(&phone, code.clone()), &digits),
        ]);
        let (flow, request, outputs) = flow(&phone, code);
        all.push(shown_without(flow, &digits));
        all.push(shown_without(request, &digits));
        all.extend(
            outputs
                .into_iter()
                .map(|output| shown_without(output, &digits)),
        );
    }
    let session = builder(&phone).start().unwrap();
    all.push(shown_without(session.handle(), &digits));
    all.push(shown_without(session.handle().subscribe(), &digits));
    all.push(shown_without(session.handle().views(), &digits));
    all.push(shown_without(session, &digits));
    all.push(shown_without(builder(&phone), &digits));
    let mut matrix = shown(QrMatrix::encode("2@canary").unwrap());
    // A row of modules in any notation is longer.
    assert!(matrix.text.len() < 100, "{}", matrix.text);
    matrix.also.push("true, false".to_owned());
    all.push(matrix);
    all
}

//! Bytes as decisions: what the session is for, what the gateway answers, how long things take.

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Unstructured;
use pairing_core::flow::{FlowOptions, Request};
use pairing_core::{
    Capabilities, CodeReply, InstancePhase, InstanceStatus, IssuedCode, PairingMethod,
    PairingPolicy, PasskeyStep, PhoneCode, PhoneNumber, ProviderError, ProviderErrorKind, QrImage,
    QrText, WebhookHint,
};

/// The one number twice, with and without Brazil's ninth digit, and two others.
const PHONES: [&str; 4] = [
    "5511999998888",
    "551199998888",
    "5511999997777",
    "4915112345678",
];

pub(super) struct Decisions<'a>(pub(super) Unstructured<'a>);

/// What the provider says.
pub(super) enum Answer {
    Code(Result<CodeReply, ProviderError>),
    Status(Result<InstanceStatus, ProviderError>),
    Ended(Result<(), ProviderError>),
}

impl Decisions<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// Below `end`; 0 once the bytes are used up.
    pub(super) fn number(&mut self, end: u32) -> u32 {
        self.0.int_in_range(0..=end - 1).unwrap_or_default()
    }

    fn flip(&mut self) -> bool {
        self.number(2) == 1
    }

    pub(super) fn pause(&mut self) -> Duration {
        match self.number(4) {
            0 => Duration::from_millis(self.number(1000).into()),
            1 => Duration::from_millis(self.number(60_000).into()),
            2 => Duration::from_secs(self.number(900).into()),
            // Rounding to the next wake-up is where mistakes hide.
            _ => Duration::from_nanos(self.number(3).into()),
        }
    }

    fn phone(&mut self) -> PhoneNumber {
        let phone = PHONES[self.number(4) as usize];
        PhoneNumber::parse(phone).expect("a valid number")
    }

    pub(super) fn method(&mut self) -> PairingMethod {
        if self.flip() {
            PairingMethod::PhoneCode(self.phone())
        } else {
            PairingMethod::Qr
        }
    }

    pub(super) fn hint(&mut self) -> WebhookHint {
        let hints = WebhookHint::ALL;
        hints[self.number(hints.len() as u32) as usize]
    }

    pub(super) fn request(&mut self) -> Request {
        match self.number(5) {
            0 | 1 => Request::Status,
            2 => Request::EndAttempt,
            _ => Request::Code(self.method().into()),
        }
    }

    pub(super) fn options(&mut self) -> FlowOptions {
        // Few sessions are of much interest without a status.
        let mut capabilities = Capabilities::none().with_qr_text().with_phone_code();
        match self.number(8) {
            0 => {}
            1 => capabilities = capabilities.with_status(),
            2 => {
                capabilities = Capabilities::none()
                    .with_qr_image()
                    .with_status()
                    .with_linked_phone()
            }
            3 => capabilities = Capabilities::none().with_phone_code().with_webhooks(),
            _ => {
                capabilities = capabilities
                    .with_status()
                    .with_linked_phone()
                    .with_webhooks()
            }
        }
        if self.flip() {
            capabilities = capabilities.with_abandon();
        }
        if capabilities.phone_code && self.flip() {
            capabilities = capabilities.with_renews_phone_codes();
        }
        FlowOptions {
            method: self.method(),
            policy: Arc::new(self.policy()),
            capabilities,
            expected_phone: self.flip().then(|| self.phone()),
            expect_webhooks: self.flip(),
            seed: self.number(u32::MAX).into(),
        }
    }

    fn policy(&mut self) -> PairingPolicy {
        let mut policy = PairingPolicy::default();
        for _ in 0..self.number(4) {
            let time = self.pause();
            let count = self.number(5);
            let times = [
                &mut policy.qr_lifetime,
                &mut policy.phone_code_lifetime,
                &mut policy.refresh_min,
                &mut policy.refresh_interval,
                &mut policy.refresh_max,
                &mut policy.phone_code_spacing,
                &mut policy.status_interval,
                &mut policy.webhook_status_interval,
                &mut policy.post_expiry_status_window,
                &mut policy.webhook_debounce,
                &mut policy.not_ready_delay,
                &mut policy.phone_code_not_ready_delay,
                &mut policy.first_qr_lifetime,
                &mut policy.starting_delay,
                &mut policy.linking_window,
                &mut policy.linking_status_interval,
                &mut policy.linking_timeout,
                &mut policy.link_confirmation,
                &mut policy.retry.min_delay,
                &mut policy.retry.max_delay,
                &mut policy.retry.max_cooldown,
                &mut policy.request_timeout,
                &mut policy.deadline,
            ];
            match self.number(29) {
                23 => policy.codes_per_round = count,
                24 => policy.not_ready_limit = count,
                25 => policy.phone_code_not_ready_limit = count,
                26 => policy.retry.max_retries = count,
                27 => policy.retry.phone_code_max_retries = count,
                28 => policy.phone_codes_per_round = count,
                index => *times.into_iter().nth(index as usize).expect("23 of them") = time,
            }
        }
        policy
    }

    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Code(request) => Answer::Code(self.code_reply(&request.method)),
            Request::Status => Answer::Status(self.status()),
            Request::EndAttempt => Answer::Ended(match self.number(4) {
                0 => Err(self.error()),
                _ => Ok(()),
            }),
        }
    }

    fn code_reply(&mut self, method: &PairingMethod) -> Result<CodeReply, ProviderError> {
        Ok(match self.number(12) {
            0 => return Err(self.error()),
            1 => CodeReply::NotReady {
                retry_in: self.retry_in(),
            },
            2 => CodeReply::AlreadyConnected,
            3 => match self.number(4) {
                0 => CodeReply::PasskeyRequired(self.passkey()),
                1 => CodeReply::AnotherAttempt,
                _ => CodeReply::Linking,
            },
            4 => CodeReply::Starting {
                retry_in: self.retry_in(),
            },
            5 => self.code(!matches!(method, PairingMethod::Qr)),
            _ => self.code(matches!(method, PairingMethod::Qr)),
        })
    }

    fn retry_in(&mut self) -> Option<Duration> {
        self.flip().then(|| self.pause())
    }

    fn passkey(&mut self) -> PasskeyStep {
        match self.number(3) {
            0 => PasskeyStep::new(),
            which => PasskeyStep::new()
                .with_url(format!("https://canary.example/{which}"))
                .with_confirmation_code(format!("CANARY{which:02}")),
        }
    }

    /// Few different ones, so that the same code comes twice.
    fn code(&mut self, qr: bool) -> CodeReply {
        let which = self.number(4);
        let mut issued = match (qr, which) {
            (true, 3) => {
                let picture = QrImage::new(*b"\x89PNG\r\n\x1a\ncanary");
                IssuedCode::new(picture.expect("the signature of a PNG"))
            }
            (true, _) => {
                let text = QrText::new(format!("2@canary-{which}"));
                IssuedCode::new(text.expect("a QR text"))
            }
            (false, _) => {
                let code = PhoneCode::new(format!("CANARY{which:02}"));
                IssuedCode::new(code.expect("a phone code"))
            }
        };
        issued.expires_in = match self.number(6) {
            0 => Some(self.pause()),
            _ => None,
        };
        CodeReply::Code(issued)
    }

    fn status(&mut self) -> Result<InstanceStatus, ProviderError> {
        Ok(match self.number(12) {
            0 => return Err(self.error()),
            1 => InstanceStatus::connected(Some(self.phone())),
            2 => InstanceStatus::connected(None),
            3 => InstanceStatus::passkey_required(self.passkey()),
            4 => InstanceStatus::in_phase(InstancePhase::Linking),
            5 => InstanceStatus::in_phase(InstancePhase::Idle),
            6 => InstanceStatus::in_phase(InstancePhase::Starting),
            7 => InstanceStatus::in_phase(InstancePhase::WaitingForPhone),
            _ => InstanceStatus::disconnected(),
        })
    }

    fn error(&mut self) -> ProviderError {
        // Those that may pass, more often: the others end it at once.
        let kind = match self.number(4) {
            0 => ProviderErrorKind::RateLimited,
            1 => {
                let kinds = ProviderErrorKind::ALL;
                kinds[self.number(kinds.len() as u32) as usize]
            }
            _ => ProviderErrorKind::Unavailable,
        };
        let error = ProviderError::from(kind);
        if self.number(3) == 0 {
            error.with_retry_after(self.pause())
        } else {
            error
        }
    }
}

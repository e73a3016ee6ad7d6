//! Scripted providers, and C's calling style in Rust.

use std::collections::VecDeque;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingPolicy,
    PairingProvider, ProviderError, ProviderErrorKind, QrText, RetryPolicy, WebhookHint,
};

use crate::c::event::pairing_event;
use crate::c::event_getters::pairing_event_get_seq;
use crate::c::last_error::pairing_last_error;
use crate::c::provider::pairing_provider;
use crate::c::session::{pairing_session, pairing_session_next, pairing_session_start};
use crate::c::status::pairing_status;

/// What the provider does when it is asked for a code.
#[derive(Debug)]
pub(in crate::c) enum Step {
    Reply(CodeReply),
    Fail(ProviderErrorKind),
    Panic,
}

/// The message of its panic, which must not reach the program.
pub(in crate::c) const PANIC: &str = "scripted, with canary-F4E2C9";

/// Plays its steps, then never answers again.
#[derive(Debug, Default)]
pub(in crate::c) struct Scripted {
    steps: Mutex<VecDeque<Step>>,
    pub(in crate::c) connected: AtomicBool,
    pub(in crate::c) policy: PairingPolicy,
    /// Where it panics instead of answering.
    pub(in crate::c) panics: AtomicBool,
}

impl Scripted {
    pub(in crate::c) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: Mutex::new(steps.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Fails so often in a row, without waiting in between worth mentioning, and gives up.
    pub(in crate::c) fn failing(times: u32) -> Self {
        let fail = || Step::Fail(ProviderErrorKind::Unavailable);
        let mut scripted = Self::new((0..times).map(|_| fail()));
        scripted.policy.retry = RetryPolicy::default()
            .with_min_delay(Duration::from_millis(1))
            .with_max_delay(Duration::from_millis(1))
            .with_max_retries(times - 1);
        scripted
    }

    pub(in crate::c) fn showing(text: &str) -> Self {
        Self::new([Step::Reply(QrText::new(text).unwrap().into())])
    }

    fn maybe_panic(&self) {
        assert!(!self.panics.load(Ordering::SeqCst), "{PANIC}");
    }
}

#[async_trait]
impl PairingProvider for Scripted {
    fn name(&self) -> &str {
        "scripted"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
            .with_qr_text()
            .with_phone_code()
            .with_status()
            .with_webhooks()
    }

    fn recommended_policy(&self) -> PairingPolicy {
        self.maybe_panic();
        self.policy.clone()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let step = self.steps.lock().unwrap().pop_front();
        match step {
            Some(Step::Reply(reply)) => Ok(reply),
            Some(Step::Fail(kind)) => Err(kind.into()),
            Some(Step::Panic) => panic!("{PANIC}"),
            None => std::future::pending().await,
        }
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.maybe_panic();
        Ok(match self.connected.load(Ordering::SeqCst) {
            true => InstanceStatus::connected(None),
            false => InstanceStatus::disconnected(),
        })
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        self.maybe_panic();
        Ok(())
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        self.maybe_panic();
        Err(ProviderError::unsupported())
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        self.maybe_panic();
        if let Some(signature) = webhook.header("x-signature")
            && signature != "right"
        {
            return Err(ProviderErrorKind::InvalidSignature.into());
        }
        match webhook.body() {
            b"linked" => Ok(WebhookHint::Connected),
            _ => Err(ProviderErrorKind::MalformedReply.into()),
        }
    }
}

pub(in crate::c) fn open(provider: Scripted) -> (Arc<Scripted>, pairing_provider) {
    let provider = Arc::new(provider);
    (provider.clone(), pairing_provider::new(provider))
}

/// Calls a function with an out-parameter.
pub(in crate::c) fn out<T>(
    call: impl FnOnce(Option<&mut MaybeUninit<T>>) -> pairing_status,
) -> Result<T, pairing_status> {
    let mut slot = MaybeUninit::uninit();
    match call(Some(&mut slot)) {
        // SAFETY: a function that succeeds has written its out-parameter.
        pairing_status::Ok => Ok(unsafe { slot.assume_init() }),
        status => Err(status),
    }
}

pub(in crate::c) fn start(provider: &pairing_provider) -> Box<pairing_session> {
    out(|session| pairing_session_start(Some(provider), None, session)).unwrap()
}

pub(in crate::c) fn next(
    session: &pairing_session,
    timeout_ms: i64,
) -> Result<Box<pairing_event>, pairing_status> {
    out(|event| pairing_session_next(Some(session), timeout_ms, event))
}

/// The numbers of all events from here to the end.
pub(in crate::c) fn seqs_to_the_end(session: &pairing_session) -> Vec<u64> {
    let mut seqs = Vec::new();
    loop {
        match next(session, -1) {
            Ok(event) => seqs.push(pairing_event_get_seq(Some(&event))),
            Err(status) => {
                assert_eq!(status, pairing_status::End);
                return seqs;
            }
        }
    }
}

/// What a C program reads.
pub(in crate::c) fn read<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the library's strings end with NUL, and each test keeps their owner alive.
    Some(unsafe { CStr::from_ptr(text) }.to_str().unwrap())
}

pub(in crate::c) fn last_error() -> Option<String> {
    read(pairing_last_error()).map(str::to_owned)
}

//! Stands around an adapter, and writes each call with the answers it got as one line of JSON.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodePurpose, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus,
    PairingCode, PairingMethod, PairingPolicy, PairingProvider, ProviderError, WebhookHint,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::AnswerShape;
use super::vocabulary::Vocabulary;
use crate::{Adapter, HttpRequest, HttpResponse, HttpTransport, TransportError};

/// The version of the lines' format.
pub const FORMAT: u32 = 1;

/// Writes what a gateway answers as shapes, one line of JSON for each call. Cheap to clone.
#[derive(Clone)]
pub struct Recorder(Arc<Shared>);

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

struct Shared {
    known: Vocabulary,
    started: Instant,
    state: Mutex<State>,
}

struct State {
    output: Box<dyn Write + Send>,
    failure: Option<io::Error>,
    calls: u64,
    call: Option<CallLine>,
}

#[derive(Serialize)]
struct Head {
    record: u32,
    provider: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct CallLine {
    #[serde(skip)]
    number: u64,
    at_s: f64,
    call: &'static str,
    /// Why a code is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'static str>,
    #[serde(skip_serializing_if = "is_false")]
    may_be_linking: bool,
    requests: Vec<RequestLine>,
    took_s: f64,
    /// What the adapter made of the answers.
    read: Value,
}

#[derive(Serialize)]
struct RequestLine {
    at_s: f64,
    took_s: f64,
    method: &'static str,
    /// It must not arrive twice.
    #[serde(skip_serializing_if = "is_false")]
    once: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerShape>,
    /// Why there is no complete answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

impl Recorder {
    /// Records calls to a gateway into `output`; the first line names the adapter.
    pub fn new(adapter: &Adapter, output: impl Write + Send + 'static) -> Self {
        let shared = Shared {
            known: Vocabulary::new(adapter.rules()),
            started: Instant::now(),
            state: Mutex::new(State {
                output: Box::new(output),
                failure: None,
                calls: 0,
                call: None,
            }),
        };
        shared.state().write(&Head {
            record: FORMAT,
            provider: adapter.name,
            version: env!("CARGO_PKG_VERSION"),
        });
        Self(Arc::new(shared))
    }

    /// The transport, watched.
    #[must_use]
    pub fn transport(&self, inner: Arc<dyn HttpTransport>) -> Arc<dyn HttpTransport> {
        Arc::new(RecordingTransport {
            recorder: self.clone(),
            inner,
        })
    }

    /// The provider, watched. Its transport is one of [`transport`](Self::transport), and one call runs
    /// at a time, as in a session.
    #[must_use]
    pub fn provider(&self, inner: Box<dyn PairingProvider>) -> Box<dyn PairingProvider> {
        Box::new(RecordingProvider {
            recorder: self.clone(),
            inner,
        })
    }

    /// The first failure to write, if there was one: the record is then incomplete.
    ///
    /// # Errors
    ///
    /// That failure.
    pub fn finish(&self) -> io::Result<()> {
        match self.0.state().failure.take() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    fn begin(&self, call: &'static str, request: Option<&CodeRequest>) -> Open<'_> {
        let mut state = self.0.state();
        state.calls += 1;
        let number = state.calls;
        let before = state.call.replace(CallLine {
            number,
            at_s: self.0.seconds(),
            call,
            purpose: request.map(|request| purpose(request.purpose)),
            may_be_linking: request.is_some_and(|request| request.may_be_linking),
            requests: Vec::new(),
            took_s: 0.0,
            read: json!({ "given_up": true }),
        });
        if let Some(before) = before {
            state.write(&before);
        }
        Open {
            shared: &self.0,
            number,
            read: None,
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seconds(&self) -> f64 {
        rounded(self.started.elapsed())
    }
}

impl State {
    fn write(&mut self, line: &impl Serialize) {
        let written = serde_json::to_vec(line)
            .map_err(io::Error::from)
            .and_then(|mut line| {
                line.push(b'\n');
                self.output.write_all(&line)?;
                self.output.flush()
            });
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}

/// A call that is under way. Dropped without a result, it was given up.
struct Open<'a> {
    shared: &'a Shared,
    number: u64,
    read: Option<Value>,
}

impl Open<'_> {
    fn end<T>(mut self, result: &Result<T, ProviderError>, read: impl Fn(&T) -> Value) {
        self.read = Some(match result {
            Ok(value) => read(value),
            Err(error) => json!({ "error": error.kind() }),
        });
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        let is_own = |call: &mut CallLine| call.number == self.number;
        if let Some(mut call) = state.call.take_if(is_own) {
            call.took_s = tenths(self.shared.seconds() - call.at_s);
            if let Some(read) = self.read.take() {
                call.read = read;
            }
            state.write(&call);
        }
    }
}

struct RecordingTransport {
    recorder: Recorder,
    inner: Arc<dyn HttpTransport>,
}

impl fmt::Debug for RecordingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingTransport")
    }
}

#[async_trait]
impl HttpTransport for RecordingTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let shared = &self.recorder.0;
        let (method, once) = (request.method.as_str(), !request.safe_to_repeat);
        let (at_s, started) = (shared.seconds(), Instant::now());
        let result = self.inner.send(request).await;
        let took_s = rounded(started.elapsed());
        let (answer, failed) = match &result {
            Ok(response) => (Some(AnswerShape::of(response, &shared.known)), None),
            Err(error) => (None, Some(format!("{:?}", error.kind()))),
        };
        if let Some(call) = &mut shared.state().call {
            call.requests.push(RequestLine {
                at_s,
                took_s,
                method,
                once,
                answer,
                failed,
            });
        }
        result
    }
}

struct RecordingProvider {
    recorder: Recorder,
    inner: Box<dyn PairingProvider>,
}

impl fmt::Debug for RecordingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecordingProvider")
            .field(&self.inner)
            .finish()
    }
}

#[async_trait]
impl PairingProvider for RecordingProvider {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn recommended_policy(&self) -> PairingPolicy {
        self.inner.recommended_policy()
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let call = match request.method {
            PairingMethod::Qr => "qr",
            PairingMethod::PhoneCode(_) => "phone_code",
        };
        let open = self.recorder.begin(call, Some(request));
        let result = self.inner.request_code(request).await;
        open.end(&result, reply);
        result
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let open = self.recorder.begin("status", None);
        let result = self.inner.status().await;
        open.end(&result, status);
        result
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        let open = self.recorder.begin("abandon", None);
        let result = self.inner.abandon().await;
        open.end(&result, |()| json!({ "abandoned": true }));
        result
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        let open = self.recorder.begin("unlink", None);
        let result = self.inner.unlink().await;
        open.end(&result, |()| json!({ "unlinked": true }));
        result
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        self.inner.read_webhook(webhook)
    }
}

fn purpose(purpose: CodePurpose) -> &'static str {
    match purpose {
        CodePurpose::StartAttempt => "start_attempt",
        CodePurpose::OpenRound => "open_round",
        CodePurpose::Renew => "renew",
    }
}

/// As fixtures have it, without the code.
fn reply(reply: &CodeReply) -> Value {
    let name = match reply {
        CodeReply::Code(issued) => {
            let kind = match issued.code {
                PairingCode::QrText { .. } => "qr_text",
                PairingCode::QrImage { .. } => "qr_image",
                PairingCode::PhoneCode { .. } => "phone_code",
            };
            return json!({ "reply": "code", "code": { "kind": kind } });
        }
        CodeReply::NotReady { .. } => "not_ready",
        CodeReply::Starting { .. } => "starting",
        CodeReply::Linking => "linking",
        CodeReply::AlreadyConnected => "already_connected",
        CodeReply::AnotherAttempt => "another_attempt",
        CodeReply::PasskeyRequired(_) => "passkey_required",
    };
    json!({ "reply": name })
}

/// As fixtures have it, without the number.
fn status(status: &InstanceStatus) -> Value {
    json!({
        "connected": status.is_connected(),
        "phase": status.phase,
        "names_phone": status.phone.is_some(),
    })
}

/// In seconds, to a tenth.
fn rounded(time: Duration) -> f64 {
    tenths(time.as_secs_f64())
}

fn tenths(seconds: f64) -> f64 {
    (seconds.max(0.0) * 10.0).round() / 10.0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

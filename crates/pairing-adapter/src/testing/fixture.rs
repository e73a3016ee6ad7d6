//! Known exchanges: what a gateway answered, and what an adapter must make of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use pairing_core::{
    CodePurpose, CodeRequest, IncomingWebhook, PairingMethod, PairingProvider, PhoneNumber,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::outcome::{outcome_json, reply_json, to_json};
use crate::{HttpResponse, HttpTransport};
use pairing_http::testing::CannedTransport;

/// Whatever a fixture treats as secret contains this word, and nothing printed may.
pub const CANARY: &str = "canary";

/// One exchange, read from a JSON file.
///
/// ```json
/// {
///   "label": "DOC",
///   "request": "status",
///   "answer": { "status": 200, "json": { "connected": false } },
///   "expect": { "connected": false }
/// }
/// ```
///
/// `expect` is what the provider makes of the answer alone, with follow-ups switched off;
/// `followed_up` has further answers and what is expected with them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The file, for messages.
    #[serde(skip)]
    pub name: String,
    /// How the shape is known.
    pub label: Label,
    /// What is special about it.
    #[serde(default)]
    pub note: String,
    /// What was asked.
    pub request: FixtureRequest,
    /// Why a code is asked for: `start_attempt` unless it says otherwise.
    #[serde(default)]
    pub purpose: FixturePurpose,
    /// Whether a code of the session was on screen a moment ago.
    #[serde(default)]
    pub may_be_linking: bool,
    /// What came back to the requests before this one, oldest first.
    #[serde(default)]
    pub before: Vec<FixtureAnswer>,
    /// What came back; for a webhook, what was posted.
    pub answer: FixtureAnswer,
    /// What the provider must make of it: a reply, a status, `{"unlinked":true}`,
    /// `{"abandoned":true}`, `{"hint":"…"}` or `{"error":"<kind>"}`.
    pub expect: Value,
    /// The same with follow-ups, if they change anything.
    pub followed_up: Option<FollowedUp>,
}

/// How the shape of an answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Label {
    /// Recorded from a real server on loopback, behind which stood a stand-in for WhatsApp; its values
    /// are invented.
    Run,
    /// In the vendor's documentation.
    Doc,
    /// Seen in public client code or field notes.
    Seen,
    /// Deduced.
    Guess,
}

/// What a fixture asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixtureRequest {
    /// A QR code as text, if the gateway has a choice.
    Qr,
    /// A QR code as a picture, if the gateway has a choice.
    QrImage,
    /// A phone code for `+5511999998888`.
    PhoneCode,
    /// The status.
    Status,
    /// Unlinking.
    Unlink,
    /// Ending an attempt.
    Abandon,
    /// Reading a webhook; nothing is sent.
    Webhook,
}

/// Why a fixture asks for a code, as [`CodePurpose`] has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixturePurpose {
    /// [`CodePurpose::StartAttempt`].
    #[default]
    StartAttempt,
    /// [`CodePurpose::OpenRound`].
    OpenRound,
    /// [`CodePurpose::Renew`].
    Renew,
}

/// An answer with its body as `json`, as `text`, or as `hex` bytes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixtureAnswer {
    #[serde(default = "ok")]
    status: u16,
    content_type: Option<String>,
    content_encoding: Option<String>,
    retry_after: Option<String>,
    date: Option<String>,
    /// Of a webhook.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    json: Option<Value>,
    text: Option<String>,
    hex: Option<String>,
}

/// Answers to the requests after the first, and what they lead to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowedUp {
    /// What comes back to each request after the first.
    pub answers: Vec<FixtureAnswer>,
    /// What the provider must make of all answers together.
    pub expect: Value,
}

const fn ok() -> u16 {
    200
}

impl FixtureAnswer {
    /// The bytes of the body.
    ///
    /// # Panics
    ///
    /// If `hex` is none.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        if let Some(json) = &self.json {
            return json.to_string().into_bytes();
        }
        if let Some(hex) = &self.hex {
            return hex
                .as_bytes()
                .chunks(2)
                .map(|pair| {
                    let pair = std::str::from_utf8(pair).expect("hex is ASCII");
                    u8::from_str_radix(pair, 16).expect("`hex` holds pairs of hex digits")
                })
                .collect();
        }
        self.text.clone().unwrap_or_default().into_bytes()
    }

    /// As the transport delivers it.
    ///
    /// # Panics
    ///
    /// As [`body`](Self::body).
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status, self.body());
        response.content_type.clone_from(&self.content_type);
        response.content_encoding.clone_from(&self.content_encoding);
        response.retry_after.clone_from(&self.retry_after);
        response.date.clone_from(&self.date);
        response
    }
}

/// What a fixture's provider is built with.
#[derive(Debug)]
pub struct FixtureSetup {
    /// Where requests go.
    pub transport: Arc<dyn HttpTransport>,
    /// What will be asked.
    pub request: FixtureRequest,
    /// Whether a second request may clear up an ambiguous answer.
    pub follow_ups: bool,
}

impl Fixture {
    /// Every `*.json` below a folder, in the order of their names.
    ///
    /// # Panics
    ///
    /// If the folder is missing or empty, or a file is no fixture.
    #[must_use]
    pub fn load_all(folder: impl AsRef<Path>) -> Vec<Self> {
        let mut found = Vec::new();
        collect(folder.as_ref(), &mut found);
        found.sort_by(|one, other| one.name.cmp(&other.name));
        assert!(
            !found.is_empty(),
            "no fixtures in {}",
            folder.as_ref().display()
        );
        found
    }

    /// Runs the exchange without and with follow-ups.
    ///
    /// # Panics
    ///
    /// If the provider makes something else of it, sends more or fewer requests than there
    /// are answers, or if anything it returns prints a code or the word `canary`.
    pub async fn check<P: PairingProvider>(&self, build: impl Fn(FixtureSetup) -> P) {
        self.run(&build, &[], &self.expect, false).await;
        match &self.followed_up {
            Some(more) => self.run(&build, &more.answers, &more.expect, true).await,
            // Clear by itself: the same, and still one request.
            None => self.run(&build, &[], &self.expect, true).await,
        }
    }

    async fn run<P: PairingProvider>(
        &self,
        build: &impl Fn(FixtureSetup) -> P,
        more: &[FixtureAnswer],
        expected: &Value,
        follow_ups: bool,
    ) {
        let name = &self.name;
        let answers = self.before.iter().chain([&self.answer]).chain(more);
        let transport = CannedTransport::new(answers.map(|answer| Ok(answer.response())));
        let provider = build(FixtureSetup {
            transport: Arc::new(transport.clone()),
            request: self.request,
            follow_ups,
        });
        let (outcome, printed) = self.outcome(&provider).await;
        assert_eq!(&outcome, expected, "{name} (follow-ups: {follow_ups})");
        let codes = ["text", "data", "code"].map(|field| outcome["code"][field].as_str());
        let secrets = codes.into_iter().flatten().chain([CANARY]);
        let printed = printed.to_lowercase();
        for secret in secrets.map(str::to_lowercase) {
            assert!(
                !printed.contains(&secret),
                "{name} prints a secret: {printed}"
            );
        }
        let requests = match self.request {
            FixtureRequest::Webhook => 0,
            _ => self.before.len() + 1 + more.len(),
        };
        assert_eq!(
            transport.requests().len(),
            requests,
            "{name}: requests sent"
        );
    }

    async fn outcome(&self, provider: &impl PairingProvider) -> (Value, String) {
        match self.request {
            FixtureRequest::Qr | FixtureRequest::QrImage => {
                let request = self.code_request(PairingMethod::Qr);
                outcome_json(&provider.request_code(&request).await, reply_json)
            }
            FixtureRequest::PhoneCode => {
                let phone = PhoneNumber::parse("+5511999998888").expect("a valid number");
                let request = self.code_request(PairingMethod::PhoneCode(phone));
                outcome_json(&provider.request_code(&request).await, reply_json)
            }
            FixtureRequest::Status => outcome_json(&provider.status().await, to_json),
            FixtureRequest::Unlink => {
                outcome_json(&provider.unlink().await, |()| json!({"unlinked": true}))
            }
            FixtureRequest::Abandon => {
                outcome_json(&provider.abandon().await, |()| json!({"abandoned": true}))
            }
            FixtureRequest::Webhook => {
                let headers = self.answer.headers.iter();
                let headers: Vec<_> = headers.map(|(name, value)| (&**name, &**value)).collect();
                let body = self.answer.body();
                let webhook = IncomingWebhook::new(&body).with_headers(&headers);
                outcome_json(
                    &provider.read_webhook(&webhook),
                    |hint| json!({"hint": hint}),
                )
            }
        }
    }

    fn code_request(&self, method: PairingMethod) -> CodeRequest {
        let purpose = match self.purpose {
            FixturePurpose::StartAttempt => CodePurpose::StartAttempt,
            FixturePurpose::OpenRound => CodePurpose::OpenRound,
            FixturePurpose::Renew => CodePurpose::Renew,
        };
        CodeRequest::new(method)
            .with_purpose(purpose)
            .with_may_be_linking(self.may_be_linking)
    }
}

fn collect(folder: &Path, found: &mut Vec<Fixture>) {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| unreadable(folder, &error))
        .map(|entry| {
            entry
                .expect("a folder that was opened can be listed")
                .path()
        });
    for path in entries {
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| unreadable(&path, &error));
            let mut fixture: Fixture =
                serde_json::from_str(&text).unwrap_or_else(|error| unreadable(&path, &error));
            fixture.name = path.display().to_string();
            found.push(fixture);
        }
    }
}

/// A test cannot go on without its fixtures.
#[allow(clippy::panic)]
fn unreadable<T>(path: &Path, error: &dyn std::error::Error) -> T {
    panic!("{}: {error}", path.display())
}

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pairing_core::{
    CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod, PairingProvider,
    ProviderError, ProviderErrorKind, WebhookHint,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Recorder;
use crate::testing::CannedTransport;
use crate::{
    Adapter, BaseUrl, ConfigError, GatewayClient, GatewayRules, HttpMethod, HttpRequest,
    HttpResponse, HttpTransport, InstanceConfig, KnownError, TransportError, TransportErrorKind,
    Values,
};

/// In lower case, upper case and base64 it may appear nowhere.
const CANARY: &str = "canary";
/// A phone number.
const DIGITS: &str = "5511987654321";

const ERRORS: &[KnownError] = &[KnownError::new(
    ProviderErrorKind::UnknownInstance,
    "advice",
    &["session not found"],
)];
static RULES: GatewayRules = GatewayRules::new()
    .further_fields(&["sessionName"])
    .states(&["SCAN_ME"])
    .errors(ERRORS);
const ADAPTER: Adapter = Adapter::new(
    "tested",
    "Tested",
    pairing_core::Capabilities::none(),
    configure,
)
.with_rules(&RULES);

fn configure(_: &mut Values) -> Result<Arc<dyn InstanceConfig>, ConfigError> {
    unreachable!("the tests need no configuration")
}

/// Sends one request for each call.
#[derive(Debug)]
struct Provider(GatewayClient);

impl Provider {
    async fn ask(&self) -> Result<(), ProviderError> {
        let base = BaseUrl::parse("https://canary.example.com/canary").unwrap();
        let url = base.join(&[CANARY, DIGITS]).with_query("phone", DIGITS);
        let request = HttpRequest::new(HttpMethod::Get, url)
            .with_header("client-token", CANARY.into())
            .once();
        self.0.send(request).await.map(drop)
    }
}

#[async_trait::async_trait]
impl PairingProvider for Provider {
    fn name(&self) -> &str {
        CANARY
    }

    fn capabilities(&self) -> pairing_core::Capabilities {
        pairing_core::Capabilities::none()
    }

    async fn request_code(&self, _: &CodeRequest) -> Result<CodeReply, ProviderError> {
        self.ask().await?;
        Ok(pairing_core::QrText::new("2@canary,canary").unwrap().into())
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.ask().await?;
        Ok(InstanceStatus::connected(Some(DIGITS.parse().unwrap())))
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        self.ask().await?;
        Err(ProviderError::new(ProviderErrorKind::Refused, "canary"))
    }

    fn read_webhook(&self, _: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        Ok(WebhookHint::Irrelevant)
    }
}

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Without the first line.
    fn calls(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().skip(1);
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn recorded(
    answers: impl IntoIterator<Item = Result<HttpResponse, TransportError>>,
) -> (Recorder, Box<dyn PairingProvider>, Output) {
    let output = Output::default();
    let recorder = Recorder::new(&ADAPTER, output.clone());
    let transport = recorder.transport(Arc::new(CannedTransport::new(answers)));
    let provider = Provider(GatewayClient::new(transport, &RULES));
    let provider = recorder.provider(Box::new(provider));
    (recorder, provider, output)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// The record of one status that was answered like this.
fn record(answer: HttpResponse) -> String {
    let (recorder, provider, output) = recorded([Ok(answer)]);
    run(async {
        let _ = provider.status().await;
    });
    recorder.finish().unwrap();
    output.text()
}

fn shape_of(body: &str) -> Value {
    let record = record(HttpResponse::new(200, body));
    let call: Value = serde_json::from_str(record.lines().nth(1).unwrap()).unwrap();
    call["requests"][0]["answer"]["shape"].clone()
}

#[track_caller]
fn assert_no_canary(record: &str) {
    let lower = record.to_lowercase();
    let mut forms = vec![CANARY.to_owned(), DIGITS.to_owned(), "87654321".to_owned()];
    for secret in [CANARY, DIGITS, "2@canary,canary"] {
        forms.push(STANDARD.encode(secret).to_lowercase());
        forms.push(URL_SAFE_NO_PAD.encode(secret).to_lowercase());
    }
    for form in forms {
        assert!(!lower.contains(&form), "{form}: {record}");
    }
}

/// The canary in every place of a body.
fn bodies() -> Vec<Vec<u8>> {
    let number: u64 = DIGITS.parse().unwrap();
    let nested = |depth: usize, inner: &str| {
        format!(
            "{}{inner}{}",
            r#"{"data":"#.repeat(depth),
            "}".repeat(depth)
        )
    };
    let base64 = STANDARD.encode("canary canary canary");
    let png = STANDARD.encode(b"\x89PNG\r\n\x1a\ncanary");
    let mut bodies: Vec<Vec<u8>> = [
        json!({ "name": CANARY, "state": "CANARY", "value": "2@canary,canary" }),
        json!({ CANARY: true, DIGITS: false, "canary@c.us": null, "5511987654321@lid": {} }),
        json!({ CANARY: { CANARY: [CANARY, { CANARY: CANARY }] } }),
        json!({ "phone": number, "id": format!("{DIGITS}@s.whatsapp.net"), "n": 5511987654321.25 }),
        json!({ "error": "canary not found", "message": ["unauthorized canary", { "x": CANARY }] }),
        json!({ "error": format!("{DIGITS} is already connected as \"canary\"") }),
        json!({ "qrcode": { "base64": format!("data:image/png;base64,{png}"), "code": png } }),
        json!({ "url": "https://canary.example.com/canary?phone=5511987654321" }),
        json!({ "date": "2026-11-29T01:22:21.canary", "code": "CANARY12", "hash": base64 }),
        json!([[[CANARY]], [{ CANARY: [DIGITS, number] }], CANARY]),
        json!({ "name": "ｃａｎａｒｙ canary 金丝雀 \u{202e}yranac \u{0}canary" }),
        json!(format!(
            "{{\"{CANARY}\":\"{CANARY}\",\"value\":\"{DIGITS}\"}}"
        )),
        json!(CANARY),
        json!(number),
        json!(
            (0..1000)
                .map(|n| format!("{CANARY}{n}"))
                .collect::<Vec<_>>()
        ),
        Value::Object(
            (0..1000)
                .map(|n| (format!("{CANARY}{n}"), json!(n)))
                .collect(),
        ),
    ]
    .iter()
    .map(|body| body.to_string().into_bytes())
    .collect();
    for text in [
        CANARY.to_owned(),
        DIGITS.to_owned(),
        "2@canary,canary,canary".to_owned(),
        "CANARY12".to_owned(),
        format!("<html><title>canary</title>{DIGITS} canary cloudflare</html>"),
        format!("<canary>{}</canary>", CANARY.repeat(50_000)),
        format!("error: canary {}", "canary ".repeat(50_000)),
        nested(60, &format!("\"{CANARY}\"")),
        nested(127, &format!("{{\"{CANARY}\":\"{CANARY}\"}}")),
        nested(5000, &format!("\"{CANARY}\"")),
        format!(
            "{{\"{}\":\"{}\"}}",
            CANARY.repeat(20_000),
            CANARY.repeat(20_000)
        ),
        format!("{{\"value\":\"{CANARY}\""),
        format!("\u{feff}{{\"{CANARY}\":\"{CANARY}\"}}"),
        String::new(),
    ] {
        bodies.push(text.into_bytes());
    }
    bodies.push(b"\x89PNG\r\n\x1a\ncanary 5511987654321".to_vec());
    bodies.push(b"\x1f\x8bcanary 5511987654321".to_vec());
    bodies.push(b"{\"canary\":\"canary \xe3\xff\"}".to_vec());
    bodies
}

#[test]
fn no_canary_of_an_answer_or_a_request_is_recorded() {
    for body in bodies() {
        for status in [200, 404, 503] {
            let response = HttpResponse::new(status, body.clone())
                .with_content_type("canary/canary; boundary=canary")
                .with_content_encoding(CANARY)
                .with_retry_after("canary 5511987654321")
                .with_date(CANARY)
                .with_header_names(["content-type", "x-canary", "canary-5511987654321", "Date"]);
            assert_no_canary(&record(response));
            let html =
                HttpResponse::new(status, body.clone()).with_content_type("text/html;canary");
            assert_no_canary(&record(html));
        }
    }
}

#[test]
fn no_canary_of_a_result_is_recorded() {
    let answers = (0..4).map(|_| Ok(HttpResponse::new(200, CANARY)));
    let (recorder, provider, output) = recorded(answers);
    run(async {
        let phone = DIGITS.parse().unwrap();
        for method in [PairingMethod::Qr, PairingMethod::PhoneCode(phone)] {
            provider.request_code(&method.into()).await.unwrap();
        }
        provider.status().await.unwrap();
        provider.unlink().await.unwrap_err();
    });
    recorder.finish().unwrap();
    assert_no_canary(&output.text());
    assert_no_canary(&format!("{provider:?}"));
    let read: Vec<_> = output
        .calls()
        .iter()
        .map(|call| call["read"].clone())
        .collect();
    assert_eq!(
        read,
        [
            json!({ "reply": "code", "code": { "kind": "qr_text" } }),
            json!({ "reply": "code", "code": { "kind": "qr_text" } }),
            json!({ "connected": true, "phase": "linked", "names_phone": true }),
            json!({ "error": "refused" }),
        ]
    );
}

#[test]
fn a_record_says_what_a_maintainer_needs() {
    let body = json!({
        "sessionName": "shop", "state": "SCAN_ME", "connected": false, "me": null, "count": 12,
        "error": "The session not found: shop", "phone": "5511999998888", "list": [1, 2, 3, 4, 5, 6],
        "id": "5511999998888@s.whatsapp.net", "5511999998888": "x y", "5511999997777": "",
    });
    assert_eq!(
        shape_of(&body.to_string()),
        json!({
            "sessionName": "<one word, 4-7 characters>",
            "state": "SCAN_ME",
            "connected": false,
            "me": null,
            "count": "<number, 2-3 digits>",
            "error": "<text, 16-31 characters, 4-7 words: session not found>",
            "phone": "<digits, 8-15 characters>",
            "id": "<id @s.whatsapp.net, 16-31 characters>",
            "<name of 4-7 characters>": [
                "<number, 1 digits>", "<number, 1 digits>", "<number, 1 digits>",
                "<number, 1 digits>", "<and 2-3 more>",
            ],
            "<name of 8-15 characters>": "",
            "<name of 8-15 characters> 2": "<text, 2-3 characters, 2-3 words>",
        })
    );
}

#[test]
fn words_and_phrases_are_those_of_the_lists() {
    for (text, shown) in [
        ("Open", "open"),
        ("OPEN", "OPEN"),
        ("Not Found", "not found"),
        ("scan_me", "scan_me"),
        (
            "You are already connected",
            "<text, 16-31 characters, 4-7 words: already connected>",
        ),
        (
            "You are not connected",
            "<text, 16-31 characters, 4-7 words: not connected>",
        ),
        (
            "Keep the phone connected.",
            "<text, 16-31 characters, 4-7 words: connected>",
        ),
        ("2@a,b,c", "<QR text, 4-7 characters>"),
        ("K7QM-2XWP", "<phone code with hyphen, 8-15 characters>"),
        (
            "550e8400-e29b-41d4-a716-446655440000",
            "<UUID, 32-63 characters>",
        ),
        ("2026-11-29T01:22:21.000Z", "<date, 16-31 characters>"),
        ("https://example.com/x", "<URL, 16-31 characters>"),
        ("  ", ""),
    ] {
        assert_eq!(
            shape_of(&json!({ "value": text }).to_string())["value"],
            shown,
            "{text}"
        );
    }
    let page = "<html><title>502 Bad Gateway</title><hr>nginx</html>";
    assert_eq!(shape_of(page), "<page: bad gateway; nginx>");
}

#[test]
fn a_call_without_an_answer_is_recorded() {
    let timeout = TransportError::new(TransportErrorKind::Timeout);
    let (recorder, provider, output) = recorded([Err(timeout)]);
    run(provider.status()).unwrap_err();
    recorder.finish().unwrap();
    let calls = output.calls();
    assert_eq!(calls[0]["requests"][0]["failed"], "Timeout");
    assert_eq!(calls[0]["read"], json!({ "error": "timed_out" }));
}

/// Answers to nothing.
#[derive(Debug)]
struct Silent;

#[async_trait::async_trait]
impl HttpTransport for Silent {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        std::future::pending().await
    }
}

#[test]
fn a_call_that_is_given_up_is_recorded() {
    let output = Output::default();
    let recorder = Recorder::new(&ADAPTER, output.clone());
    let gateway = GatewayClient::new(recorder.transport(Arc::new(Silent)), &RULES);
    let provider = recorder.provider(Box::new(Provider(gateway)));
    run(async {
        tokio::select! {
            biased;
            _ = provider.status() => unreachable!("it has no answer"),
            () = std::future::ready(()) => {}
        }
    });
    let calls = output.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["read"], json!({ "given_up": true }));
}

#[test]
fn a_record_that_cannot_be_written_says_so() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let failure = Recorder::new(&ADAPTER, Full).finish().unwrap_err();
    assert_eq!(failure.kind(), io::ErrorKind::StorageFull);
}

/// Any JSON. Its names and texts hold a mark that no list has.
fn marked() -> impl Strategy<Value = Value> {
    let text = "[ -~]{0,12}zq[ -~é中]{0,40}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (1_000_000_u64..).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text, inner, 0..6)
                .prop_map(|map: BTreeMap<String, Value>| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn numbers(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Number(number) if number.to_string().len() > 5 => found.push(number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| numbers(value, found)),
        Value::Object(values) => values.values().for_each(|value| numbers(value, found)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn nothing_of_any_json_is_recorded(body in marked(), status in 100..600_u16) {
        let record = record(HttpResponse::new(status, body.to_string()));
        prop_assert!(!record.contains("zq"), "{body}: {record}");
        let mut written = Vec::new();
        numbers(&body, &mut written);
        for number in written {
            prop_assert!(!record.contains(&number), "{number}: {record}");
        }
    }

    #[test]
    fn nothing_of_any_text_is_recorded(text in "[ -~é中\\r\\n]{0,30}zq[ -~é中]{0,60}") {
        for body in [text.clone(), format!("<p>{text}</p>"), Value::from(text).to_string()] {
            let record = record(HttpResponse::new(200, body));
            prop_assert!(!record.contains("zq"), "{record}");
        }
    }
}

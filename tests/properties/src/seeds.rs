//! Where the fuzzer starts: the known exchanges of `crates/gateways/*/fixtures`, and an example of every other
//! kind of input.

use std::path::{Path, PathBuf};

use pairing_adapter::HttpResponse;
use pairing_adapter::testing::{Fixture, FixtureRequest};
use pairing_qr::QrMatrix;

use crate::exchange::Exchange;
use crate::{configuration, pictures};

const QR_TEXT: &str = "2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==";

pub(crate) fn zapi_bodies() -> Vec<Vec<u8>> {
    bodies("zapi")
}

pub(crate) fn megaapi_bodies() -> Vec<Vec<u8>> {
    bodies("megaapi")
}

pub(crate) fn zapi_webhooks() -> Vec<Vec<u8>> {
    webhooks("zapi")
}

pub(crate) fn megaapi_webhooks() -> Vec<Vec<u8>> {
    webhooks("megaapi")
}

fn fixtures(gateway: &str) -> Vec<Fixture> {
    Fixture::load_all(fixtures_of(gateway))
}

fn fixtures_of(gateway: &str) -> PathBuf {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../crates/gateways"
    ))
    .join(gateway)
    .join("fixtures")
}

fn bodies(gateway: &str) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for fixture in fixtures(gateway) {
        if fixture.request == FixtureRequest::Webhook {
            continue;
        }
        let mut answers = vec![fixture.answer.response()];
        if let Some(more) = &fixture.followed_up {
            answers.extend(more.answers.iter().map(|answer| answer.response()));
        }
        let asked = fixture.request;
        seeds.push(Exchange::write(asked, (false, false), &answers[..1]));
        seeds.push(Exchange::write(asked, (true, true), &answers));
    }
    seeds
}

fn webhooks(gateway: &str) -> Vec<Vec<u8>> {
    let fixtures = fixtures(gateway);
    let posted = fixtures
        .iter()
        .filter(|fixture| fixture.request == FixtureRequest::Webhook);
    posted.map(|fixture| fixture.answer.body()).collect()
}

pub(crate) fn pictures() -> Vec<Vec<u8>> {
    let matrix = QrMatrix::encode(QR_TEXT).expect("a short text");
    let png = matrix.to_png(3).expect("three pixels per module");
    let frame = matrix.width() + 8;
    let mut pixels = vec![0xff; frame.div_ceil(8) * frame];
    for (y, row) in matrix.rows().enumerate() {
        for x in (0..row.len()).filter(|x| row[*x]) {
            pixels[(y + 4) * frame.div_ceil(8) + (x + 4) / 8] &= !(0x80 >> ((x + 4) % 8));
        }
    }
    let width = u8::try_from(frame).expect("a small code");
    let mut seeds = vec![
        seed(pictures::AS_FILE, &png),
        seed(pictures::AS_BODY, &png),
        seed(pictures::AS_PIXELS, &[&[width], &pixels[..]].concat()),
        seed(pictures::TO_BE_DRAWN, QR_TEXT.as_bytes()),
        seed(pictures::AS_TEXT, QR_TEXT.as_bytes()),
        seed(pictures::AS_TEXT, b"ABCD-1234"),
        seed(
            pictures::AS_TEXT,
            b"https://wa.me/settings/linked_devices#2@a,b",
        ),
    ];
    for fixture in ["zapi", "megaapi"].into_iter().flat_map(fixtures) {
        let body = fixture.answer.body();
        seeds.push(seed(pictures::AS_BODY, &body));
        if HttpResponse::new(200, &body[..])
            .body
            .starts_with(b"\x89PNG")
        {
            seeds.push(seed(pictures::AS_FILE, &body));
        }
        let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        let texts = json
            .iter()
            .flat_map(|json| json.as_object())
            .flat_map(|object| object.values());
        seeds.extend(
            texts.filter_map(|value| Some(seed(pictures::AS_TEXT, value.as_str()?.as_bytes()))),
        );
    }
    seeds
}

pub(crate) fn phone_numbers() -> Vec<Vec<u8>> {
    [
        "+55 (11) 99999-8888\n551199998888",
        "5491112345678\n541112345678",
        "5215512345678\n525512345678",
        "5511999998888:12@s.whatsapp.net",
        "0055 11 99999.8888\n+49 151 12345678",
        "11 99999-8888\n+55 011 99999-8888",
        "+5555119999\u{a0}8888",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn configuration() -> Vec<Vec<u8>> {
    use configuration::{AS_ADDRESS, AS_ENVIRONMENT, AS_JSON, AS_POLICY, AS_TOML};
    [
        (AS_JSON, r#"{"provider":"zapi","instance":"canary-1","token":"canary-2","client_token":"canary-3","qr_form":"image","follow_ups":false}"#),
        (AS_JSON, r#"{"provider":"megaapi","instance_key":"canary-1","token":"canary-2","base_url":"https://gateway.example.com"}"#),
        (AS_TOML, "[zapi]\ninstance = \"canary-1\"\ntoken = \"canary-2\"\n[megaapi]\ninstance_key = \"canary-3\"\ntoken = \"canary-4\"\nbase_url = \"http://127.0.0.1:8080\"\n"),
        (AS_ENVIRONMENT, "PAIRING_ZAPI_INSTANCE=canary-1\nPAIRING_ZAPI_TOKEN=canary-2\nPAIRING_ZAPI_CLIENT_TOKEN=canary-3\nPAIRING_ZAPI_QR_FORM=text\nPAIRING_ZAPI_FOLLOW_UPS=0\nPAIRING_BASE_URL=https://gateway.example.com\n"),
        (AS_ENVIRONMENT, "PAIRING_MEGAAPI_INSTANCE_KEY=canary-1\nPAIRING_MEGAAPI_TOKEN=canary-2\nPAIRING_MEGAAPI_BASE_URL=https://gateway.example.com\n"),
        (AS_POLICY, "codes_per_round = 5\ndeadline = \"2m 40s\"\nrefresh_min = \"15s\"\n[retry]\nmax_retries = 9\nmin_delay = \"500ms\"\n"),
        (AS_POLICY, r#"{"qr_lifetime":"45s","retry":{"max_cooldown":"1h"}}"#),
        (AS_ADDRESS, "https://gateway.example.com:8443/base/path/"),
        (AS_ADDRESS, "http://[::1]:8080"),
        (AS_ADDRESS, "https://user:canary@gateway.example.com/?token=canary#x"),
    ]
    .map(|(kind, text)| seed(kind, text.as_bytes()))
    .to_vec()
}

/// Stories of decisions have no known examples: some bytes that take different turns.
pub(crate) fn decisions() -> Vec<Vec<u8>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (1..=24)
        .map(|length| (0..length * 32).map(|_| next()).collect())
        .collect()
}

fn seed(kind: u8, rest: &[u8]) -> Vec<u8> {
    [&[kind], rest].concat()
}

//! Where the fuzzer starts: the recorded exchanges in `crates/gateways/*/fixtures`, and an example of
//! every other kind of input.

use pairing_adapter::HttpResponse;
use pairing_adapter::testing::{Fixture, FixtureRequest};
use pairing_providers::{FieldKind, providers};
use pairing_qr::QrMatrix;

use crate::exchange::Exchange;
use crate::{configuration, instance, pictures};

const QR_TEXT: &str = "2@kYq0eXample,bm90IGEgcmVhbCBjb2Rl,MQ==";

/// The fixtures of every adapter, each behind the byte that selects it.
fn recorded() -> impl Iterator<Item = (u8, Fixture)> {
    (0..).zip(providers()).flat_map(|(selector, adapter)| {
        let fixtures = instance::fixtures(adapter).into_iter();
        fixtures.map(move |fixture| (selector, fixture))
    })
}

pub(crate) fn bodies() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (selector, fixture) in recorded() {
        if fixture.request == FixtureRequest::Webhook {
            continue;
        }
        let mut answers = vec![fixture.answer.response()];
        if let Some(more) = &fixture.followed_up {
            answers.extend(more.answers.iter().map(|answer| answer.response()));
        }
        let asked = fixture.request;
        let once = Exchange::write(asked, (false, false), &answers[..1]);
        let followed_up = Exchange::write(asked, (true, true), &answers);
        seeds.extend([once, followed_up].map(|exchange| seed(selector, &exchange)));
    }
    seeds
}

pub(crate) fn webhooks() -> Vec<Vec<u8>> {
    recorded()
        .filter(|(_, fixture)| fixture.request == FixtureRequest::Webhook)
        .map(|(selector, fixture)| seed(selector, &fixture.answer.body()))
        .collect()
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
    for (_, fixture) in recorded() {
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
    let mut seeds = Vec::new();
    for adapter in providers() {
        let name = adapter.name;
        let mut json = format!("{{\"provider\":\"{name}\"");
        let mut toml = format!("[{name}]\n");
        let mut environment = String::new();
        for field in adapter.fields {
            let value = instance::example(field).unwrap_or(match field.kind {
                FieldKind::Flag => "false",
                _ => "image",
            });
            let field_name = field.name;
            json += &format!(",\"{field_name}\":\"{value}\"");
            toml += &format!("{field_name} = \"{value}\"\n");
            for variable in field.env_vars(name) {
                environment += &format!("{variable}={value}\n");
            }
        }
        seeds.extend([
            seed(AS_JSON, format!("{json}}}").as_bytes()),
            seed(AS_TOML, toml.as_bytes()),
            seed(AS_ENVIRONMENT, environment.as_bytes()),
        ]);
    }
    let others = [
        (
            AS_POLICY,
            "codes_per_round = 5\ndeadline = \"2m 40s\"\nrefresh_min = \"15s\"\n[retry]\nmax_retries = 9\nmin_delay = \"500ms\"\n",
        ),
        (
            AS_POLICY,
            r#"{"qr_lifetime":"45s","retry":{"max_cooldown":"1h"}}"#,
        ),
        (AS_ADDRESS, "https://gateway.example.com:8443/base/path/"),
        (AS_ADDRESS, "http://[::1]:8080"),
        (
            AS_ADDRESS,
            "https://user:canary@gateway.example.com/?token=canary#x",
        ),
    ];
    seeds.extend(others.map(|(kind, text)| seed(kind, text.as_bytes())));
    seeds
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
    (0..240)
        .map(|number| (0..(number % 24 + 1) * 32).map(|_| next()).collect())
        .collect()
}

fn seed(kind: u8, rest: &[u8]) -> Vec<u8> {
    [&[kind], rest].concat()
}

//! Requests, answers, and what is configured with credentials.

use std::fmt::Debug;
use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{
    BaseUrl, Body, GatewayClient, GatewayRules, HttpMethod, HttpRequest, HttpResponse, Message,
    Object, Overrides, ReqwestTransport, SecretUrl, Table, TransportError, TransportErrorKind,
    Values,
};

use super::{Shown, shown};

fn base() -> BaseUrl {
    "https://gateway.example.com/canary".parse().unwrap()
}

fn url() -> SecretUrl {
    base().join(&["canary"]).with_query("canary", "canary")
}

fn request() -> HttpRequest {
    HttpRequest::new(HttpMethod::Get, url()).with_header("client-token", "canary".into())
}

const BODIES: [&str; 4] = [
    r#"{"value":"2@canary","error":"canary"}"#,
    "2@canary",
    "[\"canary\"]",
    "<html>canary",
];

static RULES: GatewayRules = GatewayRules::new();

pub(super) async fn all() -> Vec<Shown> {
    let mut all = vec![shown(base()), shown(url()), shown(request())];
    for body in BODIES {
        let response = HttpResponse::new(200, body)
            .with_content_type("canary")
            .with_retry_after("canary");
        let canned = CannedTransport::new([Ok(response.clone())]);
        let gateway = GatewayClient::new(Arc::new(canned.clone()), &RULES);
        let answer = gateway.send(request()).await.unwrap();
        all.extend([
            shown(Body::read(&response)),
            shown(Message::of(body)),
            shown(answer),
            shown(gateway),
            shown(canned),
            shown(response),
        ]);
    }
    if let Body::Object(object) = &Body::read(&HttpResponse::new(200, BODIES[0])) {
        all.push(shown::<Object>(object.clone()));
    }
    all.push(shown(refused().await));
    all.push(shown(ReqwestTransport::new().unwrap()));
    all.extend(adapters());
    all
}

/// With what the bundled client says of it as its source.
async fn refused() -> TransportError {
    use pairing_adapter::HttpTransport as _;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/canary", gone.local_addr().unwrap());
    drop(gone);
    let base: BaseUrl = base.parse().unwrap();
    let request = HttpRequest::new(HttpMethod::Get, base.join(&["canary"]))
        .with_header("client-token", "canary".into());
    let transport = ReqwestTransport::new().unwrap();
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(std::error::Error::source(&error).is_some());
    error
}

fn adapters() -> Vec<Shown> {
    let mut overrides = Overrides::default();
    overrides.base_url = Some(base());
    let table = |value: &str| -> Table {
        let table = serde_json::json!({"instance": value, "token": value, "base_url": value});
        serde_json::from_value(table).unwrap()
    };
    let gathered = Values::gather(
        &pairing_zapi::ADAPTER,
        &table("canary"),
        |_| None,
        &overrides,
    );
    let load = |value| pairing_providers::load("zapi", &table(value), |_| None, &overrides);
    let mut all = vec![
        shown(gathered.unwrap()),
        shown(load("canary").unwrap()),
        shown(load("canary canary").map(drop).unwrap_err()),
    ];
    for adapter in pairing_providers::providers() {
        let needed = adapter.fields.iter().filter(|field| {
            field.secret || field.required && field.kind != pairing_adapter::FieldKind::Url
        });
        let table: Table = needed
            .map(|field| {
                // The address that webhooks are sent to.
                let value = match field.name {
                    "webhook" => "https://canary.example.com/canary",
                    _ => "canary",
                };
                (field.name.to_owned(), value.into())
            })
            .collect();
        let config = pairing_providers::load(adapter.name, &table, |_| None, &overrides).unwrap();
        let provider = config
            .clone()
            .build_with(Arc::new(CannedTransport::default()));
        all.push(of_gateway(adapter.name, "config: ", &config));
        all.push(of_gateway(adapter.name, "", &provider.unwrap()));
    }
    all.push(shown(overrides));
    all
}

/// A type of a gateway's crate, by the name that it prints itself with after these words.
fn of_gateway(gateway: &str, after: &str, value: &dyn Debug) -> Shown {
    let text = format!("{value:?} {value:#?}");
    let (_, own) = text.split_once(after).unwrap();
    let name = own.split(' ').next().unwrap();
    Shown {
        name: format!("pairing_{}::{name}", gateway.replace('-', "_")),
        also: Vec::new(),
        text,
    }
}

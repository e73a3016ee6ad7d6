//! What a configuration may hold, and what is said about one that cannot work.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{ConfigError, Overrides, Table, Values};
use pairing_evolution::ADAPTER;
use serde_json::{Value, json};

fn configure(changes: Value) -> Result<(), ConfigError> {
    let mut table: Table = json!({
        "instance": "loja centro",
        "api_key": "canary-key",
        "base_url": "https://gateway.example.com",
    })
    .as_object()
    .unwrap()
    .clone();
    table.extend(changes.as_object().unwrap().clone());
    static OWN: pairing_adapter::Adapter = ADAPTER;
    let mut values = Values::gather(&OWN, &table, |_| None, &Overrides::default())?;
    let config = ADAPTER.configure(&mut values)?;
    let provider = config.build(Arc::new(CannedTransport::default()))?;
    let shown = format!("{config:?} {provider:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("loja"),
        "{shown}"
    );
    Ok(())
}

#[test]
fn a_name_may_be_any_text() {
    for name in [
        "loja centro",
        "my shop é/1",
        "token",
        "instance_id",
        "<x>",
        "a?b#c%20",
    ] {
        configure(json!({"instance": name})).unwrap();
    }
    for name in [".", "..", "https://gateway.example.com/instance/x"] {
        let error = configure(json!({"instance": name})).unwrap_err();
        assert!(error.to_string().contains("`instance`"), "{error}");
    }
}

#[test]
fn plain_http_needs_a_private_network_and_an_explicit_choice() {
    let own = "http://evolution:8080";
    let error = configure(json!({"base_url": own})).unwrap_err();
    assert!(error.to_string().contains("plain_http = true"), "{error}");
    for base in [own, "http://10.0.0.7", "http://localhost:8080"] {
        configure(json!({"base_url": base, "plain_http": true})).unwrap();
    }
    let public = json!({"base_url": "http://gateway.example.com", "plain_http": "true"});
    let error = configure(public).unwrap_err();
    assert!(error.to_string().contains("private addresses"), "{error}");
    configure(json!({"base_url": "http://127.0.0.1:8080"})).unwrap();
}

#[test]
fn each_mistake_names_its_field_and_no_value() {
    for (changes, part) in [
        (json!({"api_key": "Bearer canary"}), "`api_key`"),
        (json!({"api_key": ""}), "`api_key`"),
        (json!({"webhook_secret": "ca nary"}), "`webhook_secret`"),
        (json!({"create": "perhaps canary"}), "`create`"),
        (json!({"plain_http": "canary"}), "`plain_http`"),
        (
            json!({"base_url": "https://gateway.example.com/manager"}),
            "`base_url`",
        ),
        (
            json!({"base_url": "https://gateway.example.com/instance/connect/canary"}),
            "`base_url`",
        ),
        (json!({"token": "canary"}), "`token`"),
    ] {
        let error = configure(changes).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}

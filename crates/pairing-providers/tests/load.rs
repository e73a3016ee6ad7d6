//! Where values come from, and what is said when they are wrong.
#![cfg(feature = "all-gateways")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use pairing_adapter::testing::CannedTransport;
use pairing_adapter::{BaseUrl, HttpResponse};
use pairing_core::PairingProvider;
use pairing_providers::{
    Adapter, ConfigError, FieldKind, Overrides, ProviderConfig, QrForm, Table, load, provider,
    providers,
};

/// The provider's table out of a whole configuration file.
fn table(name: &str, file: &str) -> Table {
    let mut tables: BTreeMap<String, serde_json::Value> = toml::from_str(file).unwrap();
    match tables.remove(name) {
        Some(serde_json::Value::Object(table)) => table,
        _ => Table::new(),
    }
}

fn loaded(
    name: &str,
    file: &str,
    env: &[(&str, &str)],
    overrides: &Overrides,
) -> Result<ProviderConfig, ConfigError> {
    let env = |variable: &str| {
        let found = env.iter().find(|(name, _)| *name == variable)?;
        Some(found.1.to_owned())
    };
    load(name, &table(name, file), env, overrides)
}

/// The address of the status request: it shows which values were taken.
async fn address(config: ProviderConfig) -> String {
    let body = r#"{"connected":false,"loggedIn":false,"instance":{"status":"close","state":"close"},
        "status":"STOPPED","stateInstance":"notAuthorized"}"#;
    let transport = CannedTransport::new([Ok(HttpResponse::new(200, body))]);
    let provider = config.build_with(Arc::new(transport.clone())).unwrap();
    // Whatever the answer means there: the address of the first request is what matters.
    let _ = provider.status().await;
    transport.requests()[0].url.expose().to_owned()
}

const FILE: &str = r#"
provider = "zapi"

[zapi]
instance = "file-instance"
token = "file-token"
client_token = ""
base_url = "https://file.example.com"
"#;

/// A file with what the provider needs.
fn file_of(adapter: &Adapter) -> String {
    let mut file = format!("[{}]\n", adapter.name);
    for field in adapter.fields.iter().filter(|field| field.required) {
        let value = match field.kind {
            FieldKind::Url => "https://file.example.com",
            _ => "file-value",
        };
        file += &format!("{} = \"{value}\"\n", field.name);
    }
    file
}

#[tokio::test]
async fn a_file_is_enough() {
    let none = Overrides::default();
    let zapi = loaded("zapi", FILE, &[], &none).unwrap();
    assert_eq!(
        address(zapi).await,
        "https://file.example.com/instances/file-instance/token/file-token/status"
    );
    for adapter in providers() {
        let config = loaded(adapter.name, &file_of(adapter), &[], &none).unwrap();
        let asked = address(config).await;
        let is_from_the_file = asked.contains("/file-value") || asked.contains("//file.example");
        assert!(is_from_the_file, "{asked}");
    }
}

#[tokio::test]
async fn the_environment_is_enough_and_wins_over_the_file() {
    let env = [
        ("PAIRING_ZAPI_INSTANCE", "env-instance"),
        ("PAIRING_ZAPI_TOKEN", "env-token"),
        ("PAIRING_BASE_URL", "http://127.0.0.1:1234"),
    ];
    for file in ["", FILE] {
        let config = loaded("zapi", file, &env, &Overrides::default()).unwrap();
        assert_eq!(
            address(config).await,
            "http://127.0.0.1:1234/instances/env-instance/token/env-token/status"
        );
    }
    // Set to nothing is not set.
    let empty = [("PAIRING_ZAPI_TOKEN", ""), ("PAIRING_BASE_URL", " ")];
    let config = loaded("zapi", FILE, &empty, &Overrides::default()).unwrap();
    assert!(
        address(config)
            .await
            .starts_with("https://file.example.com/")
    );
}

#[tokio::test]
async fn overrides_win_over_everything() {
    let mut overrides = Overrides::default();
    overrides.base_url = Some(BaseUrl::parse("http://localhost:9").unwrap());
    overrides.qr_form = Some(QrForm::Image);
    overrides.follow_ups = Some(false);
    let env = [("PAIRING_BASE_URL", "https://env.example.com")];
    for adapter in providers() {
        let config = loaded(adapter.name, &file_of(adapter), &env, &overrides).unwrap();
        let printed = format!("{config:?}");
        for (name, shown) in [
            ("follow_ups", "follow_ups: false"),
            ("qr_form", "qr_form: Image"),
        ] {
            let has = adapter.fields.iter().any(|field| field.name == name);
            assert_eq!(printed.contains(shown), has, "{shown} in {printed}");
        }
        assert!(address(config).await.starts_with("http://localhost:9/"));
    }
}

/// Provider, file, environment, and parts of the message.
type Mistake = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

#[test]
fn every_mistake_says_what_to_do_and_quotes_no_value() {
    let mistakes: &[Mistake] = &[
        ("canary", "", &[], &["zapi, "]),
        (
            "zapi",
            "",
            &[],
            &["`instance`", "PAIRING_ZAPI_INSTANCE", "[zapi]"],
        ),
        (
            "zapi",
            "[zapi]\ntokn = 'canary'",
            &[],
            &["`tokn`", "client_token"],
        ),
        // Key and value are swapped.
        (
            "zapi",
            "[zapi]\nCANARY0canary = 'token'",
            &[],
            &["`(this key)`", "client_token"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 424242",
            &[],
            &["`instance`", "text in quotes"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = ['canary']",
            &[],
            &["`instance`", "text in quotes"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 'a'\ntoken = 'b'\nqr_form = 'canary'",
            &[],
            &["`qr_form`", "\"image\""],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 'a'\ntoken = 'b'\nfollow_ups = 'canary'",
            &[],
            &["`follow_ups`", "true or false"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 'a'\ntoken = 'can ary canary'",
            &[],
            &["zapi", "`token`", "white space"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 'a'\ntoken = 'b'",
            &[("PAIRING_BASE_URL", "http://canary.example.com")],
            &["`base_url` of zapi", "https://"],
        ),
        (
            "zapi",
            "[zapi]\ninstance = 'a'\ntoken = 'b'\nbase_url = 'https://u:canary@h.example.com'",
            &[],
            &["`base_url` of zapi", "password"],
        ),
    ];
    for (name, file, env, expected) in mistakes {
        let error = loaded(name, file, env, &Overrides::default()).unwrap_err();
        let shown = format!("{error}");
        for part in *expected {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        for value in ["canary", "CANARY", "424242"] {
            assert!(!format!("{shown} {error:?}").contains(value), "{shown}");
        }
    }
}

#[test]
fn a_missing_field_is_named_with_its_variable_and_its_section() {
    for adapter in providers() {
        for field in adapter.fields.iter().filter(|field| field.required) {
            let file = file_of(adapter);
            let is_kept = |line: &&str| !line.starts_with(field.name);
            let file: Vec<&str> = file.lines().filter(is_kept).collect();
            let error = loaded(adapter.name, &file.join("\n"), &[], &Overrides::default());
            let shown = error.unwrap_err().to_string();
            let variable = field.env_vars(adapter.name).pop().unwrap();
            let section = format!("[{}]", adapter.name);
            for part in [&format!("`{}`", field.name), &variable, &section] {
                assert!(shown.contains(part), "{part} in {shown}");
            }
        }
    }
}

#[test]
fn serde_reads_the_same_and_quotes_no_value_either() {
    let parse = serde_json::from_str::<ProviderConfig>;
    let config = parse(r#"{"provider":"zapi","instance":"canary","token":"canary"}"#).unwrap();
    assert!(!format!("{config:?}").contains("canary"));
    for json in [
        r#"{"provider":"canary"}"#,
        r#"{"provider":7}"#,
        r#"{"instance":"canary"}"#,
        r#"{"provider":"zapi","instance":["canary"]}"#,
        r#"{"provider":"zapi","instance":"canary","token":"canary canary"}"#,
        r#"{"provider":"zapi","instance":"canary","token":"canary","x":"canary"}"#,
        r#"{"provider":"zapi","instance":"a","0canary":"token"}"#,
    ] {
        let error = parse(json).unwrap_err().to_string();
        assert!(!error.contains("canary"), "{error}");
    }
}

#[test]
fn the_table_tells_the_truth_about_every_provider() {
    for info in providers() {
        // People write names in their own way.
        let shouted = format!(" {} ", info.name.to_uppercase());
        assert_eq!(provider(&shouted).unwrap().name, info.name);
        // With every required field, and nothing else, the provider can be built.
        let env = |variable: &str| {
            let field = info.fields.iter().find(|field| {
                field.required && field.env_vars(info.name).contains(&variable.to_owned())
            })?;
            Some(
                match field.kind {
                    FieldKind::Url => "https://h.example.com",
                    _ => "value",
                }
                .to_owned(),
            )
        };
        let config = load(info.name, &Table::new(), env, &Overrides::default()).unwrap();
        assert_eq!(config.name(), info.name);
        let built = config
            .build_with(Arc::new(CannedTransport::default()))
            .unwrap();
        assert_eq!(built.name(), info.name);
        assert_eq!(built.capabilities(), info.capabilities);
        // And without any single one of them it cannot.
        for field in info.fields.iter().filter(|field| field.required) {
            let env = |variable: &str| {
                let own = field.env_vars(info.name);
                (!own.contains(&variable.to_owned())).then(|| env(variable))?
            };
            let error = load(info.name, &Table::new(), env, &Overrides::default()).unwrap_err();
            assert!(matches!(error, ConfigError::Missing { .. }), "{error}");
        }
    }
}

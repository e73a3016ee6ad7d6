mod hostile;
mod serving;

use std::fs;

use super::*;

const KNOWN: [(&str, &[&str]); 2] = [
    ("zapi", &["instance", "token", "follow_ups"]),
    ("acme", &["instance_key", "token"]),
];

fn known() -> Vec<KnownTable<'static>> {
    let table = |(name, fields): &(&'static str, &'static [&'static str])| KnownTable {
        name,
        fields: fields.to_vec(),
        secrets: vec!["token"],
    };
    KNOWN.iter().map(table).collect()
}

fn parse(text: &str) -> Result<Config, Failure> {
    Config::parse("shop.toml".to_owned(), text, &known())
}

fn error(text: &str) -> String {
    match parse(text) {
        Err(Failure::Configuration(message)) => message,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted: {text}"),
    }
}

#[test]
fn a_file_names_the_provider_its_fields_and_what_differs_from_its_policy() {
    let config = parse(
        "provider = \"zapi\"\n[zapi]\ninstance = \"3C\"\nfollow_ups = false\n\
         [policy]\ndeadline = \"2m\"\n[policy.retry]\nmax_retries = 1\n",
    )
    .unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(config.provider.as_deref(), Some("zapi"));
    assert_eq!(config.table("zapi")["instance"], "3C");
    assert_eq!(config.table("zapi")["follow_ups"], false);
    assert!(config.table("acme").is_empty());
    let recommended = PairingPolicy::default().with_codes_per_round(2);
    let policy = config
        .policy(recommended.clone())
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(policy.deadline.as_secs(), 120);
    assert_eq!(policy.retry.max_retries, 1);
    // What the file does not mention stays as the provider recommends it.
    assert_eq!(policy.codes_per_round, 2);
    assert_eq!(policy.retry.max_delay, recommended.retry.max_delay);
}

#[test]
fn no_file_means_the_recommended_policy() {
    let policy = Config::default().policy(PairingPolicy::default());
    let policy = policy.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(policy, PairingPolicy::default());
}

#[test]
fn mistakes_are_named_with_file_line_and_key_and_never_with_a_value() {
    for (text, line, expected) in [
        ("provider = \"canary\"", 1, "zapi, acme"),
        ("\nprovider = 7", 2, "text in quotes"),
        (
            "\n\n[zapi]\ntoken = \"canary\"\ntokn = \"canary\"",
            5,
            "[zapi] tokn",
        ),
        ("[zap]\ntoken = \"canary\"", 1, "zap: unknown key"),
        ("token = \"canary\"", 1, "token: unknown key"),
        ("zapi = \"canary\"", 1, "[zapi]"),
        ("policy = \"canary\"", 1, "[policy]"),
        ("[zapi]\ntoken = canary", 2, "not TOML"),
        ("[zapi]\ntoken = \"canary", 2, "not TOML"),
        ("[zapi]\ntoken = \"a\"\ntoken = \"canary\"", 3, "not TOML"),
        ("[policy]\ndeadline = \"canary\"", 2, "[policy] deadline"),
        (
            "[policy]\n\ncodes_per_round = \"canary\"",
            3,
            "codes_per_round",
        ),
        ("[policy]\ndedline = \"2m\"", 2, "unknown key"),
        ("[policy.retry]\nmax_retries = -1", 2, "max_retries"),
        ("\"canary sekret\" = 1", 1, "(this key)"),
    ] {
        let error = error(text);
        let place = format!("--config: shop.toml, line {line}: ");
        assert!(error.starts_with(&place), "{text}\n{error}");
        assert!(error.contains(expected), "{text}\n{error}");
        assert!(!error.contains("canary"), "{text}\n{error}");
    }
}

#[test]
fn a_policy_that_does_not_fit_together_is_refused() {
    let config = parse("[policy]\nrefresh_min = \"30s\"");
    let config = config.unwrap_or_else(|failure| panic!("{failure:?}"));
    let refused = config.policy(PairingPolicy::default());
    assert!(
        matches!(&refused, Err(Failure::Configuration(message)) if message.contains("refresh_min")),
        "{refused:?}"
    );
}

#[test]
fn a_file_that_is_not_there_is_not_text_or_is_huge_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let read = |path: &Path| match Config::read(path, &[]) {
        Err(Failure::Configuration(message)) => message,
        _ => panic!("not refused"),
    };
    assert!(read(&path).contains("c.toml: cannot be read: there is no such file"));
    assert!(read(folder.path()).contains("cannot be read: it is a folder"));
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(read(&path).contains("UTF-8"));
    fs::write(&path, vec![b' '; 1_100_000]).unwrap();
    assert!(read(&path).contains("too large"));
}

#[cfg(unix)]
#[test]
fn secrets_that_every_user_can_read_are_noticed_and_nothing_else_is() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let exposed = |text: &str, mode: u32| {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let config = Config::read(&path, &known());
        config
            .unwrap_or_else(|failure| panic!("{failure:?}"))
            .exposed
    };
    for secret in [
        "[zapi]\ntoken = \"T\"",
        "[serve]\nadmin_token = \"0123456789abcdef\"",
        "[instances.shop]\nprovider = \"zapi\"\ntoken = \"T\"",
        "[instances.shop]\nprovider = \"zapi\"\nwebhook_secret = \"S\"",
    ] {
        let name = path.display().to_string();
        assert_eq!(exposed(secret, 0o644), Some(name), "{secret}");
        // A group is chosen by the operator.
        for mode in [0o600, 0o640] {
            assert_eq!(exposed(secret, mode), None, "{secret}");
        }
    }
    for none in [
        "",
        "provider = \"zapi\"\n[policy]\ndeadline = \"2m\"",
        "[instances.shop]\nprovider = \"zapi\"\ninstance = \"3C\"",
    ] {
        assert_eq!(exposed(none, 0o644), None, "{none}");
    }
}

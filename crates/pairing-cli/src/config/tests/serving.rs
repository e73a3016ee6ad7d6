//! `[serve]` and `[instances.NAME]`.

use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::*;

fn read(text: &str) -> Config {
    parse(text).unwrap_or_else(|failure| panic!("{failure:?}"))
}

#[test]
fn everything_about_serving_can_be_said() {
    let serve = read(
        "[serve]\nlisten = \"[::1]:0\"\nadmin_token = \"0123456789abcdef\"\n\
         public_url = \"https://pair.example.com\"\n\
         frame_ancestors = [\"https://app.example.com\", \"http://127.0.0.1:3000\"]\n\
         trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\n\
         client_address_header = \"Forwarded\"\nstate_file = \"links\"\nlink_lifetime = \"1h 30m\"\n\
         linger = \"0s\"\nkeep_alive = \"2m\"\nmax_pairings = 7\n\
         max_viewers = 8\nmax_viewers_per_pairing = 9\nmax_links_per_pairing = 10\n\
         max_ended_pairings = 11\nmax_actions_per_minute = 12\n",
    )
    .serve;
    assert_eq!(serve.listen.unwrap().to_string(), "[::1]:0");
    assert_eq!(
        serve.admin_token.unwrap().expose_secret(),
        "0123456789abcdef"
    );
    assert_eq!(
        serve.public_url.as_deref(),
        Some("https://pair.example.com")
    );
    assert_eq!(serve.frame_ancestors.len(), 2);
    assert_eq!(serve.trusted_proxies.len(), 2);
    assert_eq!(serve.client_address_header.as_deref(), Some("Forwarded"));
    assert_eq!(serve.state_file, Some("links".into()));
    assert_eq!(serve.link_lifetime, Some(Duration::from_secs(5400)));
    assert_eq!(serve.linger, Some(Duration::ZERO));
    assert_eq!(serve.keep_alive, Some(Duration::from_secs(120)));
    let limits = [
        serve.max_pairings,
        serve.max_viewers,
        serve.max_viewers_per_pairing,
        serve.max_links_per_pairing,
        serve.max_ended_pairings,
        serve.max_actions_per_minute,
    ];
    assert_eq!(limits, [7, 8, 9, 10, 11, 12].map(Some));
}

const SHOPS: &str = "\
[policy]
deadline = \"2m\"
codes_per_round = 4

[instances.shop-1]
provider = \"zapi\"
instance = \"3C\"
token = \"T1\"
webhook_secret = \"0123456789abcdef\"
expect_phone = \"+55 11 99999-8888\"
policy.deadline = \"1m\"

[instances.Loja_2]
instance_key = \"K\"
token = \"T2\"
provider = \"acme\"
";

#[test]
fn instances_stand_side_by_side_with_fields_of_their_own() {
    let config = read(SHOPS);
    let [loja, shop] = &config.instances[..] else {
        panic!("{} instances", config.instances.len());
    };
    assert_eq!(
        (&*loja.name, &*loja.provider, &*shop.name, &*shop.provider),
        ("Loja_2", "acme", "shop-1", "zapi")
    );
    assert_eq!(shop.fields["instance"], "3C");
    assert_eq!(shop.fields["token"], "T1");
    assert_eq!(shop.fields.len(), 2);
    assert_eq!(loja.fields["token"], "T2");
    assert!(shop.webhook_secret.is_some() && loja.webhook_secret.is_none());
    let phone = shop.expect_phone.as_ref().map(ToString::to_string);
    assert_eq!(phone.as_deref(), Some("+5511999998888"));
}

#[test]
fn an_instances_own_policy_goes_before_the_one_of_the_file() {
    let config = read(SHOPS);
    let numbers: Vec<_> = config
        .instances
        .iter()
        .map(|instance| {
            let policy = config
                .policy_of(instance, PairingPolicy::default())
                .unwrap_or_else(|failure| panic!("{failure:?}"));
            (policy.deadline.as_secs(), policy.codes_per_round)
        })
        .collect();
    assert_eq!(numbers, [(120, 4), (60, 4)]);
}

#[test]
fn mistakes_name_file_line_and_key_and_what_is_wanted_and_never_a_value() {
    for (text, line, expected) in [
        ("serve = \"canary\"", 1, "serve: must be a section: [serve]"),
        ("[serve]\nlisten = \"canary\"", 2, "like 127.0.0.1:8910"),
        ("[serve]\nlisten = 8910", 2, "[serve] listen: must be"),
        (
            "[serve]\nadmin_token = 1234",
            2,
            "[serve] admin_token: must be text",
        ),
        (
            "[serve]\npublic_url = 7",
            2,
            "[serve] public_url: must be text",
        ),
        (
            "[serve]\n\nframe_ancestors = \"canary\"",
            3,
            "[\"https://app.example.com\"]",
        ),
        ("[serve]\nlink_lifetime = \"canary\"", 2, "\"30m\""),
        (
            "[serve]\nlinger = 60",
            2,
            "[serve] linger: must be a duration",
        ),
        ("[serve]\nmax_pairings = 0", 2, "a whole number from 1"),
        ("[serve]\nmax_viewers = -1", 2, "a whole number from 1"),
        ("[serve]\nmax_viewers = \"canary\"", 2, "without quotes"),
        (
            "[serve]\nadmin_tokn = \"canary\"",
            2,
            "[serve] admin_tokn: unknown key; this section has listen, admin_token",
        ),
        ("[serve]\n\"canary 7\" = 1", 2, "[serve] (this key)"),
        ("instances = \"canary\"", 1, "[instances]"),
        ("[instances]\nshop = \"canary\"", 2, "[instances.NAME]"),
        (
            "\n[instances.shop]\ntoken = \"canary\"",
            2,
            "[instances.shop]: provider is missing; add provider = with one of zapi, acme",
        ),
        (
            "[instances.shop]\nprovidr = \"zapi\"\ntoken = \"canary\"",
            2,
            "[instances.shop] providr: unknown key; this section has provider, webhook_secret, \
             expect_phone, policy, the fields of its provider",
        ),
        (
            "[instances.shop]\nprovider = \"canary\"",
            2,
            "[instances.shop] provider: must be one of zapi, acme",
        ),
        (
            "[instances.shop]\nprovider = \"zapi\"\ntokn = \"canary\"",
            3,
            "[instances.shop] tokn: unknown key; this section has provider, webhook_secret, \
             expect_phone, policy, instance, token, follow_ups",
        ),
        (
            "[instances.shop]\nprovider = \"zapi\"\nexpect_phone = \"canary\"",
            3,
            "with its country code",
        ),
        (
            "[instances.shop]\nprovider = \"zapi\"\nwebhook_secret = 7",
            3,
            "[instances.shop] webhook_secret: must be text",
        ),
        (
            "[instances.shop]\nprovider = \"zapi\"\npolicy = \"canary\"",
            3,
            "[instances.shop] policy: must be a section: [instances.shop.policy]",
        ),
        (
            "[instances.shop]\nprovider = \"zapi\"\npolicy.deadline = \"canary\"",
            3,
            "[instances.shop.policy]",
        ),
        (
            "[instances.a]\nprovider = \"zapi\"\ntoken = \"canary\"\n\
             [instances.b]\nprovider = \"zapi\"\ntoken = \"canary\"",
            4,
            "[instances.b]: the same instance of the provider as [instances.a]",
        ),
        (
            "[instances.\"canary me\"]\nprovider = 7",
            2,
            "[instances.(this name)] provider: must be text",
        ),
    ] {
        let error = error(text);
        let place = format!("--config: shop.toml, line {line}: ");
        assert!(error.starts_with(&place), "{text}\n{error}");
        assert!(error.contains(expected), "{text}\n{error}");
        for value in ["canary", "1234"] {
            assert!(!error.contains(value), "{text}\n{error}");
        }
    }
}

#[test]
fn two_instances_of_one_provider_are_no_mistake() {
    let config = read(
        "[instances.a]\nprovider = \"zapi\"\ninstance = \"1\"\ntoken = \"x\"\n\
         [instances.b]\nprovider = \"zapi\"\ninstance = \"2\"\ntoken = \"x\"\n",
    );
    assert_eq!(config.instances.len(), 2);
}

//! Files with a mistake anywhere: no panic, and a refusal that names a line and no value.

use proptest::prelude::*;

use super::*;

/// All that a file can have; each of its secrets has the canary's name.
const FILE: &str = "\
provider = \"zapi\"

[zapi]
instance = \"CANARY-1\"
token = \"CANARY-2\"
follow_ups = false

[megaapi]
instance_key = \"CANARY-3\"
token = 'CANARY-4'

[policy]
deadline = \"2m\"
codes_per_round = 4
retry = { max_retries = 1, min_delay = \"500ms\" }

[serve]
listen = \"127.0.0.1:0\"
admin_token = \"CANARY-0123456789\"
public_url = \"https://pair.example.com/CANARY\"
frame_ancestors = [\"https://app.example.com/CANARY\"]
link_lifetime = \"1h 30m\"
max_viewers = 8

[instances.shop-1]
provider = \"zapi\"
instance = \"CANARY-5\"
token = \"\"\"CANARY-6\"\"\"
webhook_secret = \"CANARY-0123456789\"
expect_phone = \"+55 11 98765-4321\"
policy.deadline = \"1m\"
";

/// What makes one thing another in TOML.
const PIECES: [&str; 14] = [
    "\"", "'", "\"\"\"", "\\", "\n", "=", "[", "]", "[[", "{", ".", "#", "0x", "\u{0}",
];

/// Pieces put in place of others.
fn mangled() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => Just(String::new()),
    ];
    let splice = (any::<prop::sample::Index>(), 0_usize..12, piece);
    prop::collection::vec(splice, 1..4).prop_map(|splices| {
        let mut text: Vec<char> = FILE.chars().collect();
        for (at, length, piece) in splices {
            let start = at.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

#[test]
fn the_file_without_a_mistake_is_taken() {
    assert!(parse(FILE).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mistake_anywhere_is_named_without_a_value(text in mangled()) {
        let refused = match parse(&text) {
            Ok(config) => config.policy(PairingPolicy::default()).err(),
            Err(failure) => Some(failure),
        };
        if let Some(failure) = refused {
            let Failure::Configuration(message) = failure else {
                return Err(TestCaseError::fail("a file is a configuration"));
            };
            prop_assert!(!message.contains("CANARY"), "{message}");
            prop_assert!(!message.contains("98765"), "{message}");
        }
    }
}

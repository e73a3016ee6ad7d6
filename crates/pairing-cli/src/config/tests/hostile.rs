//! Files with a mistake anywhere: no panic, and a refusal that names the line and the key, and no
//! value.

use proptest::prelude::*;

use super::*;

/// All that a file can have; each of its secrets has the canary's name.
const FILE: &str = "\
provider = \"zapi\"

[zapi]
instance = \"CANARY-1\"
token = \"CANARY-2\"
follow_ups = false

[acme]
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
        let message = match parse(&text) {
            Err(Failure::Configuration(message)) => {
                prop_assert!(names_a_place(&message, &text), "{message}");
                message
            }
            Err(_) => return Err(TestCaseError::fail("a file is a configuration")),
            // Each value fits by itself, and not with another: no line is to blame.
            Ok(config) => match config.policy(PairingPolicy::default()) {
                Ok(_) => return Ok(()),
                Err(Failure::Configuration(message)) => {
                    prop_assert!(names_a_field(&message), "{message}");
                    message
                }
                Err(_) => return Err(TestCaseError::fail("a policy is a configuration")),
            },
        };
        prop_assert!(!message.contains("CANARY"), "{message}");
        prop_assert!(!message.contains("98765"), "{message}");
    }
}

/// The file, a line that it has, and what is wrong there: the key or the section, or that it is
/// not TOML at all.
fn names_a_place(message: &str, text: &str) -> bool {
    let place = message.strip_prefix("--config: shop.toml, line ");
    let Some((line, what)) = place.and_then(|place| place.split_once(": ")) else {
        return false;
    };
    let lines = text.split('\n').count();
    let is_there = line.parse().is_ok_and(|line| (1..=lines).contains(&line));
    let named = what.strip_prefix('[').and_then(|what| what.split_once(']'));
    let key = what.split_once(": ").map_or("", |(key, _)| key);
    is_there && (named.is_some() || is_key(key) || what.starts_with("this is not TOML"))
}

fn names_a_field(message: &str) -> bool {
    let field = message.strip_prefix("policy.").unwrap_or_default();
    is_key(field.split(' ').next().unwrap_or_default())
}

fn is_key(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || "_-.".contains(c);
    text == "(this key)" || (!text.is_empty() && text.chars().all(letter))
}

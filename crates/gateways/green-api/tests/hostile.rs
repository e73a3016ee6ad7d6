//! Hostile answers: no panic, and nothing becomes a code that a person could not use.
#![allow(clippy::unwrap_used)]

use pairing_adapter::testing::survive_hostile_answers;
use pairing_green_api::{GreenApi, GreenApiConfig};

#[test]
fn no_answer_panics_or_becomes_a_false_code() {
    survive_hostile_answers("fixtures", |transport| {
        let base = "https://gateway.example.com".parse().unwrap();
        let config = GreenApiConfig::new("1101000001", "canary-token", base);
        GreenApi::with_transport(config, transport).unwrap()
    });
}

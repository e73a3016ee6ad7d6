//! Running `pairing link` to an end that people and programs are both told of.

use serde_json::Value;

use crate::support::{Gateway, outcome};

/// Runs `link` with JSON and in text; both must leave with this code. Gives the outcome.
pub(crate) async fn ends_with(
    gateway: &Gateway,
    policy: &[&str],
    arguments: &[&str],
    code: i32,
) -> Value {
    let link = |output| {
        let pairing = gateway
            .pairing(&["link", "--output", output])
            .policy(policy);
        arguments
            .iter()
            .fold(pairing, |pairing, argument| pairing.arg(argument))
    };
    let text = link("text").run().await;
    text.assert_code(code);
    let words = if code == 0 {
        &text.stdout
    } else {
        &text.stderr
    };
    assert!(
        !words.trim().is_empty(),
        "nothing for a person to read: {text}"
    );
    let json = link("json").run().await;
    json.assert_code(code);
    outcome(&json.stdout)
}

/// Arguments that choose a method.
pub(crate) async fn by_method(
    gateway: &Gateway,
    policy: &[&str],
    method: &str,
    code: i32,
) -> String {
    let arguments = gateway.method(method);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = ends_with(gateway, policy, &arguments, code).await;
    outcome["outcome"].as_str().unwrap().to_owned()
}

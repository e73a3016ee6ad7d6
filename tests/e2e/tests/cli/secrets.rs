//! Whatever the gateway does and however much the program is asked to tell: no credential is
//! printed anywhere, and no live code where it does not belong.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use pairing_e2e::setup_with_credentials;
use pairing_sim::{Dialect, Fault};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::support::{
    FAILS_FAST, Finished, Gateway, dialects, in_parallel, json, nth_with, slowest_first,
};

/// Characters that change when they are encoded for a URL or for base64.
const INSTANCE: &str = "3CANARY~inst+4kQ%9z=Vb";
const TOKEN: &str = "7CANARY~token+Xy/2?mP&w";
const ACCOUNT: &str = "FCANARY~account+8/Rt;nS";

/// A session in which nobody uses a code is over in a second or two.
const SHORT_LIVES: &[&str] = &[
    "qr_lifetime = \"400ms\"",
    "first_qr_lifetime = \"400ms\"",
    "phone_codes_per_round = 1",
    "phone_code_lifetime = \"400ms\"",
    "refresh_min = \"400ms\"",
    "refresh_interval = \"400ms\"",
    "refresh_max = \"400ms\"",
    // A passkey is waited for until the end.
    "deadline = \"5s\"",
];

/// Every form in which a canary could be printed.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        format!("{:?}", secret.as_bytes()),
    ];
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        forms.push(engine.encode(secret));
    }
    // No punctuation, so in every encoding of characters, also one this test does not know.
    forms.extend(["CANARY", "canary"].map(str::to_owned));
    forms
}

async fn canary_gateway(dialect: &'static dyn Dialect) -> Gateway {
    Gateway::with_quick_start(setup_with_credentials(dialect, INSTANCE, TOKEN, ACCOUNT)).await
}

#[track_caller]
fn assert_no_secret(finished: &Finished) {
    for secret in [INSTANCE, TOKEN, ACCOUNT] {
        for form in forms(secret) {
            assert!(!finished.stdout.contains(&form), "{form}: {finished}");
            assert!(!finished.stderr.contains(&form), "{form}: {finished}");
        }
    }
}

/// The codes of all lines of JSON, as they were printed.
fn codes(stdout: &str) -> Vec<String> {
    let code = |line: Value| {
        ["text", "data", "code"]
            .iter()
            .find_map(|field| line["code"][field].as_str().map(str::to_owned))
    };
    stdout.lines().map(json).filter_map(code).collect()
}

async fn run(dialect: &'static dyn Dialect, fault: Fault, arguments: &'static [&'static str]) {
    let gateway = canary_gateway(dialect).await;
    gateway.instance.set_faults(fault);
    let mut policy = [FAILS_FAST, SHORT_LIVES].concat();
    if fault == Fault::HANG {
        // Waiting out the HTTP client's patience once is enough.
        policy.retain(|line| !line.contains("retries"));
        policy.extend(["retry.max_retries = 0", "retry.phone_code_max_retries = 0"]);
    }
    let mut pairing = gateway
        .pairing(arguments)
        .arg("-vvv")
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .policy(&policy);
    if arguments.contains(&"phone") {
        pairing = pairing
            .arg("--phone")
            .arg(gateway.instance.phone().to_string());
    }
    let finished = pairing.run().await;
    assert!(gateway.instance.calls().total > 0, "{fault:?}: {finished}");
    let documented = [0, 2, 3, 4, 5, 6].map(Some);
    assert!(documented.contains(&finished.code), "{fault:?}: {finished}");
    assert_no_secret(&finished);
    if arguments.contains(&"json") {
        for code in codes(&finished.stdout) {
            let bare = code.replace('-', "");
            assert!(!finished.stderr.contains(&code), "{fault:?}: {finished}");
            assert!(!finished.stderr.contains(&bare), "{fault:?}: {finished}");
        }
    }
}

const COMMANDS: &[&[&str]] = &[
    &["link", "--output", "json"],
    &["link", "--method", "phone"],
    &["code", "--output", "json"],
    &["code", "--method", "phone", "--output", "json"],
    &["status"],
    &["unlink", "--yes"],
];

#[tokio::test]
async fn no_fault_makes_any_command_print_a_secret_at_trace_level() {
    let mut runs = Vec::new();
    for (number, fault) in slowest_first().into_iter().enumerate() {
        for (command, arguments) in COMMANDS.iter().enumerate() {
            // Each command under a common fault at another gateway; every other command under a fault
            // of one gateway's own.
            let dialect = nth_with(fault, arguments, number + command);
            if Fault::COMMON.contains(&fault) || (number + command) % 2 == 0 {
                runs.extend(dialect.map(|dialect| run(dialect, fault, arguments)));
            }
        }
    }
    assert!(runs.len() > 200, "the list of faults has shrunk");
    in_parallel(runs).await;
}

/// What the test above would find, if it were there.
#[tokio::test]
async fn the_canaries_reach_the_gateway_and_the_log_says_something() {
    for &dialect in dialects() {
        let gateway = canary_gateway(dialect).await;
        let finished = gateway.pairing(&["status", "-vvv"]).run().await;
        finished.assert_code(0);
        assert_eq!(gateway.instance.calls().status, 1);
        assert!(!finished.stderr.is_empty(), "-vvv tells nothing");
        assert_no_secret(&finished);
    }
}

#[tokio::test]
async fn a_wrong_token_that_the_gateway_echoes_is_not_printed() {
    for &dialect in dialects() {
        for command in ["link", "code", "status", "unlink"] {
            // Another instance of the same name knows other tokens.
            let gateway = Gateway::start(dialect).await;
            let mut pairing = gateway.pairing(&[command, "-vvv"]).policy(FAILS_FAST);
            for (name, value) in canary_gateway(dialect).await.environment() {
                if name != "PAIRING_BASE_URL" && value != INSTANCE {
                    pairing = pairing.without_env(&name).env(&name, value);
                }
            }
            if command == "unlink" {
                pairing = pairing.arg("--yes");
            }
            let finished = pairing.run().await;
            finished.assert_code(4);
            assert_no_secret(&finished);
        }
    }
}

#[tokio::test]
async fn no_help_page_and_no_list_shows_a_value_of_the_environment() {
    for &dialect in dialects() {
        let gateway = canary_gateway(dialect).await;
        for arguments in [
            &["--help"][..],
            &["-h"],
            &["link", "--help"],
            &["serve", "--help"],
            &["providers"],
        ] {
            let finished = gateway.pairing(arguments).run().await;
            finished.assert_code(0);
            assert_no_secret(&finished);
        }
    }
}

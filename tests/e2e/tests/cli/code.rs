//! `pairing code`, `status`, `unlink` and `providers`: one call, one answer, one exit code.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_sim::{Dialect, Fault, FaultMeaning};
use serde_json::{Value, json};

use crate::support::{
    FAILS_FAST, Finished, Gateway, Pairing, ZAPI, another, check_code, check_error, dialects,
    immediate_dialects, json, object,
};

type Request = (&'static dyn Dialect, &'static [&'static str], &'static str);

/// `code` in every way in which each gateway can be asked, and the kind of the code.
fn requests() -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for &dialect in immediate_dialects() {
        let adapter = pairing_providers::provider(dialect.name()).unwrap();
        let can = adapter.capabilities;
        let has_text = adapter.fields.iter().any(|field| field.name == "qr_form");
        if has_text {
            requests.push((dialect, &["--form", "text"], "qr_text"));
        }
        requests.push((dialect, &[], if has_text { "qr_text" } else { "qr_image" }));
        requests.push((dialect, &["--form", "image"], "qr_image"));
        if can.phone_code {
            requests.push((dialect, &["--method", "phone"], "phone_code"));
        }
    }
    requests
}

fn code(gateway: &Gateway, arguments: &[&str]) -> Pairing {
    let mut pairing = gateway.pairing(&["code"]);
    for argument in arguments {
        pairing = pairing.arg(argument);
    }
    if arguments.contains(&"phone") {
        pairing = pairing
            .arg("--phone")
            .arg(gateway.instance.phone().to_string());
    }
    pairing
}

#[tokio::test]
async fn the_printed_reply_links_the_phone() {
    for (dialect, arguments, kind) in requests() {
        let gateway = Gateway::start(dialect).await;
        let pairing = code(&gateway, arguments).arg("--output").arg("json");
        let finished = pairing.run().await;
        finished.assert_code(0);
        assert_eq!(finished.stderr, "");
        let reply = object(&finished.stdout);
        assert_eq!(reply["reply"], "code");
        check_code(&reply["code"]);
        assert_eq!(reply["code"]["kind"], kind, "{dialect:?} {arguments:?}");
        assert_eq!(gateway.instance.calls().total, 1);
        gateway.use_code(&reply["code"]);
        assert!(gateway.instance.is_linked());
    }
}

#[tokio::test]
async fn without_a_terminal_the_text_of_the_code_is_the_output() {
    for (dialect, arguments, kind) in requests() {
        let gateway = Gateway::start(dialect).await;
        let finished = code(&gateway, arguments).run().await;
        finished.assert_code(0);
        let line = finished.stdout.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{finished}");
        if kind == "phone_code" {
            gateway.instance.type_code(line).unwrap();
        } else {
            gateway.instance.scan(line).unwrap();
        }
    }
}

#[tokio::test]
async fn every_reply_has_its_exit_code() {
    let mut replies = Vec::new();
    for &dialect in immediate_dialects() {
        replies.push((dialect, Fault::EMPTY_QR, "not_ready", 5));
        let linking = dialect.all_faults().filter(Fault::links_elsewhere);
        replies.extend(linking.map(|fault| (dialect, fault, "already_connected", 0)));
        let passkey = dialect.fault_meaning(FaultMeaning::PasskeyRequired);
        replies.extend(passkey.map(|fault| (dialect, fault, "passkey_required", 3)));
    }
    for (dialect, fault, reply, exit) in replies {
        let gateway = Gateway::start(dialect).await;
        gateway.instance.set_faults(fault);
        let finished = code(&gateway, &["--output", "json"]).run().await;
        assert_eq!(
            object(&finished.stdout),
            json!({ "reply": reply }),
            "{fault:?}"
        );
        finished.assert_code(exit);

        let gateway = Gateway::start(dialect).await;
        gateway.instance.set_faults(fault);
        let finished = code(&gateway, &[]).run().await;
        finished.assert_code(exit);
        // Nothing that a script could take for a code.
        assert_eq!(finished.stdout, "");
        assert!(!finished.stderr.is_empty());
    }
}

#[track_caller]
fn assert_failure(finished: &Finished, kind: &str, exit: i32) {
    finished.assert_code(exit);
    let line = object(&finished.stdout);
    check_error(&line["error"]);
    assert_eq!(line["error"]["kind"], kind, "{finished}");
    assert_eq!(line["error"]["retryable"], exit == 5, "{finished}");
}

#[tokio::test]
async fn every_failure_has_its_kind_and_exit_code() {
    let mut failures = Vec::new();
    for &dialect in immediate_dialects() {
        failures.extend([
            (dialect, Fault::SERVER_ERROR.with(500), "unavailable", 5),
            (dialect, Fault::SERVER_ERROR_PAGE, "unavailable", 5),
            (dialect, Fault::CONNECTION_RESET, "unavailable", 5),
            (
                dialect,
                Fault::RATE_LIMITED_SECONDS.with(3600),
                "rate_limited",
                5,
            ),
            (dialect, Fault::RATE_LIMITED, "rate_limited", 5),
            (dialect, Fault::HTML_PAGE, "malformed_reply", 5),
            (dialect, Fault::MALFORMED_JSON, "malformed_reply", 5),
        ]);
        for (meaning, kind) in [
            (FaultMeaning::InvalidCredentials, "invalid_credentials"),
            (FaultMeaning::UnknownInstance, "unknown_instance"),
        ] {
            let fault = dialect.fault_meaning(meaning);
            failures.extend(fault.map(|fault| (dialect, fault, kind, 4)));
        }
    }
    let lapsed = ZAPI.fault("subscription_lapsed").unwrap();
    failures.push((ZAPI, lapsed, "subscription_lapsed", 4));
    for (dialect, fault, kind, exit) in failures {
        for command in ["code", "status"] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(fault);
            let pairing = gateway
                .pairing(&[command, "--output", "json"])
                .policy(FAILS_FAST);
            assert_failure(&pairing.run().await, kind, exit);
        }
    }
}

#[tokio::test]
async fn the_status_says_who_is_linked() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let status = |output| gateway.pairing(&["status", "--output", output]);
        let finished = status("json").run().await;
        finished.assert_code(0);
        let said = object(&finished.stdout);
        assert_eq!(said["connected"], false, "{finished}");
        assert_ne!(said["phase"], "linked", "{finished}");
        assert_eq!(said["phone"], Value::Null, "{finished}");
        let finished = status("text").run().await;
        assert!(finished.stdout.starts_with("Not connected"), "{finished}");

        gateway.instance.link();
        let phone = gateway.instance.phone().to_string();
        let finished = status("json").run().await;
        finished.assert_code(0);
        let expected = json!({ "connected": true, "phase": "linked", "phone": phone });
        assert_eq!(object(&finished.stdout), expected);
        let finished = status("text").run().await;
        assert!(finished.stdout.starts_with("Connected"), "{finished}");
        assert!(finished.stdout.contains(&phone), "{finished}");
    }
}

#[tokio::test]
async fn unlinking_is_one_request_that_is_never_repeated() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        gateway.instance.link();
        let finished = gateway
            .pairing(&["unlink", "--yes", "--output", "json"])
            .run()
            .await;
        finished.assert_code(0);
        assert_eq!(object(&finished.stdout), json!({ "unlinked": true }));
        assert!(!gateway.instance.is_linked());
        assert_eq!(gateway.instance.calls().total, 1);

        gateway.instance.link();
        gateway.instance.set_faults(Fault::SERVER_ERROR.with(500));
        let finished = gateway.pairing(&["unlink", "--yes"]).run().await;
        finished.assert_code(5);
        assert_eq!(gateway.instance.calls().unlink, 2);
    }
}

#[tokio::test]
async fn the_list_of_providers_needs_neither_account_nor_network() {
    let finished = Pairing::new(&["providers", "--output", "json"]).run().await;
    finished.assert_code(0);
    let lines: Vec<_> = finished.stdout.lines().map(json).collect();
    let names: Vec<_> = lines.iter().map(|line| &line["provider"]).collect();
    let known: Vec<_> = pairing_providers::providers()
        .iter()
        .map(|adapter| adapter.name)
        .collect();
    assert_eq!(names, known);
    for (line, adapter) in lines.iter().zip(pairing_providers::providers()) {
        assert_eq!(line["title"], adapter.title);
        assert_eq!(line["needs"], adapter.needs);
        assert_eq!(line["documentation"], adapter.documentation);
        let capabilities = serde_json::to_value(adapter.capabilities).unwrap();
        assert_eq!(line["capabilities"], capabilities);
        let fields = line["fields"].as_array().unwrap();
        assert_eq!(fields.len(), adapter.fields.len(), "{line}");
        for (field, spec) in fields.iter().zip(adapter.fields) {
            assert_eq!(field["name"], spec.name);
            assert_eq!(field["secret"], spec.secret);
            assert_eq!(field["required"], spec.required);
            assert_eq!(field["help"], spec.help);
            let kinds = ["text", "url", "flag", "qr_form"];
            assert!(kinds.contains(&field["kind"].as_str().unwrap()), "{field}");
            let variables = field["environment"].as_array().unwrap();
            assert_eq!(variables, &spec.env_vars(adapter.name), "{field}");
        }
        let one = ["providers", adapter.name, "--output", "json"];
        let finished = Pairing::new(&one).run().await;
        finished.assert_code(0);
        assert_eq!(&json(finished.stdout.trim_end()), line);
    }
    let finished = Pairing::new(&["providers"]).run().await;
    finished.assert_code(0);
    let titles = pairing_providers::providers().iter().map(|it| it.title);
    for name in titles.chain(["PAIRING_ZAPI_TOKEN", "PAIRING_BASE_URL"]) {
        assert!(finished.stdout.contains(name), "{finished}");
    }
    Pairing::new(&["providers", "nobody"])
        .run()
        .await
        .assert_code(2);
}

/// What is printed for one gateway is a file that needs nothing but the values.
#[tokio::test]
async fn the_file_to_fill_in_works_once_it_is_filled_in() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let finished = Pairing::new(&["providers", dialect.name()]).run().await;
        finished.assert_code(0);
        let (_, file) = finished.stdout.split_once("--config:\n\n").unwrap();
        let settings = gateway.settings();
        let filled: String = file
            .lines()
            .map(|line| {
                // The simulator also wants what the vendor wants only at times.
                let field = line.strip_prefix("# ").unwrap_or(line).split_once(" = ");
                match field.and_then(|(name, _)| settings.get_key_value(name)) {
                    Some((name, value)) => format!("{name} = {value:?}\n"),
                    None => format!("{line}\n"),
                }
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairing.toml");
        std::fs::write(&path, &filled).unwrap();
        let status = Pairing::new(&["status", "--output", "json", "--config"])
            .arg(path.to_str().unwrap())
            .run()
            .await;
        status.assert_code(0);
        assert_eq!(object(&status.stdout)["connected"], false, "{filled}");
    }
}

#[tokio::test]
async fn a_picture_is_passed_on_as_the_gateway_sent_it() {
    let gateway = Gateway::start(another()).await;
    let asked = ["code", "--form", "image", "--output", "json"];
    let finished = gateway.pairing(&asked).run().await;
    let reply = object(&finished.stdout);
    assert_eq!(reply["code"]["media_type"], "image/png");
    let picture = STANDARD
        .decode(reply["code"]["data"].as_str().unwrap())
        .unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    gateway.instance.scan_picture(&picture).unwrap();
}

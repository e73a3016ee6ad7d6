//! Bad arguments, environments and files: exit code 2, a message that says what to do and
//! shows no secret, and no request.

use crate::support::{Finished, Gateway, Pairing, ZAPI, another, dialects, object};

/// Looks like a credential somebody put in the wrong place.
const SECRET: &str = "hunter2-5f1d0c";

#[track_caller]
fn assert_refused(finished: &Finished, names: &[&str]) {
    finished.assert_code(2);
    assert_eq!(finished.stdout, "", "{finished}");
    for name in names {
        assert!(finished.stderr.contains(name), "no {name:?} in {finished}");
    }
    assert!(!finished.stderr.contains(SECRET), "{finished}");
}

/// Every refusal happens before any request.
async fn refused(gateway: &Gateway, pairing: Pairing, names: &[&str]) {
    let finished = pairing.run().await;
    assert_refused(&finished, names);
    assert_eq!(gateway.instance.calls().total, 0, "{finished}");
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused_with_advice() {
    let gateway = Gateway::start(ZAPI).await;
    for (arguments, names) in [
        (&["link", "--qr"][..], &["--qr", "--help"][..]),
        (&["lnik"], &["lnik", "link"]),
        (&["link", "--output", "xml"], &["json", "text"]),
        (&["link", "--method", "nfc"], &["qr", "phone"]),
        (&["link", "--method", "phone"], &["--phone"]),
        (
            &["link", "--method", "qr", "--phone", "+5511999998888"],
            &["--expect-phone"],
        ),
        (&["link", "--phone", "99"], &["--phone"]),
        (&["link", "--phone", "letters"], &["--phone"]),
        (&["link", "--expect-phone", "+0000"], &["--expect-phone"]),
        (&["link", "--save-qr", "code.jpg"], &[".png", ".svg"]),
        (
            &["link", "--save-qr", "none/code.png"],
            &["folder", "create"],
        ),
        (
            &["link", "--save-qr", "a.png", "--phone", "+5511999998888"],
            &["--save-qr", "--method phone"],
        ),
        (&["code", "--form", "ascii"], &["text", "image"]),
        (&["link", "--lang", "tlh"], &["pt-BR", "en"]),
        (&["demo", "--speed", "0"], &["--speed", "1"]),
        (&["demo", "--speed", "fast"], &["--speed"]),
        (&["sim", "--port", "70000"], &["--port"]),
        (&["serve", "--port", "80"], &["--port", "'--listen'"]),
        (&["unlink"], &["--yes"]),
    ] {
        refused(&gateway, gateway.pairing(arguments), names).await;
    }
}

#[tokio::test]
async fn a_command_without_a_provider_says_which_there_are() {
    let gateway = Gateway::start(ZAPI).await;
    for command in ["link", "code", "status", "unlink"] {
        let finished = Pairing::new(&[command]).run().await;
        let names: Vec<_> = dialects().iter().map(|dialect| dialect.name()).collect();
        assert_refused(&finished, &[&["--provider"][..], &names].concat());
        let unknown = Pairing::new(&[command, "--provider", "twilio"]);
        refused(&gateway, unknown, &[&["twilio"][..], &names].concat()).await;
    }
}

#[tokio::test]
async fn no_command_is_a_question_for_help() {
    let finished = Pairing::new(&[]).run().await;
    assert_refused(&finished, &["Usage", "demo", "link"]);
}

#[tokio::test]
async fn addresses_that_would_give_credentials_away_are_refused() {
    let gateway = Gateway::start(another()).await;
    let with_secret = format!("https://user:{SECRET}@gateway.example.com");
    let endpoint = format!("https://gateway.example.com/rest/instance/qrcode_base64/{SECRET}");
    let query = format!("https://gateway.example.com/?token={SECRET}");
    for (url, name) in [
        ("http://gateway.example.com", "https"),
        ("http://192.168.0.1:8080", "https"),
        ("ftp://127.0.0.1", "https"),
        ("gateway", "https"),
        ("", "https"),
        (&with_secret, "base"),
        (&endpoint, "base"),
        (&query, "base"),
    ] {
        let argument = gateway.pairing(&["link", "--base-url", url]);
        refused(&gateway, argument, &[name]).await;
        if !url.is_empty() {
            let variable = gateway
                .pairing(&["status"])
                .without_env("PAIRING_BASE_URL")
                .env("PAIRING_BASE_URL", url);
            refused(&gateway, variable, &[name]).await;
        }
    }
}

#[tokio::test]
async fn every_missing_credential_is_named() {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        let adapter = pairing_providers::provider(dialect.name()).unwrap();
        for field in adapter.fields.iter().filter(|field| field.required) {
            let variable = &gateway.variable(field.name);
            for command in ["link", "code", "status"] {
                let missing = gateway.pairing(&[command]).without_env(variable);
                refused(&gateway, missing, &[variable]).await;
                let empty = gateway
                    .pairing(&[command])
                    .without_env(variable)
                    .env(variable, "");
                refused(&gateway, empty, &[variable]).await;
            }
        }
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_right_are_refused_unquoted() {
    let gateway = Gateway::start(another()).await;
    let variable = gateway.variable("token");
    for value in [
        format!("Bearer {SECRET}"),
        format!("{SECRET} {SECRET}"),
        format!("https://gateway.example.com/{SECRET}"),
        format!("{SECRET}\u{e9}"),
        "{token}".to_owned(),
    ] {
        let pairing = gateway
            .pairing(&["link"])
            .without_env(&variable)
            .env(&variable, value);
        refused(&gateway, pairing, &["token"]).await;
    }
}

#[tokio::test]
async fn files_that_cannot_be_used_name_the_place_and_no_value() {
    let gateway = Gateway::start(ZAPI).await;
    for (content, names) in [
        (format!("token = \"{SECRET}\""), &["line 1", "token"][..]),
        (
            format!("[zapi]\ntokn = \"{SECRET}\""),
            &["line 2", "tokn", "token"],
        ),
        (
            format!("[zappi]\ntoken = \"{SECRET}\""),
            &["line 1", "zappi", "zapi"],
        ),
        ("[zapi]\ntoken = 12345".to_owned(), &["token"]),
        (format!("zapi = \"{SECRET}\""), &["line 1", "zapi"]),
        (
            format!("provider = \"{SECRET}\""),
            &["line 1", "provider", "zapi"],
        ),
        (format!("[zapi]\ntoken = {SECRET}"), &["line 2", "TOML"]),
        (format!("[zapi\ntoken = \"{SECRET}\""), &["line 1", "TOML"]),
        (SECRET.to_owned(), &["line 1", "TOML"]),
        (
            "[policy]\ndedline = \"1m\"".to_owned(),
            &["line 2", "dedline"],
        ),
        (
            "[policy]\ndeadline = 60".to_owned(),
            &["line 2", "deadline", "20s"],
        ),
        (
            format!("[policy]\ndeadline = \"{SECRET}\""),
            &["line 2", "deadline", "20s"],
        ),
        (
            "[policy]\ncodes_per_round = -1".to_owned(),
            &["codes_per_round"],
        ),
        (
            "[policy]\ncodes_per_round = 0".to_owned(),
            &["codes_per_round"],
        ),
        (
            "[policy]\nretry.max_retires = 1".to_owned(),
            &["line 2", "unknown"],
        ),
        (
            "[policy]\nrefresh_min = \"1h\"".to_owned(),
            &["refresh_min"],
        ),
    ] {
        let mut with_file = gateway.pairing(&["link"]).config(&content);
        if content.contains("token") {
            with_file = with_file.without_env("PAIRING_ZAPI_TOKEN");
        }
        refused(&gateway, with_file, names).await;
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let gateway = Gateway::start(ZAPI).await;
    let missing = gateway.pairing(&["link", "--config", "nowhere.toml"]);
    refused(&gateway, missing, &["nowhere.toml", "no such file"]).await;
    let folder = gateway.pairing(&["link", "--config", "."]);
    refused(&gateway, folder, &["--config"]).await;
    let endless = gateway.pairing(&["link", "--config", "/dev/zero"]);
    refused(&gateway, endless, &["/dev/zero", "too large"]).await;
    let binary = gateway.pairing(&["link", "--config", "picture.toml"]);
    std::fs::write(binary.folder().join("picture.toml"), b"\x89PNG\xff\xfe").unwrap();
    refused(&gateway, binary, &["picture.toml", "UTF-8"]).await;
}

#[tokio::test]
async fn a_picture_that_cannot_be_written_is_noticed_before_any_request() {
    let gateway = Gateway::start(ZAPI).await;
    let existing = gateway.pairing(&["link", "--save-qr", "mine.png"]);
    std::fs::write(existing.folder().join("mine.png"), "holiday").unwrap();
    refused(&gateway, existing, &["mine.png", "exists"]).await;
    let file_as_folder = gateway.pairing(&["link", "--save-qr", "file/code.png"]);
    std::fs::write(file_as_folder.folder().join("file"), "").unwrap();
    refused(&gateway, file_as_folder, &["folder"]).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_unwritable_folder_is_noticed_before_any_request() {
    let gateway = Gateway::start(ZAPI).await;
    let unwritable = gateway.pairing(&["link", "--save-qr", "/proc/code.png"]);
    refused(&gateway, unwritable, &["--save-qr", "/proc/code.png"]).await;
}

#[tokio::test]
async fn programs_read_configuration_errors_as_json_too() {
    let gateway = Gateway::start(ZAPI).await;
    for command in ["link", "code", "status"] {
        let finished = gateway
            .pairing(&[command, "--output", "json"])
            .without_env("PAIRING_ZAPI_TOKEN")
            .run()
            .await;
        finished.assert_code(2);
        let error = &object(&finished.stdout)["error"];
        assert_eq!(error["kind"], "invalid_configuration");
        assert_eq!(error["retryable"], false);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("PAIRING_ZAPI_TOKEN"), "{message}");
        assert!(finished.stderr.contains(message), "{finished}");
    }
}

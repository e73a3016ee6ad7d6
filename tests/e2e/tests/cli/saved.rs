//! `--save-qr`: the picture of the live code in a file, for its owner alone, and never a dead
//! one.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::Signal;

use crate::support::{
    Gateway, LARGE, NOTICES_AT_ONCE, Running, SHORT_CODES, immediate_dialects, read_picture,
};

/// The files in the folder in which the program ran; the configuration is ours.
fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "pairing.toml")
        .collect()
}

async fn start(gateway: &Gateway, file: &str) -> Running {
    let mut link = gateway
        .pairing(&["link", "--save-qr", file])
        .policy(NOTICES_AT_ONCE)
        .start();
    link.line_with(&format!("Also in {file}")).await;
    link
}

#[tokio::test]
async fn another_program_reads_the_gateways_exact_text_in_the_file() {
    for &dialect in immediate_dialects() {
        for file in ["code.png", "code.svg"] {
            let gateway = Gateway::start(dialect).await;
            let link = start(&gateway, file).await;
            let path = link.folder().join(file);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
            let text = read_picture(&path);
            assert_eq!(text, gateway.instance.current_qr(), "{file}");
            gateway.instance.scan(&text.unwrap()).unwrap();
            let finished = link.finish().await;
            finished.assert_code(0);
            assert!(files(finished.folder()).is_empty(), "{finished}");
        }
    }
}

#[tokio::test]
async fn nothing_is_left_in_the_folder_however_it_ends() {
    for &dialect in immediate_dialects() {
        for signal in [Signal::INT, Signal::TERM] {
            let gateway = Gateway::start(dialect).await;
            let link = start(&gateway, "code.png").await;
            let mut during = files(link.folder());
            during.sort();
            // The lock keeps the name for this session.
            assert_eq!(during, [".code.png.lock", "code.png"]);
            link.signal(signal);
            let finished = link.finish().await;
            finished.assert_code(130);
            assert!(
                files(finished.folder()).is_empty(),
                "{signal:?}: {finished}"
            );
        }
        let gateway = Gateway::start(dialect).await;
        let unused = gateway.pairing(&["link", "--save-qr", "code.png"]);
        let finished = unused.policy(SHORT_CODES).run().await;
        finished.assert_code(3);
        assert!(files(finished.folder()).is_empty(), "{finished}");
    }
}

#[tokio::test]
async fn a_second_session_for_the_same_file_is_refused_and_the_first_keeps_it() {
    let gateway = Gateway::start(immediate_dialects()[0]).await;
    let link = start(&gateway, "code.png").await;
    let file = link.folder().join("code.png");
    let other = Gateway::start(immediate_dialects()[1]).await;
    let second = other.pairing(&["link"]).arg("--save-qr").arg(&file);
    let second = second.run().await;
    second.assert_code(2);
    for part in ["--save-qr", "another session", "another name"] {
        assert!(second.stderr.contains(part), "no {part:?} in {second}");
    }
    assert_eq!(other.instance.calls().total, 0);
    let text = read_picture(&file);
    assert_eq!(text, gateway.instance.current_qr());
    gateway.instance.scan(&text.unwrap()).unwrap();
    let finished = link.finish().await;
    finished.assert_code(0);
    assert!(files(finished.folder()).is_empty(), "{finished}");
}

#[tokio::test]
async fn a_file_put_there_meanwhile_stays_as_it_is() {
    let gateway = Gateway::start(immediate_dialects()[0]).await;
    let mut link = gateway
        .pairing(&["link", "--save-qr", "code.png"])
        .policy(SHORT_CODES)
        .start();
    link.line_with("Also in code.png").await;
    let file = link.folder().join("code.png");
    let holiday = link.folder().join("holiday.png");
    std::fs::write(&holiday, "sun").unwrap();
    std::fs::rename(&holiday, &file).unwrap();
    let finished = link.finish().await;
    finished.assert_code(2);
    assert!(finished.stderr.contains("left as it is"), "{finished}");
    assert_eq!(std::fs::read(&file).unwrap(), b"sun");
    assert_eq!(files(finished.folder()), ["code.png"]);
}

#[tokio::test]
async fn programs_can_have_the_file_too() {
    let gateway = Gateway::start(immediate_dialects()[0]).await;
    let mut link = gateway
        .pairing(&["link", "--save-qr", "code.png", "--output", "json"])
        .policy(NOTICES_AT_ONCE)
        .start();
    let ready = link.event("code_ready").await;
    gateway.use_code(&ready["code"]);
    let finished = link.finish().await;
    finished.assert_code(0);
    crate::support::events(&finished.stdout);
    assert!(files(finished.folder()).is_empty(), "{finished}");
}

#[tokio::test]
async fn on_a_terminal_the_file_is_named_below_the_code() {
    let gateway = Gateway::start(immediate_dialects()[1]).await;
    let mut terminal = gateway
        .pairing(&["link", "--save-qr", "code.svg"])
        .policy(NOTICES_AT_ONCE)
        .start_in(LARGE);
    terminal.see_words("Also in code.svg").await;
    let text = read_picture(&terminal.folder().join("code.svg"));
    assert_eq!(text, gateway.instance.current_qr());
    terminal.press("\x03").await;
    let left = terminal.finish().await;
    assert_eq!(left.code, Some(130), "{}", left.text);
    assert!(files(left.folder()).is_empty());
}

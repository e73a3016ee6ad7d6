//! Signals that the program was started to ignore, and a terminal that is closed.

use rustix::process::Signal;

#[cfg(target_os = "linux")]
use crate::support::Serving;
use crate::support::{
    ADMIN_TOKEN, Gateway, LARGE, NOTICES_AT_ONCE, ZAPI, another, immediate_dialects,
};

/// As `nohup pairing serve &` does, and a shell without job control with `&` alone.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_in_the_background_goes_on_through_what_it_was_started_to_ignore() {
    let gateway = Gateway::start(ZAPI).await;
    let serve = gateway.pairing(&["serve"]).policy(NOTICES_AT_ONCE);
    let serving = Serving::start(serve.ignoring("HUP,INT")).await;
    let status = format!("/proc/{}/status", serving.running.id());
    let status = std::fs::read_to_string(status).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
    for signal in [Signal::HUP, Signal::INT] {
        assert_eq!(mask >> (signal.as_raw() - 1) & 1, 1, "{signal:?}: {mask:x}");
        serving.running.signal(signal);
    }
    assert_eq!(serving.get("/healthz").send().await.body, "ok");
    serving.running.signal(Signal::TERM);
    let finished = serving.running.finish().await;
    finished.assert_code(0);
    assert_eq!(finished.stderr, "", "not even a reload");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn so_does_a_session() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let mut link = gateway
            .pairing(&["link", "--output", "json"])
            .policy(NOTICES_AT_ONCE)
            .ignoring("HUP,INT")
            .start();
        let ready = link.event("code_ready").await;
        link.signal(Signal::HUP);
        link.signal(Signal::INT);
        gateway.use_code(&ready["code"]);
        link.event("finished").await;
        link.finish().await.assert_code(0);
    }
}

#[tokio::test]
async fn a_server_stops_when_its_terminal_is_closed() {
    let gateway = Gateway::start(another()).await;
    let mut terminal = gateway
        .pairing(&["serve", "--listen", "127.0.0.1:0"])
        .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
        .start_in(LARGE);
    terminal.see_words("Ctrl-C stops it").await;
    assert_eq!(terminal.close().await, Some(0));
}

#[tokio::test]
async fn a_hang_up_in_a_terminal_that_is_there_is_a_reload() {
    let gateway = Gateway::start(another()).await;
    let mut terminal = gateway
        .pairing(&["serve", "--listen", "127.0.0.1:0"])
        .policy(NOTICES_AT_ONCE)
        .env("PAIRING_ADMIN_TOKEN", ADMIN_TOKEN)
        .start_in(LARGE);
    terminal.see_words("Ctrl-C stops it").await;
    terminal.signal(Signal::HUP);
    terminal.see_words("the instances were reloaded").await;
    terminal.press("\x03").await;
    let left = terminal.finish().await;
    assert_eq!(left.code, Some(0), "{}", left.text);
}

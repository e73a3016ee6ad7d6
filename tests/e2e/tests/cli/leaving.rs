//! Ctrl-C, signals, and an output that nobody reads any more: the program leaves at once, the
//! terminal is as it was, and the gateway is asked nothing more.

use std::time::Duration;

use pairing_sim::{Calls, Fault};
use rustix::process::Signal;
use tokio::time::timeout;

use crate::support::{
    Gateway, LARGE, NOTICES_AT_ONCE, Pairing, Terminal, has_drawing, immediate_dialects, outcome,
};

/// Nothing is under way at the gateway, and nothing comes but the request that may have been in the
/// socket when the program left. A session that went on would ask for the status every 100 ms.
pub(crate) async fn assert_silence(gateway: &Gateway) -> Calls {
    let instance = &gateway.instance;
    let last = instance.wait_for_calls(|calls| calls.in_flight == 0).await;
    let more = instance.wait_for_calls(|calls| calls.total > last.total + 1);
    assert!(timeout(Duration::from_millis(500), more).await.is_err());
    instance.calls()
}

#[tokio::test]
async fn a_signal_ends_a_session_in_a_pipe() {
    for &dialect in immediate_dialects() {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let gateway = Gateway::start(dialect).await;
            let mut link = gateway
                .pairing(&["link", "--output", "json"])
                .policy(NOTICES_AT_ONCE)
                .start();
            link.event("code_ready").await;
            link.signal(signal);
            let finished = link.finish().await;
            finished.assert_code(130);
            assert_eq!(outcome(&finished.stdout)["outcome"], "cancelled");
            assert_silence(&gateway).await;
        }
    }
}

async fn drawn(gateway: &Gateway) -> Terminal {
    let pairing = gateway.pairing(&["link"]).policy(NOTICES_AT_ONCE);
    let mut terminal = pairing.start_in(LARGE);
    terminal
        .see("a QR code", |screen| has_drawing(screen).then_some(()))
        .await;
    terminal
}

#[tokio::test]
async fn ctrl_c_and_signals_give_the_terminal_back() {
    for &dialect in immediate_dialects() {
        for signal in [None, Some(Signal::TERM), Some(Signal::HUP)] {
            let gateway = Gateway::start(dialect).await;
            let mut terminal = drawn(&gateway).await;
            match signal {
                Some(signal) => terminal.signal(signal),
                None => terminal.press("\x03").await,
            }
            let left = terminal.finish().await;
            assert_eq!(left.code, Some(130), "{}", left.text);
            assert!(left.text.contains("Stopped."), "{}", left.text);
            left.assert_no_code(&[]);
            assert_silence(&gateway).await;
        }
    }
}

#[tokio::test]
async fn suspending_gives_the_terminal_back_until_it_goes_on() {
    let gateway = Gateway::start(immediate_dialects()[0]).await;
    let mut terminal = drawn(&gateway).await;
    terminal.press("\x1a").await;
    terminal
        .see("the normal screen", |screen| {
            (!screen.alternate_screen() && !screen.hide_cursor()).then_some(())
        })
        .await;
    terminal.stopped().await;
    terminal.signal(Signal::CONT);
    terminal
        .see("the code again", |screen| {
            (screen.alternate_screen() && has_drawing(screen)).then_some(())
        })
        .await;
    terminal.press("\x03").await;
    assert_eq!(terminal.finish().await.code, Some(130));
}

#[tokio::test]
async fn a_request_that_hangs_is_dropped() {
    for &dialect in immediate_dialects() {
        for command in [&["link"][..], &["code"], &["status"], &["unlink", "--yes"]] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(Fault::HANG);
            let program = gateway.pairing(command).start();
            gateway
                .instance
                .wait_for_calls(|calls| calls.in_flight == 1)
                .await;
            program.signal(Signal::INT);
            program.finish().await.assert_code(130);
            let calls = assert_silence(&gateway).await;
            assert_eq!(
                (calls.total, calls.dropped_by_client),
                (1, 1),
                "{command:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_output_without_a_reader_ends_it_quietly() {
    for &dialect in immediate_dialects() {
        for output in ["json", "text"] {
            let gateway = Gateway::start(dialect).await;
            let mut link = gateway
                .pairing(&["link", "--output", output])
                .policy(NOTICES_AT_ONCE)
                .start();
            // As `pairing link | head -1` does.
            link.line().await.unwrap();
            link.stop_reading();
            let finished = link.finish().await;
            finished.assert_code(130);
            assert_eq!(finished.stderr, "");
            assert_silence(&gateway).await;
        }
    }
}

#[tokio::test]
async fn an_output_that_closes_while_the_gateway_hangs_ends_it_too() {
    for &dialect in immediate_dialects() {
        for command in ["link", "code", "status"] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.set_faults(Fault::HANG);
            let mut program = gateway.pairing(&[command, "--output", "json"]).start();
            gateway
                .instance
                .wait_for_calls(|calls| calls.in_flight == 1)
                .await;
            program.stop_reading();
            let finished = program.finish().await;
            finished.assert_code(130);
            assert_eq!(finished.stderr, "", "{command}");
            let calls = assert_silence(&gateway).await;
            assert_eq!((calls.total, calls.dropped_by_client), (1, 1), "{command}");
        }
    }
}

#[tokio::test]
async fn a_configuration_that_never_comes_gives_way_to_a_signal() {
    let program = Pairing::new(&["status"]);
    let pipe = program.folder().join("config");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let running = program.arg("--config").arg(&pipe).start();
    // Not Ctrl-C: a shell that runs the tests in the background has them ignore it.
    running.signal(Signal::TERM);
    let finished = running.finish().await;
    // By the signal itself: nothing has been started that would have to be put in order.
    assert_eq!(finished.code, None, "{finished}");
}

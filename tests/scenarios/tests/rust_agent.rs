//! The Rust leg: every scenario of the list, with the agent in Rust.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

#[test]
fn the_library_behaves_in_rust_as_the_list_says() {
    let program = env!("CARGO_BIN_EXE_pairing-scenarios");
    let run = Command::new(program)
        .args(["run", "--", program, "agent"])
        .output()
        .unwrap();
    let output = String::from_utf8(run.stdout).unwrap();
    let errors = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{output}\n{errors}");
    // Each line stands for a scenario that was played, and none was left out.
    let list = Command::new(program).arg("list").output().unwrap();
    for case in String::from_utf8(list.stdout).unwrap().lines() {
        let passed = format!("ok - {case}");
        assert!(output.lines().any(|line| line == passed), "{case}");
    }
}

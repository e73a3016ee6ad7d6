//! Builds the programs of `fuzz/` with coverage and AddressSanitizer, on the toolchain that is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::workspace::Workspace;

const LOCK: &str = "Cargo.lock";

/// What `cargo fuzz` passes too. `fuzzing` switches off what only stands in a fuzzer's way, such
/// as the checksums of PNG files.
const FLAGS: [&str; 9] = [
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-sanitizer-coverage-stack-depth",
    "-Zsanitizer=address",
];

/// The folder with the programs.
pub(super) fn programs(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    let host = host(workspace)?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(shared) => workspace.root().join(shared),
        None => workspace.root().join("target"),
    }
    .join("fuzz");
    // What is searched is what ships: the same versions, and libFuzzer besides.
    fs::copy(workspace.root().join(LOCK), folder.join(LOCK)).context("cannot copy Cargo.lock")?;
    let mut build = command::cargo(workspace, &["build", "--release", "--bins"]);
    build
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        // With a target named, build scripts and macros are not instrumented.
        .args(["--target", &host])
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        // The sanitizer comes with every toolchain, and its flag with nightly ones alone.
        .env("RUSTC_BOOTSTRAP", "1");
    command::run(&mut build)?;
    Ok(target.join(host).join("release"))
}

fn host(workspace: &Workspace) -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut about = Command::new(rustc);
    let about = command::output(about.arg("-vV").current_dir(workspace.root()))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

//! Suite `rust`: unit, integration, end-to-end and doc tests, examples included.
//!
//! It runs plain `cargo test`, so that a fresh machine needs nothing but Rust.

use anyhow::Result;

use super::Tally;
use super::output::{self, Harness};
use crate::artifacts;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// Independent readers of what we draw: a QR code counts when a stranger's decoder reads it. And
/// what counts instructions.
const TOOLS: &[DebianTool] = &[
    DebianTool::program("valgrind", "valgrind"),
    DebianTool::program("zbarimg", "zbar-tools"),
    DebianTool::program("rsvg-convert", "librsvg2-bin"),
];

/// Where the end-to-end tests find the program they run.
const BINARY_VARIABLE: &str = "PAIRING_BIN";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    tools::ensure_debian(workspace, TOOLS)?;
    let mut tests = command::cargo(
        workspace,
        &[
            "test",
            "--workspace",
            "--all-features",
            "--locked",
            "--no-fail-fast",
        ],
    );
    tests.env(BINARY_VARIABLE, artifacts::pairing(workspace)?);
    let mut tally = output::count(Harness::Rust, &mut tests)?;
    // What is left out of the library for phones shows in its own build alone.
    let mut slim = command::cargo(workspace, &["test", "--package", "pairing-ffi", "--locked"]);
    slim.args(["--no-default-features", "--features", "capi,uniffi"])
        .args(["--no-fail-fast", "--lib", "--tests"]);
    tally += output::count(Harness::Rust, &mut slim)?;
    Ok(tally)
}

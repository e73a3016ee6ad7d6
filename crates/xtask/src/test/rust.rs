//! Suite `rust`: unit, integration, end-to-end and doc tests, examples included.
//!
//! It runs plain `cargo test`, so that a fresh machine needs nothing but Rust.

mod harness;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use self::harness::HarnessOutput;
use super::Tally;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// Independent readers of what we draw: a QR code counts when a stranger's decoder reads it.
const TOOLS: &[DebianTool] = &[
    DebianTool {
        program: "zbarimg",
        probe: "--version",
        package: "zbar-tools",
    },
    DebianTool {
        program: "rsvg-convert",
        probe: "--version",
        package: "librsvg2-bin",
    },
];

/// Where the end-to-end tests find the program they run.
const BINARY_VARIABLE: &str = "PAIRING_BIN";

pub(crate) fn run(workspace: &Workspace) -> Result<Tally> {
    tools::ensure_debian(workspace, TOOLS)?;
    let binary = build_binary(workspace)?;
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
    tests.env(BINARY_VARIABLE, binary);
    let mut output = HarnessOutput::default();
    let status = command::stream(&mut tests, |line| {
        println!("{line}");
        output.read(line);
    })?;
    Ok(output.finish(status.success()))
}

/// Builds `pairing` and returns its path.
///
/// The whole workspace's binaries and examples, not the one package alone: cargo then settles
/// on the features that `cargo test --workspace` uses, and every dependency is compiled once.
fn build_binary(workspace: &Workspace) -> Result<PathBuf> {
    let mut build = command::cargo(
        workspace,
        &[
            "build",
            "--workspace",
            "--bins",
            "--examples",
            "--all-features",
            "--locked",
            "--message-format=json-render-diagnostics",
        ],
    );
    let mut binary = None;
    let status = command::stream(&mut build, |line| {
        binary = executable(line, "pairing").or(binary.take());
    })?;
    if !status.success() {
        bail!("`{}` failed ({status})", command::shown(&build));
    }
    binary.context("the build made no binary `pairing`")
}

/// The path of the binary `name`, if this line of cargo's JSON announces it.
fn executable(line: &str, name: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Artifact {
        target: Target,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
        kind: Vec<String>,
    }
    let artifact: Artifact = serde_json::from_str(line).ok()?;
    let wanted = artifact.target.name == name && artifact.target.kind == ["bin"];
    artifact.executable.filter(|_| wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"pairing"},"executable":"/t/pairing"}"#;
        assert_eq!(
            executable(line, "pairing"),
            Some(PathBuf::from("/t/pairing"))
        );
        assert_eq!(executable(line, "xtask"), None);
    }

    #[test]
    fn libraries_examples_and_other_messages_are_no_binary() {
        for line in [
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"pairing"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"kind":["example"],"name":"pairing"},"executable":"/t/pairing"}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "not JSON",
        ] {
            assert_eq!(executable(line, "pairing"), None, "{line}");
        }
    }
}

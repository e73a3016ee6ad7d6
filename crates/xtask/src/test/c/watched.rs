//! Valgrind and the sanitizers, and the proof that they watch.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::builds::{Build, Start};
use super::verdict;
use crate::test::Tally;

/// Programs with a defect on purpose, in `bindings/c/tests/seeded`.
const SEEDED_FAULTS: &[&str] = &["leaked_event", "used_after_free"];

/// The program below valgrind, for which a leak is an error.
///
/// "Possibly lost" is no error: that is a block with a pointer into its middle, which in Rust is
/// how hash tables and reference counts are held. What a program lost has no pointer to it at all.
pub(super) fn by_valgrind(program: PathBuf) -> Command {
    let mut command = Command::new("valgrind");
    command
        // A program that starts others is not what is tested, but they are: the examples.
        .args(["--quiet", "--error-exitcode=9", "--leak-check=full"])
        .arg("--trace-children=yes")
        .args([
            "--show-leak-kinds=definite,indirect",
            "--errors-for-leak-kinds=definite,indirect",
        ])
        .arg(program);
    command
}

/// Each fault goes unnoticed by itself and is noticed by whoever watches.
pub(super) fn seeded_faults(plain: &Build, sanitized: &Build) -> Tally {
    let mut tally = Tally::default();
    for fault in SEEDED_FAULTS {
        let name = format!("valgrind and the sanitizers notice {fault}");
        tally += verdict(&name, is_noticed(fault, plain, sanitized));
    }
    tally
}

fn is_noticed(fault: &str, plain: &Build, sanitized: &Build) -> Result<()> {
    if !succeeds(plain, Command::new, fault)? {
        bail!("it fails even when nobody watches");
    }
    if succeeds(plain, by_valgrind, fault)? {
        bail!("valgrind does not notice");
    }
    if succeeds(sanitized, Command::new, fault)? {
        bail!("the sanitizers do not notice");
    }
    Ok(())
}

/// Silent, because what they print looks like a failure of ours.
fn succeeds(build: &Build, start: Start, program: &str) -> Result<bool> {
    let mut command = build.command(start, program);
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    Ok(status.success())
}

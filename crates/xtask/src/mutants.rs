//! Mutants of the flow: `cargo-mutants` changes it in one place at a time, and a test must fail.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::tools::CargoTool;
use crate::workspace::Workspace;

const MUTANTS: CargoTool = CargoTool {
    package: "cargo-mutants",
    binary: "cargo-mutants",
    version: "27.1.0",
    ask: &["mutants", "--version"],
    answer: "cargo-mutants 27.1.0",
};

const OF_THE_FLOW: &[&str] = &[
    "mutants",
    "--package=pairing-core",
    "--file=crates/pairing-core/src/flow/**",
    "--sharding=round-robin",
    // The suite `rust` shows that the tests pass without a change.
    "--baseline=skip",
    "--timeout=240",
    "--output=target",
    "--cargo-test-arg=--locked",
];
/// Most are caught within seconds, without the search of every path and the tests about it.
const QUICK: &[&str] = &["--skip=search::every", "--skip=search::notices"];
const THOROUGH: &[&str] = &["search::every"];

/// The exit code when a mutant survives.
const MISSED: i32 = 2;

/// Tries one mutant in so many; fails when no test notices one of them.
pub(crate) fn run(workspace: &Workspace, one_in: usize) -> Result<()> {
    let program = MUTANTS.ensure(workspace)?;
    let shard = format!("--shard=0/{one_in}");
    let mutants = |more: &[&str], tests: &[&str]| {
        let mut mutants = command::program(workspace, &program, OF_THE_FLOW);
        mutants.arg(&shard).args(more);
        mutants.args(["--", "--test=flow", "--"]).args(tests);
        mutants
    };
    if all_caught(&mut mutants(&[], QUICK))? {
        return Ok(());
    }
    // Those that are left.
    if !all_caught(&mut mutants(&["--iterate"], THOROUGH))? {
        bail!("no test notices the mutants in target/mutants.out/missed.txt");
    }
    Ok(())
}

fn all_caught(mutants: &mut Command) -> Result<bool> {
    let status = command::stream(mutants, |line| println!("{line}"))?;
    match status.code() {
        Some(0) => Ok(true),
        Some(MISSED) => Ok(false),
        _ => bail!("`{}` failed ({status})", command::shown(mutants)),
    }
}

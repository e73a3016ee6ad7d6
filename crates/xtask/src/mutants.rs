//! Mutants of the flow: `cargo-mutants` changes it in one place at a time, and a test must fail.

use anyhow::Result;

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

/// Without the search of every path, which takes a minute for each mutant.
const ARGUMENTS: &[&str] = &[
    "mutants",
    "--package=pairing-core",
    "--file=crates/pairing-core/src/flow/**",
    "--sharding=round-robin",
    // The suite `rust` shows that the tests pass without a change.
    "--baseline=skip",
    "--timeout=120",
    "--output=target",
    "--cargo-test-arg=--locked",
];
const TESTS: &[&str] = &[
    "--test=flow",
    "--",
    "--skip=search::every",
    "--skip=search::notices",
];

/// Tries one mutant in so many; fails when no test notices one of them, and names it.
pub(crate) fn run(workspace: &Workspace, one_in: usize) -> Result<()> {
    let mut mutants = command::program(workspace, MUTANTS.ensure(workspace)?, ARGUMENTS);
    mutants
        .arg(format!("--shard=0/{one_in}"))
        .arg("--")
        .args(TESTS);
    command::run(&mut mutants)
}

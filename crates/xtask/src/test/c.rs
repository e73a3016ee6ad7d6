//! Suite `c`: the C layer as C programs see it, with two compilers, linked both ways, watched by
//! valgrind and by sanitizers, and installed as a user installs it.

mod builds;
mod header;
mod installed;
mod watched;

use std::process::Command;

use anyhow::Result;

use self::builds::{Build, CLANG, GCC, SANITIZED};
use super::Tally;
use super::output::Harness;
use super::workbench::Workbench;
use crate::command;
use crate::toolchains::c;
use crate::workspace::Workspace;

/// Under valgrind and sanitizers what the process takes up says nothing about the library.
const WITHOUT_FOOTPRINT: &[&str] = &["--except", "leave nothing behind"];

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    c::ensure(workspace)?;
    let workbench = Workbench::set_up(workspace)?;
    let mut tally = header::check(workspace)?;

    let gcc = Build::make(workspace, &workbench, &GCC)?;
    tally += tests(&workbench, &gcc, Command::new)?;
    tally += workbench.play(workspace, &gcc.command(Command::new, "agent"), &[])?;
    tally += tests(&workbench, &gcc, watched::by_valgrind)?;
    tally += examples(&workbench, &gcc, watched::by_valgrind)?;
    let mut agent = gcc.command(watched::by_valgrind, "agent");
    tally += workbench.play(workspace, &agent, WITHOUT_FOOTPRINT)?;

    let clang = Build::make(workspace, &workbench, &CLANG)?;
    tally += tests(&workbench, &clang, Command::new)?;
    agent = clang.command(Command::new, "agent");
    tally += workbench.play(workspace, agent.arg("--poll"), &[])?;

    let sanitized = Build::make(workspace, &workbench, &SANITIZED)?;
    tally += tests(&workbench, &sanitized, Command::new)?;
    tally += examples(&workbench, &sanitized, Command::new)?;
    agent = sanitized.command(Command::new, "agent");
    tally += workbench.play(workspace, &agent, WITHOUT_FOOTPRINT)?;

    tally += watched::seeded_faults(&gcc, &sanitized);
    // A tester with the library inside: the examples must find only the installed one.
    tally += installed::check(workspace, &workbench, &clang)?;
    Ok(tally)
}

/// Runs the test programs of a build, each started by `start` with its path.
fn tests(workbench: &Workbench, build: &Build, start: builds::Start) -> Result<Tally> {
    let mut tally = Tally::default();
    for program in build.tests() {
        tally += workbench.count(Harness::Tap, &mut build.command(start, program))?;
    }
    Ok(tally)
}

/// Runs the examples of a build, as a person would.
fn examples(workbench: &Workbench, build: &Build, start: builds::Start) -> Result<Tally> {
    workbench.count(
        Harness::Tap,
        &mut build.examples_test(start, &build.examples()),
    )
}

/// One test that this suite makes itself, reported as the programs report theirs.
fn verdict(name: &str, result: Result<()>) -> Tally {
    match result {
        Ok(()) => {
            println!("ok - {name}");
            Tally {
                passed: 1,
                ..Tally::default()
            }
        }
        Err(error) => {
            println!("not ok - {name}: {error:#}");
            Tally::one_failure()
        }
    }
}

/// Runs something whose success is the test.
fn succeeds(name: &str, program: &mut Command) -> Tally {
    verdict(name, command::run(program))
}

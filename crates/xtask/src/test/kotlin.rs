//! Suite `kotlin`: the Kotlin bindings on the JVM, under JUnit.

use std::fs;

use anyhow::Result;

use super::Tally;
use super::bench::Bench;
use super::output::JunitOutput;
use crate::command;
use crate::toolchains::kotlin::Kotlin;
use crate::workspace::Workspace;

/// Generated, hand-written, and the tests of both.
const SOURCES: &str = "bindings/kotlin/src";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let kotlin = Kotlin::ensure(workspace)?;
    let bench = Bench::set_up(workspace)?;
    let classes = workspace.root().join("target/kotlin/classes");
    if classes.exists() {
        // Classes of files that are gone would be found and run.
        fs::remove_dir_all(&classes)?;
    }
    let mut classpath = kotlin.libraries();
    let mut compile = kotlin.compiler(workspace);
    compile.arg("-cp").arg(std::env::join_paths(&classpath)?);
    command::run(compile.arg("-d").arg(&classes).arg(SOURCES))?;
    classpath.push(classes);
    bench.count::<JunitOutput>(&mut kotlin.junit(workspace, bench.library(), &classpath)?)
}

//! Suite `kotlin`: the Kotlin bindings on the JVM, under JUnit, the example as its user runs it, and
//! the scenarios with the agent in Kotlin.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::Tally;
use super::output::Harness;
use super::workbench::Workbench;
use crate::toolchains::kotlin::Kotlin;
use crate::workspace::Workspace;

const GENERATED: &str = "bindings/kotlin/src/generated/kotlin/pairing/pairing.kt";
/// The library as apps get it. On Android without the second, for which it lacks `java.net.http`.
const LIBRARY: &[&str] = &["bindings/kotlin/src/main", "bindings/kotlin/src/jdk"];
/// What is written against it, and sees of it what an app sees.
const PROGRAMS: &[&str] = &[
    "bindings/kotlin/src/test",
    "bindings/kotlin/scenario-agent",
    "examples/kotlin/src",
];
const AGENT: &str = "pairing.agent.AgentKt";

/// A heap that is all there from the beginning, and no second compiler that wants 10 MiB after the
/// two-thousandth session: neither must look like a leak.
const AGENT_JVM: &[&str] = &[
    "-Xms48m",
    "-Xmx48m",
    "-XX:+AlwaysPreTouch",
    "-XX:TieredStopAtLevel=1",
];

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let kotlin = Kotlin::ensure(workspace)?;
    let workbench = Workbench::set_up(workspace)?;
    let classpath = compile(workspace, &kotlin)?;
    let mut tests = kotlin.junit(workspace, workbench.library(), &classpath)?;
    let mut tally = workbench.count(Harness::Junit, &mut tests)?;
    let mut agent = kotlin.java(workspace, workbench.library());
    agent.args(AGENT_JVM).arg("-cp");
    agent.arg(std::env::join_paths(&classpath)?).arg(AGENT);
    tally += workbench.play(workspace, &agent, &["--jobs", "3"])?;
    Ok(tally)
}

/// Gives the class path with everything on it.
fn compile(workspace: &Workspace, kotlin: &Kotlin) -> Result<Vec<PathBuf>> {
    let built = workspace.root().join("target/kotlin");
    if built.exists() {
        // Classes of files that are gone would be found and run.
        fs::remove_dir_all(&built)?;
    }
    let mut classpath = kotlin.libraries();
    classpath.push(kotlin.compile_once(workspace, GENERATED)?);
    let library = built.join("pairing.jar");
    let strict = ["-Xexplicit-api=strict"];
    kotlin.compile(workspace, &strict, &classpath, LIBRARY, &library)?;
    classpath.push(library);
    // A folder: JUnit does not look for tests in archives.
    let programs = built.join("programs");
    kotlin.compile(workspace, &[], &classpath, PROGRAMS, &programs)?;
    classpath.push(programs);
    Ok(classpath)
}

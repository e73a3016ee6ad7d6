//! The programs in Kotlin and Swift that the table `ffi` hands events to: built here, where their
//! toolchains are known, and started by the table's own program, which takes turns.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::artifacts;
use crate::command;
use crate::toolchains::kotlin::Kotlin;
use crate::toolchains::swift::Swift;
use crate::workspace::Workspace;

/// Where the table's program lays the library that is measured.
const LIBRARY: &str = "target/bench-ffi/apps";

const KOTLIN_GENERATED: &str = "bindings/kotlin/src/generated/kotlin/pairing/pairing.kt";
const KOTLIN_SOURCES: &[&str] = &[
    "bindings/kotlin/src/main",
    "bindings/kotlin/src/jdk",
    "benches/borders/event.kt",
];
const KOTLIN_BUILT: &str = "target/bench-kotlin.jar";

const SWIFT_PACKAGE: &str = "benches/borders/swift-event";
const SWIFT_BUILT: &str = "target/bench-swift";

/// How to start them, in JSON: their language, their program with its arguments, and what its
/// environment must have.
pub(super) fn build(workspace: &Workspace) -> Result<String> {
    let programs = [
        started("Kotlin", &kotlin(workspace)?)?,
        started("Swift", &swift(workspace)?)?,
    ];
    Ok(Value::from_iter(programs).to_string())
}

fn kotlin(workspace: &Workspace) -> Result<Command> {
    let kotlin = Kotlin::ensure(workspace)?;
    let mut classpath = kotlin.libraries();
    classpath.push(kotlin.compile_once(workspace, KOTLIN_GENERATED)?);
    let built = workspace.root().join(KOTLIN_BUILT);
    kotlin.compile(workspace, &[], &classpath, KOTLIN_SOURCES, &built)?;
    classpath.push(built);
    let mut java = kotlin.java(workspace, &library(workspace));
    java.arg("-cp").arg(std::env::join_paths(&classpath)?);
    java.arg("event.EventKt");
    Ok(java)
}

fn swift(workspace: &Workspace) -> Result<Command> {
    let swift = Swift::ensure(workspace)?;
    let to_link = artifacts::ffi_library(workspace)?;
    let words = ["swift", "build", "--configuration", "release"];
    let mut build = swift.command(workspace, workspace.root(), &[to_link], &words);
    build
        .args(["--package-path", SWIFT_PACKAGE])
        .args(["--scratch-path", SWIFT_BUILT])
        .args(["-Xlinker", "-L", "-Xlinker"])
        .arg(to_link);
    command::run(&mut build)?;
    let program = workspace.root().join(SWIFT_BUILT).join("release/Event");
    let mut event = swift.command(workspace, workspace.root(), &[], &[program]);
    event.env("LD_LIBRARY_PATH", library(workspace));
    Ok(event)
}

fn library(workspace: &Workspace) -> PathBuf {
    workspace.root().join(LIBRARY)
}

fn started(language: &str, command: &Command) -> Result<Value> {
    let text = |word: &std::ffi::OsStr| {
        let word = word.to_str().context("a path that is not UTF-8")?;
        Ok::<_, anyhow::Error>(word.to_owned())
    };
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words.map(text).collect::<Result<_>>()?;
    let mut environment = serde_json::Map::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            environment.insert(text(name)?, text(value)?.into());
        }
    }
    Ok(json!({ "language": language, "program": words, "environment": environment }))
}

//! Makes sure the programs a task needs are there: installs them, or says exactly how to.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{self, answers};
use crate::workspace::Workspace;

/// A program that comes with a Debian package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DebianTool {
    /// What is started.
    pub(crate) program: &'static str,
    /// An argument it answers with success.
    pub(crate) probe: &'static str,
    /// What `apt-get` calls it.
    pub(crate) package: &'static str,
}

/// Installs the Debian packages of those tools that do not answer.
pub(crate) fn ensure_debian(workspace: &Workspace, tools: &[DebianTool]) -> Result<()> {
    let missing: Vec<&DebianTool> = tools
        .iter()
        .filter(|tool| !answers(Command::new(tool.program).arg(tool.probe)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    packages.sort_unstable();
    packages.dedup();
    if !answers(Command::new("apt-get").arg("--version")) {
        bail!(
            "missing: {}; install by hand what Debian has as {}",
            names(&missing),
            packages.join(", ")
        );
    }
    if !is_root(workspace) {
        bail!(
            "missing: {}; install with `sudo apt-get install {}`",
            names(&missing),
            packages.join(" ")
        );
    }
    let install = || {
        let mut command = command::program(workspace, "apt-get", &["install", "--yes"]);
        command
            .arg("--no-install-recommends")
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command::run(&mut command)
    };
    // A fresh machine has no package lists, an old one stale lists; most need no update.
    if install().is_err() {
        command::run(&mut command::program(workspace, "apt-get", &["update"]))?;
        install()?;
    }
    Ok(())
}

/// Installs a component of the toolchain, such as `clippy`, if its cargo command is missing.
pub(crate) fn ensure_component(
    workspace: &Workspace,
    component: &str,
    cargo_command: &str,
) -> Result<()> {
    if answers(&mut command::cargo(
        workspace,
        &[cargo_command, "--version"],
    )) {
        return Ok(());
    }
    let add = ["component", "add", component];
    if !answers(Command::new("rustup").arg("--version")) {
        bail!(
            "`cargo {cargo_command}` is missing; with rustup: `rustup {}`",
            add.join(" ")
        );
    }
    command::run(&mut command::program(workspace, "rustup", &add))
}

fn names(tools: &[&DebianTool]) -> String {
    let programs: Vec<&str> = tools.iter().map(|tool| tool.program).collect();
    programs.join(", ")
}

fn is_root(workspace: &Workspace) -> bool {
    command::output(&mut command::program(workspace, "id", &["-u"]))
        .is_ok_and(|id| id.trim() == "0")
}

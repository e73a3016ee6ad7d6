//! The checks that are one call of cargo.

use anyhow::Result;

use super::slim;
use crate::command;
use crate::tools;
use crate::workspace::{Package, Workspace};

pub(super) fn format(workspace: &Workspace) -> Result<()> {
    tools::ensure_component(workspace, "rustfmt", "fmt")?;
    command::run(&mut command::cargo(workspace, &["fmt", "--all", "--check"]))
}

pub(super) fn lints(workspace: &Workspace) -> Result<()> {
    clippy(
        workspace,
        &["--workspace", "--all-targets", "--all-features"],
    )
}

/// What a user gets who brings the HTTP client: code that only `reqwest` uses is dead there.
pub(super) fn slim_lints(workspace: &Workspace) -> Result<()> {
    let mut arguments = vec!["--lib", "--no-default-features"];
    for build in slim::BUILDS {
        arguments.extend(["--package", build.package]);
    }
    let features: Vec<String> = slim::BUILDS
        .iter()
        .flat_map(|build| {
            let qualified = |feature| format!("{}/{feature}", build.package);
            build.features.iter().map(qualified)
        })
        .collect();
    let features = features.join(",");
    arguments.extend(["--features", &features]);
    clippy(workspace, &arguments)
}

fn clippy(workspace: &Workspace, selection: &[&str]) -> Result<()> {
    tools::ensure_component(workspace, "clippy", "clippy")?;
    let mut command = command::cargo(workspace, &["clippy", "--locked", "--keep-going"]);
    command.args(selection).args(["--", "-D", "warnings"]);
    command::run(&mut command)
}

pub(super) fn docs(workspace: &Workspace) -> Result<()> {
    let mut command = command::cargo(
        workspace,
        &[
            "doc",
            "--workspace",
            "--no-deps",
            "--all-features",
            "--locked",
            "--keep-going",
        ],
    );
    command::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Packs every publishable crate and builds it from the archive alone, its siblings included.
///
/// `--allow-dirty` because one checks before one commits; in CI nothing is dirty.
pub(super) fn packages(workspace: &Workspace) -> Result<()> {
    let mut command = command::cargo(
        workspace,
        &["package", "--workspace", "--locked", "--allow-dirty"],
    );
    let is_private = |package: &&Package| !package.is_publishable();
    for package in workspace.packages.iter().filter(is_private) {
        command.args(["--exclude", &package.name]);
    }
    // The archives are built without the workspace's profiles, and nobody debugs the result.
    command::run(command.env("CARGO_PROFILE_DEV_DEBUG", "false"))
}

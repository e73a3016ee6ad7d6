//! The checks that are one call of cargo.

use std::fs;
use std::time::SystemTime;

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
    let builds = slim::builds(workspace);
    let mut arguments = vec!["--lib", "--no-default-features"];
    for build in &builds {
        arguments.extend(["--package", &build.package]);
    }
    let features: Vec<String> = builds
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

/// Rehearses the release of every publishable crate: packs it, builds it from the archive alone, its
/// siblings included, and stops before the upload.
///
/// `--allow-dirty` because one checks before one commits; in CI nothing is dirty.
pub(super) fn packages(workspace: &Workspace) -> Result<()> {
    // Its own folder each time: cargo takes the archives for a registry's, which never
    // change under the same version, and would build the last run's from its cache.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let folder = workspace
        .root()
        .join("target")
        .join(format!("packages-{}", now.as_nanos()));
    let mut command = command::cargo(
        workspace,
        &[
            "publish",
            "--dry-run",
            "--workspace",
            "--locked",
            "--allow-dirty",
        ],
    );
    command.arg("--target-dir").arg(&folder);
    let is_private = |package: &&Package| !package.is_publishable();
    for package in workspace.packages.iter().filter(is_private) {
        command.args(["--exclude", &package.name]);
    }
    // The archives are built without the workspace's profiles, and nobody debugs the result.
    let result = command::run(command.env("CARGO_PROFILE_DEV_DEBUG", "false"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    result
}

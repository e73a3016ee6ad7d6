//! Packages of npm, pinned by a lock file in the checkout and installed once into the cache.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

pub(super) const NPM: DebianTool = DebianTool::program("npm", "npm");

/// What npm reads. The lock file names no registry: every machine uses its own.
const PIN_FILES: &[&str] = &[".npmrc", "package-lock.json", "package.json"];

/// The folder `node_modules` with what `pin` pins, a folder of the checkout. `name` is the one of
/// the shelf in the cache.
pub(super) fn install(workspace: &Workspace, name: &str, pin: &str) -> Result<PathBuf> {
    let files = workspace.root().join(pin);
    let lock = fs::read(files.join("package-lock.json")).with_context(|| pin.to_owned())?;
    let folder = tools::cached(workspace, name, &lock, |folder| {
        for name in PIN_FILES {
            fs::copy(files.join(name), folder.join(name))
                .with_context(|| format!("{pin}/{name}"))?;
        }
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        command::run(command::program(workspace, "npm", &arguments).current_dir(folder))
    })?;
    Ok(folder.join("node_modules"))
}

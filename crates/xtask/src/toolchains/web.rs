//! What drives the pairing page in a browser: Node with pinned packages of npm, Debian's Chromium,
//! and a reader of QR codes that is a stranger to our drawing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::npm;
use crate::artifacts;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// The programs in JavaScript, and what pins their packages.
pub(crate) const FOLDER: &str = "tests/web";

/// The first with what the tests need; Debian 12 has an older one.
const OLDEST_NODE: u32 = 20;

const TOOLS: &[DebianTool] = &[
    DebianTool::program("node", "nodejs"),
    npm::NPM,
    DebianTool::program("chromium", "chromium"),
    DebianTool::program("zbarimg", "zbar-tools"),
];

/// Where the programs find the one they drive.
const BINARY_VARIABLE: &str = "PAIRING_BIN";

/// `node` in the folder of the programs, which find their packages and `pairing`.
pub(crate) fn node(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    tools::ensure_debian(workspace, TOOLS)?;
    check_node(workspace)?;
    let folder = workspace.root().join(FOLDER);
    let modules = npm::install(workspace, "web", FOLDER)?;
    link(workspace, &modules, &folder.join("node_modules"))?;
    let mut node = command::program(workspace, "node", arguments);
    node.current_dir(folder)
        .env(BINARY_VARIABLE, artifacts::pairing(workspace)?);
    Ok(node)
}

fn check_node(workspace: &Workspace) -> Result<()> {
    let version = command::output(&mut command::program(workspace, "node", &["--version"]))?;
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!(
            "this is Node {}; the tests of the page need {OLDEST_NODE} or later",
            version.trim()
        );
    }
    Ok(())
}

/// From `v20.1.2`.
fn major(version: &str) -> Option<u32> {
    let (major, _) = version.trim().strip_prefix('v')?.split_once('.')?;
    major.parse().ok()
}

/// Modules are looked for beside the programs that import them, and nowhere else.
fn link(workspace: &Workspace, modules: &Path, at: &Path) -> Result<()> {
    if fs::read_link(at).is_ok_and(|found| found == modules) {
        return Ok(());
    }
    let mut link = command::program(workspace, "ln", &["-s", "--force", "--no-target-directory"]);
    command::run(link.arg(modules).arg(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major(""), None);
    }
}

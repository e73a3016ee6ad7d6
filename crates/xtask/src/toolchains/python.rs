//! Python, whichever the machine has.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// `python3` in the workspace's root, without leaving compiled files beside the sources.
pub(crate) fn python(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    tools::ensure_debian(workspace, &[DebianTool::program("python3", "python3")])?;
    let mut python = command::program(workspace, "python3", arguments);
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(python)
}

//! What else is done with the pairing page in a browser besides testing it.

use anyhow::Result;

use crate::command;
use crate::toolchains::web;
use crate::workspace::Workspace;

const PICTURES: &str = "docs/web";

/// Takes the pictures that the README shows.
pub(crate) fn screenshots(workspace: &Workspace) -> Result<()> {
    let mut program = web::node(workspace, &["screenshots.js"])?;
    command::run(program.arg(workspace.root().join(PICTURES)))
}

/// Prints how long after a scan the page shows it.
pub(crate) fn latency(workspace: &Workspace) -> Result<()> {
    command::run(&mut web::node(workspace, &["latency.js"])?)
}

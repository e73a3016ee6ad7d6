//! `cargo deny` over licences, bans and sources, at one pinned version.
//!
//! Not over advisories: their database is a git repository, and this check needs no network
//! beyond the registry.

use anyhow::Result;

use crate::command;
use crate::tools::CargoTool;
use crate::workspace::Workspace;

pub(super) const DENY: CargoTool = CargoTool {
    package: "cargo-deny",
    binary: "cargo-deny",
    version: "0.20.2",
    ask: &["--version"],
    answer: "cargo-deny 0.20.2",
};

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let deny = DENY.ensure(workspace)?;
    command::run(&mut command::program(
        workspace,
        deny,
        &[
            "--locked",
            "--all-features",
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ],
    ))
}

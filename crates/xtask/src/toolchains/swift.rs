//! Swift 6 on a Debian that has none: the next Debian's, unpacked into a folder and entered with a
//! mount namespace. Nothing is installed on the machine.

mod root;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::tools;
use crate::workspace::Workspace;

/// Enters the root; says itself how.
const ENTER: &str = "crates/xtask/src/toolchains/swift/enter.sh";

/// Swift's own folder comes first: Debian keeps its clang out of the path.
const PATH: &str = "/usr/libexec/swift/bin:/usr/bin";

/// An unpacked Swift.
#[derive(Debug)]
pub(crate) struct Swift {
    root: PathBuf,
}

impl Swift {
    pub(crate) fn ensure(workspace: &Workspace) -> Result<Self> {
        if !tools::is_root(workspace) {
            bail!(
                "Swift runs in a mount namespace of its own, which takes root: run \
                 `sudo --preserve-env=PATH,HOME cargo xtask test swift`, or run `swift test` in \
                 bindings/swift with a Swift 6 of your own"
            );
        }
        Ok(Self {
            root: root::ensure(workspace)?,
        })
    }

    /// A program inside, in `folder`, which is in the checkout. It sees the checkout and the
    /// `visible` folders at their usual paths, the machine's network, and of the environment only
    /// what the caller sets.
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        workspace: &Workspace,
        folder: &Path,
        visible: &[&Path],
        program: &[A],
    ) -> Command {
        let enter = ["--mount", "--propagation", "private", "--", "sh", "-eu"];
        let mut command = command::program(workspace, "unshare", &enter);
        command
            .arg(workspace.root().join(ENTER))
            .args([self.root.as_path(), workspace.root()])
            // Within the checkout they are visible already.
            .args(
                visible
                    .iter()
                    .filter(|path| !path.starts_with(workspace.root())),
            )
            .arg("--")
            .args(program)
            .current_dir(folder)
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", "/tmp")
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb");
        command
    }
}

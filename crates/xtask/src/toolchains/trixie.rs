//! A folder with programs of Debian 13, unpacked by mmdebstrap and entered with a mount namespace.
//!
//! Nothing is installed on the machine, and no script of a package runs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

const RELEASE: &str = "trixie";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Files of every package that only people read.
const FOR_PEOPLE: &[&str] = &[
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
];

/// Enters the root; says itself how.
const ENTER: &str = "crates/xtask/src/toolchains/enter.sh";

const TOOLS: &[DebianTool] = &[
    DebianTool::program("mmdebstrap", "mmdebstrap"),
    DebianTool::program("unshare", "util-linux"),
    DebianTool::program("mount", "mount"),
    DebianTool::file(KEYRING, "debian-archive-keyring"),
];

/// An unpacked root.
#[derive(Debug)]
pub(crate) struct Root(PathBuf);

impl Root {
    /// A root with these packages and what they depend on, without the files that match
    /// `left_out`. Made once; `name` is its shelf in the cache.
    pub(crate) fn ensure(
        workspace: &Workspace,
        name: &str,
        packages: &[&str],
        left_out: &[&str],
    ) -> Result<Self> {
        if !tools::is_root(workspace) {
            bail!(
                "the {name} of Debian 13 runs in a mount namespace, which takes root: run the same \
                 command with `sudo --preserve-env=PATH,HOME`"
            );
        }
        tools::ensure_debian(workspace, TOOLS)?;
        let recipe = [packages, left_out, FOR_PEOPLE].concat().join("\n");
        let folder = tools::cached(workspace, name, recipe.as_bytes(), |folder| {
            let root = folder.join("root");
            let mut unpack = command::program(workspace, "mmdebstrap", &["--variant=extract"]);
            unpack.arg(format!("--include={}", packages.join(",")));
            for pattern in left_out.iter().chain(FOR_PEOPLE) {
                unpack.arg(format!("--dpkgopt=path-exclude={pattern}"));
            }
            let mirror = mirror(workspace)?;
            let source = format!("deb [signed-by={KEYRING}] {mirror} {RELEASE} main");
            command::run(unpack.arg(RELEASE).arg(&root).arg(source))?;
            // Foundation asks for the home of the user it runs as.
            fs::write(root.join("etc/passwd"), "root:x:0:0:root:/tmp:/bin/sh\n")?;
            Ok(fs::write(root.join("etc/group"), "root:x:0:\n")?)
        })?;
        Ok(Self(folder.join("root")))
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
            .args([self.0.as_path(), workspace.root()])
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
            .env("PATH", "/usr/bin")
            .env("HOME", "/tmp")
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb");
        command
    }
}

/// The mirror this machine uses for Debian itself.
fn mirror(workspace: &Workspace) -> Result<String> {
    let arguments = [
        "indextargets",
        "--format",
        "$(REPO_URI) $(SUITE)",
        "Created-By: Packages",
        "Origin: Debian",
    ];
    let targets = command::output(&mut command::program(workspace, "apt-get", &arguments))?;
    match first_mirror(&targets) {
        Some(mirror) => Ok(mirror.to_owned()),
        None => bail!("apt knows no mirror of Debian; run `apt-get update` first"),
    }
}

/// Security updates come from elsewhere, where the next release is not.
fn first_mirror(targets: &str) -> Option<&str> {
    targets
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(_, suite)| !suite.contains("security"))
        .map(|(mirror, _)| mirror)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_not_the_one_for_security_updates() {
        let targets =
            "http://a/security/ oldstable-security\nhttp://b/debian/ oldstable\nhttp://c/ x\n";
        assert_eq!(first_mirror(targets), Some("http://b/debian/"));
        assert_eq!(first_mirror("http://a/ stable-security\n"), None);
        assert_eq!(first_mirror(""), None);
    }
}

//! Makes sure the programs and libraries a task needs are there: installs them, or says exactly how to.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

use crate::command::{self, answers};
use crate::workspace::Workspace;

const CACHE: &str = ".tools";

// CI installs in two threads. Who needs what the other is installing waits for it.
static APT: Mutex<()> = Mutex::new(());
static COMPILING: Mutex<()> = Mutex::new(());
static FILLING: Mutex<()> = Mutex::new(());

/// A Debian package, and how to see that what it brings is there, from wherever it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DebianTool {
    /// What `apt-get` calls it.
    package: &'static str,
    probe: Probe,
}

#[derive(Debug, Clone, Copy)]
enum Probe {
    /// A program, and an argument it answers with success.
    Program(&'static str, &'static str),
    /// A library has nothing to start.
    File(&'static str),
}

impl DebianTool {
    /// A program that answers `--version`.
    pub(crate) const fn program(program: &'static str, package: &'static str) -> Self {
        Self::program_that_answers(program, "--version", package)
    }

    pub(crate) const fn program_that_answers(
        program: &'static str,
        argument: &'static str,
        package: &'static str,
    ) -> Self {
        Self {
            package,
            probe: Probe::Program(program, argument),
        }
    }

    pub(crate) const fn file(path: &'static str, package: &'static str) -> Self {
        Self {
            package,
            probe: Probe::File(path),
        }
    }

    fn is_there(&self) -> bool {
        match self.probe {
            Probe::Program(program, argument) => answers(Command::new(program).arg(argument)),
            Probe::File(path) => Path::new(path).exists(),
        }
    }

    fn name(&self) -> &'static str {
        match self.probe {
            Probe::Program(name, _) | Probe::File(name) => name,
        }
    }
}

/// Installs the Debian packages of those tools that are not there.
pub(crate) fn ensure_debian(workspace: &Workspace, tools: &[DebianTool]) -> Result<()> {
    let _turn = APT.lock();
    let missing: Vec<&DebianTool> = tools.iter().filter(|tool| !tool.is_there()).collect();
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
    let still: Vec<&DebianTool> = missing
        .into_iter()
        .filter(|tool| !tool.is_there())
        .collect();
    if !still.is_empty() {
        bail!(
            "still missing after installing {}: {}",
            packages.join(" "),
            names(&still)
        );
    }
    Ok(())
}

/// Where tools go that no package manager of the machine brings: inside the checkout, ignored by
/// git, kept between runs.
fn cache(workspace: &Workspace) -> PathBuf {
    workspace.root().join(CACHE)
}

/// A folder of the cache that `fill` makes once for each `recipe`.
///
/// It appears complete or not at all, also when two runs make it at the same time.
pub(crate) fn cached(
    workspace: &Workspace,
    name: &str,
    recipe: &[u8],
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let _turn = FILLING.lock();
    let mut hasher = DefaultHasher::new();
    hasher.write(recipe);
    let shelf = cache(workspace).join(name);
    let finished = shelf.join(format!("{:016x}", hasher.finish()));
    if finished.exists() {
        return Ok(finished);
    }
    let unfinished = shelf.join(format!("unfinished-{}", std::process::id()));
    let result = fs::create_dir_all(&unfinished)
        .map_err(Into::into)
        .and_then(|()| fill(&unfinished));
    let moved = result.and_then(|()| match fs::rename(&unfinished, &finished) {
        // Another run was faster.
        Err(_) if finished.exists() => Ok(()),
        moved => moved.map_err(Into::into),
    });
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    moved.with_context(|| format!("cannot make {}", finished.display()))?;
    Ok(finished)
}

/// A program from cargo's registry, at one pinned version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CargoTool {
    pub(crate) package: &'static str,
    pub(crate) binary: &'static str,
    pub(crate) version: &'static str,
    /// What makes it say which version it is.
    pub(crate) ask: &'static [&'static str],
    pub(crate) answer: &'static str,
}

impl CargoTool {
    /// The pinned program: ours, or the one on the path if it is the same.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        let _turn = COMPILING.lock();
        let name = format!("{}{}", self.binary, std::env::consts::EXE_SUFFIX);
        let own = cache(workspace).join("bin").join(name);
        for candidate in [own.clone(), PathBuf::from(self.binary)] {
            if self.is_pinned(&candidate) {
                return Ok(candidate);
            }
        }
        let mut install = command::cargo(workspace, &["install", "--locked", self.package]);
        install
            .args(["--version", self.version, "--root", CACHE])
            // It runs for a second; optimising it would cost minutes on a fresh machine.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command::run(&mut install)?;
        if !self.is_pinned(&own) {
            bail!(
                "`{}` left no working {}",
                command::shown(&install),
                self.binary
            );
        }
        Ok(own)
    }

    fn is_pinned(&self, program: &Path) -> bool {
        Command::new(program)
            .args(self.ask)
            .output()
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == self.answer)
    }
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
    let names: Vec<&str> = tools.iter().map(|tool| tool.name()).collect();
    names.join(", ")
}

/// Whether we may install packages and make mount namespaces.
pub(crate) fn is_root(workspace: &Workspace) -> bool {
    command::output(&mut command::program(workspace, "id", &["-u"]))
        .is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_looked_for_and_a_program_is_asked() {
        assert!(DebianTool::file("/", "base-files").is_there());
        assert!(!DebianTool::file("/no/such/file.jar", "libnone-java").is_there());
        assert!(DebianTool::program_that_answers("true", "", "coreutils").is_there());
        assert!(!DebianTool::program_that_answers("false", "", "coreutils").is_there());
        assert!(!DebianTool::program("no-such-program", "none").is_there());
    }
}

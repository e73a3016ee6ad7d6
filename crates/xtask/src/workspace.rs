//! What `cargo metadata` says about our own crates: who they are and whom they depend on.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::command;

/// The workspace this program was started in.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    workspace_root: PathBuf,
    /// Our own crates alone.
    pub(crate) packages: Vec<Package>,
}

/// One crate of ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) rust_version: Option<String>,
    pub(crate) repository: Option<String>,
    pub(crate) readme: Option<PathBuf>,
    manifest_path: PathBuf,
    /// Registries it may go to: `None` is any, an empty list is none.
    publish: Option<Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    targets: Vec<Target>,
}

/// What a crate is compiled to.
#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// One line under `[dependencies]`, `[build-dependencies]` or `[dev-dependencies]`.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` is a normal dependency.
    kind: Option<String>,
    #[serde(default)]
    pub(crate) optional: bool,
    /// Switched on in it.
    #[serde(default)]
    pub(crate) features: Vec<String>,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let json = command::output(Command::new(cargo).args([
            "metadata",
            "--no-deps",
            "--format-version=1",
        ]))?;
        Self::parse(&json)
    }

    /// From the JSON of `cargo metadata --no-deps`.
    pub(crate) fn parse(json: &str) -> Result<Self> {
        serde_json::from_str(json).context("cannot read what `cargo metadata` printed")
    }

    pub(crate) fn root(&self) -> &Path {
        &self.workspace_root
    }

    /// What git tracks, relative to the root.
    pub(crate) fn tracked_files(&self) -> Result<Vec<PathBuf>> {
        let trusted = format!("safe.directory={}", self.root().display());
        // In containers the checkout often belongs to another user; git refuses it then.
        let list = ["-c", &trusted, "ls-files", "-z"];
        let listing = command::output(&mut command::program(self, "git", &list))?;
        Ok(listing.split_terminator('\0').map(PathBuf::from).collect())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// The adapters: every crate in its own folder below `crates/gateways`.
    pub(crate) fn gateways(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.is_gateway(package))
    }

    pub(crate) fn is_gateway(&self, package: &Package) -> bool {
        package
            .manifest_path
            .starts_with(self.workspace_root.join("crates/gateways"))
    }

    /// The top-level folder a crate lives under: `crates`, `tests`, `examples`, …
    pub(crate) fn wing<'a>(&self, package: &'a Package) -> &'a str {
        package
            .manifest_path
            .strip_prefix(&self.workspace_root)
            .ok()
            .and_then(|path| path.iter().next())
            .and_then(|name| name.to_str())
            .unwrap_or_default()
    }
}

impl Package {
    pub(crate) fn is_publishable(&self) -> bool {
        self.publish
            .as_ref()
            .is_none_or(|registries| !registries.is_empty())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// The name of its library, as code writes it, if it has one.
    pub(crate) fn library(&self) -> Option<&str> {
        let is_library = |target: &&Target| target.kind.iter().any(|kind| kind == "lib");
        self.targets
            .iter()
            .find(is_library)
            .map(|target| target.name.as_str())
    }

    /// Whether a build with its default features has this one too.
    pub(crate) fn has_by_default(&self, feature: &str) -> bool {
        let mut reached = vec!["default"];
        let mut next = 0;
        while let Some(name) = reached.get(next).copied() {
            next += 1;
            for further in self.features.get(name).into_iter().flatten() {
                if !reached.contains(&further.as_str()) {
                    reached.push(further);
                }
            }
        }
        reached.contains(&feature)
    }

    /// Whether it runs a program of ours on the machine of everybody who builds it.
    pub(crate) fn has_build_script(&self) -> bool {
        let mut kinds = self.targets.iter().flat_map(|target| &target.kind);
        kinds.any(|kind| kind == "custom-build")
    }
}

impl Dependency {
    /// Whether users of the crate get it too, as opposed to its tests alone.
    pub(crate) fn is_shipped(&self) -> bool {
        self.kind.as_deref() != Some("dev")
    }
}

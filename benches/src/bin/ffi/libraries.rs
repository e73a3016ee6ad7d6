//! Builds the libraries as an app ships them: profile `dist`, one crate type at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// A library that was built and copied.
pub(super) struct Library {
    pub(super) subject: &'static str,
    pub(super) at: &'static str,
    pub(super) bytes: u64,
}

/// Files that [`super::events`] loads.
pub(super) const FOR_APPS: &str = "apps.so";
pub(super) const FOR_C: &str = "c.so";

const WITH_HTTP: &str = "with an HTTP client";
const WITHOUT_HTTP: &str = "without one";

struct Build {
    subject: &'static str,
    at: &'static str,
    package: &'static str,
    features: &'static str,
    file: &'static str,
}

const BUILDS: &[Build] = &[
    Build {
        subject: "pairing",
        at: WITH_HTTP,
        package: "pairing-ffi",
        features: "uniffi,bundled-http",
        file: FOR_APPS,
    },
    Build {
        subject: "pairing, for C",
        at: WITH_HTTP,
        package: "pairing-ffi",
        features: "capi,bundled-http",
        file: FOR_C,
    },
    Build {
        subject: super::EMPTY,
        at: WITH_HTTP,
        package: "pairing-bench-empty",
        features: "http",
        file: "empty-http.so",
    },
    Build {
        subject: "pairing",
        at: WITHOUT_HTTP,
        package: "pairing-ffi",
        features: "uniffi",
        file: "apps-slim.so",
    },
    Build {
        subject: "pairing, for C",
        at: WITHOUT_HTTP,
        package: "pairing-ffi",
        features: "capi",
        file: "c-slim.so",
    },
    Build {
        subject: super::EMPTY,
        at: WITHOUT_HTTP,
        package: "pairing-bench-empty",
        features: "",
        file: "empty.so",
    },
];

/// Builds all of them into `folder`.
pub(super) fn build(folder: &Path) -> Result<Vec<Library>> {
    fs::create_dir_all(folder)?;
    BUILDS.iter().map(|build| build.make(folder)).collect()
}

impl Build {
    fn make(&self, folder: &Path) -> Result<Library> {
        eprintln!("building {} {}", self.subject, self.at);
        let status = Command::new("cargo")
            .args(["rustc", "--quiet", "--locked", "--lib", "--profile=dist"])
            .args(["--crate-type=cdylib", "--package", self.package])
            .args(["--no-default-features", "--features", self.features])
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .context("cannot start cargo")?;
        ensure!(status.success(), "cargo failed: {status}");
        let made = root()
            .join("target/dist")
            .join(format!("lib{}.so", self.package.replace('-', "_")));
        let bytes = fs::copy(&made, folder.join(self.file))
            .with_context(|| format!("no library of {}", self.package))?;
        Ok(Library {
            subject: self.subject,
            at: self.at,
            bytes,
        })
    }
}

/// The checkout.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

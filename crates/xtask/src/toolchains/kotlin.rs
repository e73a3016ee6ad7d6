//! Kotlin on the JVM: the compiler from its npm package, pinned by a lock file; Java, JNA and JUnit
//! from Debian.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// What pins the compiler.
const PIN: &str = "bindings/kotlin/toolchain";
const PIN_FILES: &[&str] = &[".npmrc", "package-lock.json", "package.json"];

const JNA: &str = "/usr/share/java/jna.jar";
/// JUnit 5 with its console launcher, in one file.
const JUNIT: &str = "/usr/share/java/junit-platform-console-standalone.jar";

const TOOLS: &[DebianTool] = &[
    DebianTool::program("npm", "npm"),
    DebianTool::program("javac", "openjdk-17-jdk-headless"),
    DebianTool::file(JNA, "libjna-java"),
    DebianTool::file(JUNIT, "junit5"),
];

/// A compiler runs once and briefly: without the JVM's second compiler and with one collector it
/// ends a third sooner.
const COMPILER_JVM: &str = "-Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

/// An installed Kotlin.
#[derive(Debug)]
pub(crate) struct Kotlin {
    home: PathBuf,
}

impl Kotlin {
    pub(crate) fn ensure(workspace: &Workspace) -> Result<Self> {
        tools::ensure_debian(workspace, TOOLS)?;
        let pin = workspace.root().join(PIN);
        let lock = fs::read(pin.join("package-lock.json")).with_context(|| PIN.to_owned())?;
        let folder = tools::cached(workspace, "kotlin", &lock, |folder| {
            for name in PIN_FILES {
                fs::copy(pin.join(name), folder.join(name))
                    .with_context(|| format!("{PIN}/{name}"))?;
            }
            let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
            command::run(command::program(workspace, "npm", &arguments).current_dir(folder))
        })?;
        Ok(Self {
            home: folder.join("node_modules/kotlin-compiler"),
        })
    }

    /// `kotlinc` in the workspace's root, without Kotlin's reflection library.
    pub(crate) fn compiler(&self, workspace: &Workspace) -> Command {
        let kotlinc = self.home.join("bin/kotlinc");
        let mut compiler = command::program(workspace, "bash", &[]);
        compiler
            .arg(kotlinc)
            .args(["-no-reflect", "-jvm-target", "17", "-Werror"])
            .env("JAVA_OPTS", COMPILER_JVM);
        compiler
    }

    /// What generated code needs at run time and tests need to be found: Kotlin, its coroutines,
    /// `kotlin.test` for JUnit 5, JNA, JUnit.
    pub(crate) fn libraries(&self) -> Vec<PathBuf> {
        let jars = [
            "kotlin-stdlib.jar",
            "kotlinx-coroutines-core-jvm.jar",
            "kotlin-test.jar",
            "kotlin-test-junit5.jar",
            "annotations-13.0.jar",
        ];
        let own = jars.iter().map(|jar| self.home.join("lib").join(jar));
        own.chain([JNA, JUNIT].map(PathBuf::from)).collect()
    }

    /// A JVM in the workspace's root that finds the native library in `library`.
    pub(crate) fn java(&self, workspace: &Workspace, library: &Path) -> Command {
        let mut option = OsString::from("-Djna.library.path=");
        option.push(library);
        let mut java = command::program(workspace, "java", &["-XX:+UseSerialGC"]);
        java.arg(option);
        java
    }

    /// JUnit's console launcher over the tests in `classpath`; none to run is a failure.
    pub(crate) fn junit(
        &self,
        workspace: &Workspace,
        library: &Path,
        classpath: &[PathBuf],
    ) -> Result<Command> {
        let mut junit = self.java(workspace, library);
        junit
            .arg("-cp")
            .arg(std::env::join_paths(classpath)?)
            .arg("org.junit.platform.console.ConsoleLauncher")
            .args(["--scan-classpath", "--fail-if-no-tests"])
            .args([
                "--disable-banner",
                "--details=tree",
                "--disable-ansi-colors",
            ]);
        Ok(junit)
    }
}

//! Kotlin on the JVM: the compiler from its npm package, pinned by a lock file; Java, JNA and JUnit
//! from Debian.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::npm;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// What pins the compiler.
const PIN: &str = "bindings/kotlin/toolchain";

const JNA: &str = "/usr/share/java/jna.jar";
/// JUnit 5 with its console launcher, in one file.
const JUNIT: &str = "/usr/share/java/junit-platform-console-standalone.jar";

/// Nothing takes so long, except what never ends.
const HANGING_TEST: &str = "junit.jupiter.execution.timeout.default=5m";

const GENERATED_JAR: &str = "generated.jar";

const TOOLS: &[DebianTool] = &[
    npm::NPM,
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
        Ok(Self {
            home: npm::install(workspace, "kotlin", PIN)?.join("kotlin-compiler"),
        })
    }

    /// Compiles folders or files of sources to classes in `to`, a folder or a `.jar`. Warnings are
    /// errors.
    pub(crate) fn compile(
        &self,
        workspace: &Workspace,
        options: &[&str],
        classpath: &[PathBuf],
        sources: &[&str],
        to: &Path,
    ) -> Result<()> {
        let mut kotlinc = command::program(workspace, "bash", &[]);
        kotlinc
            .arg(self.home.join("bin/kotlinc"))
            .args(["-no-stdlib", "-no-reflect", "-jvm-target", "17", "-Werror"])
            .args(options)
            .arg("-cp")
            .arg(std::env::join_paths(classpath)?)
            .arg("-d")
            .arg(to)
            .args(sources)
            .env("JAVA_OPTS", COMPILER_JVM);
        command::run(&mut kotlinc)
    }

    /// What `compile` makes of generated sources, which take half its time, in a `.jar` that is
    /// kept until they or the compiler change.
    pub(crate) fn compile_once(&self, workspace: &Workspace, source: &str) -> Result<PathBuf> {
        let mut recipe = fs::read(workspace.root().join(source)).context(source.to_owned())?;
        // Its name stands for the compiler's version.
        recipe.extend(self.home.as_os_str().as_encoded_bytes());
        let folder = tools::cached(workspace, "kotlin-generated", &recipe, |folder| {
            let jar = folder.join(GENERATED_JAR);
            self.compile(workspace, &[], &self.libraries(), &[source], &jar)
        })?;
        Ok(folder.join(GENERATED_JAR))
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
            .args(["--config", HANGING_TEST])
            .args([
                "--disable-banner",
                "--details=tree",
                "--disable-ansi-colors",
            ]);
        Ok(junit)
    }
}

//! Compiles everything in C, each time with another compiler and another way to link.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::test::workbench::Workbench;
use crate::workspace::Workspace;

const HEADERS: &str = "bindings/c/include";
const TESTS: &str = "bindings/c/tests";
const EXAMPLES: &str = "examples/c";
/// Starts the examples, and is therefore no test of its own.
const EXAMPLES_TEST: &str = "try_examples";
/// Where it finds them.
const EXAMPLES_VARIABLE: &str = "PAIRING_C_EXAMPLES";
/// Apart from the tests, which may have the same names.
const EXAMPLES_FOLDER: &str = "examples";

const STRICT_C: &[&str] = &[
    "-std=c11",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-g",
];
const STRICT_CPP: &[&str] = &[
    "-std=c++17",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-g",
];

/// Starts a program of a build, given its path: itself, or below another program.
pub(super) type Start = fn(PathBuf) -> Command;

/// One way to build.
pub(super) struct Recipe {
    name: &'static str,
    c: &'static str,
    cpp: &'static str,
    flags: &'static [&'static str],
    linked: Linked,
}

enum Linked {
    Shared,
    Static,
}

pub(super) const GCC: Recipe = Recipe {
    name: "gcc",
    c: "gcc",
    cpp: "g++",
    flags: &[],
    linked: Linked::Shared,
};

pub(super) const CLANG: Recipe = Recipe {
    name: "clang",
    c: "clang",
    cpp: "clang++",
    flags: &[],
    linked: Linked::Static,
};

/// The first finding of a sanitizer ends the program.
pub(super) const SANITIZED: Recipe = Recipe {
    name: "sanitized",
    c: "clang",
    cpp: "clang++",
    flags: &[
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-fno-omit-frame-pointer",
    ],
    linked: Linked::Static,
};

/// What the static library needs besides, on Linux.
const SYSTEM_LIBRARIES: &[&str] = &["-lpthread", "-ldl", "-lm"];

/// The programs that were made, in a folder.
pub(super) struct Build {
    folder: PathBuf,
    library: PathBuf,
    tests: Vec<String>,
}

impl Build {
    pub(super) fn make(
        workspace: &Workspace,
        workbench: &Workbench,
        recipe: &Recipe,
    ) -> Result<Self> {
        let folder = workspace.root().join("target/c").join(recipe.name);
        if folder.exists() {
            // A program whose source is gone would still be there.
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join(EXAMPLES_FOLDER))?;
        let mut build = Self {
            folder,
            library: workbench.library().to_owned(),
            tests: Vec::new(),
        };
        let sources = |folder: &str, extension| sources(workspace, folder, extension);
        let below = |folder: &str| format!("{TESTS}/{folder}");
        let agent = sources(&below("agent"), "c")?;
        let mut compile = build.compiler(workspace, recipe.c, STRICT_C, recipe);
        build.link(&mut compile, recipe, &agent, "agent")?;
        let tests = sources(TESTS, "c")?;
        let seeded = sources(&below("seeded"), "c")?;
        for source in tests.iter().chain(&seeded) {
            let mut compile = build.compiler(workspace, recipe.c, STRICT_C, recipe);
            build.link(&mut compile, recipe, &[source], &name(source)?)?;
        }
        for source in sources(EXAMPLES, "c")? {
            let program = format!("{EXAMPLES_FOLDER}/{}", name(&source)?);
            let mut compile = build.compiler(workspace, recipe.c, STRICT_C, recipe);
            build.link(&mut compile, recipe, &[source], &program)?;
        }
        let cpp = sources(&below("cpp"), "cpp")?;
        for source in &cpp {
            let mut compile = build.compiler(workspace, recipe.cpp, STRICT_CPP, recipe);
            build.link(&mut compile, recipe, &[source], &name(source)?)?;
        }
        for source in tests.iter().chain(&cpp) {
            build.tests.push(name(source)?);
        }
        build.tests.retain(|test| test != EXAMPLES_TEST);
        Ok(build)
    }

    fn compiler(
        &self,
        workspace: &Workspace,
        compiler: &str,
        strict: &[&str],
        recipe: &Recipe,
    ) -> Command {
        let mut compile = command::program(workspace, compiler, strict);
        compile.args(recipe.flags).args(["-I", HEADERS]);
        compile
    }

    fn link(
        &self,
        compile: &mut Command,
        recipe: &Recipe,
        sources: &[impl AsRef<Path>],
        name: &str,
    ) -> Result<()> {
        for source in sources {
            compile.arg(source.as_ref());
        }
        compile.arg("-o").arg(self.folder.join(name));
        match recipe.linked {
            Linked::Shared => compile.arg("-L").arg(&self.library).arg("-lpairing_ffi"),
            Linked::Static => compile.arg(self.library.join("libpairing_ffi.a")),
        };
        command::run(compile.args(SYSTEM_LIBRARIES))
    }

    pub(super) fn examples(&self) -> PathBuf {
        self.folder.join(EXAMPLES_FOLDER)
    }

    /// The program that tries the examples in a folder, its own or another.
    pub(super) fn examples_test(&self, start: Start, examples: &Path) -> Command {
        let mut command = self.command(start, EXAMPLES_TEST);
        command.env(EXAMPLES_VARIABLE, examples);
        command
    }

    /// The programs that test by themselves.
    pub(super) fn tests(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().map(String::as_str)
    }

    /// One of the programs, ready to start where it may leave files behind.
    pub(super) fn command(&self, start: Start, program: &str) -> Command {
        let mut command = start(self.folder.join(program));
        command
            .current_dir(&self.folder)
            .env("LD_LIBRARY_PATH", &self.library)
            .env("UBSAN_OPTIONS", "print_stacktrace=1");
        command
    }
}

/// The files of a folder with this extension, in the order of their names.
fn sources(workspace: &Workspace, folder: &str, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(workspace.root().join(folder))
        .with_context(|| format!("cannot list {folder}"))?
        .map(|entry| Ok(Path::new(folder).join(entry?.file_name())))
        .collect::<Result<_>>()?;
    found.retain(|path| path.extension().is_some_and(|found| found == extension));
    found.sort();
    Ok(found)
}

/// A program is called as its source.
fn name(source: &Path) -> Result<String> {
    let stem = source.file_stem().context("a source has a name")?;
    Ok(stem.to_string_lossy().into_owned())
}

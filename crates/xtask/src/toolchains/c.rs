//! Two C compilers, what watches a C program while it runs, and what installs a library.

use std::path::PathBuf;

use anyhow::Result;

use crate::tools::{self, CargoTool, DebianTool};
use crate::workspace::Workspace;

const TOOLS: &[DebianTool] = &[
    DebianTool::program("gcc", "gcc"),
    DebianTool::program("g++", "g++"),
    DebianTool::program("clang", "clang"),
    // Debian's clang only recommends the libraries behind `-fsanitize`.
    DebianTool::file(
        "/usr/lib/clang/14/lib/linux/libclang_rt.asan-x86_64.a",
        "libclang-rt-14-dev",
    ),
    DebianTool::program("valgrind", "valgrind"),
    DebianTool::program("cmake", "cmake"),
    DebianTool::program("make", "make"),
    DebianTool::program("pkg-config", "pkg-config"),
];

/// The newest release that the Rust of this repository compiles.
pub(crate) const CARGO_C: CargoTool = CargoTool {
    package: "cargo-c",
    binary: "cargo-capi",
    version: "0.10.24+cargo-0.98.0",
    ask: &["--version"],
    answer: "cargo-c 0.10.24+cargo-0.98.0",
};

pub(crate) fn ensure(workspace: &Workspace) -> Result<()> {
    tools::ensure_debian(workspace, TOOLS)
}

/// The path of `cargo-capi`, to be started as `cargo-capi capi install …`.
pub(crate) fn ensure_cargo_c(workspace: &Workspace) -> Result<PathBuf> {
    CARGO_C.ensure(workspace)
}

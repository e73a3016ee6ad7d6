//! Swift 6 on a Debian that has none: the next Debian's.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::trixie::Root;
use crate::workspace::Workspace;

const PACKAGES: &[&str] = &["base-files", "swiftlang", "libc6-dev", "libstdc++-14-dev"];

/// What building and testing on a command line does not need: GCC's own compilers (Swift links
/// with clang), the debugger and its Python, the other linkers, the editors' servers.
const LEFT_OUT: &[&str] = &[
    "/usr/lib/python3*",
    "/usr/libexec/gcc/*/cc1*",
    "/usr/libexec/gcc/*/lto1",
    "/usr/bin/*lto-dump*",
    "/usr/libexec/swift/bin/clangd",
    "/usr/libexec/swift/bin/docc",
    "/usr/libexec/swift/bin/ld.lld",
    "/usr/libexec/swift/bin/ld64.lld",
    "/usr/libexec/swift/bin/lld*",
    "/usr/libexec/swift/bin/repl_swift",
    "/usr/libexec/swift/bin/sourcekit-lsp",
    "/usr/libexec/swift/bin/swift-format",
    "/usr/libexec/swift/bin/wasm-ld",
    "/usr/libexec/swift/lib/libLTO.so*",
    "/usr/libexec/swift/lib/liblldb.so*",
    "/usr/libexec/swift/lib/libsourcekitdInProc.so*",
    "/usr/libexec/swift/lib/libswiftGenericMetadataBuilder.so",
    "/usr/libexec/swift/lib/swift/FrameworkABIBaseline/*",
    "/usr/libexec/swift/lib/swift/embedded/*",
    "/usr/libexec/swift/lib/swift/host/lib_InternalSwiftScan.so",
    "/usr/libexec/swift/lib/swift_static/*",
];

/// Swift's own folder comes first: Debian keeps its clang out of the path.
const PATH: &str = "/usr/libexec/swift/bin:/usr/bin";

/// An unpacked Swift.
#[derive(Debug)]
pub(crate) struct Swift(Root);

impl Swift {
    pub(crate) fn ensure(workspace: &Workspace) -> Result<Self> {
        let root = Root::ensure(workspace, "swift", PACKAGES, LEFT_OUT);
        root.map(Self).context(
            "instead, `swift test` in bindings/swift runs the tests with a Swift 6 of your own",
        )
    }

    /// As [`Root::command`].
    pub(crate) fn command<A: AsRef<OsStr>>(
        &self,
        workspace: &Workspace,
        folder: &Path,
        visible: &[&Path],
        program: &[A],
    ) -> Command {
        let mut command = self.0.command(workspace, folder, visible, program);
        command.env("PATH", PATH);
        command
    }
}

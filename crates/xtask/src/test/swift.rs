//! Suite `swift`: the Swift package, in Swift 6 on Linux.

use anyhow::Result;

use super::Tally;
use super::bench::Bench;
use super::output::SwiftOutput;
use crate::toolchains::swift::Swift;
use crate::workspace::Workspace;

const PACKAGE: &str = "bindings/swift";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let swift = Swift::ensure(workspace)?;
    let bench = Bench::set_up(workspace)?;
    let library = bench.library();
    let mut tests = swift.command(
        workspace,
        &workspace.root().join(PACKAGE),
        &[library],
        &["swift", "test", "--scratch-path", "../../target/swift"],
    );
    // The shared library: SwiftPM does not notice that an archive has changed.
    tests.arg("-Xlinker").arg("-L").arg("-Xlinker").arg(library);
    tests.env("LD_LIBRARY_PATH", library);
    bench.count::<SwiftOutput>(&mut tests)
}

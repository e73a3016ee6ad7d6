//! Suite `swift`: the Swift package in Swift 6 on Linux, the example as its user runs it, and the
//! scenarios with the agent in Swift, over the HTTP client in the library and over `URLSession`.

use std::process::Command;

use anyhow::Result;

use super::Tally;
use super::output::Harness;
use super::workbench::Workbench;
use crate::command;
use crate::toolchains::swift::Swift;
use crate::workspace::Workspace;

const PACKAGE: &str = "bindings/swift";
const EXAMPLE: &str = "examples/swift/link";
/// Where their products go: not into the source tree, as SwiftPM would have it.
const BUILT_PACKAGE: &str = "target/swift";
const BUILT_EXAMPLE: &str = "target/swift-example";
/// In bytes. On Linux, `CFURLSessionCurlHostIsEqual` of Foundation 6.0.3 parses the address of each
/// request and does not free its parts: 4 blocks, which take up about 240 bytes.
const LOST_BY_URLSESSION: &str = "256";

pub(super) fn run(workspace: &Workspace) -> Result<Tally> {
    let room = Room {
        workspace,
        swift: Swift::ensure(workspace)?,
        workbench: Workbench::set_up(workspace)?,
    };
    command::run(&mut room.swift_pm("build", EXAMPLE, BUILT_EXAMPLE))?;
    // Builds the agent too, which `swift test` has no need of.
    command::run(
        room.swift_pm("build", PACKAGE, BUILT_PACKAGE)
            .arg("--build-tests"),
    )?;
    let mut tests = room.swift_pm("test", PACKAGE, BUILT_PACKAGE);
    let example = workspace.root().join(BUILT_EXAMPLE).join("debug/Link");
    tests.arg("--skip-build").env("PAIRING_EXAMPLE", example);
    let mut tally = room.workbench.count(Harness::Swift, &mut tests)?;
    for (transport, lost_per_request) in [("bundled", "0"), ("urlsession", LOST_BY_URLSESSION)] {
        let mut agent = room.command(&[room.agent()]);
        agent.env("PAIRING_AGENT_TRANSPORT", transport);
        let options = ["--lost-per-request", lost_per_request];
        tally += room.workbench.play(workspace, &agent, &options)?;
    }
    Ok(tally)
}

/// What every program of this suite is started with.
struct Room<'a> {
    workspace: &'a Workspace,
    swift: Swift,
    workbench: Workbench,
}

impl Room<'_> {
    fn command(&self, program: &[String]) -> Command {
        let library = self.workbench.library();
        let root = self.workspace.root();
        let mut command = self
            .swift
            .command(self.workspace, root, &[library], program);
        command.env("LD_LIBRARY_PATH", library);
        command
    }

    /// SwiftPM on one of our packages. All its calls for one package agree in their flags: it
    /// builds again when they differ.
    fn swift_pm(&self, verb: &str, package: &str, built: &str) -> Command {
        let words = [
            "swift",
            verb,
            "--package-path",
            package,
            "--scratch-path",
            built,
        ];
        let mut command = self.command(&words.map(str::to_owned));
        // The shared library: SwiftPM does not notice that an archive has changed.
        command
            .args(["-Xlinker", "-L", "-Xlinker"])
            .arg(self.workbench.library());
        // Warnings of what is written by hand are errors.
        command.env("PAIRING_STRICT", "1");
        command
    }

    fn agent(&self) -> String {
        let program = self
            .workspace
            .root()
            .join(BUILT_PACKAGE)
            .join("debug/ScenarioAgent");
        program.display().to_string()
    }
}

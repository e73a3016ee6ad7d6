//! What the tests of every binding need: the library, and gateways to talk to.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Tally;
use super::output::{self, Harness};
use super::simulator::Simulator;
use crate::artifacts;
use crate::command;
use crate::workspace::Workspace;

/// The simulator's base URL, with its control surface below `/_sim/`.
const SIMULATOR_VARIABLE: &str = "PAIRING_SIM";
/// The folder with `libpairing_ffi.so` and `libpairing_ffi.a`.
const LIBRARY_VARIABLE: &str = "PAIRING_LIBRARY_DIR";

/// Lasts as long as one suite.
#[derive(Debug)]
pub(super) struct Workbench {
    library: &'static Path,
    simulator: Simulator,
}

impl Workbench {
    pub(super) fn set_up(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            library: artifacts::ffi_library(workspace)?,
            simulator: Simulator::start(workspace)?,
        })
    }

    /// The folder with the library, shared and static.
    pub(super) fn library(&self) -> &Path {
        self.library
    }

    /// Tells a program where the library and the simulator are.
    pub(super) fn equip<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        program
            .env(SIMULATOR_VARIABLE, self.simulator.base_url())
            .env(LIBRARY_VARIABLE, self.library)
    }

    /// Equips the program, runs it to the end, shows what it prints and counts it.
    pub(super) fn count(&self, harness: Harness, tests: &mut Command) -> Result<Tally> {
        output::count(harness, self.equip(tests))
    }

    /// Plays the list of scenarios with an agent, a program that speaks the protocol of
    /// `tests/scenarios/PROTOCOL.md`: with one gateway what the suite `rust` plays with each.
    /// `options` are further ones of `pairing-scenarios run`.
    pub(super) fn play(
        &self,
        workspace: &Workspace,
        agent: &Command,
        options: &[&str],
    ) -> Result<Tally> {
        let mut run = command::program(
            workspace,
            artifacts::scenarios(workspace)?,
            &["run", "--one-gateway"],
        );
        run.args(options)
            .arg("--")
            .arg(agent.get_program())
            .args(agent.get_args());
        for (name, value) in agent.get_envs() {
            match value {
                Some(value) => run.env(name, value),
                None => run.env_remove(name),
            };
        }
        if let Some(folder) = agent.get_current_dir() {
            run.current_dir(folder);
        }
        self.count(Harness::Tap, &mut run)
    }
}

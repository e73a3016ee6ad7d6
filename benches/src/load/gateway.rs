//! The simulator in its own process, so that it costs the measured one nothing.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::program::Program;
use super::tools;

/// The token of every instance: as long as one of Z-API's.
pub const TOKEN: &str = "F0E1D2C3B4A5968778695A4B";

/// The id of an instance: as long as one of Z-API's. The peers know both.
#[must_use]
pub fn instance_id(number: usize) -> String {
    format!("bench-{number:026}")
}

/// A running simulator with instances of Z-API.
#[derive(Debug)]
pub struct Gateway {
    program: Program,
    base_url: String,
}

/// What the simulator has counted since the last [`mark`](Gateway::mark).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// Requests for a code.
    pub codes: u64,
    /// Requests for the status.
    pub statuses: u64,
    /// Requests of any kind.
    pub calls: u64,
    /// Connections opened.
    pub sockets: u64,
    /// The most connections that were open at one time since the simulator started.
    pub most_open: u64,
    /// Requests in each tenth of a second.
    pub per_tenth: Vec<u64>,
}

/// The simulator makes a hundred thousand instances in seconds.
const PATIENCE: Duration = Duration::from_secs(120);

impl Gateway {
    /// With so many instances, on a clock that runs so many times faster. Each instance's codes
    /// rotate with their own phase.
    ///
    /// # Errors
    ///
    /// When the program `gateway` has not been built or does not start.
    pub fn start(instances: usize, speed: u32) -> Result<Self> {
        let mut command = Command::new(tools::beside("gateway")?);
        command.args([instances.to_string(), speed.to_string()]);
        let program = Program::start(command)?;
        let (_, base_url) = program.line(PATIENCE)?;
        Ok(Self { program, base_url })
    }

    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Counts from here on.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn mark(&mut self) -> Result<()> {
        self.ask("mark").map(drop)
    }

    /// Links a phone to one instance after the other, spread evenly over this time, and returns
    /// when it has begun.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn link_all(&mut self, over: Duration) -> Result<()> {
        self.ask(&format!("link {}", over.as_millis())).map(drop)
    }

    /// Sends the webhooks of instance `n` to `{url}/{n}`.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn send_webhooks_to(&mut self, url: &str) -> Result<()> {
        self.ask(&format!("webhooks {url}")).map(drop)
    }

    /// What it has counted since the last mark.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn report(&mut self) -> Result<Report> {
        let line = self.ask("report")?;
        serde_json::from_str(&line).context("the simulator reports in JSON")
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        self.program.say(command)?;
        Ok(self.program.line(PATIENCE)?.1)
    }
}

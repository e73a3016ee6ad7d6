//! Who is measured, how it is started, and what it says.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::program::Program;
use super::{Cost, Gateway, tools};

/// Ours in its forms, and what a user would write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// This library, asking for the text of the code, as it does by default.
    Pairing,
    /// This library, asking for the picture, as the peers do.
    PairingPicture,
    /// This library, not asking for the number that was linked, which the peers never learn.
    PairingUnnamed,
    /// This library in a program that passes webhooks on.
    PairingWebhooks,
    /// A plain loop on tokio and reqwest.
    Rust,
    /// A plain loop on goroutines and net/http.
    Go,
    /// A plain loop on timers and fetch.
    Node,
    /// A plain loop on asyncio and httpx.
    Python,
}

/// How many sessions, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// How many.
    pub sessions: usize,
    /// How long a second of the loop lasts: every interval is a multiple of it.
    pub second: Duration,
    /// The time over which the sessions start.
    pub spread: Duration,
}

/// A subject's process.
#[derive(Debug)]
pub struct Running {
    program: Program,
    started: Instant,
}

/// How its sessions ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Noticed that a phone was linked.
    pub linked: usize,
    /// Ended without.
    pub abandoned: usize,
    /// Requests that failed.
    pub errors: usize,
}

impl Subject {
    /// The peers, the cheapest first.
    pub const PEERS: [Self; 4] = [Self::Rust, Self::Go, Self::Node, Self::Python];

    /// Its name in the tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pairing => "pairing",
            Self::PairingPicture => "pairing, pictures",
            Self::PairingUnnamed => "pairing, unnamed",
            Self::PairingWebhooks => "pairing, webhooks",
            Self::Rust => "plain rust",
            Self::Go => "go",
            Self::Node => "node",
            Self::Python => "python",
        }
    }

    fn command(self) -> Result<Command> {
        match self {
            Self::Pairing | Self::PairingPicture | Self::PairingUnnamed | Self::PairingWebhooks => {
                Ok(Command::new(tools::beside("sessions")?))
            }
            Self::Rust => Ok(Command::new(tools::plain_rust()?)),
            Self::Go => Ok(Command::new(tools::go()?)),
            Self::Node => {
                let mut command = Command::new("node");
                command.arg(tools::peers().join("node/loop.js"));
                Ok(command)
            }
            Self::Python => {
                let mut command = Command::new(tools::python()?);
                command.arg(tools::peers().join("python/loop.py"));
                Ok(command)
            }
        }
    }

    /// Starts it against this gateway.
    ///
    /// # Errors
    ///
    /// When its tools are missing or it does not start.
    pub fn start(self, gateway: &mut Gateway, load: Load) -> Result<Running> {
        let mut command = self.command()?;
        command.arg(gateway.base_url());
        command.args([
            load.sessions.to_string(),
            load.second.as_millis().to_string(),
            load.spread.as_millis().to_string(),
        ]);
        match self {
            Self::PairingPicture => drop(command.arg("picture")),
            Self::PairingUnnamed => drop(command.arg("unnamed")),
            Self::PairingWebhooks => drop(command.arg("webhooks")),
            _ => {}
        }
        let started = Instant::now();
        let program = Program::start(command)?;
        if self == Self::PairingWebhooks {
            let (_, url) = program.line(PATIENCE)?;
            gateway.send_webhooks_to(&url)?;
        }
        Ok(Running { program, started })
    }
}

/// The slowest peer needs minutes for its first hundred thousand codes.
const PATIENCE: Duration = Duration::from_secs(600);

impl Running {
    /// Waits until every session has its first code, and says how long that took.
    ///
    /// # Errors
    ///
    /// When it ends before.
    pub fn wait_until_waiting(&self) -> Result<Duration> {
        let (at, line) = self.program.line(PATIENCE)?;
        if line != "waiting" {
            bail!("expected all to wait, but it said: {line}");
        }
        Ok(at - self.started)
    }

    /// Waits until every session is over, and says when that was.
    ///
    /// # Errors
    ///
    /// When it ends before.
    pub fn wait_until_ended(&self) -> Result<(Instant, Told)> {
        let (at, line) = self.program.line(PATIENCE)?;
        let numbers: Option<Vec<usize>> = line
            .strip_prefix("ended ")
            .map(|rest| rest.split(' ').filter_map(|n| n.parse().ok()).collect());
        let Some([linked, abandoned, errors]) = numbers.as_deref() else {
            bail!("expected all to end, but it said: {line}");
        };
        let told = Told {
            linked: *linked,
            abandoned: *abandoned,
            errors: *errors,
        };
        Ok((at, told))
    }

    /// What it has cost so far.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn cost(&self) -> Result<Cost> {
        Cost::of(self.program.id()).context("the subject has ended")
    }
}

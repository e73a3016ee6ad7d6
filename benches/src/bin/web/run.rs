//! One run of one server under one load.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::process::Process;
use crate::{Reading, Target, hub};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Hub,
    /// Makes the same events, so it draws codes as the hub does.
    Express,
    /// Makes events of the same size from nothing.
    ExpressPassingOn,
}

impl Subject {
    pub(crate) const ALL: [Self; 3] = [Self::Hub, Self::Express, Self::ExpressPassingOn];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hub => "pairing",
            Self::Express => "express",
            Self::ExpressPassingOn => "express, codes not drawn",
        }
    }
}

pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) sessions: usize,
    pub(crate) viewers_per_session: usize,
    pub(crate) interval: Duration,
}

/// What a run tells.
#[derive(Debug)]
pub(crate) struct Run {
    viewers: usize,
    events: usize,
    cpu: Duration,
    /// In KiB: with all sessions running, without any viewer and with all of them.
    memory: (u64, u64),
}

impl Run {
    /// In seconds.
    pub(crate) fn cpu_per_event(&self) -> f64 {
        self.cpu.as_secs_f64() / self.events as f64
    }

    /// In KiB.
    pub(crate) fn memory_per_viewer(&self) -> f64 {
        let (without, with) = self.memory;
        with.saturating_sub(without) as f64 / self.viewers as f64
    }

    /// In MiB.
    pub(crate) fn memory_in_all(&self) -> f64 {
        self.memory.1 as f64 / 1024.0
    }
}

fn express() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("peers/express")
}

/// Installs what the peer needs, unless it is there.
pub(crate) fn prepare() -> anyhow::Result<()> {
    if express().join("node_modules/qrcode").exists() {
        return Ok(());
    }
    let npm = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(express())
        .stdout(std::io::stderr())
        .status()
        .context("npm did not start")?;
    ensure!(npm.success(), "npm ci failed");
    Ok(())
}

/// The server on the first core.
fn serve(subject: Subject, load: &Load) -> anyhow::Result<Process> {
    let interval = load.interval.as_millis().to_string();
    let sessions = load.sessions.to_string();
    match subject {
        Subject::Hub => {
            let viewers = load.viewers_per_session.to_string();
            Process::start(0, &own_program()?, &["hub", &sessions, &viewers, &interval])
        }
        Subject::Express | Subject::ExpressPassingOn => {
            let server = express().join("server.js");
            let server = server.to_str().context("the path is not UTF-8")?;
            let text = hub::TEXT_BYTES.to_string();
            let codes = if subject == Subject::Express {
                "draw"
            } else {
                "pass-on"
            };
            let arguments = [server, &sessions, &interval, &text, codes];
            Process::start(0, OsStr::new("node"), &arguments)
        }
    }
}

fn own_program() -> anyhow::Result<OsString> {
    Ok(std::env::current_exe()?.into_os_string())
}

pub(crate) fn run(subject: Subject, load: &Load) -> anyhow::Result<Run> {
    let mut server = serve(subject, load)?;
    let target: Target = serde_json::from_str(&server.hear()?)?;
    let mut reader = Process::start(1, &own_program()?, &["reader"])?;
    let reading = Reading {
        target,
        viewers_per_session: load.viewers_per_session,
        interval: load.interval,
    };
    reader.ask(&serde_json::to_string(&reading)?)?;
    let without = server.memory()?;
    reader.ask("watch")?;
    sleep(load.interval / 2);

    let before = (seen(&mut reader)?, server.cpu()?);
    sleep(load.interval * 2);
    let after = (seen(&mut reader)?, server.cpu()?);
    let events = after.0 - before.0;
    let viewers = load.sessions * load.viewers_per_session;
    ensure!(
        events > viewers,
        "the events of a whole interval are missing"
    );
    Ok(Run {
        viewers,
        events,
        cpu: after.1 - before.1,
        memory: (without, server.memory()?),
    })
}

fn seen(reader: &mut Process) -> anyhow::Result<usize> {
    Ok(reader.ask("count")?.parse()?)
}

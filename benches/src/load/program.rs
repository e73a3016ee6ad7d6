//! A program that runs beside this one and speaks in lines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// Ends the program when dropped.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    lines: Receiver<(Instant, String)>,
}

impl Program {
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {:?}", command.get_program()))?;
        let output = child.stdout.take().context("its output is piped")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send((Instant::now(), line)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, lines })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line it says, and when it did.
    pub(super) fn line(&self, patience: Duration) -> Result<(Instant, String)> {
        let line = self.lines.recv_timeout(patience);
        line.context("the program said nothing more in time")
    }

    pub(super) fn say(&mut self, line: &str) -> Result<()> {
        let input = self.child.stdin.as_mut().context("its input is piped")?;
        writeln!(input, "{line}")?;
        Ok(input.flush()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

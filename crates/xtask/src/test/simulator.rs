//! The real `pairing sim` on a free port, for as long as a suite needs gateways to talk to.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::artifacts;
use crate::workspace::Workspace;

/// Ends when it is dropped. Should this program be killed instead, it ends by itself: it watches
/// whoever reads its output.
#[derive(Debug)]
pub(super) struct Simulator {
    child: Child,
    base_url: String,
    _reader: BufReader<ChildStdout>,
}

impl Simulator {
    pub(super) fn start(workspace: &Workspace) -> Result<Self> {
        let program = artifacts::pairing(workspace)?;
        let mut child = Command::new(program)
            .args(["sim", "--port", "0", "--output", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `pairing sim`")?;
        let ready = child
            .stdout
            .take()
            .context("its output is a pipe")
            .map(BufReader::new)
            .and_then(|mut reader| Ok((read_base_url(&mut reader)?, reader)));
        match ready {
            Ok((base_url, reader)) => Ok(Self {
                child,
                base_url,
                _reader: reader,
            }),
            Err(error) => {
                end(&mut child);
                Err(error.context("`pairing sim` did not say where it listens"))
            }
        }
    }

    /// `http://127.0.0.1:…`, the base URL of every simulated gateway and of the control surface.
    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself; there is nothing to do about any other failure.
    let _ = child.kill();
    let _ = child.wait();
}

fn read_base_url(reader: &mut BufReader<ChildStdout>) -> Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    parse_base_url(&line)
}

fn parse_base_url(line: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Ready {
        base_url: String,
    }
    let ready: Ready = serde_json::from_str(line)?;
    Ok(ready.base_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_where_it_listens() {
        let line = r#"{"base_url":"http://127.0.0.1:7","control_url":"x","instances":[]}"#;
        assert_eq!(parse_base_url(line).unwrap(), "http://127.0.0.1:7");
        assert!(parse_base_url("").is_err());
    }
}

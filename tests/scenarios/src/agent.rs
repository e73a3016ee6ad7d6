//! The agent's process: a line in, a line out.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::secrets::Secrets;

/// The longest answer.
const MAX_ANSWER: u64 = 1024 * 1024;
/// As much of its diagnostics is kept.
const MAX_DIAGNOSTICS: usize = 256 * 1024;

pub(crate) struct Agent {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    diagnostics: Arc<Mutex<String>>,
    reading: JoinHandle<()>,
    patience: Duration,
    secrets: Secrets,
}

impl Agent {
    /// Starts a program with arguments. How long to wait for any answer is `patience`.
    pub(crate) fn start(command: &[String], patience: Duration) -> Result<Self> {
        let (program, arguments) = command.split_first().context("--agent is empty")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start the agent `{program}`"))?;
        let commands = child.stdin.take().context("the agent has no input")?;
        let answers = child.stdout.take().context("the agent has no output")?;
        let errors = child.stderr.take().context("the agent has no errors")?;
        let diagnostics = Arc::new(Mutex::new(String::new()));
        let reading = tokio::spawn(keep(errors, diagnostics.clone()));
        Ok(Self {
            child,
            commands,
            answers: BufReader::new(answers),
            diagnostics,
            reading,
            patience,
            secrets: Secrets::default(),
        })
    }

    /// From now on no answer may hold one of these.
    pub(crate) fn guard(&mut self, secrets: &Secrets) {
        self.secrets.add(secrets);
    }

    pub(crate) fn guard_code(&mut self, code: &str) {
        self.secrets.add_code(code);
    }

    /// Sends a command and gives the answer, in which no secret was found.
    pub(crate) async fn ask(&mut self, command: &str) -> Result<String, Failure> {
        let word = command.split(' ').next().unwrap_or_default();
        let gone = |_| Failure::wrong(format!("the agent ended instead of answering `{word}`"));
        let talk = async {
            let line = format!("{command}\n");
            self.commands.write_all(line.as_bytes()).await?;
            let mut answer = String::new();
            let mut limited = (&mut self.answers).take(MAX_ANSWER);
            limited.read_line(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        let answer = timeout(self.patience, talk)
            .await
            .map_err(|_| Failure::wrong(format!("no answer to `{word}`")))?
            .map_err(gone)?;
        let Some(answer) = answer.strip_suffix('\n') else {
            return Err(gone(std::io::ErrorKind::UnexpectedEof.into()));
        };
        let answer = answer.strip_suffix('\r').unwrap_or(answer);
        self.secrets.search_answer(answer)?;
        Ok(answer.to_owned())
    }

    pub(crate) fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends its input and waits for it; it must exit with 0 and must not have given away a
    /// secret. Returns its diagnostics.
    pub(crate) async fn finish(mut self) -> Result<String> {
        drop(self.commands);
        let Ok(status) = timeout(self.patience, self.child.wait()).await else {
            bail!("the agent does not end with its input");
        };
        let status = status?;
        // The pipe may have been inherited by somebody who lives on.
        let _ = timeout(self.patience, self.reading).await;
        let diagnostics = self.diagnostics.lock();
        let diagnostics = diagnostics.unwrap_or_else(PoisonError::into_inner).clone();
        if self.secrets.are_in(&diagnostics) {
            bail!("the agent's standard error gives away a secret");
        }
        if !status.success() {
            bail!("the agent ended with {status}\n{diagnostics}");
        }
        Ok(diagnostics)
    }

    /// Ends it after a failure, and gives what it said on standard error, for a person.
    pub(crate) async fn kill(mut self) -> String {
        // It may have ended already.
        let _ = self.child.kill().await;
        let _ = timeout(self.patience, self.reading).await;
        let diagnostics = self.diagnostics.lock();
        let diagnostics = diagnostics.unwrap_or_else(PoisonError::into_inner).clone();
        if self.secrets.are_in(&diagnostics) {
            return "its standard error gives away a secret and is not shown".to_owned();
        }
        diagnostics
    }
}

async fn keep(mut errors: impl AsyncRead + Unpin, diagnostics: Arc<Mutex<String>>) {
    let mut chunk = vec![0; 4096];
    while let Ok(read @ 1..) = errors.read(&mut chunk).await {
        let mut kept = diagnostics.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_DIAGNOSTICS {
            kept.push_str(&String::from_utf8_lossy(&chunk[..read]));
        }
    }
}

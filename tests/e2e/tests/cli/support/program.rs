//! Runs the binary as a child process that sees nothing but what a test gives it.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A program that has not ended by then hangs. Far beyond what any test needs, so that a busy
/// machine fails none.
pub(crate) const HANG: Duration = Duration::from_secs(120);

/// The binary under test.
pub(crate) fn binary() -> PathBuf {
    let path = std::env::var_os("PAIRING_BIN").map_or_else(beside_this_test, PathBuf::from);
    assert!(
        path.is_file(),
        "there is no {}: run `cargo build -p pairing-cli` first, or `cargo xtask test`",
        path.display()
    );
    path
}

/// Tests are built into `target/<profile>/deps`, programs one level above.
fn beside_this_test() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("pairing")
}

/// A command line of `pairing` and all of its environment.
pub(crate) struct Pairing {
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(String, String)>,
    ignored: Option<&'static str>,
    /// Holds the configuration file, and is the working directory.
    pub(super) folder: TempDir,
}

impl Pairing {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self {
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: Vec::new(),
            ignored: None,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn arg_all(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(OsString::from));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    /// Runs with a configuration file of this content, for its owner alone.
    pub(crate) fn config(self, content: &str) -> Self {
        let path = self.folder.path().join("pairing.toml");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        self.arg("--config").arg(path)
    }

    /// Runs as `nohup` and a shell's `&` start a program: with these signals, such as `HUP,INT`,
    /// ignored.
    #[cfg(target_os = "linux")]
    pub(crate) fn ignoring(mut self, signals: &'static str) -> Self {
        self.ignored = Some(signals);
        self
    }

    /// The program and its arguments. What the tests themselves were started to ignore, because
    /// they run in the background, it does not.
    pub(super) fn command_line(&self) -> (PathBuf, Vec<OsString>) {
        if cfg!(not(target_os = "linux")) {
            return (binary(), self.arguments.clone());
        }
        let mut arguments = vec![OsString::from("--default-signal=HUP,INT,TERM,TSTP")];
        if let Some(signals) = self.ignored {
            arguments.push(format!("--ignore-signal={signals}").into());
        }
        arguments.push(binary().into());
        arguments.extend_from_slice(&self.arguments);
        ("/usr/bin/env".into(), arguments)
    }

    /// Runs with these lines under `[policy]`.
    pub(crate) fn policy(self, lines: &[&str]) -> Self {
        self.config(&format!("[policy]\n{}\n", lines.join("\n")))
    }

    /// The working directory, where relative file names lead.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs to the end, with nobody typing anything.
    pub(crate) async fn run(self) -> Finished {
        self.start().finish().await
    }

    /// Starts with the output in a pipe and nobody typing anything.
    pub(crate) fn start(self) -> Running {
        self.start_with(Stdio::piped())
    }

    /// The same with a standard error that nobody here reads.
    pub(crate) fn start_with(self, errors: Stdio) -> Running {
        let (program, arguments) = self.command_line();
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(self.environment)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let stderr = child.stderr.take();
        let (told, error_lines) = mpsc::unbounded_channel();
        let errors = tokio::spawn(async move {
            let mut all = String::new();
            let Some(stderr) = stderr else { return all };
            let mut stderr = BufReader::new(stderr);
            let mut line = String::new();
            while stderr.read_line(&mut line).await.unwrap() > 0 {
                all.push_str(&line);
                // Most tests look at all of it, at the end.
                let _ = told.send(std::mem::take(&mut line));
            }
            all
        });
        Running {
            shown: format!("pairing {:?}", self.arguments),
            child,
            lines: Some(BufReader::new(stdout).lines()),
            read: String::new(),
            errors,
            error_lines,
            folder: self.folder,
        }
    }
}

/// A child process whose lines are read as they come. Dropping it kills it.
pub(crate) struct Running {
    shown: String,
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
    read: String,
    errors: JoinHandle<String>,
    error_lines: mpsc::UnboundedReceiver<String>,
    folder: TempDir,
}

impl Running {
    /// The next line of standard output; `None` at its end.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let lines = self.lines.as_mut()?;
        let line = timeout(HANG, lines.next_line())
            .await
            .unwrap_or_else(|_| panic!("{} says nothing more after:\n{}", self.shown, self.read))
            .unwrap()?;
        self.read.push_str(&line);
        self.read.push('\n');
        Some(line)
    }

    /// The first line from here on that contains this.
    pub(crate) async fn line_with(&mut self, part: &str) -> String {
        while let Some(line) = self.line().await {
            if line.contains(part) {
                return line;
            }
        }
        panic!("{} never says {part:?}, but:\n{}", self.shown, self.read)
    }

    /// The first line of standard error from here on that contains this.
    pub(crate) async fn error_with(&mut self, part: &str) -> String {
        loop {
            let line = timeout(HANG, self.error_lines.recv()).await;
            match line.unwrap_or_else(|_| panic!("{} never warns of {part:?}", self.shown)) {
                Some(line) if line.contains(part) => return line,
                Some(_) => {}
                None => panic!("{} ends without a warning of {part:?}", self.shown),
            }
        }
    }

    /// The next event of this name.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        let line = self.line_with(&format!("\"event\":\"{name}\"")).await;
        serde_json::from_str(&line).unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("the child still runs")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Closes the reading end of its output, as `head` does.
    pub(crate) fn stop_reading(&mut self) {
        self.lines = None;
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Reads everything and waits for the end.
    pub(crate) async fn finish(mut self) -> Finished {
        while self.line().await.is_some() {}
        let status = timeout(HANG, self.child.wait())
            .await
            .unwrap_or_else(|_| panic!("{} does not end after:\n{}", self.shown, self.read))
            .unwrap();
        let finished = Finished {
            shown: self.shown,
            code: status.code(),
            stdout: self.read,
            stderr: timeout(HANG, self.errors).await.unwrap().unwrap(),
            folder: self.folder,
        };
        assert!(!finished.stderr.contains("panicked at"), "{finished}");
        finished
    }
}

/// What a child process left behind.
pub(crate) struct Finished {
    shown: String,
    /// `None` if a signal killed it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    folder: TempDir,
}

impl Finished {
    /// The working directory.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self}");
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            shown,
            code,
            stdout,
            stderr,
            ..
        } = self;
        write!(
            f,
            "{shown}\nexit {code:?}\n[stdout]\n{stdout}\n[stderr]\n{stderr}"
        )
    }
}

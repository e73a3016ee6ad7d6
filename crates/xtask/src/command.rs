//! Starts other programs: each one announced, without stdin, its failure an error that names it.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// The cargo that runs us, in the workspace's root.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    program(workspace, cargo, arguments)
}

/// Any program, in the workspace's root.
pub(crate) fn program(
    workspace: &Workspace,
    name: impl Into<OsString>,
    arguments: &[&str],
) -> Command {
    let mut command = Command::new(name.into());
    command.args(arguments).current_dir(workspace.root());
    command
}

/// Runs to the end with its output on ours; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    expect_success(command, status)
}

/// Runs to the end and returns its stdout; stderr is shown as it comes.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    expect_success(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is not UTF-8", shown(command)))
}

/// Runs to the end and hands over each line of stdout as it comes; stderr is shown.
///
/// The exit status is the caller's to judge.
pub(crate) fn stream(command: &mut Command, on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    announce(command);
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    if let Some(stdout) = child.stdout.take() {
        each_line(command, stdout, on_line)?;
    }
    wait(command, child)
}

/// As [`stream`], with the lines of stderr in between, in the order in which they were written.
pub(crate) fn stream_all(command: &mut Command, on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    announce(command);
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    let child = spawn(command.stdout(writer.try_clone()?).stderr(writer))?;
    // Our own ends of the pipe, or reading would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    each_line(command, reader, on_line)?;
    wait(command, child)
}

fn spawn(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))
}

fn each_line(command: &Command, output: impl Read, mut on_line: impl FnMut(&str)) -> Result<()> {
    // Not `lines()`: one stray byte in a test's output must not end the run.
    for line in BufReader::new(output).split(b'\n') {
        let line = line.with_context(|| format!("cannot read from `{}`", shown(command)))?;
        on_line(String::from_utf8_lossy(&line).trim_end_matches('\r'));
    }
    Ok(())
}

fn wait(command: &Command, mut child: Child) -> Result<ExitStatus> {
    child
        .wait()
        .with_context(|| format!("cannot wait for `{}`", shown(command)))
}

/// What this thread starts from here on runs in the time that the rest leaves over.
pub(crate) fn stand_back(workspace: &Workspace) {
    // `<process>/task/<thread>`; elsewhere than on Linux nothing stands back.
    let Ok(thread) = std::fs::read_link("/proc/thread-self") else {
        return;
    };
    let thread = thread.file_name().unwrap_or_default();
    let mut renice = program(workspace, "renice", &["--priority", "10", "--pid"]);
    answers(renice.arg(thread));
}

/// Whether the program can be started and is content with these arguments. Silent.
pub(crate) fn answers(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it, without the path of the program.
pub(crate) fn shown(command: &Command) -> String {
    let name = std::path::Path::new(command.get_program());
    let name = name.file_name().unwrap_or(name.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn announce(command: &Command) {
    eprintln!("$ {}", shown(command));
}

fn expect_success(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

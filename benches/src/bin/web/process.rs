//! One process of this measurement, on its own core: its input and output, and the processor time
//! and memory it used.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;

pub(crate) struct Process {
    child: Child,
    told: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// `taskset` becomes the program it starts, so the child's id is the program's.
    pub(crate) fn start<A: AsRef<OsStr>>(
        core: usize,
        program: &OsStr,
        arguments: &[A],
    ) -> anyhow::Result<Self> {
        let mut child = Command::new("taskset")
            .args(["--cpu-list", &core.to_string()])
            .arg(program)
            .args(arguments)
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("taskset (of util-linux) did not start")?;
        let told = child.stdin.take().context("no standard input")?;
        let says = child.stdout.take().context("no standard output")?;
        Ok(Self {
            child,
            told,
            says: BufReader::new(says).lines(),
        })
    }

    pub(crate) fn hear(&mut self) -> anyhow::Result<String> {
        Ok(self.says.next().context("the process has ended")??)
    }

    pub(crate) fn ask(&mut self, line: &str) -> anyhow::Result<String> {
        writeln!(self.told, "{line}")?;
        self.hear()
    }

    /// Resident memory in KiB.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        Ok(resident.trim_end_matches("kB").trim().parse()?)
    }

    /// Processor time of all threads, in user and kernel mode.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let mut nanos = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let times = fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = times.split_whitespace().next().context("no schedstat")?;
            nanos += on_cpu.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

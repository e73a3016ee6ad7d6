//! What the figures were measured on.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// One sentence about the machine and the compiler; nothing that names it.
pub(super) fn describe(workspace: &Workspace) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let compiler = command::output(&mut command::program(workspace, "rustc", &["--version"]))?;
    let kernel = command::output(Command::new("uname").args(["-s", "-r", "-m"]))?;
    let processor = fs::read_to_string("/proc/cpuinfo").ok();
    let processor = processor.as_deref().and_then(processor_of);
    let memory = fs::read_to_string("/proc/meminfo").ok();
    let memory = memory.as_deref().and_then(gigabytes_of);
    Ok(format!(
        "{cores} cores of {}, {} of memory, {}, {}.",
        processor.unwrap_or("an unnamed processor"),
        memory.map_or_else(
            || "an unknown amount".to_owned(),
            |size| format!("{size:.0} GB")
        ),
        kernel.trim(),
        compiler.trim(),
    ))
}

fn processor_of(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn gigabytes_of(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_and_memory_are_found() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\nflags\t: x\n";
        assert_eq!(processor_of(cpuinfo), Some("Some CPU @ 2.0GHz"));
        assert_eq!(gigabytes_of("MemTotal:    15625000 kB\n"), Some(16.0));
    }
}

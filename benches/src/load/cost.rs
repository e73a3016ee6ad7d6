//! What a process has cost so far, as Linux counts it.

use std::fs;

use anyhow::{Context as _, Result};

/// Memory, processor time and wake-ups of a process.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Resident memory now.
    pub resident_bytes: f64,
    /// The most there ever was of it.
    pub peak_bytes: f64,
    /// Processor time of all threads, in user code and in the kernel.
    pub cpu_seconds: f64,
    /// How often a thread went to sleep of its own will, and so was woken: voluntary context
    /// switches of the threads that live.
    pub wake_ups: f64,
}

/// `USER_HZ`, which has been 100 on every Linux for decades, whatever the kernel ticks at.
const TICKS_PER_SECOND: f64 = 100.0;

impl Cost {
    /// Of the process with this id.
    ///
    /// # Errors
    ///
    /// When it has ended, or this is not Linux.
    pub fn of(process: u32) -> Result<Self> {
        let status = read(&format!("/proc/{process}/status"))?;
        let stat = read(&format!("/proc/{process}/stat"))?;
        // The name in parentheses may hold anything; after it come numbers.
        let (_, numbers) = stat.rsplit_once(')').context("stat has a name")?;
        let ticks: f64 = numbers
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|number| number.parse::<f64>().ok())
            .sum();
        let mut wake_ups = 0.0;
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            // A thread may have ended meanwhile.
            if let Ok(status) = fs::read_to_string(thread?.path().join("status")) {
                wake_ups += field(&status, "voluntary_ctxt_switches")?;
            }
        }
        Ok(Self {
            resident_bytes: field(&status, "VmRSS")? * 1024.0,
            peak_bytes: field(&status, "VmHWM")? * 1024.0,
            cpu_seconds: ticks / TICKS_PER_SECOND,
            wake_ups,
        })
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

fn field(status: &str, name: &str) -> Result<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next());
    let number = number.with_context(|| format!("no {name} in the status"))?;
    Ok(number.parse()?)
}

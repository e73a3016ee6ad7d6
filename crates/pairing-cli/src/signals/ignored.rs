//! The signals that the program was started to ignore, as `nohup` and a shell's `&` do.

/// Signals by their numbers: bit 0 is signal 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ignored(u64);

impl Ignored {
    /// What the process ignores now. Only Linux tells without `unsafe`; elsewhere, or without
    /// `/proc`, nothing counts as ignored.
    pub(super) fn of_process() -> Self {
        let status = match cfg!(any(target_os = "linux", target_os = "android")) {
            true => std::fs::read_to_string("/proc/self/status").unwrap_or_default(),
            false => String::new(),
        };
        Self::read(&status)
    }

    fn read(status: &str) -> Self {
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        Self(mask.unwrap_or(0))
    }

    pub(super) fn has(self, signal: i32) -> bool {
        let bit = u32::try_from(signal - 1).ok();
        bit.and_then(|bit| self.0.checked_shr(bit))
            .is_some_and(|rest| rest & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_mask_is_read() {
        let status = "Name:\tpairing\nSigBlk:\t00000000000000ff\nSigIgn:\t0000000000001003\n";
        let ignored = Ignored::read(status);
        let signals: Vec<_> = (-1..80).filter(|signal| ignored.has(*signal)).collect();
        assert_eq!(signals, [1, 2, 13]);
    }

    #[test]
    fn what_cannot_be_read_ignores_nothing() {
        for status in ["", "SigIgn:", "SigIgn:\tmany\n", "Name:\tSigIgn: 3\n"] {
            assert_eq!(Ignored::read(status), Ignored(0), "{status}");
        }
    }

    /// The standard library has every program of ours ignore a pipe without a reader.
    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_ignores_a_pipe_without_a_reader() {
        let pipe = rustix::process::Signal::PIPE.as_raw();
        assert!(Ignored::of_process().has(pipe));
    }
}

//! What the agent's process takes up, as Linux counts it.

use std::fs;
use std::time::{Duration, Instant};

use crate::agent::Agent;
use crate::failure::Failure;
use crate::step::Count;

/// There is no event for a thread of another process that ends; this is how often to look.
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Footprint {
    threads: u64,
    fds: u64,
    memory_kib: u64,
}

impl Footprint {
    pub(crate) fn of(agent: &Agent) -> Result<Self, Failure> {
        let id = agent.process_id();
        let id = id.ok_or_else(|| Failure::wrong("the agent has ended"))?;
        let measured = || {
            let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            let number = |name: &str| {
                let line = status.lines().find(|line| line.starts_with(name))?;
                line.split_whitespace().nth(1)?.parse().ok()
            };
            Some(Self {
                threads: number("Threads:")?,
                fds: fs::read_dir(format!("/proc/{id}/fd")).ok()?.count() as u64,
                memory_kib: number("VmRSS:")?,
            })
        };
        measured().ok_or_else(|| Failure::wrong("the agent's process cannot be measured"))
    }

    /// Waits until the agent has at most so much more than this. Threads end a while after
    /// their work, and connections are kept for the next request.
    pub(crate) async fn wait_for(
        self,
        agent: &Agent,
        limits: &[Count],
        patience: Duration,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        loop {
            let excess = Self::of(agent)?.excess(self, limits);
            match excess {
                None => return Ok(()),
                Some(what) if began.elapsed() > patience => return Err(Failure::wrong(what)),
                Some(_) => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }

    fn get(self, key: &str) -> u64 {
        match key {
            "threads" => self.threads,
            "fds" => self.fds,
            _ => self.memory_kib,
        }
    }

    fn excess(self, before: Self, limits: &[Count]) -> Option<String> {
        limits.iter().find_map(|(key, limit)| {
            let (before, now) = (before.get(key), self.get(key));
            (now > before + limit)
                .then(|| format!("{key}: {now}, which is more than {before} + {limit}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_limit_that_is_exceeded_is_named() {
        let before = Footprint {
            threads: 3,
            fds: 10,
            memory_kib: 5_000,
        };
        let after = Footprint { fds: 19, ..before };
        let limits = |fds| [("threads".to_owned(), 0), ("fds".to_owned(), fds)];
        assert_eq!(after.excess(before, &limits(9)), None);
        let excess = after.excess(before, &limits(8)).unwrap();
        assert_eq!(excess, "fds: 19, which is more than 10 + 8");
    }
}

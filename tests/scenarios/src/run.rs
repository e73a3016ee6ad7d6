//! Runs the cases over several processes of one agent and adds up the verdicts.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::agent::Agent;
use crate::case;
use crate::failure::Failure;
use crate::list::Case;
use crate::world::World;

/// How often a case is repeated at half the speed when we came too late.
const SLOWER: u32 = 3;
/// An agent that has nothing to tell says so in time; then its answer must still arrive.
const SLACK: Duration = Duration::from_secs(10);

/// So many of the last lines that a failed agent wrote to standard error are shown.
const END_OF_DIAGNOSTICS: usize = 10;

pub(crate) struct Options {
    /// A program and its arguments.
    pub(crate) agent: Vec<String>,
    pub(crate) jobs: usize,
    pub(crate) patience: Duration,
    /// In bytes, by an HTTP client that is not ours.
    pub(crate) lost_per_request: u64,
}

/// How many cases ended how.
#[derive(Default)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn report(&mut self, name: &str, verdict: Result<(), String>) -> io::Result<()> {
        let mut output = io::stdout().lock();
        match verdict {
            Ok(()) => {
                self.passed += 1;
                writeln!(output, "ok - {name}")
            }
            Err(why) => {
                self.failed += 1;
                // What the agent said is no line of ours, and how it ended is enough of it.
                let mut lines = why.trim_end().lines();
                let why = lines.next().unwrap_or_default();
                let said: Vec<&str> = lines.collect();
                let end = &said[said.len().saturating_sub(END_OF_DIAGNOSTICS)..];
                let why = end
                    .iter()
                    .fold(why.to_owned(), |why, line| why + "\n# " + line);
                writeln!(output, "not ok - {name}: {why}")
            }
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

/// What the workers share.
struct Shared {
    options: Options,
    cases: Mutex<VecDeque<Case>>,
    tally: Mutex<Tally>,
}

impl Shared {
    fn report(&self, name: &str, verdict: Result<(), String>) -> io::Result<()> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.report(name, verdict)
    }
}

/// Runs the cases and prints a line for each, and the sum.
pub(crate) async fn run(options: Options, cases: Vec<Case>) -> Result<bool> {
    ensure!(!cases.is_empty(), "no scenario fits --only and --except");
    let began = Instant::now();
    let jobs = options.jobs.clamp(1, cases.len());
    // What takes longest comes first: it has its own process anyway.
    let (fresh, usual): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.fresh_process);
    let shared = Arc::new(Shared {
        options,
        cases: Mutex::new(fresh.into_iter().chain(usual).collect()),
        tally: Mutex::default(),
    });
    let workers: Vec<_> = (0..jobs)
        .map(|_| tokio::spawn(work(shared.clone())))
        .collect();
    for worker in workers {
        worker.await??;
    }
    let tally = shared.tally.lock().unwrap_or_else(PoisonError::into_inner);
    let Tally { passed, failed } = *tally;
    let seconds = began.elapsed().as_secs();
    let mut output = io::stdout().lock();
    writeln!(output, "# {seconds} s with {jobs} processes at a time")?;
    writeln!(output, "1..{}", passed + failed)?;
    writeln!(output, "{passed} passed, {failed} failed")?;
    Ok(tally.is_good())
}

/// One process of the agent, and the gateways it has talked to.
struct Running {
    agent: Agent,
    /// Each with its name and the most calls it may have had when the process has ended.
    worlds: Vec<(String, World, u64)>,
}

async fn work(shared: Arc<Shared>) -> Result<()> {
    let mut running: Option<Running> = None;
    loop {
        let next = {
            let mut cases = shared.cases.lock().unwrap_or_else(PoisonError::into_inner);
            cases.pop_front()
        };
        let Some(case) = next else { break };
        if case.fresh_process
            && let Some(running) = running.take()
        {
            finish(&shared, running).await?;
        }
        let current = match running.take() {
            Some(running) => running,
            None => Running {
                agent: Agent::start(&shared.options.agent, shared.options.patience + SLACK)?,
                worlds: Vec::new(),
            },
        };
        running = try_case(&shared, current, case).await?;
    }
    match running {
        Some(running) => finish(&shared, running).await,
        None => Ok(()),
    }
}

/// Plays a case, more slowly when we came too late. Gives the agent back when it is still
/// good to go on with.
async fn try_case(
    shared: &Shared,
    mut running: Running,
    mut case: Case,
) -> Result<Option<Running>> {
    let name = case.to_string();
    let options = &shared.options;
    for attempt in 1.. {
        let world = World::new(case.provider, case.speed).await?;
        // Unique within the process, and longer than one letter.
        let id = format!("s-{}-{attempt}", running.worlds.len());
        let played = case::play(&case, &world, &mut running.agent, &id, options).await;
        if let Err(Failure::TooLate) = played {
            // Its session is still there.
            running.agent.ask(&format!("drop {id}")).await.ok();
        }
        // A session has one request at a time: that of each may be in the socket still.
        let most = world.instance.calls().total + case.sessions();
        running.worlds.push((name.clone(), world, most));
        match played {
            Ok(()) => {
                shared.report(&name, Ok(()))?;
                break;
            }
            Err(Failure::TooLate) if attempt <= SLOWER && case.speed > 1 => {
                case.speed = (case.speed / 2).max(1);
                let speed = case.speed;
                writeln!(
                    io::stdout(),
                    "# {name}: too late on this machine, again at {speed} times the usual speed"
                )?;
            }
            Err(failure) => {
                let said = running.agent.kill().await;
                shared.report(&name, Err(format!("{failure}\n{said}")))?;
                return Ok(None);
            }
        }
    }
    Ok(Some(running))
}

/// Ends a process in order and has a last look at its gateways.
async fn finish(shared: &Shared, running: Running) -> Result<()> {
    let Running { agent, worlds } = running;
    let called = worlds.iter().find_map(|(name, world, most)| {
        let calls = world.instance.calls().total;
        (calls > *most).then(|| format!("the gateway of `{name}` was called after the end"))
    });
    shared.report(
        "no request after the end of a session",
        called.map_or(Ok(()), Err),
    )?;
    let end = agent.finish().await;
    shared.report(
        "the agent ends with its input, and in order",
        end.map(drop).map_err(|error| format!("{error:#}")),
    )?;
    Ok(())
}

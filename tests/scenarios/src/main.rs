//! One list of what a session does, run in every language.
//!
//! `pairing-scenarios run` plays the scenarios of `scenarios.toml` against the simulator. An
//! *agent*, a small program in the language under test, calls the library; `PROTOCOL.md` says
//! how it is told what to do. `pairing-scenarios agent` is the one in Rust.

mod agent;
mod answer;
mod case;
mod checker;
mod failure;
mod faults;
mod footprint;
mod list;
mod run;
mod rust_agent;
mod secrets;
mod step;
mod world;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::list::Scope;
use crate::rust_agent::Defect;

/// Plays the same scenarios with an agent in any language.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play the scenarios with an agent.
    Run {
        /// How to start the agent: a program and its arguments, split at white space.
        #[arg(long, required_unless_present = "program")]
        agent: Option<String>,
        /// Only scenarios whose name contains this.
        #[arg(long)]
        only: Vec<String>,
        /// No scenario whose name contains this.
        #[arg(long)]
        except: Vec<String>,
        /// Play what a session does at any gateway with the first gateway alone.
        #[arg(long)]
        one_gateway: bool,
        /// How many processes of the agent at a time.
        #[arg(long, default_value_t = 4)]
        jobs: usize,
        /// How many seconds to wait for anything before it counts as failed.
        #[arg(long, default_value_t = 60)]
        patience: u64,
        /// How many bytes the agent's HTTP client loses with each request, where it is not ours:
        /// so much more memory may be left behind than the list says.
        #[arg(long, default_value_t = 0)]
        lost_per_request: u64,
        /// How to start the agent, as words of their own.
        #[arg(last = true, conflicts_with = "agent")]
        program: Vec<String>,
    },
    /// List the scenarios.
    List,
    /// Be the agent in Rust.
    Agent {
        /// Make one mistake all the time, to see that it is noticed.
        #[arg(long, value_enum)]
        defect: Option<Defect>,
    },
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match start(Arguments::parse().command).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to do about an error that cannot even be printed.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start(command: Command) -> Result<bool> {
    match command {
        Command::Run {
            agent,
            only,
            except,
            one_gateway,
            jobs,
            patience,
            lost_per_request,
            program,
        } => {
            let scope = match one_gateway {
                true => Scope::OneGateway,
                false => Scope::Whole,
            };
            let mut cases = list::cases(scope)?;
            cases.retain(|case| {
                let name = case.to_string();
                let fits = |parts: &[String]| parts.iter().any(|part| name.contains(part.as_str()));
                (only.is_empty() || fits(&only)) && !fits(&except)
            });
            let patience = Duration::from_secs(patience.max(1));
            let words = |line: String| line.split_whitespace().map(str::to_owned).collect();
            let options = run::Options {
                agent: agent.map_or(program, words),
                jobs,
                patience,
                lost_per_request,
            };
            run::run(options, cases).await
        }
        Command::List => {
            let mut output = io::stdout().lock();
            for case in list::cases(Scope::Whole)? {
                writeln!(output, "{case}")?;
            }
            Ok(true)
        }
        Command::Agent { defect } => {
            rust_agent::serve(defect).await?;
            Ok(true)
        }
    }
}

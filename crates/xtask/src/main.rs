//! Every command a developer or CI runs, in one place: `cargo xtask --help`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the person at the terminal is what this program is for"
)]

mod api;
mod artifacts;
mod bench;
mod bindings;
mod check;
mod command;
mod fuzz;
mod mutants;
mod search;
mod size;
mod soak;
mod test;
mod toolchains;
mod tools;
mod web;
mod workspace;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Runs the tests and the checks of this repository, here as in CI.
///
/// What is missing on this machine is installed, or the exact command to install it is printed.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the test suites; ends with one line `N passed, N failed`.
    ///
    /// Fails on any failed, crashed or ignored test, and when no test ran at all.
    Test {
        /// Suites to run; all of them by default.
        #[arg(value_name = "SUITE", value_parser = PossibleValuesParser::new(test::suite_names()))]
        suites: Vec<String>,
    },
    /// Measure us beside what people would write instead, and write `docs/benchmarks.md`.
    ///
    /// The figures of tables that are not measured this time stay.
    Bench {
        /// Tables to measure; all of them by default.
        #[arg(value_name = "TABLE", value_parser = PossibleValuesParser::new(bench::TABLES))]
        tables: Vec<String>,
        /// See whether it works, with tiny sizes; nothing is written.
        #[arg(long)]
        quick: bool,
        /// Measure nothing: write the page again from the figures that are there.
        #[arg(long, conflicts_with_all = ["tables", "quick"])]
        render: bool,
    },
    /// Regenerate what other languages see of the library, below `bindings/`.
    Bindings,
    /// List the public surface of the libraries again, in `docs/api/`.
    Api,
    /// Measure the library that an app ships; fails above its limits.
    Size,
    /// Take the pictures of the pairing page that the README shows, into `docs/web/`.
    Screenshots,
    /// Measure how long the pairing page takes from a scan to "linked", with webhooks and without.
    WebLatency,
    /// Search every path of a session up to a depth, and print how many states that are.
    ///
    /// `cargo test` does the same less deep.
    Search {
        /// Steps from the start; sessions with few kinds of steps go more than twice as deep.
        #[arg(long, default_value_t = 4)]
        depth: usize,
    },
    /// Search for inputs that break a promise, with the programs of `fuzz/`.
    ///
    /// What breaks one is left in `fuzz/crashes`, and replayed by the suite `rust` from then on.
    Fuzz {
        /// Targets to search with; all of them by default.
        #[arg(value_name = "TARGET")]
        targets: Vec<String>,
        /// How long each of them searches.
        #[arg(long, value_name = "SECONDS", default_value_t = fuzz::SHORT.as_secs())]
        seconds: u64,
        /// Write what was found into the committed corpora, as small as it gets.
        #[arg(long)]
        keep: bool,
    },
    /// Run thousands of sessions through an hour of virtual time with a failing gateway, and
    /// print how they ended and what they left.
    ///
    /// `cargo test` does the same with fewer.
    Soak {
        /// How many.
        #[arg(long, default_value_t = 10_000)]
        sessions: usize,
    },
    /// Change the flow in one place at a time, and see that a test notices each change.
    Mutants {
        /// Tries one in so many; 1 tries all of them.
        #[arg(long, value_name = "N", default_value_t = 7)]
        one_in: usize,
    },
    /// Run everything else CI insists on: format, lints, docs, dependencies, packages, house rules,
    /// generated files, sizes.
    ///
    /// Every check runs, even after one failed.
    Check,
    /// Run `test`, `check` and `fuzz`, all of them in any case.
    Ci,
}

fn main() -> ExitCode {
    let task = Cli::parse().command;
    let workspace = match Workspace::load() {
        Ok(workspace) => workspace,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let good = match task {
        Task::Test { suites } => {
            let tally = test::run(&workspace, &suites);
            println!("{tally}");
            tally.is_good()
        }
        Task::Bench { render: true, .. } => succeeded(bench::render(&workspace)),
        Task::Bench { tables, quick, .. } => succeeded(bench::run(&workspace, &tables, quick)),
        Task::Bindings => succeeded(bindings::write(&workspace)),
        Task::Api => succeeded(api::write(&workspace)),
        Task::Size => succeeded(size::run(&workspace)),
        Task::Screenshots => succeeded(web::screenshots(&workspace)),
        Task::WebLatency => succeeded(web::latency(&workspace)),
        Task::Search { depth } => succeeded(search::run(&workspace, depth)),
        Task::Fuzz {
            targets,
            seconds,
            keep,
        } => succeeded(fuzz::run(
            &workspace,
            &targets,
            Duration::from_secs(seconds),
            keep,
        )),
        Task::Soak { sessions } => succeeded(soak::run(&workspace, sessions)),
        Task::Mutants { one_in } => succeeded(mutants::run(&workspace, one_in)),
        Task::Check => check::run(&workspace),
        Task::Ci => ci(&workspace),
    };
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn ci(workspace: &Workspace) -> bool {
    let (tally, checked) = check::run_beside(workspace, || test::run(workspace, &[]));
    let fuzzed = succeeded(fuzz::run(workspace, &[], fuzz::SHORT, false));
    // Last on stdout even here: whoever reads only the end of a log reads this.
    println!("{tally}");
    tally.is_good() && checked && fuzzed
}

fn succeeded(result: Result<()>) -> bool {
    if let Err(error) = &result {
        eprintln!("error: {error:#}");
    }
    result.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_suite_is_refused_and_the_known_ones_are_named() {
        let error = Cli::try_parse_from(["xtask", "test", "cobol"]).unwrap_err();
        let message = error.to_string();
        assert_eq!(error.exit_code(), 2);
        assert!(message.contains("cobol"), "{message}");
        for suite in test::suite_names() {
            assert!(message.contains(suite), "{message}");
        }
    }

    #[test]
    fn suites_are_optional_and_repeatable() {
        for arguments in [&["xtask", "test"][..], &["xtask", "test", "rust", "rust"]] {
            assert!(Cli::try_parse_from(arguments).is_ok(), "{arguments:?}");
        }
    }
}

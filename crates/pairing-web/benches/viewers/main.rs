//! 5,000 people watching 500 sessions: how late the last of them gets an event, what a viewer
//! costs the server's memory, and what viewers cost the provider.
//!
//! `cargo bench -p pairing-web --bench viewers`. The gateway, the hub and the viewers are
//! processes of their own, on one machine. All sessions begin at once, so all codes are renewed
//! at once: spread over time, as people are, each event has the machine to itself.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark's user reads its output, and nothing goes on when it fails"
)]

mod gateway;
mod hub;
mod process;
mod run;
mod viewers;

use serde::{Deserialize, Serialize};

const SESSIONS: usize = 500;

/// What the viewers have to know.
#[derive(Serialize, Deserialize)]
struct Target {
    address: std::net::SocketAddr,
    /// One page for each session.
    paths: Vec<String>,
    viewers_per_session: usize,
}

/// A moment, in microseconds since 1970: the processes share the system's clock.
type Micros = u64;

fn now() -> Micros {
    micros(std::time::SystemTime::now())
}

fn micros(at: std::time::SystemTime) -> Micros {
    let since = at.duration_since(std::time::SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap().as_micros()).unwrap()
}

/// Something that happened to a session, known by what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
enum Happening {
    /// The provider sent this code, or the page got it.
    Code(u64),
    /// That code reached its end.
    Expired(u64),
    /// The phone was linked.
    Linked(usize),
}

/// A name for a code: it is long, and there are many.
fn digest(code: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    code.hash(&mut hasher);
    hasher.finish()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("gateway") => gateway::main(),
        Some("hub") => hub::main(&arguments.next().unwrap()),
        Some("viewers") => viewers::main(),
        Some("--bench") => {
            let runs = [1, 10].map(run::run);
            run::report(&runs);
        }
        // `cargo test --all-targets` calls it so.
        _ => println!("cargo bench -p pairing-web --bench viewers"),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// The next line from whoever started this process.
async fn instruction() -> String {
    tokio::task::spawn_blocking(|| std::io::stdin().lines().next().unwrap().unwrap())
        .await
        .unwrap()
}

//! What reading one picture of Z-API costs, in instructions: from the bytes of the body to the
//! picture, against `serde_json` and `base64` alone on the same body.

#![allow(
    clippy::print_stderr,
    reason = "a person at the terminal wants to see how far it is"
)]

use std::mem::forget;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use pairing_benches::callgrind::instructions_each;
use pairing_benches::picture_reply::{self, Reader};
use pairing_benches::{Measured, Record, size};

const PEER: &str = "serde_json + base64";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, file, times] = &arguments[..] {
        return repeat(what, file, times.parse()?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let body = runtime.block_on(picture_reply::body())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("body.json");
    std::fs::write(&file, &body)?;
    let file = file.to_str().context("a temporary file has a plain name")?;

    let program: PathBuf = std::env::current_exe()?;
    let more = size(100, 2);
    let at = format!("a reply of {} bytes", body.len());
    let measure = |what: &str, subject: &str, metric: &str, goal: Option<&str>| -> Result<()> {
        eprintln!("{subject}: {metric}");
        let count = instructions_each(&program, &[what, file], more)?;
        let record = Record::new(
            "request",
            subject,
            metric,
            "instructions",
            Measured::once(count),
        );
        let mut record = record.at(&at);
        record.goal = goal.map(str::to_owned);
        Ok(record.print()?)
    };
    let goal = format!("<= 1.3x {PEER}");
    measure("read", "pairing", "from body to reply", Some(&goal))?;
    measure("plain", PEER, "from body to reply", None)?;
    measure("read-and-drop", "pairing", "and wiped or freed", None)?;
    measure("plain-and-drop", PEER, "and wiped or freed", None)
}

/// What callgrind looks at. The answers exist before, and what was read is kept, unless its end
/// is to count too: wiping a secret is its own price.
fn repeat(what: &str, file: &str, times: usize) -> Result<()> {
    let body = std::fs::read(file)?;
    // As many answers whatever is repeated, or making them would count.
    let reader = Reader::new(&body, 101)?;
    for _ in 0..times {
        match what {
            "read" => forget(reader.read()?),
            "read-and-drop" => drop(reader.read()?),
            "plain" => forget(picture_reply::read_plainly(&body)?),
            "plain-and-drop" => drop(picture_reply::read_plainly(&body)?),
            _ => bail!("nothing is called {what}"),
        }
    }
    Ok(())
}

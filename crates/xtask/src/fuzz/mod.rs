//! Fuzzing with coverage: builds the programs of `fuzz/` instrumented, and lets each search for a
//! while.
//!
//! No `cargo-fuzz` and no nightly toolchain: libFuzzer comes with `libfuzzer-sys`, the coverage
//! passes and AddressSanitizer with the compiler that is there. The folder is laid out as
//! `cargo fuzz` expects it all the same.

mod build;
mod log;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use self::log::Log;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// libFuzzer is compiled from its sources.
const TOOLS: &[DebianTool] = &[DebianTool::program("c++", "g++")];

const FOLDER: &str = "fuzz";
/// The searches of CI, and the default: enough to see that every target still runs.
pub(crate) const SHORT: Duration = Duration::from_secs(20);
/// The largest input, in bytes: a picture in a body is a few kilobytes.
const LARGEST: &str = "-max_len=8192";
/// Seconds for one input. A picture of the largest size takes one.
const PATIENCE: &str = "-timeout=30";
/// What a target may take up in everybody's clone, in bytes. The seeds come on top, at each run.
const LARGEST_CORPUS: u64 = 20 * 1024;
const MEMORY_MB: &str = "-rss_limit_mb=2048";

/// Searches with each of these targets, or all, for so long, as many at a time as there are cores.
/// With `keep`, what was found joins the corpora in the repository, as small as it gets.
pub(crate) fn run(
    workspace: &Workspace,
    chosen: &[String],
    time: Duration,
    keep: bool,
) -> Result<()> {
    let folder = workspace.root().join(FOLDER);
    let targets = choose(&known(&folder)?, chosen)?;
    let programs = build(workspace)?;
    let scratch = programs.join("scratch");
    write_seeds(workspace, &scratch)?;
    let broken = Mutex::new(Vec::new());
    let queue = Mutex::new(targets.iter());
    let next = || queue.lock().ok()?.next();
    let work = || {
        while let Some(name) = next() {
            let target = Target {
                workspace,
                program: programs.join(name),
                corpus: scratch.join(name),
                kept: folder.join("corpus").join(name),
                crashes: folder.join("crashes").join(name),
            };
            if !target.report(name, time, keep)
                && let Ok(mut broken) = broken.lock()
            {
                broken.push(name.as_str());
            }
        }
    };
    // Each search keeps one core busy.
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().unwrap_or_default();
    if !broken.is_empty() {
        bail!("inputs that break a promise: {}", broken.join(", "));
    }
    Ok(())
}

/// The folder with the programs, in which nothing else is built.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    tools::ensure_debian(workspace, TOOLS)?;
    build::programs(workspace, &workspace.root().join(FOLDER))
}

/// The targets are the programs that are there.
fn known(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let programs = folder.join("fuzz_targets");
    let entries =
        fs::read_dir(&programs).with_context(|| format!("cannot list {}", programs.display()))?;
    for entry in entries {
        let path = entry?.path();
        names.extend(
            path.file_stem()
                .and_then(|name| name.to_str())
                .map(str::to_owned),
        );
    }
    names.sort_unstable();
    Ok(names)
}

fn choose(known: &[String], chosen: &[String]) -> Result<Vec<String>> {
    if let Some(unknown) = chosen.iter().find(|name| !known.contains(name)) {
        bail!("no target {unknown}: there are {}", known.join(", "));
    }
    let is_chosen = |name: &&String| chosen.is_empty() || chosen.contains(name);
    Ok(known.iter().filter(is_chosen).cloned().collect())
}

/// Anew each time, so that a run starts from what is committed and nothing else.
fn write_seeds(workspace: &Workspace, scratch: &Path) -> Result<()> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let package = ["--package", "pairing-properties", "--bin", "pairing-seeds"];
    let mut seeds = command::cargo(workspace, &["run", "--quiet", "--locked"]);
    command::run(seeds.args(package).arg("--").arg(scratch))
}

struct Target<'a> {
    workspace: &'a Workspace,
    program: PathBuf,
    /// A copy: a search adds to it whatever is new.
    corpus: PathBuf,
    /// In the repository.
    kept: PathBuf,
    /// In the repository as well: the tests replay them for ever.
    crashes: PathBuf,
}

impl Target<'_> {
    /// Searches, and says what came of it; `true` if nothing broke.
    fn report(&self, name: &str, time: Duration, keep: bool) -> bool {
        let searched = self.search(time).and_then(|log| {
            if keep {
                self.keep()?;
            }
            Ok(log)
        });
        match &searched {
            Ok(log) => println!("ok      {name}: {log}"),
            Err(error) => println!("FAILED  {name}: {error:#}"),
        }
        searched.is_ok()
    }

    fn search(&self, time: Duration) -> Result<Log> {
        if self.kept.exists() {
            for entry in fs::read_dir(&self.kept)? {
                let entry = entry?;
                fs::copy(entry.path(), self.corpus.join(entry.file_name()))?;
            }
        }
        fs::create_dir_all(&self.crashes)?;
        let limit = format!("-max_total_time={}", time.as_secs());
        let artifacts = format!("-artifact_prefix={}/", self.crashes.display());
        let options = [
            LARGEST,
            PATIENCE,
            MEMORY_MB,
            &limit,
            &artifacts,
            "-print_final_stats=1",
        ];
        let mut search = command::program(self.workspace, &self.program, &options);
        search.arg(&self.corpus);
        let mut log = Log::default();
        let status = command::stream_all(&mut search, |line| log.read(line))?;
        // Only where there is something to keep.
        let _ = fs::remove_dir(&self.crashes);
        if !status.success() {
            log.show();
            bail!(
                "{status}; commit what it found in {} with the remedy",
                self.crashes.display()
            );
        }
        if !log.ran() {
            log.show();
            bail!("it ran, and tried nothing");
        }
        Ok(log)
    }

    /// The smallest set of inputs that reaches as much, and of these the smallest.
    fn keep(&self) -> Result<()> {
        let merged = self.corpus.with_extension("merged");
        fs::create_dir_all(&merged)?;
        // How often an edge is passed makes ten times as many inputs worth keeping.
        let options = [
            "-set_cover_merge=1",
            "-use_counters=0",
            LARGEST,
            PATIENCE,
            MEMORY_MB,
        ];
        let mut merge = command::program(self.workspace, &self.program, &options);
        merge.arg(&merged).arg(&self.corpus);
        let mut log = Log::default();
        if !command::stream_all(&mut merge, |line| log.read(line))?.success() {
            log.show();
            bail!("cannot make the corpus smaller");
        }
        if self.kept.exists() {
            fs::remove_dir_all(&self.kept)?;
        }
        fs::create_dir_all(&self.kept)?;
        for path in smallest(&merged, LARGEST_CORPUS)? {
            fs::copy(&path, self.kept.join(path.file_name().unwrap_or_default()))?;
        }
        Ok(fs::remove_dir_all(&merged)?)
    }
}

/// As many files as there is room for, in bytes.
fn smallest(folder: &Path, room: u64) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.metadata()?.len(), entry.path()));
    }
    files.sort_unstable();
    let mut used = 0;
    let fits = |(size, _): &(u64, PathBuf)| {
        used += size;
        used <= room
    };
    Ok(files
        .into_iter()
        .take_while(fits)
        .map(|(_, path)| path)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_targets_search_unless_some_are_named_and_unknown_ones_are_refused() {
        let known = ["flow", "pictures"].map(str::to_owned);
        assert_eq!(choose(&known, &[]).unwrap(), known);
        assert_eq!(choose(&known, &known[1..]).unwrap(), ["pictures"]);
        let error = choose(&known, &["flows".to_owned()]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no target flows: there are flow, pictures"
        );
    }
}

//! Measures us beside what people would write instead, and writes `docs/benchmarks.md`.
//!
//! Each table is one program of `benches/`, which measures everybody in it in one run. Their
//! figures are kept in `docs/benchmarks/records.jsonl`, so that one table can be measured again
//! without the others; its prose is in `benches/tables/`.

mod borders;
mod goal;
mod machine;
mod number;
mod page;
mod plot;
mod record;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use self::page::Table;
use self::record::Record;
use crate::command;
use crate::tools::{self, DebianTool};
use crate::workspace::Workspace;

/// The tables in the order of the page.
pub(crate) const TABLES: &[&str] = &[
    "waiting",
    "idle",
    "storm",
    "request",
    "flow",
    "calls",
    "scannable",
    "notice",
    "qr",
    "ffi",
    "web",
    "start",
];

/// The peers, and what counts and compares.
const TOOLS: &[DebianTool] = &[
    DebianTool::program("curl", "curl"),
    DebianTool::program_that_answers("go", "version", "golang-go"),
    DebianTool::program("node", "nodejs"),
    DebianTool::program("npm", "npm"),
    DebianTool::program("python3", "python3"),
    DebianTool::program("qrencode", "qrencode"),
    DebianTool::program("valgrind", "valgrind"),
    DebianTool::program("zbarimg", "zbar-tools"),
];

/// Tells the program of the table `ffi` how programs in further languages are started.
const BORDERS: &str = "PAIRING_BENCH_BORDERS";

const FOLDER: &str = "docs/benchmarks";
const PAGE: &str = "docs/benchmarks.md";
const PREFACE: &str = "preface";
const PROSE: &str = "benches/tables";

/// Measures these tables, or all, and renders the page. With `quick`, tiny sizes: the figures are
/// printed and thrown away.
pub(crate) fn run(workspace: &Workspace, tables: &[String], quick: bool) -> Result<()> {
    let chosen: Vec<&str> = TABLES
        .iter()
        .copied()
        .filter(|table| tables.is_empty() || tables.iter().any(|chosen| chosen == table))
        .filter(|table| program_exists(workspace, table))
        .collect();
    tools::ensure_debian(workspace, TOOLS)?;
    for package in ["pairing-benches", "pairing-cli"] {
        let build = [
            "build",
            "--release",
            "--locked",
            "--package",
            package,
            "--bins",
        ];
        command::run(&mut command::cargo(workspace, &build))?;
    }
    let folder = workspace.root().join(FOLDER);
    fs::create_dir_all(&folder)?;
    let mut failed = Vec::new();
    for table in chosen {
        // The other tables are measured all the same, and keep what they have.
        if let Err(error) = measure(workspace, table, quick) {
            eprintln!("error: {table}: {error:#}");
            failed.push(table);
        }
    }
    if !quick {
        let (machine, peers) = (machine::describe(workspace)?, machine::peers(workspace)?);
        fs::write(folder.join("machine.txt"), format!("{machine}\n{peers}\n"))?;
        render(workspace)?;
    }
    if !failed.is_empty() {
        bail!("not measured: {}", failed.join(", "));
    }
    Ok(())
}

fn program_exists(workspace: &Workspace, table: &str) -> bool {
    let programs = workspace.root().join("benches/src/bin");
    programs.join(format!("{table}.rs")).exists() || programs.join(table).exists()
}

/// Runs the program of a table, and keeps its records in place of the last ones.
fn measure(workspace: &Workspace, table: &str, quick: bool) -> Result<()> {
    let program = workspace.root().join("target/release").join(table);
    let arguments: &[&str] = if quick { &["--quick"] } else { &[] };
    let mut records = Vec::new();
    let mut mistake = None;
    let mut program = command::program(workspace, program, arguments);
    if table == "ffi" {
        program.env(BORDERS, borders::build(workspace)?);
    }
    let status = command::stream(&mut program, |line| {
        println!("{line}");
        match Record::read(line) {
            Ok(record) => records.push(record),
            Err(error) => mistake = Some(error),
        }
    })?;
    if let Some(error) = mistake {
        return Err(error);
    }
    if !status.success() || records.is_empty() {
        bail!(
            "the program failed ({status}) with {} records",
            records.len()
        );
    }
    if let Some(stranger) = records.iter().find(|record| record.table != table) {
        bail!("a record of another table: {}", stranger.table);
    }
    if quick {
        return Ok(());
    }
    let file = workspace.root().join(FOLDER).join("records.jsonl");
    let mut all = record::load(&file)?;
    all.retain(|record| record.table != table);
    all.extend(records);
    record::save(&file, &all, TABLES)
}

/// Writes the page and the plots from the records that are kept.
pub(crate) fn render(workspace: &Workspace) -> Result<()> {
    for (path, text) in rendered(workspace)? {
        fs::write(workspace.root().join(path), text)?;
    }
    Ok(())
}

/// Whether the page and the plots are what the records and the prose make of them.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    for (path, text) in rendered(workspace)? {
        if fs::read_to_string(workspace.root().join(&path)).ok() != Some(text) {
            bail!("{path} is out of date: run `cargo xtask bench --render` and commit the result");
        }
    }
    Ok(())
}

/// The page and the plots: where they belong, and what is in them.
fn rendered(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    let folder = workspace.root().join(FOLDER);
    let records = record::load(&folder.join("records.jsonl"))?;
    let mut tables = Vec::new();
    for name in TABLES {
        let own: Vec<&Record> = records
            .iter()
            .filter(|record| record.table == *name)
            .collect();
        if !own.is_empty() {
            tables.push(Table {
                name,
                prose: prose(workspace, name)?,
                records: own,
            });
        }
    }
    let machine = fs::read_to_string(folder.join("machine.txt"))
        .context("nothing was measured yet: run `cargo xtask bench`")?;
    let preface = prose(workspace, PREFACE)?.replace("<!-- machine -->", machine.trim_end());
    let plots = TABLES.iter().filter_map(|name| {
        let table = tables.iter().find(|table| table.name == *name)?;
        let plot = plot::draw(page::title(table), &table.records)?;
        Some((format!("{FOLDER}/{name}.svg"), plot))
    });
    let page = page::render(&preface, &tables);
    Ok(plots.chain([(PAGE.to_owned(), page)]).collect())
}

fn prose(workspace: &Workspace, name: &str) -> Result<String> {
    let path: PathBuf = workspace.root().join(PROSE).join(format!("{name}.md"));
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::record::Record;

    /// A figure in bytes.
    pub(super) fn record(subject: &str, at: &str, value: f64) -> Record {
        Record {
            table: "waiting".to_owned(),
            subject: subject.to_owned(),
            metric: "memory".to_owned(),
            at: at.to_owned(),
            unit: "B".to_owned(),
            median: value,
            min: value,
            max: value,
            runs: 1,
            goal: None,
        }
    }

    #[test]
    fn a_line_is_read_and_written_as_the_programs_write_it() {
        let line = r#"{"table":"flow","subject":"pairing","metric":"time","at":"a tick","unit":"ns","median":54.5,"min":53.0,"max":60.0,"runs":3,"goal":"< 200"}"#;
        let record = Record::read(line).unwrap();
        assert_eq!(
            (record.median, record.goal.as_deref()),
            (54.5, Some("< 200"))
        );
        assert_eq!(serde_json::to_string(&record).unwrap(), line);
        assert!(Record::read(&line.replace("54.5", "null")).is_err());
        assert!(Record::read("progress: 50 %").is_err());
    }

    #[test]
    fn records_are_kept_in_the_order_of_the_page() {
        let folder = std::env::temp_dir().join(format!("xtask-records-{}", std::process::id()));
        let mut flow = record("pairing", "", 1.0);
        flow.table = "flow".to_owned();
        let waiting = record("pairing", "", 2.0);
        super::record::save(
            &folder,
            &[flow.clone(), waiting.clone()],
            &["waiting", "flow"],
        )
        .unwrap();
        let kept = super::record::load(&folder).unwrap();
        std::fs::remove_file(&folder).unwrap();
        assert_eq!(kept, [waiting, flow]);
    }
}

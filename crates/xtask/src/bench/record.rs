//! One figure of one subject, as the programs of `benches/` write it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// Who everybody else is compared with.
pub(super) const OURS: &str = "pairing";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) table: String,
    pub(super) subject: String,
    pub(super) metric: String,
    /// The condition; empty if there is but one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) at: String,
    pub(super) unit: String,
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) runs: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) goal: Option<String>,
}

impl Record {
    pub(super) fn read(line: &str) -> Result<Self> {
        serde_json::from_str(line).with_context(|| format!("this is no record: {line}"))
    }

    /// Whether it answers the same question as `other`, so that their figures make a ratio.
    pub(super) fn compares_with(&self, other: &Self) -> bool {
        (&self.metric, &self.at, &self.unit) == (&other.metric, &other.at, &other.unit)
    }
}

/// The records of a file; none if there is no file yet.
pub(super) fn load(path: &Path) -> Result<Vec<Record>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().map(Record::read).collect()
}

/// Writes them in the order of `tables`.
pub(super) fn save(path: &Path, records: &[Record], tables: &[&str]) -> Result<()> {
    let mut text = String::new();
    for table in tables {
        for record in records.iter().filter(|record| record.table == *table) {
            let line = serde_json::to_string(record)?;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

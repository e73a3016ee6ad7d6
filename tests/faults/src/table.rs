//! Reads the table, and sees to it that nothing is missing and nothing is left over.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use pairing_providers::dialects;
use pairing_sim::{Dialect, Fault, all_faults};
use serde::Deserialize;

use crate::{Call, CallCase, Case, Expected, Method, Onset, Reply};

pub(crate) const TABLE: &str = include_str!("../faults.toml");

/// What the table says.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) sessions: Vec<Case>,
    pub(crate) calls: Vec<CallCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    first: Tree,
    later: Option<Tree>,
    calls: Tree,
    #[serde(default)]
    unclear: Unclear,
}

/// Where an answer to a request for a code means nothing by itself.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Unclear {
    Everywhere(bool),
    At(String),
    #[default]
    Nowhere,
}

impl Unclear {
    fn at(&self, dialect: &'static dyn Dialect) -> bool {
        match self {
            Self::Everywhere(unclear) => *unclear,
            Self::At(one) => one == dialect.name(),
            Self::Nowhere => false,
        }
    }
}

/// One outcome, or one for each method, call or gateway.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tree {
    Same(String),
    Each(BTreeMap<String, Tree>),
}

/// What an entry may tell apart besides gateways.
trait Part: Copy {
    fn name(self) -> &'static str;
}

impl Part for Method {
    fn name(self) -> &'static str {
        self.name()
    }
}

impl Part for Call {
    fn name(self) -> &'static str {
        self.name()
    }
}

pub(crate) fn read(text: &str) -> Result<Table> {
    let mut entries: BTreeMap<String, Entry> = toml::from_str(text)?;
    let mut table = Table::default();
    for fault in all_faults(dialects()) {
        let name = fault.name();
        let entry = entries
            .remove(name)
            .with_context(|| format!("{name} has no entry"))?;
        entry.read(&fault, &mut table).context(name)?;
    }
    match entries.keys().next() {
        Some(name) => Err(anyhow!("{name} is no fault of the simulator")),
        None => Ok(table),
    }
}

impl Entry {
    fn read(&self, fault: &Fault, table: &mut Table) -> Result<()> {
        let dialects: Vec<&'static dyn Dialect> = dialects()
            .iter()
            .copied()
            .filter(|dialect| fault.fits(*dialect))
            .collect();
        let later = self.later.as_ref().unwrap_or(&self.first);
        for (onset, tree) in [(Onset::First, &self.first), (Onset::Later, later)] {
            for (dialect, method, text) in tree.flatten(&dialects, &Method::ALL)? {
                table.sessions.push(Case {
                    fault: *fault,
                    dialect,
                    method,
                    onset,
                    expected: Expected::parse(text)?,
                    unclear: self.unclear.at(dialect),
                });
            }
        }
        for (dialect, call, text) in self.calls.flatten(&dialects, &Call::ALL)? {
            table.calls.push(CallCase {
                fault: *fault,
                dialect,
                call,
                expected: Reply::parse(text, call, fault)?,
                unclear: self.unclear.at(dialect),
            });
        }
        Ok(())
    }
}

impl Tree {
    /// What is said of each of these gateways and parts. Whoever tells some apart must name all,
    /// and nothing else.
    fn flatten<P: Part>(
        &self,
        dialects: &[&'static dyn Dialect],
        parts: &[P],
    ) -> Result<Vec<(&'static dyn Dialect, P, &str)>> {
        let each = match self {
            Self::Same(text) => {
                let of = |dialect: &&'static dyn Dialect| {
                    let dialect = *dialect;
                    parts.iter().map(move |part| (dialect, *part, &**text))
                };
                return Ok(dialects.iter().flat_map(of).collect());
            }
            Self::Each(each) => each,
        };
        let mut found = Vec::new();
        if names(each, parts.iter().map(|part| part.name())) {
            for part in parts {
                found.extend(each[part.name()].flatten(dialects, &[*part])?);
            }
        } else if names(each, dialects.iter().map(|dialect| dialect.name())) {
            for dialect in dialects {
                found.extend(each[dialect.name()].flatten(&[*dialect], parts)?);
            }
        } else {
            bail!("one for each method, call or gateway, or one for all");
        }
        Ok(found)
    }
}

/// Whether these are the names of the parts, and there is something to tell apart.
fn names(
    parts: &BTreeMap<String, Tree>,
    mut names: impl ExactSizeIterator<Item = &'static str>,
) -> bool {
    names.len() > 1 && parts.len() == names.len() && names.all(|name| parts.contains_key(name))
}

#[cfg(test)]
mod tests;

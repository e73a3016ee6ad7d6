//! Reads the tables, and makes sure that nothing is missing and nothing is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use pairing_providers::{dialects, provider};
use pairing_sim::{Dialect, Fault};
use serde::Deserialize;

use crate::{Call, CallCase, Case, Expected, Method, Onset, Reply};

/// What holds for every gateway that does not say otherwise.
const COMMON: &str = include_str!("../faults.toml");

/// What the tables say.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) sessions: Vec<Case>,
    pub(crate) calls: Vec<CallCase>,
}

/// The file of one gateway.
#[derive(Deserialize)]
struct Own {
    /// What one status of a linked instance costs.
    #[serde(default = "one")]
    requests_of_a_linked_status: u32,
    /// Its own faults, and the common ones that end otherwise there.
    #[serde(flatten)]
    entries: BTreeMap<String, Entry>,
}

const fn one() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    first: Tree,
    later: Option<Tree>,
    calls: Tree,
    #[serde(default)]
    unclear: bool,
    /// A status that fails like this is repeated; only a request for a code ends the session.
    #[serde(default)]
    status_is_repeated: bool,
}

/// One outcome, or one for each method or call.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tree {
    Same(String),
    Each(BTreeMap<String, String>),
}

/// What an entry may tell apart.
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

/// All tables: the common one and that of each gateway's folder.
pub(crate) fn tables() -> Result<Table> {
    read(COMMON, |gateway| {
        let gateways = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gateways");
        let file = gateways.join(gateway).join("faults.toml");
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    })
}

fn read(common: &str, own: impl Fn(&str) -> Result<String>) -> Result<Table> {
    let common: BTreeMap<String, Entry> = toml::from_str(common)?;
    let mut unused: BTreeSet<&str> = common.keys().map(String::as_str).collect();
    let mut table = Table::default();
    for &dialect in dialects() {
        let capabilities = provider(dialect.name())?.capabilities;
        let mut own: Own = toml::from_str(&own(dialect.name())?).context(dialect.name())?;
        for fault in dialect.all_faults() {
            let name = fault.name();
            let own_entry = own.entries.remove(name);
            unused.remove(name);
            let entry = own_entry.as_ref().or_else(|| common.get(name));
            let reader = Reader {
                fault,
                dialect,
                is_own: own_entry.is_some(),
                linked_status: own.requests_of_a_linked_status,
                renews_phone_codes: capabilities.renews_phone_codes,
                entry: entry.with_context(|| format!("{dialect}: {name} has no entry"))?,
            };
            let read = reader.read(&mut table);
            read.with_context(|| format!("{dialect}: {name}"))?;
        }
        if let Some(name) = own.entries.keys().next() {
            bail!("{name} is no fault of {dialect}");
        }
    }
    match unused.first() {
        Some(name) => bail!("{name} is no fault of any gateway"),
        None => Ok(table),
    }
}

/// One entry at one gateway.
struct Reader<'a> {
    fault: Fault,
    dialect: &'static dyn Dialect,
    is_own: bool,
    linked_status: u32,
    renews_phone_codes: bool,
    entry: &'a Entry,
}

impl Reader<'_> {
    fn read(&self, table: &mut Table) -> Result<()> {
        let Entry { first, calls, .. } = self.entry;
        let later = self.entry.later.as_ref().unwrap_or(first);
        for (onset, tree) in [(Onset::First, first), (Onset::Later, later)] {
            let parts = tree.flatten(&Method::ALL)?.into_iter();
            for (method, text) in parts.filter(|(it, _)| it.is_known_to(self.dialect)) {
                table.sessions.push(Case {
                    fault: self.fault,
                    dialect: self.dialect,
                    method,
                    onset,
                    expected: Expected::parse(text)?,
                    unclear: self.entry.unclear,
                    is_own: self.is_own,
                    linked_status: self.linked_status,
                    renews_phone_codes: self.renews_phone_codes,
                    status_is_repeated: self.entry.status_is_repeated,
                });
            }
        }
        let parts = calls.flatten(&Call::ALL)?.into_iter();
        for (call, text) in parts.filter(|(it, _)| it.is_known_to(self.dialect)) {
            table.calls.push(CallCase {
                fault: self.fault,
                dialect: self.dialect,
                call,
                expected: Reply::parse(text, call, &self.fault, !self.dialect.is_immediate())?,
                unclear: self.entry.unclear,
                is_own: self.is_own,
                linked_status: self.linked_status,
            });
        }
        Ok(())
    }
}

impl Tree {
    /// What is said of each of these parts.
    fn flatten<P: Part>(&self, parts: &[P]) -> Result<Vec<(P, &str)>> {
        if let Self::Each(each) = self {
            let named = parts.iter().filter(|part| each.contains_key(part.name()));
            ensure!(
                each.len() == parts.len() && named.count() == parts.len(),
                "one for each method or call, or one for all"
            );
        }
        let of = |part: &P| match self {
            Self::Same(text) => (*part, &**text),
            Self::Each(each) => (*part, &*each[part.name()]),
        };
        Ok(parts.iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests;

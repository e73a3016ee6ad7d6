//! Reads the table, and sees to it that nothing is missing and nothing is left over.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use pairing_sim::{Dialect, Fault};
use serde::Deserialize;

use crate::{Case, Expected, Method, Onset};

pub(crate) const TABLE: &str = include_str!("../faults.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    first: Tree,
    later: Option<Tree>,
}

/// One outcome, or one for each method or gateway.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tree {
    Same(String),
    Each(BTreeMap<String, Tree>),
}

pub(crate) fn read(text: &str) -> Result<Vec<Case>> {
    let mut entries: BTreeMap<String, Entry> = toml::from_str(text)?;
    let mut cases = Vec::new();
    for fault in Fault::all() {
        let name = fault.name();
        let entry = entries
            .remove(name)
            .with_context(|| format!("{name} has no entry"))?;
        let dialects: Vec<Dialect> = Dialect::ALL
            .into_iter()
            .filter(|dialect| fault.fits(*dialect))
            .collect();
        let later = entry.later.as_ref().unwrap_or(&entry.first);
        for (onset, tree) in [(Onset::First, &entry.first), (Onset::Later, later)] {
            let found = tree.flatten(&dialects, &Method::ALL);
            for (dialect, method, expected) in found.with_context(|| name.to_owned())? {
                cases.push(Case {
                    fault: fault.clone(),
                    dialect,
                    method,
                    onset,
                    expected,
                });
            }
        }
    }
    match entries.keys().next() {
        Some(name) => Err(anyhow!("{name} is no fault of the simulator")),
        None => Ok(cases),
    }
}

impl Tree {
    /// The outcome for each of these gateways and methods. Whoever tells two apart must name
    /// both, and nothing else.
    fn flatten(
        &self,
        dialects: &[Dialect],
        methods: &[Method],
    ) -> Result<Vec<(Dialect, Method, Expected)>> {
        let parts = match self {
            Self::Same(text) => {
                let expected = Expected::parse(text)?;
                let each = |dialect: &Dialect| {
                    let dialect = *dialect;
                    methods
                        .iter()
                        .map(move |method| (dialect, *method, expected))
                };
                return Ok(dialects.iter().flat_map(each).collect());
            }
            Self::Each(parts) => parts,
        };
        let mut found = Vec::new();
        if names(
            parts,
            &methods.iter().map(|it| it.name()).collect::<Vec<_>>(),
        ) {
            for method in methods {
                found.extend(parts[method.name()].flatten(dialects, &[*method])?);
            }
        } else if names(
            parts,
            &dialects.iter().map(|it| it.name()).collect::<Vec<_>>(),
        ) {
            for dialect in dialects {
                found.extend(parts[dialect.name()].flatten(&[*dialect], methods)?);
            }
        } else {
            bail!("an outcome for each method or gateway, or one for all");
        }
        Ok(found)
    }
}

/// Whether these are the names of the parts, and there is something to tell apart.
fn names(parts: &BTreeMap<String, Tree>, names: &[&str]) -> bool {
    names.len() > 1
        && parts.len() == names.len()
        && names.iter().all(|name| parts.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_every_gateway_has_one_outcome_for_each_method_and_moment() {
        let cases = read(TABLE).unwrap();
        for fault in Fault::all() {
            for dialect in Dialect::ALL {
                let found = cases
                    .iter()
                    .filter(|case| case.fault == fault && case.dialect == dialect);
                let expected = if fault.fits(dialect) { 4 } else { 0 };
                assert_eq!(found.count(), expected, "{fault:?} {dialect}");
            }
        }
    }

    #[test]
    fn a_gap_a_stranger_and_a_half_told_difference_are_refused() {
        let complaint = |text: &str| format!("{:#}", read(text).err().unwrap());
        let without = TABLE.replacen("[hang]", "[hangs]", 1);
        assert!(complaint(&without).contains("hang has no entry"));
        let stranger = format!("{TABLE}\n[bad_weather]\nfirst = \"deadline\"\n");
        assert!(complaint(&stranger).contains("bad_weather is no fault"));
        for (right, wrong) in [
            (
                "[hang]\nfirst = \"unavailable timed_out\"",
                "[hang]\nfirst = { qr = \"deadline\" }",
            ),
            // Only one gateway can fail like this.
            (
                "[unauthorized]\nfirst = \"rejected bad_credentials\"",
                "[unauthorized]\nfirst = { zapi = \"deadline\", megaapi = \"deadline\" }",
            ),
        ] {
            let table = TABLE.replacen(right, wrong, 1);
            assert_ne!(table, TABLE);
            assert!(complaint(&table).contains("an outcome for each"));
        }
        assert!(read(&TABLE.replacen("first =", "frist =", 1)).is_err());
    }
}

//! The configuration file: which provider, its fields, and the policy.
//!
//! The file holds secrets, so no error quotes a value, not even a line of the file: it
//! names the place, the key, and what to do.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use pairing_core::PairingPolicy;
use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use crate::failure::Failure;

/// What a file says. Empty without a file. Holds secrets, so no `Debug`.
#[derive(Default)]
pub(crate) struct Config {
    pub(crate) provider: Option<String>,
    /// The tables of the providers, by name.
    providers: Table,
    policy: Table,
}

/// A table of the file that belongs to a provider.
pub(crate) struct KnownTable<'a> {
    pub(crate) name: &'a str,
    pub(crate) fields: Vec<&'a str>,
}

/// Where in a file a message is about.
struct Source<'a> {
    name: String,
    text: &'a str,
}

/// Most bytes of a file: a mistyped name must not fill the memory.
const MOST_BYTES: u64 = 64 * 1024;

impl Config {
    pub(crate) fn read(path: &Path, known: &[KnownTable<'_>]) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let refuse = |what: &str| Failure::configuration(format!("--config: {name}: {what}"));
        let mut text = Vec::new();
        // Its length says nothing: a device or a pipe has none.
        File::open(path)
            .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut text))
            .map_err(|error| refuse(&format!("cannot be read: {}", error.kind())))?;
        if text.len() as u64 > MOST_BYTES {
            return Err(refuse("is too large for a configuration file"));
        }
        let text = String::from_utf8(text).map_err(|_| refuse("is not text in UTF-8"))?;
        Self::parse(name, &text, known)
    }

    fn parse(name: String, text: &str, known: &[KnownTable<'_>]) -> Result<Self, Failure> {
        let source = Source { name, text };
        let root = DeTable::parse(text).map_err(|error| {
            source.refuse(
                error.span(),
                "this is not TOML; write key = \"value\", with the quotes, and [section] lines",
            )
        })?;
        let mut config = Self::default();
        for (key, value) in root.into_inner() {
            let span = key.span();
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("provider", DeValue::String(provider)) => {
                    if !known.iter().any(|table| table.name == provider.as_ref()) {
                        let names: Vec<_> = known.iter().map(|table| table.name).collect();
                        let what = format!("provider: must be one of {}", names.join(", "));
                        return Err(source.refuse(Some(span), &what));
                    }
                    config.provider = Some(provider.to_string());
                }
                ("provider", _) => {
                    return Err(source.refuse(Some(span), "provider: must be text in quotes"));
                }
                ("policy", DeValue::Table(_)) => {
                    config.policy = source.policy(value)?;
                }
                (name, DeValue::Table(table)) if known.iter().any(|known| known.name == name) => {
                    let fields = known
                        .iter()
                        .find(|known| known.name == name)
                        .map_or(&[][..], |known| &known.fields);
                    source.check_keys(name, table, fields)?;
                    let table = source.table(value, name)?;
                    config.providers.insert(name.to_owned(), table.into());
                }
                (name, _) if name == "policy" || known.iter().any(|known| known.name == name) => {
                    let what = format!("{name}: must be a section: [{name}]");
                    return Err(source.refuse(Some(span), &what));
                }
                (unknown, _) => {
                    let sections: Vec<_> = known
                        .iter()
                        .map(|table| format!("[{}]", table.name))
                        .collect();
                    let what = format!(
                        "{}: unknown key; a file has provider, {} and [policy]",
                        plain(unknown),
                        sections.join(", ")
                    );
                    return Err(source.refuse(Some(span), &what));
                }
            }
        }
        Ok(config)
    }

    /// What the file says about this provider.
    pub(crate) fn table(&self, provider: &str) -> pairing_providers::Table {
        self.providers
            .get(provider)
            .and_then(|table| serde_json::to_value(table).ok())
            .and_then(|table| serde_json::from_value(table).ok())
            .unwrap_or_default()
    }

    /// The recommended policy with what the file says in its place.
    pub(crate) fn policy(&self, recommended: PairingPolicy) -> Result<PairingPolicy, Failure> {
        let unfit = || Failure::configuration("the policy of this provider cannot be changed");
        let mut table = Table::try_from(&recommended).map_err(|_| unfit())?;
        overlay(&mut table, &self.policy);
        let policy: PairingPolicy = table.try_into().map_err(|_| unfit())?;
        policy.validate().map_err(|error| {
            Failure::configuration(format!("{error}; change it in the configuration file"))
        })?;
        Ok(policy)
    }
}

/// Replaces the values of `base` that `over` has as well, table by table.
fn overlay(base: &mut Table, over: &Table) {
    for (key, value) in over {
        match (base.get_mut(key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(over)) => overlay(base, over),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// A key as it may be shown: keys are no secrets, but somebody may have left out a `=`.
fn plain(key: &str) -> &str {
    let short = key.len() <= 32;
    if short
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
    {
        key
    } else {
        "(this key)"
    }
}

impl Source<'_> {
    fn refuse(&self, span: Option<std::ops::Range<usize>>, what: &str) -> Failure {
        let start = span.map_or(0, |span| span.start.min(self.text.len()));
        let line = self.text.as_bytes()[..start]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        Failure::configuration(format!("--config: {}, line {line}: {what}", self.name))
    }

    fn check_keys(
        &self,
        section: &str,
        table: &DeTable<'_>,
        fields: &[&str],
    ) -> Result<(), Failure> {
        for key in table.keys() {
            if !fields.contains(&key.get_ref().as_ref()) {
                let what = format!(
                    "[{section}] {}: unknown key; this section has {}",
                    plain(key.get_ref()),
                    fields.join(", ")
                );
                return Err(self.refuse(Some(key.span()), &what));
            }
        }
        Ok(())
    }

    fn table(&self, value: Spanned<DeValue<'_>>, section: &str) -> Result<Table, Failure> {
        let span = value.span();
        Table::deserialize(toml::de::ValueDeserializer::from(value)).map_err(|error| {
            let what = format!("[{section}]: a value that TOML does not know");
            self.refuse(error.span().or(Some(span)), &what)
        })
    }

    /// Checks the policy as a whole, so that a wrong value is named with its line.
    fn policy(&self, value: Spanned<DeValue<'_>>) -> Result<Table, Failure> {
        let table = self.table(value.clone(), "policy")?;
        let span = value.span();
        if let Err(error) = PairingPolicy::deserialize(toml::de::ValueDeserializer::from(value)) {
            let span = error.span().unwrap_or(span);
            let key = self.key_at(span.start);
            // Its own words name the key that is unknown; other words quote values.
            let what = if error.message().starts_with("unknown field") {
                "unknown key; the documentation of PairingPolicy lists them"
            } else {
                "does not fit; durations are text like \"20s\" or \"2m 40s\", counts are whole \
                 numbers without quotes"
            };
            return Err(self.refuse(Some(span), &format!("[policy] {key}: {what}")));
        }
        Ok(table)
    }

    /// The key on the line of this place.
    fn key_at(&self, start: usize) -> &str {
        let before = &self.text.as_bytes()[..start.min(self.text.len())];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let line = self.text.get(line_start..).unwrap_or_default();
        let key = line.split(['=', '\n']).next().unwrap_or_default();
        plain(key.trim())
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;

//! The configuration file: which provider, its fields, the policy, and what `pairing serve`
//! serves.
//!
//! The file holds secrets, so no error quotes a value, not even a line of the file: it
//! names the place, the key, and what to do.

mod instances;
mod policy;
mod serve;
mod source;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use pairing_core::PairingPolicy;
use pairing_providers::shown_key;
use toml::Table;
use toml::de::{DeTable, DeValue};

use crate::failure::{self, Failure};

pub(crate) use instances::InstanceSection;
#[cfg(test)]
pub(crate) use serve::KEYS as SERVE_KEYS;
pub(crate) use serve::{LISTEN, ServeSection};
pub(crate) use source::KnownTable;
use source::{Entry, Source, as_fields};

/// What a file says. Empty without a file. Holds secrets, so no `Debug`.
#[derive(Default)]
pub(crate) struct Config {
    pub(crate) provider: Option<String>,
    pub(crate) serve: ServeSection,
    pub(crate) instances: Vec<InstanceSection>,
    /// The file, if it holds secrets that other users of this machine can read.
    pub(crate) exposed: Option<String>,
    /// The tables of the providers, by name.
    providers: Table,
    policy: Table,
}

/// Most bytes of a file: a mistyped name must not fill the memory. Room for thousands of
/// instances.
const MOST_BYTES: u64 = 1024 * 1024;

impl Config {
    pub(crate) fn read(path: &Path, known: &[KnownTable<'_>]) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let refuse = |what: &str| Failure::configuration(format!("--config: {name}: {what}"));
        let mut text = Vec::new();
        // Its length says nothing: a device or a pipe has none.
        let public = File::open(path)
            .and_then(|file| {
                let public = is_world_readable(&file)?;
                file.take(MOST_BYTES + 1).read_to_end(&mut text)?;
                Ok(public)
            })
            .map_err(|error| refuse(&format!("cannot be read: {}", failure::plain(&error))))?;
        if text.len() as u64 > MOST_BYTES {
            return Err(refuse("is too large for a configuration file"));
        }
        let text = String::from_utf8(text).map_err(|_| refuse("is not text in UTF-8"))?;
        let mut config = Self::parse(name.clone(), &text, known)?;
        config.exposed = (public && config.holds_secrets(known)).then_some(name);
        Ok(config)
    }

    pub(crate) fn parse(
        name: String,
        text: &str,
        known: &[KnownTable<'_>],
    ) -> Result<Self, Failure> {
        let source = Source { name, text };
        let root = DeTable::parse(text).map_err(|error| {
            source.refuse(
                error.span(),
                "this is not TOML; write key = \"value\", with the quotes, and [section] lines",
            )
        })?;
        let mut config = Self::default();
        for (key, value) in root.into_inner() {
            let provider = known
                .iter()
                .find(|table| table.name == key.get_ref().as_ref());
            let entry = Entry::new(&source, "", &key, value);
            match (key.get_ref().as_ref(), provider) {
                ("provider", _) => config.provider = Some(entry.provider(known)?),
                ("policy", _) => config.policy = policy::read(&source, entry.table()?, "policy")?,
                ("serve", _) => config.serve = ServeSection::read(&source, entry.table()?)?,
                ("instances", _) => {
                    config.instances = instances::read(&source, entry.table()?, known)?;
                }
                (name, Some(provider)) => {
                    let table = entry.table()?;
                    if let DeValue::Table(keys) = table.get_ref() {
                        source.check_keys(name, keys, &provider.fields)?;
                    }
                    let table = source.plain_table(table, name)?;
                    config.providers.insert(name.to_owned(), table.into());
                }
                (unknown, None) => {
                    let providers: Vec<_> = known
                        .iter()
                        .map(|table| format!("[{}]", table.name))
                        .collect();
                    let what = format!(
                        "{}: unknown key; a file has provider, {}, [policy], [serve] and \
                         [instances.NAME]",
                        shown_key(unknown),
                        providers.join(", ")
                    );
                    return Err(source.refuse(Some(key.span()), &what));
                }
            }
        }
        Ok(config)
    }

    /// What the file says about this provider.
    pub(crate) fn table(&self, provider: &str) -> pairing_providers::Table {
        self.providers
            .get(provider)
            .and_then(toml::Value::as_table)
            .map(as_fields)
            .unwrap_or_default()
    }

    fn holds_secrets(&self, known: &[KnownTable<'_>]) -> bool {
        let has_credential = |provider: &KnownTable<'_>, fields: &pairing_providers::Table| {
            provider
                .secrets
                .iter()
                .any(|name| fields.contains_key(*name))
        };
        let of_instance = |instance: &InstanceSection| {
            instance.webhook_secret.is_some()
                || known.iter().any(|provider| {
                    provider.name == instance.provider && has_credential(provider, &instance.fields)
                })
        };
        self.serve.admin_token.is_some()
            || self.instances.iter().any(of_instance)
            || known
                .iter()
                .any(|provider| has_credential(provider, &self.table(provider.name)))
    }

    /// The recommended policy with what the file says in its place.
    pub(crate) fn policy(&self, recommended: PairingPolicy) -> Result<PairingPolicy, Failure> {
        policy::overlaid(recommended, &[&self.policy])
    }

    /// The same for an instance, whose own policy comes last.
    pub(crate) fn policy_of(
        &self,
        instance: &InstanceSection,
        recommended: PairingPolicy,
    ) -> Result<PairingPolicy, Failure> {
        policy::overlaid(recommended, &[&self.policy, &instance.policy])
    }
}

/// Whether all users can, and not just a group that was chosen. A pipe is gone once it is read.
#[cfg(unix)]
fn is_world_readable(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    let found = file.metadata()?;
    Ok(found.is_file() && found.permissions().mode() & 0o004 != 0)
}

/// Unknown from the file alone.
#[cfg(not(unix))]
fn is_world_readable(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests;

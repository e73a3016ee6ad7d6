//! The sections `[instances.NAME]`: the instances that `pairing serve` serves side by side.

use pairing_core::PhoneNumber;
use secrecy::SecretString;
use toml::de::DeValue;
use toml::{Spanned, Table};

use super::policy;
use super::source::{Entry, KnownTable, Source, as_fields};
use crate::failure::Failure;

/// One instance. Holds secrets, so no `Debug`.
pub(crate) struct InstanceSection {
    pub(crate) name: String,
    /// A provider that is known.
    pub(crate) provider: String,
    /// What the provider's row asks for.
    pub(crate) fields: pairing_providers::Table,
    pub(crate) webhook_secret: Option<SecretString>,
    pub(crate) expect_phone: Option<PhoneNumber>,
    pub(super) policy: Table,
    place: String,
}

/// What every instance may have besides its provider's fields.
const OWN_KEYS: [&str; 4] = ["provider", "webhook_secret", "expect_phone", "policy"];

impl InstanceSection {
    /// A refusal that names the place of this section.
    pub(crate) fn refuse(&self, what: impl std::fmt::Display) -> Failure {
        Failure::configuration(format!("{}: {what}", self.place))
    }
}

pub(super) fn read(
    source: &Source<'_>,
    value: Spanned<DeValue<'_>>,
    known: &[KnownTable<'_>],
) -> Result<Vec<InstanceSection>, Failure> {
    let mut instances: Vec<InstanceSection> = Vec::new();
    let DeValue::Table(sections) = value.into_inner() else {
        return Ok(instances);
    };
    for (name, value) in sections {
        let shown = shown(name.get_ref());
        let place = source.place(Some(name.span()));
        let DeValue::Table(table) = value.into_inner() else {
            let what = "must be a section: [instances.NAME], with the name you give the instance";
            return Err(source.refuse(Some(name.span()), &format!("[instances] {shown}: {what}")));
        };
        let mut section = InstanceSection {
            place: format!("{place}: [instances.{shown}]"),
            name: name.get_ref().clone().into_owned(),
            provider: String::new(),
            fields: pairing_providers::Table::new(),
            webhook_secret: None,
            expect_phone: None,
            policy: Table::new(),
        };
        section.fill(source, &format!("instances.{shown}"), table, known)?;
        if let Some(twin) = instances.iter().find(|other| other.is_same(&section)) {
            return Err(section.refuse(format_args!(
                "the same instance of the provider as [instances.{}]: two pairings of one \
                 instance would kill each other's codes",
                self::shown(&twin.name)
            )));
        }
        instances.push(section);
    }
    Ok(instances)
}

/// Names are public, and go into URLs. A text that cannot be one is not shown: it may be a secret.
fn shown(name: &str) -> &str {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.len() <= 64 && name.chars().all(fits) {
        name
    } else {
        "(this name)"
    }
}

impl InstanceSection {
    fn fill(
        &mut self,
        source: &Source<'_>,
        section: &str,
        table: toml::de::DeTable<'_>,
        known: &[KnownTable<'_>],
    ) -> Result<(), Failure> {
        let (own, fields): (Vec<_>, Vec<_>) = table
            .into_iter()
            .partition(|(key, _)| OWN_KEYS.contains(&key.get_ref().as_ref()));
        for (key, value) in own {
            let entry = Entry::new(source, section, &key, value);
            match key.get_ref().as_ref() {
                "provider" => self.provider = entry.provider(known)?,
                "webhook_secret" => self.webhook_secret = Some(entry.text()?.into()),
                "expect_phone" => {
                    let wanted = "a phone number with its country code, like \"+5511999998888\"";
                    let phone =
                        entry.read(wanted, |text| PhoneNumber::parse_user_input(text).ok())?;
                    self.expect_phone = Some(phone);
                }
                _ => {
                    let section = format!("{section}.policy");
                    self.policy = policy::read(source, entry.table()?, &section)?;
                }
            }
        }
        let Some(provider) = known.iter().find(|table| table.name == self.provider) else {
            // Perhaps it is there, and mistyped.
            let is_known = |key: &str| known.iter().any(|table| table.fields.contains(&key));
            if let Some((key, _)) = fields.iter().find(|(key, _)| !is_known(key.get_ref())) {
                let all = [&OWN_KEYS[..], &["the fields of its provider"]].concat();
                return Err(source.unknown_key(section, key, &all));
            }
            let names: Vec<_> = known.iter().map(|table| table.name).collect();
            return Err(self.refuse(format_args!(
                "provider is missing; add provider = with one of {}",
                names.join(", ")
            )));
        };
        let mut values = Table::new();
        for (key, value) in fields {
            let name = key.get_ref().as_ref();
            if !provider.fields.contains(&name) {
                let all = [&OWN_KEYS[..], &provider.fields].concat();
                return Err(source.unknown_key(section, &key, &all));
            }
            let entry = Entry::new(source, section, &key, value);
            let value = entry.value("a value that TOML knows")?;
            values.insert(name.to_owned(), value);
        }
        self.fields = as_fields(&values);
        Ok(())
    }

    /// Whether both sections lead to one instance of a provider: a section that was copied.
    fn is_same(&self, other: &Self) -> bool {
        !self.fields.is_empty() && self.provider == other.provider && self.fields == other.fields
    }
}

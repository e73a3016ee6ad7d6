//! Where in the file a value stands, and refusals that name the place but not the value.

use std::borrow::Cow;

use pairing_providers::shown_key;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::{Spanned, Table};

use crate::failure::Failure;

/// A table of the file that belongs to a provider.
pub(crate) struct KnownTable<'a> {
    pub(crate) name: &'a str,
    pub(crate) fields: Vec<&'a str>,
    /// Those of the fields that are credentials.
    pub(crate) secrets: Vec<&'a str>,
}

/// The file that messages are about.
pub(super) struct Source<'a> {
    pub(super) name: String,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The file and the line.
    pub(super) fn place(&self, span: Option<std::ops::Range<usize>>) -> String {
        let start = span.map_or(0, |span| span.start.min(self.text.len()));
        let before = &self.text.as_bytes()[..start];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("--config: {}, line {line}", self.name)
    }

    pub(super) fn refuse(&self, span: Option<std::ops::Range<usize>>, what: &str) -> Failure {
        Failure::configuration(format!("{}: {what}", self.place(span)))
    }

    pub(super) fn unknown_key(
        &self,
        section: &str,
        key: &Spanned<Cow<'_, str>>,
        known: &[&str],
    ) -> Failure {
        let what = format!(
            "[{section}] {}: unknown key; this section has {}",
            shown_key(key.get_ref()),
            known.join(", ")
        );
        self.refuse(Some(key.span()), &what)
    }

    pub(super) fn check_keys(
        &self,
        section: &str,
        table: &DeTable<'_>,
        fields: &[&str],
    ) -> Result<(), Failure> {
        match table
            .keys()
            .find(|key| !fields.contains(&key.get_ref().as_ref()))
        {
            Some(key) => Err(self.unknown_key(section, key, fields)),
            None => Ok(()),
        }
    }

    pub(super) fn plain_table(
        &self,
        value: Spanned<DeValue<'_>>,
        section: &str,
    ) -> Result<Table, Failure> {
        let span = value.span();
        Table::deserialize(ValueDeserializer::from(value)).map_err(|error| {
            let what = format!("[{section}]: a value that TOML does not know");
            self.refuse(error.span().or(Some(span)), &what)
        })
    }

    /// The key on the line of this place.
    pub(super) fn key_at(&self, start: usize) -> &str {
        let before = &self.text.as_bytes()[..start.min(self.text.len())];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let line = self.text.get(line_start..).unwrap_or_default();
        let key = line.split(['=', '\n']).next().unwrap_or_default();
        shown_key(key.trim())
    }
}

/// One key of a section with its value.
pub(super) struct Entry<'a> {
    source: &'a Source<'a>,
    /// The key as it is named in messages, with its section.
    name: String,
    /// What the header of a section would be, if it were one.
    header: String,
    key: std::ops::Range<usize>,
    value: Spanned<DeValue<'a>>,
}

impl<'a> Entry<'a> {
    /// `section` is empty at the top of the file.
    pub(super) fn new(
        source: &'a Source<'a>,
        section: &str,
        key: &Spanned<Cow<'_, str>>,
        value: Spanned<DeValue<'a>>,
    ) -> Self {
        let key_name = shown_key(key.get_ref());
        let (name, header) = match section {
            "" => (key_name.to_owned(), format!("[{key_name}]")),
            section => (
                format!("[{section}] {key_name}"),
                format!("[{section}.{key_name}]"),
            ),
        };
        Self {
            source,
            name,
            header,
            key: key.span(),
            value,
        }
    }

    fn refuse(&self, what: &str) -> Failure {
        let what = format!("{}: {what}", self.name);
        self.source.refuse(Some(self.key.clone()), &what)
    }

    /// A section, such as `[policy]`.
    pub(super) fn table(self) -> Result<Spanned<DeValue<'a>>, Failure> {
        match self.value.get_ref() {
            DeValue::Table(_) => Ok(self.value),
            _ => Err(self.refuse(&format!("must be a section: {}", self.header))),
        }
    }

    pub(super) fn text(self) -> Result<String, Failure> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.refuse("must be text in quotes")),
        }
    }

    /// What `read` makes of a text; `wanted` says what it must be.
    pub(super) fn read<T>(
        self,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        let value = match self.value.get_ref() {
            DeValue::String(text) => read(text),
            _ => None,
        };
        value.ok_or_else(|| self.refuse(&format!("must be {wanted}")))
    }

    /// A value that is more than a text.
    pub(super) fn value<T: DeserializeOwned>(self, wanted: &str) -> Result<T, Failure> {
        let value = ValueDeserializer::from(self.value.clone());
        T::deserialize(value).map_err(|_| self.refuse(&format!("must be {wanted}")))
    }

    /// The name of a provider.
    pub(super) fn provider(self, known: &[KnownTable<'_>]) -> Result<String, Failure> {
        let names: Vec<_> = known.iter().map(|table| table.name).collect();
        if !matches!(self.value.get_ref(), DeValue::String(_)) {
            return self.text();
        }
        let wanted = format!("one of {}", names.join(", "));
        self.read(&wanted, |text| {
            names.contains(&text).then(|| text.to_owned())
        })
    }
}

/// A table as the list of providers takes it.
pub(super) fn as_fields(table: &Table) -> pairing_providers::Table {
    serde_json::to_value(table)
        .and_then(serde_json::from_value)
        .unwrap_or_default()
}

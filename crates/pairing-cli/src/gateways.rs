//! What the list of `pairing-providers` says about the gateways: names, variables, tables of the
//! file. No single gateway is named here.

use clap::builder::PossibleValuesParser;
use pairing_providers::{Adapter, ConfigError, FieldSpec, provider, providers};

use crate::config::KnownTable;
use crate::failure::Failure;

/// The variable that holds the admin token of `pairing serve`.
pub(crate) const ADMIN_TOKEN: &str = "PAIRING_ADMIN_TOKEN";

/// The values of `--provider`.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(providers().iter().map(|provider| provider.name))
}

/// The environment variables of all providers and what they hold, for help texts.
pub(crate) fn variables() -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut shared = Vec::new();
    for provider in providers() {
        for field in provider.fields {
            let mut names = field.env_vars(provider.name).into_iter();
            if let Some(own) = names.next().filter(|_| needs_a_line(field)) {
                variables.push((own, format!("{}: {}", provider.title, field.help)));
            }
            shared.extend(names);
        }
    }
    shared.sort();
    shared.dedup();
    for name in shared {
        let help = "the address of whichever gateway is used, as --base-url";
        variables.push((name, help.to_owned()));
    }
    variables
}

/// Not what has a default; `pairing providers` lists that too.
fn needs_a_line(field: &FieldSpec) -> bool {
    field.secret || field.required
}

/// The row of a provider.
pub(crate) fn info(name: &str) -> Result<&'static Adapter, Failure> {
    Ok(provider(name)?)
}

/// The variables of a provider alone, in the words of its row, for values that `value`
/// knows by the field's name. An address goes into its own variable too: in the one that all
/// providers share, it would send the next provider's credentials to this host.
pub(crate) fn variables_for(
    info: &Adapter,
    value: impl Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    info.fields
        .iter()
        .filter_map(|field| {
            let name = field.env_vars(info.name).into_iter().next()?;
            Some((name, value(field.name)?))
        })
        .collect()
}

pub(crate) fn title(name: &str) -> String {
    provider(name).map_or_else(|_| name.to_owned(), |info| info.title.to_owned())
}

/// The tables that a configuration file may have, one for each provider.
pub(crate) fn known_tables() -> Vec<KnownTable<'static>> {
    let table = |info: &'static Adapter| KnownTable {
        name: info.name,
        fields: info.fields.iter().map(|field| field.name).collect(),
        secrets: info
            .fields
            .iter()
            .filter(|field| field.secret)
            .map(|field| field.name)
            .collect(),
    };
    providers().iter().copied().map(table).collect()
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error.to_string())
    }
}

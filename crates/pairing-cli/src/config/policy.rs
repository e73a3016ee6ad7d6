//! The sections that change a provider's recommended policy.

use pairing_core::PairingPolicy;
use serde::Deserialize as _;
use toml::de::{DeValue, ValueDeserializer};
use toml::{Spanned, Table};

use super::source::Source;
use crate::failure::Failure;

/// Checks the section as a whole, so that a wrong value is named with its line.
pub(super) fn read(
    source: &Source<'_>,
    value: Spanned<DeValue<'_>>,
    section: &str,
) -> Result<Table, Failure> {
    let table = source.plain_table(value.clone(), section)?;
    let span = value.span();
    if let Err(error) = PairingPolicy::deserialize(ValueDeserializer::from(value)) {
        let span = error.span().unwrap_or(span);
        let key = source.key_at(span.start);
        // Its own words name the key that is unknown; other words quote values.
        let what = if error.message().starts_with("unknown field") {
            "unknown key; the documentation of PairingPolicy lists them"
        } else {
            "does not fit; durations are text like \"20s\" or \"2m 40s\", counts are whole \
             numbers without quotes"
        };
        return Err(source.refuse(Some(span), &format!("[{section}] {key}: {what}")));
    }
    Ok(table)
}

/// The recommended policy with what the sections say in its place, the last one first.
pub(super) fn overlaid(
    recommended: PairingPolicy,
    sections: &[&Table],
) -> Result<PairingPolicy, Failure> {
    let unfit = || Failure::configuration("the policy of this provider cannot be changed");
    let mut table = Table::try_from(&recommended).map_err(|_| unfit())?;
    for section in sections {
        overlay(&mut table, section);
    }
    let policy: PairingPolicy = table.try_into().map_err(|_| unfit())?;
    policy.validate().map_err(|error| {
        Failure::configuration(format!("{error}; change it in the configuration file"))
    })?;
    Ok(policy)
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

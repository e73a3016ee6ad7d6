//! The settings of a provider: names and values, wiped when freed.

use std::collections::BTreeMap;
use std::ffi::c_char;

use secrecy::SecretString;

use super::arguments::{non_null, text};
use super::guard::{catch_or, guard};
use super::last_error::Failure;
use super::status::pairing_status;
use crate::{ErrorCode, PairingError};

/// The settings of a provider: instance id, token, and so on, by the names that bindings/README.md
/// and `pairing providers` list. Credentials are wiped from memory when this is freed.
pub struct pairing_settings {
    values: BTreeMap<String, SecretString>,
}

impl pairing_settings {
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &SecretString)> {
        let values = self.values.iter();
        values.map(|(name, value)| (name.as_str(), value))
    }
}

/// Longest name of a setting.
const MOST_NAME_BYTES: usize = 64;

/// Settings without any value.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_settings_new() -> Option<Box<pairing_settings>> {
    catch_or(None, || {
        let values = BTreeMap::new();
        Some(Box::new(pairing_settings { values }))
    })
}

/// Sets a value, in place of an earlier one with this name. Both strings are copied.
/// Whether the provider knows the name shows when it is opened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_settings_set(
    settings: Option<&mut pairing_settings>,
    name: *const c_char,
    value: *const c_char,
) -> pairing_status {
    guard(|| {
        let settings = non_null(settings)?;
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        let (name, value) = unsafe { (text(name)?, text(value)?) };
        check_name(name)?;
        let value = SecretString::from(value);
        settings.values.insert(name.to_owned(), value);
        Ok(())
    })
}

/// Refuses what no provider uses as a name, without quoting it: where name and value are
/// swapped, it is a credential.
fn check_name(name: &str) -> Result<(), Failure> {
    let usual = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    if name.is_empty() || name.len() > MOST_NAME_BYTES || !name.bytes().all(usual) {
        return Err(PairingError::new(
            ErrorCode::InvalidSettings,
            "the name of a setting consists of lower-case letters and underscores",
        )
        .into());
    }
    Ok(())
}

/// Wipes and frees settings. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_settings_free(settings: Option<Box<pairing_settings>>) {
    catch_or((), || drop(settings));
}

//! Gathering a provider's values from command line, environment and file.

use std::collections::BTreeMap;

use pairing_adapter::{BaseUrl, InvalidCredential, QrForm};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::table::join;
use crate::{ConfigError, FieldKind, FieldSpec, ProviderConfig, ProviderInfo, provider, shown_key};

/// A provider's table in a configuration file, of any format that serde reads.
pub type Table = serde_json::Map<String, Value>;

/// What a caller decides over environment and file.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// The address.
    pub base_url: Option<BaseUrl>,
    /// Which form of QR code to ask for; without effect where a gateway has only one.
    pub qr_form: Option<QrForm>,
    /// Whether a call may be more than one request.
    pub follow_ups: Option<bool>,
}

/// Gathers the configuration of a provider; [the crate's page](crate) has the rules. `env`
/// reads an environment variable.
///
/// # Errors
///
/// [`ConfigError`] names the provider, the field and what to do; never a value.
pub fn load(
    name: &str,
    file: &Table,
    env: impl Fn(&str) -> Option<String>,
    overrides: &Overrides,
) -> Result<ProviderConfig, ConfigError> {
    let provider = provider(name)?;
    if !provider.is_available() {
        return Err(ConfigError::NotCompiledIn {
            provider: provider.name,
        });
    }
    if let Some(key) = file.keys().find(|key| spec(provider, key).is_none()) {
        return Err(ConfigError::UnknownKey {
            provider: provider.name,
            key: shown_key(key).to_owned(),
            known: join(provider.fields.iter().map(|field| field.name)),
        });
    }
    let mut texts = BTreeMap::new();
    for field in provider.fields {
        let from_env = field
            .env_vars(provider.name)
            .iter()
            .find_map(|variable| env(variable).filter(|value| !value.trim().is_empty()));
        let text = match from_env {
            Some(text) => Some(text),
            None => from_file(provider, field, file)?,
        };
        if let Some(text) = text {
            texts.insert(field.name, SecretString::from(text));
        }
    }
    let mut values = Values {
        provider,
        texts,
        overrides: overrides.clone(),
    };
    (provider.configure)(&mut values)
}

fn from_file(
    provider: &ProviderInfo,
    field: &FieldSpec,
    file: &Table,
) -> Result<Option<String>, ConfigError> {
    match (file.get(field.name), field.kind) {
        (None | Some(Value::Null), _) => Ok(None),
        (Some(Value::Bool(flag)), FieldKind::Flag) => Ok(Some(flag.to_string())),
        (Some(Value::String(text)), _) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        (Some(_), kind) => Err(ConfigError::WrongType {
            provider: provider.name,
            field: field.name,
            expected: expected(kind),
        }),
    }
}

const fn expected(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text | FieldKind::Url => "a text in quotes",
        FieldKind::Flag => "true or false",
        FieldKind::QrForm => "\"text\" or \"image\"",
    }
}

fn spec(provider: &ProviderInfo, name: &str) -> Option<&'static FieldSpec> {
    provider.fields.iter().find(|field| field.name == name)
}

/// The values for a provider's fields, for the adapter's row to pick from.
#[cfg_attr(not(all(feature = "zapi", feature = "megaapi")), allow(dead_code))]
pub(crate) struct Values {
    provider: &'static ProviderInfo,
    texts: BTreeMap<&'static str, SecretString>,
    overrides: Overrides,
}

// What one adapter alone picks is unused in a build without it.
#[cfg_attr(not(all(feature = "zapi", feature = "megaapi")), allow(dead_code))]
impl Values {
    pub(crate) fn required(&mut self, name: &'static str) -> Result<SecretString, ConfigError> {
        self.texts.remove(name).ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional(&mut self, name: &'static str) -> Option<SecretString> {
        self.texts.remove(name)
    }

    pub(crate) fn base_url(&mut self) -> Result<Option<BaseUrl>, ConfigError> {
        if let Some(base) = self.overrides.base_url.take() {
            return Ok(Some(base));
        }
        self.texts
            .get("base_url")
            .map(|text| BaseUrl::parse(text.expose_secret()))
            .transpose()
            .map_err(|problem| ConfigError::BaseUrl {
                provider: self.provider.name,
                problem,
            })
    }

    pub(crate) fn required_base_url(&mut self) -> Result<BaseUrl, ConfigError> {
        self.base_url()?.ok_or_else(|| self.missing("base_url"))
    }

    pub(crate) fn qr_form(&self) -> Result<Option<QrForm>, ConfigError> {
        if self.overrides.qr_form.is_some() {
            return Ok(self.overrides.qr_form);
        }
        match self.plain("qr_form").as_deref() {
            None => Ok(None),
            Some("text") => Ok(Some(QrForm::Text)),
            Some("image") => Ok(Some(QrForm::Image)),
            Some(_) => Err(self.wrong_type("qr_form", FieldKind::QrForm)),
        }
    }

    pub(crate) fn follow_ups(&self) -> Result<Option<bool>, ConfigError> {
        if self.overrides.follow_ups.is_some() {
            return Ok(self.overrides.follow_ups);
        }
        match self.plain("follow_ups").as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(self.wrong_type("follow_ups", FieldKind::Flag)),
        }
    }

    /// Gives an adapter's verdict on its configuration the provider's name.
    pub(crate) fn accept(&self, verdict: Result<(), InvalidCredential>) -> Result<(), ConfigError> {
        verdict.map_err(|problem| ConfigError::Credential {
            provider: self.provider.name,
            problem,
        })
    }

    /// A setting that is no secret, as it was meant.
    fn plain(&self, name: &str) -> Option<String> {
        let text = self.texts.get(name)?.expose_secret();
        Some(text.trim().to_ascii_lowercase())
    }

    fn wrong_type(&self, field: &'static str, kind: FieldKind) -> ConfigError {
        ConfigError::WrongType {
            provider: self.provider.name,
            field,
            expected: expected(kind),
        }
    }

    fn missing(&self, field: &'static str) -> ConfigError {
        let (env, help) = match spec(self.provider, field) {
            Some(spec) => (spec.env_var(self.provider.name), spec.help),
            None => Default::default(),
        };
        ConfigError::Missing {
            provider: self.provider.name,
            field,
            env,
            help,
        }
    }
}

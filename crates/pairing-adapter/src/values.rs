//! Gathering the values of an adapter's fields from command line, environment and file.

use std::collections::BTreeMap;

use pairing_http::InvalidBaseUrl;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tracing::warn;

use crate::field::PLAIN_HTTP;
use crate::{
    Adapter, BaseUrl, ConfigError, FieldKind, FieldSpec, InvalidCredential, QrForm, shown_key,
};

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

fn from_file(
    adapter: &Adapter,
    field: &FieldSpec,
    file: &Table,
) -> Result<Option<String>, ConfigError> {
    match (file.get(field.name), field.kind) {
        (None | Some(Value::Null), _) => Ok(None),
        (Some(Value::Bool(flag)), FieldKind::Flag) => Ok(Some(flag.to_string())),
        (Some(Value::String(text)), _) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        (Some(_), kind) => Err(ConfigError::WrongType {
            provider: adapter.name,
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

fn spec(adapter: &Adapter, name: &str) -> Option<&'static FieldSpec> {
    adapter.fields.iter().find(|field| field.name == name)
}

/// The values of an adapter's fields, for the adapter to pick from. `Debug` hides them.
#[derive(Debug)]
pub struct Values {
    adapter: &'static Adapter,
    texts: BTreeMap<&'static str, SecretString>,
    overrides: Overrides,
}

impl Values {
    /// Gathers them. A value comes from the first of these that has it: `overrides`, the
    /// environment, `file`. An empty text counts as unset. `env` reads an environment variable.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnknownKey`] and [`ConfigError::WrongType`] name the field and what to do;
    /// never a value.
    pub fn gather(
        adapter: &'static Adapter,
        file: &Table,
        env: impl Fn(&str) -> Option<String>,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        if let Some(key) = file.keys().find(|key| spec(adapter, key).is_none()) {
            let known: Vec<&str> = adapter.fields.iter().map(|field| field.name).collect();
            return Err(ConfigError::UnknownKey {
                provider: adapter.name,
                key: shown_key(key).to_owned(),
                known: known.join(", "),
            });
        }
        let mut texts = BTreeMap::new();
        for field in adapter.fields {
            let from_env = field
                .env_vars(adapter.name)
                .iter()
                .find_map(|variable| env(variable).filter(|value| !value.trim().is_empty()));
            let text = match from_env {
                Some(text) => Some(text),
                None => from_file(adapter, field, file)?,
            };
            if let Some(text) = text {
                texts.insert(field.name, SecretString::from(text));
            }
        }
        Ok(Self {
            adapter,
            texts,
            overrides: overrides.clone(),
        })
    }

    /// Takes a value.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`].
    pub fn required(&mut self, name: &'static str) -> Result<SecretString, ConfigError> {
        self.texts.remove(name).ok_or_else(|| self.missing(name))
    }

    /// Takes a value, if it is set.
    #[must_use]
    pub fn optional(&mut self, name: &'static str) -> Option<SecretString> {
        self.texts.remove(name)
    }

    /// Takes a text that is no credential, without the white space around it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`].
    pub fn required_text(&mut self, name: &'static str) -> Result<String, ConfigError> {
        let text = self.required(name)?;
        Ok(text.expose_secret().trim().to_owned())
    }

    /// A switch, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WrongType`].
    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, ConfigError> {
        match self.plain(name).as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(self.wrong_type(name, FieldKind::Flag)),
        }
    }

    /// The address, if it is set. Plain `http` is for loopback, and with
    /// [`plain_http`](FieldSpec::plain_http) for private networks: then a warning is logged.
    ///
    /// # Errors
    ///
    /// [`ConfigError::BaseUrl`] and [`ConfigError::PlainHttp`].
    pub fn base_url(&mut self) -> Result<Option<BaseUrl>, ConfigError> {
        if let Some(base) = self.overrides.base_url.take() {
            return Ok(Some(base));
        }
        let is_plain_http_allowed = self.flag(PLAIN_HTTP)? == Some(true);
        let Some(text) = self.texts.get("base_url") else {
            return Ok(None);
        };
        let provider = self.adapter.name;
        let read = match is_plain_http_allowed {
            true => BaseUrl::parse_private(text.expose_secret()),
            false => BaseUrl::parse(text.expose_secret()),
        };
        let has_choice = spec(self.adapter, PLAIN_HTTP).is_some();
        let base = read.map_err(|problem| match problem {
            InvalidBaseUrl::Insecure if has_choice => ConfigError::PlainHttp { provider },
            problem => ConfigError::BaseUrl { provider, problem },
        })?;
        if base.is_exposed() {
            warn!(
                provider,
                "requests go out without encryption: credentials and codes can be read in the network"
            );
        }
        Ok(Some(base))
    }

    /// The address.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`], and as [`base_url`](Self::base_url).
    pub fn required_base_url(&mut self) -> Result<BaseUrl, ConfigError> {
        self.base_url()?.ok_or_else(|| self.missing("base_url"))
    }

    /// Which form of QR code to ask for, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WrongType`].
    pub fn qr_form(&self) -> Result<Option<QrForm>, ConfigError> {
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

    /// Whether a call may be more than one request, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::WrongType`].
    pub fn follow_ups(&self) -> Result<Option<bool>, ConfigError> {
        if self.overrides.follow_ups.is_some() {
            return Ok(self.overrides.follow_ups);
        }
        self.flag("follow_ups")
    }

    /// Gives an adapter's verdict on its configuration the provider's name.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Credential`].
    pub fn accept(&self, verdict: Result<(), InvalidCredential>) -> Result<(), ConfigError> {
        verdict.map_err(|problem| ConfigError::Credential {
            provider: self.adapter.name,
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
            provider: self.adapter.name,
            field,
            expected: expected(kind),
        }
    }

    fn missing(&self, field: &'static str) -> ConfigError {
        let (env, help) = match spec(self.adapter, field) {
            Some(spec) => (spec.env_var(self.adapter.name), spec.help),
            None => Default::default(),
        };
        ConfigError::Missing {
            provider: self.adapter.name,
            field,
            env,
            help,
        }
    }
}

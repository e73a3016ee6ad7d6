//! Why there is no provider, and what to do about it.

use crate::field::{self, PLAIN_HTTP};
use crate::{InvalidBaseUrl, InvalidCredential, SetupError, TransportError};

/// Why a configuration gives no provider. Names fields, never values.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No adapter has this name.
    #[error("unknown provider: the known ones are {known}")]
    UnknownProvider {
        /// The names of all providers.
        known: String,
    },
    /// The environment names no provider.
    #[error(
        "no provider is chosen: set the environment variable PAIRING_PROVIDER to one of {known}"
    )]
    NoProvider {
        /// The names of all providers.
        known: String,
    },
    /// The adapter exists, but this program was built without it.
    #[error(
        "this program was built without the provider {provider}: build it with the cargo feature `{provider}` of pairing-providers"
    )]
    NotCompiledIn {
        /// Its name, which is the name of the feature.
        provider: &'static str,
    },
    /// A required field is nowhere set.
    #[error(
        "`{field}` of {provider} is missing: set the environment variable {env}, or `{field}` under [{provider}] in the configuration file ({help})"
    )]
    Missing {
        /// The provider.
        provider: &'static str,
        /// The key in its table.
        field: &'static str,
        /// The environment variable.
        env: String,
        /// What to put in.
        help: &'static str,
    },
    /// The file has a key that the provider does not know.
    #[error("[{provider}] does not know the key `{key}`: it knows {known}")]
    UnknownKey {
        /// The provider.
        provider: &'static str,
        /// The key, as [`shown_key`] gives it.
        key: String,
        /// The keys it knows.
        known: String,
    },
    /// A value of another type than the field's.
    #[error("`{field}` of {provider} must be {expected}")]
    WrongType {
        /// The provider.
        provider: &'static str,
        /// The key in its table.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// An address that cannot be used.
    #[error("`base_url` of {provider}: {problem}")]
    BaseUrl {
        /// The provider.
        provider: &'static str,
        /// The rule that was broken.
        problem: InvalidBaseUrl,
    },
    /// Plain `http` to another machine, at a gateway for which that can be allowed.
    #[error(
        "`base_url` of {provider} must start with https://: to send credentials and codes without encryption through a private network, set `plain_http = true` under [{provider}] or {}=true",
        field::env_var(provider, PLAIN_HTTP)
    )]
    PlainHttp {
        /// The provider.
        provider: &'static str,
    },
    /// A credential that cannot be right.
    #[error("{provider}: {problem}")]
    Credential {
        /// The provider.
        provider: &'static str,
        /// The field and the rule that was broken.
        problem: InvalidCredential,
    },
    /// The adapter refused the configuration or the HTTP client cannot be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// The key of a table as a message may show it: itself, if it looks like one. Where key and value
/// are swapped, or a `=` is left out, it is a credential, and is not shown.
#[must_use]
pub fn shown_key(key: &str) -> &str {
    let usual = |byte: u8| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-';
    if key.len() <= MAX_SHOWN_KEY_BYTES && key.bytes().all(usual) {
        key
    } else {
        "(this key)"
    }
}

/// Longer than any name of a field.
const MAX_SHOWN_KEY_BYTES: usize = 32;

impl From<TransportError> for ConfigError {
    fn from(error: TransportError) -> Self {
        Self::Setup(error.into())
    }
}

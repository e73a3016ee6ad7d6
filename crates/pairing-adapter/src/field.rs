//! What a provider's configuration consists of.

/// One field of a provider's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldSpec {
    /// Its key in the provider's table.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it is a credential, to be typed hidden and never shown.
    pub secret: bool,
    /// Whether the provider cannot work without it.
    pub required: bool,
    /// What to put in, in English.
    pub help: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A text.
    Text,
    /// An address such as `https://gateway.example.com`.
    Url,
    /// `true` or `false`.
    Flag,
    /// `text` or `image`.
    QrForm,
}

/// The name of [`FieldSpec::plain_http`].
pub(crate) const PLAIN_HTTP: &str = "plain_http";

/// The environment variable that all providers share.
const SHARED_BASE_URL: &str = "PAIRING_BASE_URL";

impl FieldSpec {
    /// A required credential.
    #[must_use]
    pub const fn secret(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            kind: FieldKind::Text,
            secret: true,
            required: true,
            help,
        }
    }

    /// A required text that is no credential, such as the name of an instance.
    #[must_use]
    pub const fn text(name: &'static str, help: &'static str) -> Self {
        Self {
            secret: false,
            ..Self::secret(name, help)
        }
    }

    /// An optional switch.
    #[must_use]
    pub const fn flag(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            kind: FieldKind::Flag,
            secret: false,
            required: false,
            help,
        }
    }

    /// The gateway's address, required: `base_url`.
    #[must_use]
    pub const fn base_url(help: &'static str) -> Self {
        Self {
            name: "base_url",
            kind: FieldKind::Url,
            secret: false,
            required: true,
            help,
        }
    }

    /// `qr_form`, for a gateway that has both forms.
    #[must_use]
    pub const fn qr_form() -> Self {
        Self {
            name: "qr_form",
            kind: FieldKind::QrForm,
            secret: false,
            required: false,
            help: "which form of QR code to ask for: text (default) or image",
        }
    }

    /// `follow_ups`: whether a call may be more than one request.
    #[must_use]
    pub const fn follow_ups() -> Self {
        Self::flag(
            "follow_ups",
            "whether a second request may clear up an answer: true (default) or false",
        )
    }

    /// `plain_http`, for a gateway that people run themselves: whether
    /// [`base_url`](crate::Values::base_url) may be plain `http` in a private network.
    #[must_use]
    pub const fn plain_http() -> Self {
        Self::flag(
            PLAIN_HTTP,
            "whether base_url may start with http:// in a private network, where others could read credentials and codes: true or false (default)",
        )
    }

    /// The provider works without it.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The environment variables that set it, the first of which wins. A hyphen in the provider's name
    /// becomes `_`: shells take no variable with a hyphen.
    ///
    /// ```
    /// let token = pairing_adapter::FieldSpec::secret("token", "the token of the instance");
    /// assert_eq!(token.env_vars("acme"), ["PAIRING_ACME_TOKEN"]);
    /// assert_eq!(token.env_vars("acme-cloud"), ["PAIRING_ACME_CLOUD_TOKEN"]);
    /// ```
    #[must_use]
    pub fn env_vars(&self, provider: &str) -> Vec<String> {
        let own = env_var(provider, self.name);
        if self.kind == FieldKind::Url {
            vec![own, SHARED_BASE_URL.to_owned()]
        } else {
            vec![own]
        }
    }

    /// The one to name in messages: the shared one, where there is one.
    pub(crate) fn env_var(&self, provider: &str) -> String {
        self.env_vars(provider).pop().unwrap_or_default()
    }
}

/// The variable of this field of a provider.
pub(crate) fn env_var(provider: &str, field: &str) -> String {
    format!("PAIRING_{provider}_{field}")
        .replace('-', "_")
        .to_ascii_uppercase()
}

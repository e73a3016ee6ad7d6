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

/// The environment variable that all providers share.
const SHARED_BASE_URL: &str = "PAIRING_BASE_URL";

impl FieldSpec {
    pub(crate) const fn secret(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            kind: FieldKind::Text,
            secret: true,
            required: true,
            help,
        }
    }

    pub(crate) const fn base_url(help: &'static str) -> Self {
        Self {
            name: "base_url",
            kind: FieldKind::Url,
            secret: false,
            required: true,
            help,
        }
    }

    pub(crate) const fn qr_form() -> Self {
        Self {
            name: "qr_form",
            kind: FieldKind::QrForm,
            secret: false,
            required: false,
            help: "which form of QR code to ask for: text (default) or image",
        }
    }

    pub(crate) const fn follow_ups() -> Self {
        Self {
            name: "follow_ups",
            kind: FieldKind::Flag,
            secret: false,
            required: false,
            help: "whether a second request may clear up an answer: true (default) or false",
        }
    }

    pub(crate) const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The environment variables that set it, the first of which wins.
    ///
    /// ```
    /// let zapi = pairing_providers::provider("zapi").unwrap();
    /// assert_eq!(zapi.fields[0].env_vars(zapi.name), ["PAIRING_ZAPI_INSTANCE"]);
    /// ```
    #[must_use]
    pub fn env_vars(&self, provider: &str) -> Vec<String> {
        let own = format!("PAIRING_{provider}_{}", self.name).to_uppercase();
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

//! The list of providers, for apps that let people choose one and fill in a form.

use super::Capabilities;

/// What an app needs to know about a provider to offer it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ProviderInfo {
    /// Its name for `open_provider`.
    pub name: String,
    /// Its name as the vendor writes it.
    pub title: String,
    /// What one needs to use it, in English.
    pub needs: String,
    /// The vendor's documentation.
    pub documentation: String,
    /// Its settings.
    pub fields: Vec<FieldSpec>,
    /// What it can do.
    pub capabilities: Capabilities,
}

/// One setting of a provider.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FieldSpec {
    /// Its key.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it is a credential, to be typed hidden and never shown.
    pub secret: bool,
    /// Whether the provider cannot work without it.
    pub required: bool,
    /// What to put in, in English.
    pub help: String,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
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

/// Every provider this library knows.
#[uniffi::export]
pub fn providers() -> Vec<ProviderInfo> {
    pairing_providers::providers()
        .iter()
        .map(|adapter| ProviderInfo::of(adapter))
        .collect()
}

impl ProviderInfo {
    fn of(adapter: &pairing_providers::Adapter) -> Self {
        Self {
            name: adapter.name.to_owned(),
            title: adapter.title.to_owned(),
            needs: adapter.needs.to_owned(),
            documentation: adapter.documentation.to_owned(),
            fields: adapter.fields.iter().map(FieldSpec::of).collect(),
            capabilities: adapter.capabilities.into(),
        }
    }
}

impl FieldSpec {
    fn of(field: &pairing_providers::FieldSpec) -> Self {
        use pairing_providers::FieldKind as Kind;
        Self {
            name: field.name.to_owned(),
            kind: match field.kind {
                Kind::Url => FieldKind::Url,
                Kind::Flag => FieldKind::Flag,
                Kind::QrForm => FieldKind::QrForm,
                // The kinds are non-exhaustive, and any of them can be typed as text.
                Kind::Text | _ => FieldKind::Text,
            },
            secret: field.secret,
            required: field.required,
            help: field.help.to_owned(),
        }
    }
}

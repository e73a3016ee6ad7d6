//! Providers: the ones of the library, and those an app implements.

mod app;
mod built_in;
mod list;
mod request;
mod status;

use std::sync::Arc;

use async_trait::async_trait;
use pairing_core as core;

pub(crate) use app::AppProvider;
pub use built_in::open_provider;
pub use list::{FieldKind, FieldSpec, ProviderInfo, providers};
pub use request::{CodePurpose, CodeReply, CodeRequest};
pub use status::{InstancePhase, InstanceStatus};

use crate::{IncomingWebhook, PairingError, PairingPolicy, WebhookHint};

/// One instance at one gateway: opened with `open_provider`, or implemented by the app.
///
/// A provider translates: it takes one step and says what came back. It repeats nothing,
/// waits for nothing and remembers nothing about codes; the session does. An implementation
/// throws `PairingError`; an exception of any other type counts as `Internal`. Its call is
/// cancelled when the session is.
#[uniffi::export(rust, foreign)]
#[async_trait]
pub trait PairingProvider: Send + Sync {
    /// What this provider is and can do. Asked for once per session.
    fn describe(&self) -> Result<ProviderDescription, PairingError>;

    /// Takes one step towards a code: asks for it, or does what must come before, such as starting
    /// the instance. A start is repeated only in a state that needs one, and never while a phone may
    /// be linking.
    async fn request_code(&self, request: CodeRequest) -> Result<CodeReply, PairingError>;

    /// Asks once whether the instance is linked.
    async fn status(&self) -> Result<InstanceStatus, PairingError>;

    /// Ends an attempt to link that runs at the gateway, so that its codes die and it makes no more.
    /// Asks for the status first and does nothing while a number is linked or linking: it never
    /// unlinks. Also does nothing where no attempt runs. A gateway that cannot fails with
    /// `Unsupported`; a session calls it only with the capability `abandon`.
    async fn abandon(&self) -> Result<(), PairingError>;

    /// Unlinks the number, once. Never repeat it blindly: another number may have been
    /// linked in between.
    async fn unlink(&self) -> Result<(), PairingError>;

    /// Reads a webhook, and verifies its signature where the gateway signs and the secret is
    /// configured, without any I/O. Fails with `MalformedReply` for what is no webhook of this
    /// gateway, with `InvalidSignature` for a signature that is missing or wrong, with `Unsupported`
    /// where it has none.
    fn read_webhook(&self, webhook: Arc<IncomingWebhook>) -> Result<WebhookHint, PairingError>;
}

/// What a provider is and can do.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ProviderDescription {
    /// Its short name, such as `zapi`. No instance id.
    pub name: String,
    /// What it supports.
    pub capabilities: Capabilities,
    /// The lifetimes and intervals that suit this gateway; `default_policy` if none are given.
    #[uniffi(default = None)]
    pub recommended_policy: Option<PairingPolicy>,
}

/// What a provider supports. Whatever is false here fails with `Unsupported`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Capabilities {
    /// QR codes as text.
    #[uniffi(default = false)]
    pub qr_text: bool,
    /// QR codes as pictures.
    #[uniffi(default = false)]
    pub qr_image: bool,
    /// Phone codes.
    #[uniffi(default = false)]
    pub phone_code: bool,
    /// `status`.
    #[uniffi(default = false)]
    pub status: bool,
    /// Status names the linked number, so that a wrong account can be noticed.
    #[uniffi(default = false)]
    pub linked_phone: bool,
    /// `unlink`.
    #[uniffi(default = false)]
    pub unlink: bool,
    /// `abandon`.
    #[uniffi(default = false)]
    pub abandon: bool,
    /// The gateway replaces a phone code by itself when it dies, and gives the present one to
    /// every request: asking again sends no further request to WhatsApp.
    #[uniffi(default = false)]
    pub renews_phone_codes: bool,
    /// `read_webhook`.
    #[uniffi(default = false)]
    pub webhooks: bool,
}

macro_rules! mirror_capabilities {
    ($($field:ident),*) => {
        impl From<core::Capabilities> for Capabilities {
            fn from(value: core::Capabilities) -> Self {
                Self { $($field: value.$field),* }
            }
        }

        impl From<Capabilities> for core::Capabilities {
            fn from(value: Capabilities) -> Self {
                let mut core = Self::none();
                $(core.$field = value.$field;)*
                core
            }
        }
    };
}

mirror_capabilities!(
    qr_text,
    qr_image,
    phone_code,
    status,
    linked_phone,
    unlink,
    abandon,
    renews_phone_codes,
    webhooks
);

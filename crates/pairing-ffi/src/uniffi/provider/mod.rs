//! Providers: the ones of the library, and those an app implements.

mod app;
mod built_in;
mod list;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pairing_core as core;
pub use pairing_core::WebhookHint;

pub(crate) use app::AppProvider;
pub use built_in::open_provider;
pub use list::{FieldKind, FieldSpec, ProviderInfo, providers};

use crate::{PairingCode, PairingError, PairingMethod, PairingPolicy};

/// One instance at one gateway: opened with `open_provider`, or implemented by the app.
///
/// A provider translates: it sends one request and says what came back. It repeats nothing,
/// waits for nothing and remembers nothing about codes; the session does. An implementation
/// throws `PairingError`; an exception of any other type counts as `Internal`. Its call is
/// cancelled when the session is.
#[uniffi::export(rust, foreign)]
#[async_trait]
pub trait PairingProvider: Send + Sync {
    /// What this provider is and can do. Asked for once per session.
    fn describe(&self) -> Result<ProviderDescription, PairingError>;

    /// Asks for a code once.
    async fn request_code(&self, method: PairingMethod) -> Result<CodeReply, PairingError>;

    /// Asks once whether the instance is linked.
    async fn status(&self) -> Result<InstanceStatus, PairingError>;

    /// Unlinks the number, once. Never repeat it blindly: another number may have been
    /// linked in between.
    async fn unlink(&self) -> Result<(), PairingError>;

    /// Reads the body of a webhook, without any I/O. Fails with `MalformedReply` for what is
    /// no webhook of this gateway, with `Unsupported` where it has none.
    fn read_webhook(&self, body: Vec<u8>) -> Result<WebhookHint, PairingError>;
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
    /// `read_webhook`.
    #[uniffi(default = false)]
    pub webhooks: bool,
}

/// The answer to a request for a code: four things that are not errors.
#[derive(Clone, uniffi::Enum)]
pub enum CodeReply {
    /// A code to show.
    Code {
        /// What to show.
        code: Arc<PairingCode>,
        /// The rest of its life, when the provider says so.
        expires_in: Option<Duration>,
    },
    /// The code is still being made: ask again soon. Uses up no attempt.
    NotReady,
    /// The instance is linked already. A success.
    AlreadyConnected,
    /// WhatsApp wants a passkey for this account: a person must finish at the provider.
    PasskeyRequired,
}

/// Whether an instance is linked.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct InstanceStatus {
    /// A WhatsApp number is linked.
    pub connected: bool,
    /// Which one, when the provider says so, like `+5511999998888`. A provider of the app may
    /// give the account's id as WhatsApp writes it, with its device and server; an id that
    /// names no number, such as `…@lid`, counts as none.
    #[uniffi(default = None)]
    pub phone: Option<String>,
}

/// What a webhook claims. Most gateways do not sign webhooks, so a webhook only triggers a status
/// check, or moves the next one forward.
#[uniffi::remote(Enum)]
pub enum WebhookHint {
    /// This instance may have been linked.
    Connected,
    /// This instance may have been unlinked.
    Disconnected,
    /// Nothing about pairing, or about another instance.
    Irrelevant,
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
    webhooks
);

impl From<core::CodeReply> for CodeReply {
    fn from(reply: core::CodeReply) -> Self {
        match reply {
            core::CodeReply::Code(issued) => Self::Code {
                code: Arc::new(PairingCode::new(issued.code)),
                expires_in: issued.expires_in,
            },
            core::CodeReply::NotReady => Self::NotReady,
            core::CodeReply::AlreadyConnected => Self::AlreadyConnected,
            core::CodeReply::PasskeyRequired => Self::PasskeyRequired,
        }
    }
}

impl From<CodeReply> for core::CodeReply {
    fn from(reply: CodeReply) -> Self {
        match reply {
            CodeReply::Code { code, expires_in } => {
                Self::Code(core::IssuedCode::new(code.code.clone()).with_expires_in(expires_in))
            }
            CodeReply::NotReady => Self::NotReady,
            CodeReply::AlreadyConnected => Self::AlreadyConnected,
            CodeReply::PasskeyRequired => Self::PasskeyRequired,
        }
    }
}

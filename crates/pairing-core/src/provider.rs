//! The trait every gateway implements, and no more than any gateway can do.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingPolicy,
    ProviderError, WebhookHint,
};

/// One instance at one gateway.
///
/// A provider translates: it sends one request and says what came back. It repeats
/// nothing, waits for nothing and remembers nothing about codes; the
/// [session](crate::PairingSession) does. Every method may be dropped before it is done,
/// which must cancel the request. Its `Debug` shows no credential.
///
/// With the `mock` feature, `mock::MockPairingProvider` implements it for tests. Single calls
/// with retries: [`PairingProviderExt`](crate::PairingProviderExt).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PairingProvider: fmt::Debug + Send + Sync {
    /// The provider's short name, as in configuration files: `zapi`. No instance id.
    fn name(&self) -> &str;

    /// What this provider can do. Constant for the life of the value.
    fn capabilities(&self) -> Capabilities;

    /// The lifetimes and intervals that suit this gateway.
    fn recommended_policy(&self) -> PairingPolicy {
        PairingPolicy::default()
    }

    /// Takes one step towards a code: asks for it, or does what must come before, such as starting
    /// the instance. A start is repeated only in a state that needs one, and never while a phone
    /// may be linking.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ProviderErrorKind::Unsupported) for a method that the
    /// capabilities exclude; otherwise whatever the gateway or the way to it does.
    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError>;

    /// Asks once whether the instance is linked.
    ///
    /// # Errors
    ///
    /// As [`request_code`](Self::request_code).
    async fn status(&self) -> Result<InstanceStatus, ProviderError>;

    /// Ends an attempt to link that runs at the gateway, so that its codes die and it makes no more.
    /// Asks for the status first and does nothing while a number is linked or linking: it never
    /// unlinks. Also does nothing where no attempt runs.
    ///
    /// # Errors
    ///
    /// As [`request_code`](Self::request_code). The default answers
    /// [`Unsupported`](crate::ProviderErrorKind::Unsupported).
    async fn abandon(&self) -> Result<(), ProviderError> {
        Err(ProviderError::unsupported())
    }

    /// Unlinks the number, once. Never repeat it blindly: between two calls another number may
    /// have been linked.
    ///
    /// # Errors
    ///
    /// As [`request_code`](Self::request_code).
    async fn unlink(&self) -> Result<(), ProviderError>;

    /// Reads a webhook, and verifies its signature where the gateway signs and the secret is
    /// configured. Pure; no I/O.
    ///
    /// # Errors
    ///
    /// [`MalformedReply`](crate::ProviderErrorKind::MalformedReply) for what is no webhook
    /// of this gateway, [`InvalidSignature`](crate::ProviderErrorKind::InvalidSignature) for a
    /// signature that is missing or wrong,
    /// [`Unsupported`](crate::ProviderErrorKind::Unsupported) where the gateway has no webhooks.
    // The lifetime has a name for the sake of `mockall`.
    fn read_webhook<'a>(&self, webhook: &IncomingWebhook<'a>)
    -> Result<WebhookHint, ProviderError>;
}

macro_rules! forward {
    ($($pointer:ident),*) => {$(
        #[async_trait]
        impl<P: PairingProvider + ?Sized> PairingProvider for $pointer<P> {
            fn name(&self) -> &str {
                (**self).name()
            }

            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }

            fn recommended_policy(&self) -> PairingPolicy {
                (**self).recommended_policy()
            }

            async fn request_code(
                &self,
                request: &CodeRequest,
            ) -> Result<CodeReply, ProviderError> {
                (**self).request_code(request).await
            }

            async fn status(&self) -> Result<InstanceStatus, ProviderError> {
                (**self).status().await
            }

            async fn abandon(&self) -> Result<(), ProviderError> {
                (**self).abandon().await
            }

            async fn unlink(&self) -> Result<(), ProviderError> {
                (**self).unlink().await
            }

            fn read_webhook(
                &self,
                webhook: &IncomingWebhook<'_>,
            ) -> Result<WebhookHint, ProviderError> {
                (**self).read_webhook(webhook)
            }
        }
    )*};
}

forward!(Arc, Box);

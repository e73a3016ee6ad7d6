//! The trait every gateway implements, and no more than any gateway can do.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Capabilities, CodeReply, InstanceStatus, PairingMethod, PairingPolicy, ProviderError,
    WebhookHint,
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

    /// Asks for a code once.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ProviderErrorKind::Unsupported) for a method that the
    /// capabilities exclude; otherwise whatever the gateway or the way to it does.
    async fn request_code(&self, method: &PairingMethod) -> Result<CodeReply, ProviderError>;

    /// Asks once whether the instance is linked.
    ///
    /// # Errors
    ///
    /// As [`request_code`](Self::request_code).
    async fn status(&self) -> Result<InstanceStatus, ProviderError>;

    /// Unlinks the number, once. Never repeat it blindly: between two calls somebody may
    /// have linked another.
    ///
    /// # Errors
    ///
    /// As [`request_code`](Self::request_code).
    async fn unlink(&self) -> Result<(), ProviderError>;

    /// Reads the body of a webhook. Pure; no I/O.
    ///
    /// # Errors
    ///
    /// [`MalformedReply`](crate::ProviderErrorKind::MalformedReply) for what is no webhook
    /// of this gateway, [`Unsupported`](crate::ProviderErrorKind::Unsupported) where it
    /// has none.
    fn read_webhook(&self, body: &[u8]) -> Result<WebhookHint, ProviderError>;
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
                method: &PairingMethod,
            ) -> Result<CodeReply, ProviderError> {
                (**self).request_code(method).await
            }

            async fn status(&self) -> Result<InstanceStatus, ProviderError> {
                (**self).status().await
            }

            async fn unlink(&self) -> Result<(), ProviderError> {
                (**self).unlink().await
            }

            fn read_webhook(&self, body: &[u8]) -> Result<WebhookHint, ProviderError> {
                (**self).read_webhook(body)
            }
        }
    )*};
}

forward!(Arc, Box);

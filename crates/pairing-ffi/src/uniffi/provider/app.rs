//! Adapts a provider that an app implements to core's trait.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingPolicy,
    ProviderError, WebhookHint,
};

use super::{PairingProvider, ProviderDescription};
use crate::PairingError;

/// What the provider said of itself when the session began, and the way to it.
pub(crate) struct AppProvider {
    name: String,
    capabilities: Capabilities,
    policy: PairingPolicy,
    provider: Arc<dyn PairingProvider>,
}

impl fmt::Debug for AppProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AppProvider").field(&self.name).finish()
    }
}

impl AppProvider {
    pub(crate) fn new(provider: Arc<dyn PairingProvider>) -> Result<Self, PairingError> {
        let ProviderDescription {
            name,
            capabilities,
            recommended_policy,
        } = provider.describe()?;
        Ok(Self {
            name,
            capabilities: capabilities.into(),
            policy: recommended_policy.map(Into::into).unwrap_or_default(),
            provider,
        })
    }
}

#[async_trait]
impl pairing_core::PairingProvider for AppProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn recommended_policy(&self) -> PairingPolicy {
        self.policy.clone()
    }

    async fn request_code(&self, request: &CodeRequest) -> Result<CodeReply, ProviderError> {
        let request = request.clone().into();
        Ok(self.provider.request_code(request).await?.into())
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        self.provider.status().await?.try_into()
    }

    async fn abandon(&self) -> Result<(), ProviderError> {
        Ok(self.provider.abandon().await?)
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Ok(self.provider.unlink().await?)
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let webhook = crate::IncomingWebhook::of_core(webhook);
        Ok(self.provider.read_webhook(webhook)?)
    }
}

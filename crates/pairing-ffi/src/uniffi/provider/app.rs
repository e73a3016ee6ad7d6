//! Adapts a provider that an app implements to core's trait.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_core::{
    Capabilities, CodeReply, CodeRequest, IncomingWebhook, InstanceStatus, PairingMethod,
    PairingPolicy, PhoneNumber, ProviderError, ProviderErrorKind, WebhookHint,
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
        let method = &request.method;
        Ok(self
            .provider
            .request_code(method.clone().into())
            .await?
            .into())
    }

    async fn status(&self) -> Result<InstanceStatus, ProviderError> {
        let status = self.provider.status().await?;
        if !status.connected {
            return Ok(InstanceStatus::disconnected());
        }
        let phone = status.phone.map(|id| linked_phone(&id)).transpose()?;
        Ok(InstanceStatus::connected(phone.flatten()))
    }

    async fn unlink(&self) -> Result<(), ProviderError> {
        Ok(self.provider.unlink().await?)
    }

    fn read_webhook(&self, webhook: &IncomingWebhook<'_>) -> Result<WebhookHint, ProviderError> {
        let body = webhook.body();
        Ok(self
            .provider
            .read_webhook(&IncomingWebhook::new(body.to_vec()))?)
    }
}

/// The number that an account's id names, if it names one.
fn linked_phone(id: &str) -> Result<Option<PhoneNumber>, ProviderError> {
    let phone = PhoneNumber::from_account_id(id);
    // An id at one of WhatsApp's servers may stand for a person without telling the number.
    if phone.is_none() && !id.contains('@') {
        return Err(ProviderError::new(
            ProviderErrorKind::MalformedReply,
            "the provider named a linked number that is none",
        ));
    }
    Ok(phone)
}

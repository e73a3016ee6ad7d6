//! The providers of the library, seen from an app.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use pairing_core as core;

use super::{CodeReply, CodeRequest, InstanceStatus, PairingProvider, ProviderDescription};
use crate::runtime::Running;
use crate::uniffi::transport::AppTransport;
use crate::{HttpTransport, IncomingWebhook, PairingError, WebhookHint, open};

/// Opens an instance at a gateway that the library knows.
///
/// `name` is one that `providers()` lists, such as `zapi`; `settings` are the values for its
/// fields, all as text. Without a `transport` of the app's own the library uses the HTTP client
/// it was built with. Nothing is sent yet, and the environment is not read.
///
/// Fails with `InvalidSettings`, whose message names the field and never a value.
#[uniffi::export(default(transport = None))]
pub fn open_provider(
    name: String,
    settings: HashMap<String, String>,
    transport: Option<Arc<dyn HttpTransport>>,
) -> Result<Arc<dyn PairingProvider>, PairingError> {
    let transport = transport.map(|transport| Arc::new(AppTransport(transport)) as _);
    let provider = open::provider(&name, settings, transport)?;
    Ok(Arc::new(BuiltIn(provider)))
}

/// Its calls run on the library's own thread: an app's has no reactor for sockets.
struct BuiltIn(Arc<dyn core::PairingProvider>);

#[async_trait]
impl PairingProvider for BuiltIn {
    fn describe(&self) -> Result<ProviderDescription, PairingError> {
        Ok(ProviderDescription {
            name: self.0.name().to_owned(),
            capabilities: self.0.capabilities().into(),
            recommended_policy: Some(self.0.recommended_policy().into()),
        })
    }

    async fn request_code(&self, request: CodeRequest) -> Result<CodeReply, PairingError> {
        let (provider, request) = (self.0.clone(), request.try_into()?);
        let call = Running::spawn(async move { provider.request_code(&request).await })?;
        Ok(call.result().await??.into())
    }

    async fn status(&self) -> Result<InstanceStatus, PairingError> {
        let provider = self.0.clone();
        let call = Running::spawn(async move { provider.status().await })?;
        Ok(call.result().await??.into())
    }

    async fn abandon(&self) -> Result<(), PairingError> {
        let provider = self.0.clone();
        let call = Running::spawn(async move { provider.abandon().await })?;
        Ok(call.result().await??)
    }

    async fn unlink(&self) -> Result<(), PairingError> {
        let provider = self.0.clone();
        let call = Running::spawn(async move { provider.unlink().await })?;
        Ok(call.result().await??)
    }

    fn read_webhook(&self, webhook: Arc<IncomingWebhook>) -> Result<WebhookHint, PairingError> {
        Ok(webhook.read(|webhook| self.0.read_webhook(webhook))?)
    }
}

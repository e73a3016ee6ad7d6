//! The token that requests carry: the configured one, or one that the server gives for its secret key.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pairing_adapter::{GatewayResponse, HttpRequest};
use pairing_core::{ProviderError, ProviderErrorKind};
use secrecy::{ExposeSecret as _, SecretString};

/// The token that the server gave, for the requests that follow. It stays in memory only.
#[derive(Debug, Default)]
pub(crate) struct GivenToken(Mutex<Option<SecretString>>);

impl GivenToken {
    pub(crate) fn get(&self) -> Option<SecretString> {
        self.lock().clone()
    }

    pub(crate) fn set(&self, token: SecretString) {
        *self.lock() = Some(token);
    }

    pub(crate) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The token in the answer to the secret key.
pub(crate) fn read(response: &GatewayResponse) -> Result<SecretString, ProviderError> {
    if let Some(error) = response.intercepted() {
        return Err(error);
    }
    let object = response.object().filter(|object| {
        response.is_success() && !object.is_failure() && object.says("status", "success")
    });
    let token = object.and_then(|object| object.texts(&["token"]).next());
    match token {
        // It becomes a header.
        Some(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(token.into()),
        Some(_) => Err(response.error(
            ProviderErrorKind::MalformedReply,
            "WPPConnect-server gave a token that is none: check base_url",
        )),
        None => Err(response.failure()),
    }
}

pub(crate) fn with_token(request: HttpRequest, token: &SecretString) -> HttpRequest {
    let value = format!("Bearer {}", token.expose_secret());
    request.with_header("authorization", value.into())
}

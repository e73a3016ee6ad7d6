//! Opens a provider by its name and settings, for both bindings.

use std::sync::Arc;

use pairing_core::PairingProvider;
use pairing_http::HttpTransport;
use pairing_providers::{Overrides, Table};
use secrecy::zeroize::Zeroize;
use serde_json::Value;

use crate::PairingError;

/// Opens a provider of the table. Without a transport it uses the bundled HTTP client.
///
/// The environment is not read: an app's settings are its own. They are wiped from memory once
/// they are read.
pub(crate) fn provider(
    name: &str,
    settings: impl IntoIterator<Item = (String, String)>,
    transport: Option<Arc<dyn HttpTransport>>,
) -> Result<Arc<dyn PairingProvider>, PairingError> {
    let mut table: Table = settings
        .into_iter()
        .map(|(field, value)| (field, Value::String(value)))
        .collect();
    let config = pairing_providers::load(name, &table, |_| None, &Overrides::default());
    for value in table.values_mut() {
        if let Value::String(credential) = value {
            credential.zeroize();
        }
    }
    let config = config?;
    let transport = match transport {
        Some(transport) => transport,
        None => bundled_transport()?,
    };
    Ok(Arc::from(config.build_with(transport)?))
}

/// One client for the whole process: connections are pooled and the roots are parsed once.
#[cfg(feature = "bundled-http")]
fn bundled_transport() -> Result<Arc<dyn HttpTransport>, PairingError> {
    use std::sync::{Mutex, PoisonError};

    use pairing_http::ReqwestTransport;

    static SHARED: Mutex<Option<Arc<ReqwestTransport>>> = Mutex::new(None);
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(transport) = &*shared {
        return Ok(transport.clone());
    }
    let transport = ReqwestTransport::new()
        .map_err(|error| PairingError::new(crate::ErrorCode::Internal, error.to_string()))?;
    Ok(shared.insert(Arc::new(transport)).clone())
}

#[cfg(not(feature = "bundled-http"))]
fn bundled_transport() -> Result<Arc<dyn HttpTransport>, PairingError> {
    Err(PairingError::new(
        crate::ErrorCode::InvalidSettings,
        "this build of the library has no HTTP client: pass a transport of the app's own",
    ))
}

//! One function across the FFI boundary, with one request behind it; nothing else.

uniffi::setup_scaffolding!("empty");

/// Why there is no answer.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum FetchError {
    /// Whatever it was.
    #[error("no answer")]
    NoAnswer,
}

/// Gets a body over HTTP or HTTPS.
///
/// # Errors
///
/// Whenever there is none.
#[uniffi::export]
pub fn fetch(url: &str) -> Result<Vec<u8>, FetchError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| FetchError::NoAnswer)?
        .block_on(answer(url))
        .ok_or(FetchError::NoAnswer)
}

#[cfg(feature = "http")]
async fn answer(url: &str) -> Option<Vec<u8>> {
    use std::sync::Arc;

    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .build()
        .ok()?;
    let answer = client.get(url).send().await.ok()?;
    Some(answer.bytes().await.ok()?.to_vec())
}

#[cfg(not(feature = "http"))]
async fn answer(url: &str) -> Option<Vec<u8>> {
    Some(url.as_bytes().to_vec())
}

//! What an app sees of a library that was built without its own HTTP client.
//! Only `cargo xtask test rust` builds it so, in a run of its own.
#![cfg(all(feature = "uniffi", not(feature = "bundled-http")))]
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use pairing_ffi::{ErrorCode, PairingError, open_provider};

fn refusal<T>(result: Result<T, PairingError>) -> (ErrorCode, String) {
    let PairingError::Failed { code, message, .. } = result.map(drop).unwrap_err();
    (code, message)
}

#[test]
fn a_provider_needs_the_apps_own_transport() {
    let settings = [("instance", "3C01"), ("token", "A0F5")];
    let settings: HashMap<_, _> = settings
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let (code, message) = refusal(open_provider("zapi".to_owned(), settings, None));
    assert_eq!(code, ErrorCode::InvalidSettings);
    assert!(message.contains("pass a transport"), "{message}");
}

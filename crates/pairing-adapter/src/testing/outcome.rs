//! What a provider returned, as fixtures spell it.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};

use pairing_core::{CodeReply, ProviderError};
use serde::Serialize;
use serde_json::{Value, json};

/// The outcome as fixtures spell it, and everything it prints. An error is
/// `{"error":"<kind>"}`, with `retry_after_seconds` where the gateway said so.
pub(super) fn outcome_json<T: Debug>(
    result: &Result<T, ProviderError>,
    to_json: impl Fn(&T) -> Value,
) -> (Value, String) {
    let mut printed = format!("{result:?} {result:#?}");
    let outcome = match result {
        Ok(value) => to_json(value),
        Err(error) => {
            let _ = write!(printed, " {error} {:?}", error.report());
            let mut cause = error.source();
            while let Some(source) = cause {
                let _ = write!(printed, " {source} {source:?}");
                cause = source.source();
            }
            match error.retry_after() {
                Some(wait) => {
                    json!({"error": error.kind(), "retry_after_seconds": wait.as_secs()})
                }
                None => json!({"error": error.kind()}),
            }
        }
    };
    (outcome, printed)
}

pub(super) fn reply_json(reply: &CodeReply) -> Value {
    match reply {
        CodeReply::Code(issued) => json!({"reply": "code", "code": issued.code}),
        CodeReply::NotReady { .. } => json!({"reply": "not_ready"}),
        CodeReply::Starting { .. } => json!({"reply": "starting"}),
        CodeReply::Linking => json!({"reply": "linking"}),
        CodeReply::AnotherAttempt => json!({"reply": "another_attempt"}),
        CodeReply::AlreadyConnected => json!({"reply": "already_connected"}),
        CodeReply::PasskeyRequired(_) => json!({"reply": "passkey_required"}),
    }
}

pub(super) fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the types of pairing-core serialise")
}

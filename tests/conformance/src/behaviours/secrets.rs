//! What must not be readable in anything a provider says.

use std::error::Error as StdError;
use std::fmt::Write as _;

use pairing_core::{IncomingWebhook, ProviderError};

use crate::operation::Operation;
use crate::verdict::ensure;
use crate::{Condition, Harness, TestInstance, Verdict};

fn ensure_hidden(instance: &dyn TestInstance, text: &str, what: &str) -> Verdict {
    // The secret itself is not named: reports end up in logs.
    let secrets = instance.secrets();
    let found = secrets
        .iter()
        .position(|secret| text.contains(secret.as_str()));
    ensure!(
        found.is_none(),
        "{what} shows secret number {}",
        found.unwrap_or_default() + 1
    );
    Ok(())
}

/// Everything an error may be printed as.
fn printed(error: &ProviderError) -> String {
    let mut text = format!("{error} {error:?} {:?}", error.report());
    let mut source = error.source();
    while let Some(error) = source {
        // Writing to a string cannot fail.
        let _ = write!(text, " {error} {error:?}");
        source = error.source();
    }
    text
}

/// No error shows a secret, in `Display`, in `Debug` or in any of its sources, not even
/// when the gateway itself sends it back.
pub async fn an_error_reveals_no_secret(harness: &dyn Harness) -> Verdict {
    for condition in Condition::TROUBLES {
        if condition == Condition::Hanging {
            continue;
        }
        for operation in Operation::ALL {
            let instance = harness.fresh().await;
            // Another behaviour reports what cannot be simulated.
            if instance.set_condition(condition).is_err() {
                continue;
            }
            if let Err(error) = operation.call(&*instance).await? {
                let what = format!("the error of {operation:?} while {condition:?}");
                ensure_hidden(&*instance, &printed(&error), &what)?;
            }
        }
    }
    let instance = harness.fresh().await;
    let echo = instance.secrets().concat();
    if let Err(error) = instance
        .provider()
        .read_webhook(&IncomingWebhook::new(echo.as_bytes()))
    {
        ensure_hidden(&*instance, &printed(&error), "the error of a webhook")?;
    }
    Ok(())
}

/// No event of a session shows a secret, whatever the gateway does.
pub async fn an_event_reveals_no_secret(harness: &dyn Harness) -> Verdict {
    let healthy = [Condition::Healthy];
    for condition in healthy.into_iter().chain(Condition::TROUBLES) {
        let instance = harness.fresh().await;
        if instance.set_condition(condition).is_err() {
            continue;
        }
        let mut session = super::session::start(&*instance)?;
        while let Some(event) = session.next_event().await {
            let what = format!("an event while {condition:?}");
            ensure_hidden(&*instance, &format!("{event:?}"), &what)?;
        }
    }
    Ok(())
}

//! `pairing status`: one question, one answer.

use std::io::{self, Write};

use pairing_core::{PairingProvider, PairingProviderExt as _, ProviderError};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider::{self, Purpose};
use crate::texts::fill;
use crate::view::write_json;

pub(crate) async fn run(mut context: Context) -> Result<Exit, Failure> {
    let opened = provider::open(&context, Purpose::Call, None)?;
    if !opened.provider.capabilities().status {
        return Err(ProviderError::unsupported().into());
    }
    let answer = opened
        .provider
        .status_with_retry(&opened.policy, context.retrying());
    let status = context.unless_interrupted(answer).await?;
    let mut output = io::stdout();
    if context.json() {
        write_json(&mut output, &status)?;
        return Ok(Exit::Done);
    }
    let texts = context.texts;
    writeln!(output, "{}", (texts.status)(status.phase))?;
    if let Some(step) = &status.passkey {
        writeln!(output, "{}", texts.step_lines(step, &opened.title))?;
    }
    if let Some(phone) = &status.phone {
        writeln!(output, "{}", fill(texts.linked_phone, &[("phone", phone)]))?;
    }
    Ok(Exit::Done)
}

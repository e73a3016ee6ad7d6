//! `pairing unlink`: asks the person, then the provider, once.

use std::io::{self, Write};

use pairing_core::{PairingProvider, ProviderError};
use serde::Serialize;

use crate::args::UnlinkArgs;
use crate::console::TypedLines;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider::{self, Purpose};
use crate::texts::fill;
use crate::view::write_json;

#[derive(Serialize)]
struct Unlinked {
    unlinked: bool,
}

pub(crate) async fn run(mut context: Context, arguments: UnlinkArgs) -> Result<Exit, Failure> {
    let opened = provider::open(&context, Purpose::Call, None)?;
    if !opened.provider.capabilities().unlink {
        return Err(ProviderError::unsupported().into());
    }
    let mut output = io::stdout();
    if !arguments.yes && !confirmed(&mut context, &opened.title).await? {
        writeln!(output, "{}", context.texts.unlink_declined)?;
        return Ok(Exit::Usage);
    }
    context.unless_interrupted(opened.provider.unlink()).await?;
    if context.json() {
        write_json(&mut output, &Unlinked { unlinked: true })?;
    } else {
        writeln!(output, "{}", context.texts.unlinked)?;
    }
    Ok(Exit::Done)
}

async fn confirmed(context: &mut Context, provider: &str) -> Result<bool, Failure> {
    if context.json() || !context.console.can_ask {
        return Err(Failure::configuration(
            "unlink asks before it acts, and nobody can answer here; add --yes",
        ));
    }
    let question = fill(context.texts.unlink_question, &[("provider", &provider)]);
    let mut output = io::stdout();
    write!(output, "{question}")?;
    output.flush()?;
    let mut typed = TypedLines::read()?;
    let answer = async { Ok::<_, Failure>(typed.next().await) };
    let answer = context.unless_interrupted(answer).await?;
    let answer = answer.unwrap_or_default().trim().to_lowercase();
    Ok(context.texts.yes.contains(&answer.as_str()))
}

//! `pairing record`: makes calls, and writes what the gateway answered as shapes.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use pairing_core::{
    CodeRequest, PairingMethod, PairingProvider, PairingSession, ProviderError, StartError,
};
use pairing_providers::record::Recorder;

use super::link::{Show, conclude};
use crate::args::{RecordArgs, RecordedCall};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, plain};
use crate::gateways;
use crate::provider::{self, Opened, Purpose};
use crate::texts::fill;
use crate::view::Wording;

pub(crate) async fn run(mut context: Context, arguments: RecordArgs) -> Result<Exit, Failure> {
    let method = arguments.method.method()?;
    let calls = match arguments.calls.as_slice() {
        [] => &[RecordedCall::Status],
        calls => calls,
    };
    let purpose = match arguments.session {
        true => Purpose::Session,
        false => Purpose::Call,
    };
    // No file is made for what cannot be recorded.
    let unrecorded = provider::open(&context, purpose, None)?;
    if !arguments.session {
        refuse(&unrecorded, calls, &method, arguments.yes)?;
    }
    let info = gateways::info(provider::chosen(&context.global, &context.config)?)?;
    let file = arguments.output_file.as_deref();
    let recorder = match file {
        Some(path) => Recorder::new(info, create(path)?),
        None => Recorder::new(info, io::stdout()),
    };
    let mut opened = provider::open_watched(&context, purpose, |inner| recorder.transport(inner))?;
    opened.provider = recorder.provider(opened.provider);
    let exit = if arguments.session {
        let colors = context.console.qr_colors(arguments.drawing.invert);
        session(&mut context, opened, method, colors).await
    } else {
        single(&mut context, &opened, calls, method).await
    };
    recorder.finish()?;
    let exit = exit?;
    if let Some(file) = file.filter(|_| !context.json()) {
        let said = fill(context.texts.support.recorded, &[("file", &file.display())]);
        context.errors.say(said);
    }
    Ok(exit)
}

/// Refuses what would be asked in vain, before anything is asked.
fn refuse(
    opened: &Opened,
    calls: &[RecordedCall],
    method: &PairingMethod,
    confirmed: bool,
) -> Result<(), Failure> {
    let capabilities = opened.provider.capabilities();
    for call in calls {
        match call {
            RecordedCall::Status if !capabilities.status => {
                return Err(ProviderError::unsupported().into());
            }
            RecordedCall::Code if !capabilities.supports(method) => {
                return Err(StartError::MethodUnsupported.into());
            }
            RecordedCall::Unlink if !capabilities.unlink => {
                return Err(ProviderError::unsupported().into());
            }
            RecordedCall::Unlink if !confirmed => {
                return Err(Failure::configuration(
                    "unlink unlinks the number; add --yes if that is what you want",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A failure is recorded like any other answer, and the next call is made.
async fn single(
    context: &mut Context,
    opened: &Opened,
    calls: &[RecordedCall],
    method: PairingMethod,
) -> Result<Exit, Failure> {
    let provider = &opened.provider;
    let request = CodeRequest::new(method);
    for call in calls {
        let answer = async {
            match call {
                RecordedCall::Status => drop(provider.status().await),
                RecordedCall::Code => drop(provider.request_code(&request).await),
                RecordedCall::Unlink => drop(provider.unlink().await),
            }
            Ok::<_, Failure>(())
        };
        context.unless_interrupted(answer).await?;
    }
    Ok(Exit::Done)
}

async fn session(
    context: &mut Context,
    opened: Opened,
    method: PairingMethod,
    colors: crate::view::QrColors,
) -> Result<Exit, Failure> {
    let show = Show {
        title: None,
        label: None,
        wording: Wording {
            texts: context.texts,
            provider: opened.title,
            can_ask: context.can_ask(),
        },
        colors,
    };
    let mut typed = context.typed_lines()?;
    let session = PairingSession::builder(opened.provider)
        .method(method)
        .policy(opened.policy)
        .start()?;
    let ending = show.run(session, context, typed.as_mut(), None).await?;
    conclude(&ending, context)
}

/// A new file that only its owner can read. One that is there is left alone.
fn create(path: &Path) -> Result<impl Write + Send + 'static, Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    options.open(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists => "it exists already; choose another name".to_owned(),
            _ => plain(&error),
        };
        Failure::configuration(format!("--output-file cannot be made: {reason}"))
    })
}

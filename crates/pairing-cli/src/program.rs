//! From the command line to the exit code.

use std::io;
use std::time::Duration;

use serde::Serialize;

use crate::args::{Command, CommandLine, Output};
use crate::commands;
use crate::console::{Console, Reader};
use crate::context::{Context, Errors};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::provider;
use crate::signals::Signals;
use crate::texts::{Language, Texts, fill};
use crate::tracing_output;
use crate::view::write_json;

/// How long the last lines of a server's log are waited for, if they are not read.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Runs one command to its end.
pub(crate) fn run(line: CommandLine) -> Exit {
    let noticed = matches!(line.command, Command::Serve(_)).then_some(commands::RELOADS);
    let errors = Errors(tracing_output::start(line.global.verbose, noticed));
    let language = line.global.lang.unwrap_or_else(|| {
        Language::from_environment(|name| std::env::var_os(name)?.into_string().ok())
    });
    let texts = language.texts();
    let json = line.global.output == Output::Json;
    let exit = match start(line, texts, errors.clone()) {
        Ok(exit) => exit,
        Err(failure) => {
            // It may have no reader any more.
            let _ = report(&failure, json, texts, &errors);
            failure.exit()
        }
    };
    if let Errors(Some(log)) = errors {
        log.flush_within(LAST_LINES);
    }
    exit
}

fn start(line: CommandLine, texts: &'static Texts, errors: Errors) -> Result<Exit, Failure> {
    let config = provider::read_config(&line.global)?;
    if let Some(file) = &config.exposed {
        errors.say(fill(texts.config_exposed, &[("file", file)]));
    }
    let serving = matches!(line.command, Command::Serve(_));
    let runtime = match serving {
        true => serving_runtime()?,
        // One thread is enough to wait for a gateway, and starts immediately.
        false => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?,
    };
    let done = runtime.block_on(async {
        let context = Context {
            console: Console::of_process(line.global.verbose > 0),
            global: line.global,
            config,
            texts,
            errors,
            signals: match serving {
                true => Signals::serving()?,
                false => Signals::quitting()?,
            },
            reader: Reader::of_output(),
        };
        match line.command {
            Command::Demo(arguments) => commands::demo::run(context, arguments).await,
            Command::Link(arguments) => commands::link::run(context, arguments).await,
            Command::Code(arguments) => commands::code::run(context, arguments).await,
            Command::Status => commands::status::run(context).await,
            Command::Unlink(arguments) => commands::unlink::run(context, arguments).await,
            Command::Check(arguments) => commands::check::run(context, arguments).await,
            Command::Record(arguments) => commands::record::run(context, arguments).await,
            Command::Providers(arguments) => commands::providers::run(&context, &arguments),
            Command::Serve(arguments) => commands::serve::run(context, arguments).await,
            Command::Sim(arguments) => commands::sim::run(context, arguments).await,
        }
    });
    // A disk that hangs does not keep the program from ending: what had to be written was waited for.
    runtime.shutdown_background();
    done
}

/// Thousands of viewers cost little, as each event is written down once for all of them; but
/// one gateway's picture takes milliseconds to read, and other viewers should not wait for that.
fn serving_runtime() -> io::Result<tokio::runtime::Runtime> {
    /// More would wait for each other rather than for work.
    const MOST_THREADS: usize = 4;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(processors.min(MOST_THREADS))
        .enable_all()
        .build()
}

/// A failure as a program reads it.
#[derive(Serialize)]
struct ErrorLine<'a, E> {
    error: &'a E,
}

/// A failure that no provider reports: the same fields.
#[derive(Serialize)]
struct ConfigurationError<'a> {
    kind: &'static str,
    message: &'a str,
    retryable: bool,
}

fn write_configuration_error(message: &str) -> io::Result<()> {
    let error = ConfigurationError {
        kind: "invalid_configuration",
        message,
        retryable: false,
    };
    write_json(&mut io::stdout(), &ErrorLine { error: &error })
}

fn report(failure: &Failure, json: bool, texts: &Texts, errors: &Errors) -> io::Result<()> {
    match failure {
        Failure::Configuration(message) => {
            errors.say(format_args!("error: {message}"));
            if json {
                write_configuration_error(message)?;
            }
        }
        Failure::Mistake(mistake) => {
            errors.say((texts.mistake)(*mistake).lines());
            if json {
                let in_english = (Language::En.texts().mistake)(*mistake);
                write_configuration_error(&in_english.to_string())?;
            }
        }
        Failure::Number(option, mistake) => {
            errors.say(format_args!(
                "{option}: {}",
                (texts.mistake)(*mistake).lines()
            ));
            if json {
                let in_english = (Language::En.texts().mistake)(*mistake);
                write_configuration_error(&format!("{option}: {in_english}"))?;
            }
        }
        Failure::Provider(error) if json => {
            let error = error.report();
            return write_json(&mut io::stdout(), &ErrorLine { error: &error });
        }
        Failure::Provider(error) => errors.say(texts.error_lines(error)),
        Failure::Output(error) => {
            errors.say(fill(texts.output_unwritable, &[("reason", error)]));
        }
        Failure::Picture(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            errors.say(texts.picture_taken.lines());
        }
        // Its kind alone: the error itself names a file that is not the user's.
        Failure::Picture(error) => {
            errors.say(fill(texts.picture_unwritable, &[("reason", &error.kind())]));
        }
        Failure::Interrupted => {}
    }
    Ok(())
}

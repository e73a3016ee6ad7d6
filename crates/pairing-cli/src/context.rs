//! What every command works with.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use pairing_core::ProviderError;

use crate::args::{Global, Output};
use crate::config::Config;
use crate::console::{Console, Reader, TypedLines};
use crate::failure::Failure;
use crate::lossy::Lossy;
use crate::signals::Signals;
use crate::texts::Texts;
use crate::view::retrying;

/// The options, the configuration, and the way to people and programs.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) config: Config,
    pub(crate) console: Console,
    pub(crate) texts: &'static Texts,
    pub(crate) errors: Errors,
    pub(crate) signals: Signals,
    pub(crate) reader: Reader,
}

impl Context {
    pub(crate) fn json(&self) -> bool {
        self.global.output == Output::Json
    }

    /// Tells people, but not programs, that a single call is going to be repeated.
    pub(crate) fn retrying(&self) -> impl FnMut(&ProviderError, Duration) + use<> {
        let (texts, silent) = (self.texts, self.json());
        move |error, wait| {
            if !silent {
                // The reader may be gone; the call itself goes on.
                let _ = writeln!(io::stderr(), "{}", retrying(texts, error.kind(), wait));
            }
        }
    }

    /// Waits for an answer, unless the program is to quit before it comes.
    pub(crate) async fn unless_interrupted<T, E: Into<Failure>>(
        &mut self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.signals.quit() => Err(Failure::Interrupted),
            () = self.reader.gone() => Err(Failure::Interrupted),
            answer = answer => answer.map_err(Into::into),
        }
    }

    /// Whether Enter can bring new codes.
    pub(crate) fn can_ask(&self) -> bool {
        self.console.can_ask && !self.json()
    }

    pub(crate) fn typed_lines(&self) -> Result<Option<TypedLines>, Failure> {
        let wanted = self.can_ask();
        Ok(wanted.then(TypedLines::read).transpose()?)
    }
}

/// Writes for people on standard error, in order with the log of a server.
#[derive(Clone)]
pub(crate) struct Errors(pub(crate) Option<Lossy>);

impl Errors {
    pub(crate) fn say(&self, text: impl Display) {
        let line = format!("{text}\n");
        match &self.0 {
            Some(log) => log.line(line.as_bytes()),
            // The reader may be gone.
            None => drop(io::stderr().write_all(line.as_bytes())),
        }
    }
}

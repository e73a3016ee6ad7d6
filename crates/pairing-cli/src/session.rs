//! Runs one session: shows its view, listens to the keyboard and to signals, and leaves no file and
//! no request behind.

use std::time::SystemTime;

use pairing_core::{PairingEvent, PairingOutcome, PairingSession, PairingView, Screen};

use crate::console::{Reader, TypedLines};
use crate::failure::Failure;
use crate::picture_file::PictureFile;
use crate::signals::{Signal, Signals, stop_here};
use crate::view::View;

/// How a session ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself.
    Outcome(PairingOutcome),
    /// The codes expired unused, and there is no terminal on which to ask for more.
    CodesUnused,
    /// By Ctrl-C or another signal.
    Interrupted,
}

/// Everything a session is shown with.
pub(crate) struct Stage<'a> {
    pub(crate) view: &'a mut dyn View,
    pub(crate) signals: &'a mut Signals,
    pub(crate) reader: &'a Reader,
    /// `None` without a person who can answer.
    pub(crate) typed: Option<&'a mut TypedLines>,
    pub(crate) picture: Option<&'a mut PictureFile>,
}

/// What happens next.
enum Step {
    Event(Option<PairingEvent>),
    Typed(Option<String>),
    Signal(Signal),
    ReaderGone,
    Refresh,
}

/// Shows a session to its end. However this returns, the session is closed: no request of
/// it goes out afterwards.
pub(crate) async fn run(
    mut session: PairingSession,
    mut stage: Stage<'_>,
) -> Result<Ending, Failure> {
    let ending = stage.watch(&mut session).await;
    if let Some(picture) = stage.picture.as_deref_mut() {
        // Whatever happened, the code in the file is worth nothing from now on.
        let _ = picture.remove();
    }
    session.close().await;
    ending
}

impl Stage<'_> {
    async fn watch(&mut self, session: &mut PairingSession) -> Result<Ending, Failure> {
        let mut shown = session.handle().view();
        loop {
            match self.next_step(session).await {
                Step::Event(Some(event)) => {
                    if let Err(failure) = self.show(&event, &mut shown) {
                        if let Failure::Picture(_) = failure {
                            self.finish(session, &mut shown).await?;
                        }
                        return Err(failure);
                    }
                    if is_unused(&shown) && self.typed.is_none() {
                        self.finish(session, &mut shown).await?;
                        return Ok(Ending::CodesUnused);
                    }
                    if let Screen::Finished { outcome } = shown.screen {
                        return Ok(Ending::Outcome(outcome));
                    }
                }
                // The last event was `Finished`; a stream without one was cancelled.
                Step::Event(None) => return Ok(Ending::Outcome(PairingOutcome::Cancelled)),
                // Refused only if the session has just moved on by itself.
                Step::Typed(Some(_)) => {
                    if shown.actions.resume {
                        let _ = session.handle().resume();
                    }
                }
                Step::Typed(None) => {
                    self.typed = None;
                    if is_unused(&shown) {
                        self.finish(session, &mut shown).await?;
                        return Ok(Ending::CodesUnused);
                    }
                }
                Step::Signal(Signal::Quit) => {
                    self.finish(session, &mut shown).await?;
                    return Ok(Ending::Interrupted);
                }
                // A session has nothing to read again.
                Step::Signal(Signal::Reload) => {}
                Step::Signal(Signal::Resized) | Step::Refresh => {
                    self.view.refresh(SystemTime::now())?;
                }
                Step::Signal(Signal::Suspend) => {
                    self.view.suspend()?;
                    stop_here();
                    self.view.resume(SystemTime::now())?;
                }
                Step::ReaderGone => return Err(Failure::Interrupted),
            }
        }
    }

    async fn next_step(&mut self, session: &mut PairingSession) -> Step {
        let refresh = self.view.fresh_for(SystemTime::now());
        tokio::select! {
            biased;
            signal = self.signals.next() => Step::Signal(signal),
            () = self.reader.gone() => Step::ReaderGone,
            event = session.next_event() => Step::Event(event),
            line = next_line(self.typed.as_deref_mut()) => Step::Typed(line),
            () = sleep(refresh) => Step::Refresh,
        }
    }

    fn show(&mut self, event: &PairingEvent, shown: &mut PairingView) -> Result<(), Failure> {
        shown.apply(event);
        self.view.show(event, shown, SystemTime::now())?;
        let Some(picture) = self.picture.as_deref_mut() else {
            return Ok(());
        };
        let saved = match shown.code() {
            // The code stays.
            _ if shown.retrying.is_some() => Ok(None),
            Some(code) => picture.save(code),
            None => picture.remove().map(|()| None),
        };
        match saved {
            Ok(Some(file)) => Ok(self.view.saved(&file, SystemTime::now())?),
            Ok(None) => Ok(()),
            Err(error) => {
                // Not tried again, so that the session can be shown to its end.
                self.picture = None;
                Err(Failure::Picture(error))
            }
        }
    }

    /// Cancels the session and shows what it says to that.
    async fn finish(
        &mut self,
        session: &mut PairingSession,
        shown: &mut PairingView,
    ) -> Result<(), Failure> {
        session.handle().cancel();
        while let Some(event) = session.next_event().await {
            self.show(&event, shown)?;
        }
        Ok(())
    }
}

/// Only a person brings codes now. A passkey is waited for without one: it is finished elsewhere.
fn is_unused(shown: &PairingView) -> bool {
    matches!(shown.screen, Screen::WaitingForUser)
}

async fn next_line(typed: Option<&mut TypedLines>) -> Option<String> {
    match typed {
        Some(typed) => typed.next().await,
        None => std::future::pending().await,
    }
}

async fn sleep(time: Option<std::time::Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;

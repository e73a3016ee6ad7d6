//! The screen a person looks at: the live code, its remaining seconds, and what to do.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use pairing_core::{Countdown, Expiry, PairingEvent, PairingView, Screen as Shows};

use super::code::{QrColors, ShownCode};
use super::layout::{self, Words};
use super::terminal::{AlternateScreen, Size};
use super::{View, Wording};
use crate::texts::fill;

/// Draws the session on the alternate screen, which dropping it gives back.
pub(crate) struct Screen<W: Write> {
    screen: AlternateScreen<W>,
    picture: Picture,
    size: fn() -> Size,
}

/// What is to be seen, apart from any terminal.
struct Picture {
    /// Above everything, for example whose turn it is in a demonstration.
    title: Option<String>,
    wording: Wording,
    colors: QrColors,
    /// `None` before the first event.
    view: Option<PairingView>,
    code: Option<LiveCode>,
    /// Until a failed request is repeated.
    retrying: Option<Countdown>,
    saved: Option<String>,
}

/// The code of the view, ready to be drawn.
struct LiveCode {
    code: ShownCode,
    life: Countdown,
    expiry: Expiry,
}

impl<W: Write> Screen<W> {
    /// Takes the terminal behind `output`.
    pub(crate) fn open(
        output: W,
        wording: Wording,
        colors: QrColors,
        title: Option<String>,
        size: fn() -> Size,
    ) -> io::Result<Self> {
        Ok(Self {
            screen: AlternateScreen::enter(output)?,
            picture: Picture {
                title,
                wording,
                colors,
                view: None,
                code: None,
                retrying: None,
                saved: None,
            },
            size,
        })
    }
}

impl<W: Write> View for Screen<W> {
    fn show(
        &mut self,
        _event: &PairingEvent,
        view: &PairingView,
        now: SystemTime,
    ) -> io::Result<()> {
        self.picture.take(view, now);
        self.refresh(now)
    }

    fn saved(&mut self, file: &str, now: SystemTime) -> io::Result<()> {
        self.picture.saved = Some(file.to_owned());
        self.refresh(now)
    }

    fn refresh(&mut self, now: SystemTime) -> io::Result<()> {
        let size = (self.size)();
        self.screen.draw(&self.picture.lines(size, now), size)
    }

    fn fresh_for(&self, now: SystemTime) -> Option<Duration> {
        self.picture.fresh_for(now)
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.screen.give_back()
    }

    fn resume(&mut self, now: SystemTime) -> io::Result<()> {
        self.screen.take()?;
        self.refresh(now)
    }
}

impl Picture {
    fn take(&mut self, view: &PairingView, now: SystemTime) {
        let retrying = view.retrying.as_ref();
        self.retrying = retrying.map(|retrying| Countdown::new(retrying.retry_at, now));
        let before = self.view.replace(view.clone());
        if before.is_some_and(|before| before.screen == view.screen) {
            // The code stays, and its time goes on.
            return;
        }
        self.saved = None;
        self.code = match &view.screen {
            Shows::Code {
                expires_at,
                expiry,
                code,
            } => Some(LiveCode {
                code: ShownCode::from_code(code),
                life: Countdown::new(*expires_at, now),
                expiry: *expiry,
            }),
            _ => None,
        };
    }

    /// Everything to be seen now, in a terminal of this size.
    fn lines(&self, size: Size, now: SystemTime) -> Vec<String> {
        let texts = self.wording.texts;
        let title = self.title.iter().cloned();
        let notes = self.notes(now);
        let (view, live) = match (&self.view, &self.code) {
            // A dead code is not drawn, even if its event is late because the machine slept.
            (Some(view), Some(live)) if !live.left(now).is_zero() => (view, live),
            _ => {
                let words: Vec<_> = title.chain([self.message()]).chain(notes).collect();
                return layout::text(&words, size);
            }
        };
        let life = texts.life_in_round(live.left(now), live.expiry, view);
        let above: Vec<_> = title.chain([texts.instructions(&view.method)]).collect();
        let below: Vec<_> = [life].into_iter().chain(notes).collect();
        let code = match &live.code {
            ShownCode::Qr(matrix) => {
                let words = Words {
                    above: &above,
                    below: &below,
                };
                return layout::qr(matrix, self.colors, &words, size, texts);
            }
            ShownCode::Phone(code) => format!("\n    {code}\n"),
            ShownCode::UnreadablePicture => texts.unreadable_picture.to_owned(),
        };
        let words: Vec<_> = above.into_iter().chain([code]).chain(below).collect();
        layout::text(&words, size)
    }

    /// What is said where no code can be drawn.
    fn message(&self) -> String {
        match self.view.as_ref().map(|view| &view.screen) {
            Some(Shows::Code { .. } | Shows::CodeExpired) => self.wording.texts.expired.to_owned(),
            Some(Shows::WaitingForUser) => self.wording.codes_unused(),
            // Nothing of a session that has ended stays on screen.
            Some(Shows::Finished { .. }) => String::new(),
            Some(Shows::Starting) => self.wording.starting(),
            Some(Shows::Linking) => self.wording.texts.linking.to_owned(),
            Some(Shows::PasskeyRequired { step }) => self.wording.passkey(step),
            Some(Shows::Linked { phone }) => self.wording.linked(phone.as_ref()),
            Some(Shows::Preparing) | None => self.wording.preparing(),
        }
    }

    /// What stands below everything else.
    fn notes(&self, now: SystemTime) -> impl Iterator<Item = String> {
        let retrying = self.view.as_ref().and_then(|view| view.retrying.as_ref());
        let retrying = retrying
            .zip(self.retrying)
            .map(|(retrying, wait)| self.wording.retrying(&retrying.error, wait.remaining(now)));
        let file = self.saved.as_ref();
        let saved = file.map(|file| fill(self.wording.texts.saved, &[("file", file)]));
        retrying.into_iter().chain(saved)
    }

    /// Until the next second of a countdown.
    fn fresh_for(&self, now: SystemTime) -> Option<Duration> {
        let life = self.code.as_ref().map(|code| code.life);
        [life, self.retrying]
            .into_iter()
            .flatten()
            .map(|countdown| countdown.remaining(now))
            .filter(|left| !left.is_zero())
            .map(until_next_second)
            .min()
    }
}

impl LiveCode {
    fn left(&self, now: SystemTime) -> Duration {
        self.life.remaining(now)
    }
}

/// A countdown shows whole seconds, rounded up: how long until it shows another one.
fn until_next_second(left: Duration) -> Duration {
    match left.subsec_nanos() {
        0 => Duration::from_secs(1),
        nanos => Duration::from_nanos(nanos.into()),
    }
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;

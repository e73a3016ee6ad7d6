//! The screen a person looks at: the live code, its remaining seconds, and what to do.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use pairing_core::{Countdown, ErrorReport, EventKind, Expiry, PairingEvent};

use super::code::{Ink, ShownCode};
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
    ink: Ink,
    scene: Scene,
    /// A failed request and when it is repeated.
    retrying: Option<(ErrorReport, Countdown)>,
    saved: Option<String>,
}

enum Scene {
    Message(String),
    Code(LiveCode),
}

struct LiveCode {
    code: ShownCode,
    life: Countdown,
    expiry: Expiry,
    round: u32,
    attempt: u32,
}

impl<W: Write> Screen<W> {
    /// Takes the terminal behind `output`.
    pub(crate) fn open(
        output: W,
        wording: Wording,
        ink: Ink,
        title: Option<String>,
        size: fn() -> Size,
    ) -> io::Result<Self> {
        Ok(Self {
            screen: AlternateScreen::enter(output)?,
            picture: Picture {
                title,
                scene: Scene::Message(wording.preparing()),
                wording,
                ink,
                retrying: None,
                saved: None,
            },
            size,
        })
    }
}

impl<W: Write> View for Screen<W> {
    fn show(&mut self, event: &PairingEvent, now: SystemTime) -> io::Result<()> {
        self.picture.take(event, now);
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
    fn take(&mut self, event: &PairingEvent, now: SystemTime) {
        let texts = self.wording.texts;
        match &event.kind {
            EventKind::Retrying { retry_at, error } => {
                self.retrying = Some((error.clone(), Countdown::new(*retry_at, now)));
                return;
            }
            EventKind::CodeReady {
                expires_at,
                expiry,
                code,
            } => {
                self.scene = Scene::Code(LiveCode {
                    code: ShownCode::from_code(code),
                    life: Countdown::new(*expires_at, now),
                    expiry: *expiry,
                    round: event.round,
                    attempt: event.attempt,
                });
            }
            EventKind::CodeExpired => self.scene = Scene::Message(texts.expired.to_owned()),
            EventKind::InteractionRequired => {
                self.scene = Scene::Message(self.wording.nobody());
            }
            // Nothing of a session that has ended stays on screen.
            EventKind::Finished { .. } => self.scene = Scene::Message(String::new()),
            EventKind::Preparing => self.scene = Scene::Message(self.wording.preparing()),
        }
        self.retrying = None;
        self.saved = None;
    }

    /// Everything to be seen now, in a terminal of this size.
    fn lines(&self, size: Size, now: SystemTime) -> Vec<String> {
        let title = self.title.iter().cloned();
        let notes = self.notes(now);
        let texts = self.wording.texts;
        match &self.scene {
            Scene::Message(message) => {
                let words: Vec<_> = title.chain([message.clone()]).chain(notes).collect();
                layout::text(&words, size)
            }
            // A dead code is not drawn, even if its event is late because the machine slept.
            Scene::Code(code) if code.left(now).is_zero() => {
                let words: Vec<_> = title
                    .chain([texts.expired.to_owned()])
                    .chain(notes)
                    .collect();
                layout::text(&words, size)
            }
            Scene::Code(live) => {
                let left = live.left(now);
                let life = self
                    .wording
                    .life(left, live.expiry, live.round, live.attempt);
                let above: Vec<_> = title.chain([self.wording.instructions()]).collect();
                let below: Vec<_> = [life].into_iter().chain(notes).collect();
                let code = match &live.code {
                    ShownCode::Qr(matrix) => {
                        let words = Words {
                            above: &above,
                            below: &below,
                        };
                        return layout::qr(matrix, self.ink, &words, size, texts);
                    }
                    ShownCode::Phone(code) => format!("\n    {code}\n"),
                    ShownCode::UnreadablePicture => texts.unreadable_picture.to_owned(),
                };
                let words: Vec<_> = above.into_iter().chain([code]).chain(below).collect();
                layout::text(&words, size)
            }
        }
    }

    /// What stands below everything else.
    fn notes(&self, now: SystemTime) -> impl Iterator<Item = String> {
        let retrying = self
            .retrying
            .as_ref()
            .map(|(error, wait)| self.wording.retrying(error, wait.remaining(now)));
        let file = self.saved.as_ref();
        let saved = file.map(|file| fill(self.wording.texts.saved, &[("file", file)]));
        retrying.into_iter().chain(saved)
    }

    /// Until the next second of a countdown.
    fn fresh_for(&self, now: SystemTime) -> Option<Duration> {
        let life = match &self.scene {
            Scene::Code(code) => Some(code.life),
            Scene::Message(_) => None,
        };
        let retrying = self.retrying.as_ref().map(|(_, wait)| *wait);
        [life, retrying]
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

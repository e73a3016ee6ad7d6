//! QR texts that rotate by the clock alone: no task runs, the time that has passed decides.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::QrTextForm;
use crate::random::Random;

/// How long each QR code lives. Starts when the instance is first asked for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Named")]
pub struct Rotation {
    first: Duration,
    then: Duration,
    codes: Option<u32>,
}

/// In JSON.
#[derive(Deserialize)]
enum Named {
    #[serde(rename = "every_20s")]
    Every20s,
    #[serde(rename = "first_60_then_20s")]
    First60Then20s,
}

impl From<Named> for Rotation {
    fn from(name: Named) -> Self {
        match name {
            Named::Every20s => Self::EVERY_20_S,
            Named::First60Then20s => Self::FIRST_60_THEN_20_S,
        }
    }
}

/// Which code of a session is the valid one, and when (on the session's clock) it dies.
struct Window {
    index: u64,
    ends: Duration,
}

impl Rotation {
    /// 20 s each, without end: a gateway behind a browser-like stack.
    pub const EVERY_20_S: Self = Self::new(Duration::from_secs(20), Duration::from_secs(20), None);
    /// The first 60 s, five more of 20 s each, then nothing until the gateway is asked
    /// again: a gateway behind a socket stack (whatsmeow and Baileys).
    pub const FIRST_60_THEN_20_S: Self =
        Self::new(Duration::from_secs(60), Duration::from_secs(20), Some(6));

    /// The first code lives for `first`, the others for `then`. After so many `codes` there is
    /// none until the gateway is asked again. Times below 1 ms count as 1 ms, 0 codes as 1.
    #[must_use]
    pub const fn new(first: Duration, then: Duration, codes: Option<u32>) -> Self {
        Self { first, then, codes }
    }

    /// How long the first code lives.
    #[must_use]
    pub fn first(self) -> Duration {
        self.first.max(SHORTEST)
    }

    fn then(self) -> Duration {
        self.then.max(SHORTEST)
    }

    /// When the code with this index dies.
    fn end_of(self, index: u64) -> Duration {
        let others = u32::try_from(index).unwrap_or(u32::MAX);
        self.first() + self.then().saturating_mul(others)
    }

    /// `None` once the session is over.
    fn window(self, age: Duration) -> Option<Window> {
        let index = match age.checked_sub(self.first()) {
            Some(later) => 1 + quotient(later, self.then()),
            None => 0,
        };
        let is_over = self.codes.is_some_and(|codes| index >= codes.max(1).into());
        let ends = self.end_of(index);
        (!is_over).then_some(Window { index, ends })
    }

    /// Brings any offset into the life of one session.
    fn fold(self, phase: Duration) -> Duration {
        let cycle = match self.codes {
            Some(codes) => self.end_of(codes.saturating_sub(1).into()),
            None => self.then(),
        };
        let nanos = phase.as_nanos() % cycle.as_nanos();
        Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
    }
}

const SHORTEST: Duration = Duration::from_millis(1);

fn quotient(age: Duration, length: Duration) -> u64 {
    u64::try_from(age.as_nanos() / length.as_nanos()).unwrap_or(u64::MAX - 1)
}

/// The QR codes of one instance. All times are simulated.
#[derive(Debug)]
pub(crate) struct QrCodes {
    rotation: Rotation,
    form: QrTextForm,
    seed: u64,
    instance: String,
    /// How old the next session already is when it opens.
    phase: Duration,
    session: Option<Session>,
    /// Never goes back, so no text appears twice.
    next_generation: u64,
    /// The last texts handed out, to tell a dead code from a stranger's.
    issued: VecDeque<String>,
}

#[derive(Debug, Clone, Copy)]
struct Session {
    opened: Duration,
    phase: Duration,
    first_generation: u64,
}

/// An hour and a half of codes.
const REMEMBERED: usize = 256;

impl QrCodes {
    pub(crate) fn new(
        rotation: Rotation,
        form: QrTextForm,
        phase: Duration,
        seed: u64,
        instance: &str,
    ) -> Self {
        Self {
            rotation,
            form,
            seed,
            instance: instance.to_owned(),
            phase: rotation.fold(phase),
            session: None,
            next_generation: 0,
            issued: VecDeque::new(),
        }
    }

    /// Hands out the valid code, opening a session if none is open. Also says how long the
    /// code still lives.
    pub(crate) fn issue(&mut self, now: Duration) -> (String, Duration) {
        let (generation, lives) = self.valid(now).unwrap_or_else(|| self.open(now));
        self.next_generation = self.next_generation.max(generation + 1);
        let text = self.text(generation);
        if self.issued.back() != Some(&text) {
            if self.issued.len() == REMEMBERED {
                self.issued.pop_front();
            }
            self.issued.push_back(text.clone());
        }
        (text, lives)
    }

    /// Opens a session if none is open.
    pub(crate) fn ensure_open(&mut self, now: Duration) {
        if self.valid(now).is_none() {
            self.open(now);
        }
    }

    /// The valid code and how long it still lives, if a session is open.
    pub(crate) fn valid_text(&self, now: Duration) -> Option<(String, Duration)> {
        let (generation, lives) = self.valid(now)?;
        Some((self.text(generation), lives))
    }

    /// The valid code, if a session is open.
    pub(crate) fn current(&self, now: Duration) -> Option<String> {
        let (generation, _) = self.valid(now)?;
        Some(self.text(generation))
    }

    pub(crate) fn was_issued(&self, text: &str) -> bool {
        self.issued.iter().any(|issued| issued == text)
    }

    /// Ends the session: its code is dead, and the next request opens another.
    pub(crate) fn close(&mut self, now: Duration) {
        if let Some((generation, _)) = self.valid(now) {
            self.next_generation = self.next_generation.max(generation + 1);
        }
        self.session = None;
    }

    fn open(&mut self, now: Duration) -> (u64, Duration) {
        let session = Session {
            opened: now,
            phase: std::mem::take(&mut self.phase),
            first_generation: self.next_generation,
        };
        self.session = Some(session);
        let window = self.rotation.window(session.phase);
        window.map_or(
            (session.first_generation, self.rotation.first()),
            |window| {
                (
                    session.first_generation + window.index,
                    window.ends - session.phase,
                )
            },
        )
    }

    /// The generation of the valid code and how long it lives.
    fn valid(&self, now: Duration) -> Option<(u64, Duration)> {
        let session = self.session?;
        let age = now.saturating_sub(session.opened) + session.phase;
        let window = self.rotation.window(age)?;
        let generation = session.first_generation + window.index;
        Some((generation, window.ends.saturating_sub(age)))
    }

    /// Four keys in base64 behind a `2@`, as long as WhatsApp's own (about 230 characters).
    fn text(&self, generation: u64) -> String {
        let mut random = Random::new(self.seed, &self.instance, generation);
        let reference = STANDARD.encode(random.bytes::<69>());
        let [noise, identity, advertisement] =
            [(); 3].map(|()| STANDARD.encode(random.bytes::<32>()));
        let prefix = match self.form {
            QrTextForm::Classic => "",
            QrTextForm::Link => "https://wa.me/settings/linked_devices#",
        };
        format!("{prefix}2@{reference},{noise},{identity},{advertisement},1")
    }
}

#[cfg(test)]
mod tests;

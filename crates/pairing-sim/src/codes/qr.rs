//! QR texts that rotate by the clock alone: no task runs, the time that has passed decides.

use std::collections::VecDeque;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::QrTextForm;
use crate::random::Random;

/// How long each QR code lives. Starts when the instance is first asked for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Rotation {
    /// 20 s each, without end: a gateway behind a browser-like stack (Z-API's page on QR
    /// codes says 20 s).
    #[default]
    #[serde(rename = "every_20s")]
    Every20s,
    /// The first 60 s, five more of 20 s each, then nothing until the gateway is asked
    /// again: a gateway behind a socket stack (whatsmeow and Baileys).
    #[serde(rename = "first_60_then_20s")]
    First60Then20s,
}

const SHORT: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(60);
/// Six codes: 60 s and five times 20 s.
const SOCKET_LIFE: Duration = Duration::from_secs(160);

/// Which code of a session is the valid one, and when (on the session's clock) it dies.
struct Window {
    index: u64,
    ends: Duration,
}

impl Rotation {
    /// `None` once the session is over.
    fn window(self, age: Duration) -> Option<Window> {
        let short_ones = |age: Duration| age.as_secs() / SHORT.as_secs();
        let short_end = |count: u64| SHORT.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
        match self {
            Self::Every20s => {
                let index = short_ones(age);
                let ends = short_end(index + 1);
                Some(Window { index, ends })
            }
            Self::First60Then20s if age < LONG => Some(Window {
                index: 0,
                ends: LONG,
            }),
            Self::First60Then20s if age < SOCKET_LIFE => {
                let index = short_ones(age - LONG) + 1;
                let ends = LONG + short_end(index);
                Some(Window { index, ends })
            }
            Self::First60Then20s => None,
        }
    }

    /// Brings any offset into the life of one session.
    fn fold(self, phase: Duration) -> Duration {
        let cycle = match self {
            Self::Every20s => SHORT,
            Self::First60Then20s => SOCKET_LIFE,
        };
        let nanos = phase.as_nanos() % cycle.as_nanos();
        Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
    }
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
        window.map_or((session.first_generation, SHORT), |window| {
            (
                session.first_generation + window.index,
                window.ends - session.phase,
            )
        })
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

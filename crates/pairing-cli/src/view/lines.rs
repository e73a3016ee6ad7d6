//! Lines of text: for pipes, logs, and terminals that cannot be drawn on.

use std::io::{self, Write};
use std::time::SystemTime;

use pairing_core::{EventKind, PairingEvent};

use super::code::{self, Ink, ShownCode};
use super::{View, Wording};
use crate::texts::fill;

/// Light modules around a code: what ISO/IEC 18004 asks for, as lines have room.
const QUIET_ZONE: usize = pairing_qr::QUIET_ZONE;

/// Writes what happens, line after line.
pub(crate) struct TextLines<W> {
    output: W,
    wording: Wording,
    ink: Ink,
}

impl<W: Write> TextLines<W> {
    pub(crate) fn new(output: W, wording: Wording, ink: Ink) -> Self {
        Self {
            output,
            wording,
            ink,
        }
    }

    fn code(&mut self, code: &ShownCode) -> io::Result<()> {
        match code {
            ShownCode::Qr(matrix) => {
                for line in code::draw(matrix, self.ink, QUIET_ZONE) {
                    writeln!(self.output, "{line}")?;
                }
                Ok(())
            }
            ShownCode::Phone(code) => writeln!(self.output, "\n    {code}\n"),
            ShownCode::UnreadablePicture => {
                writeln!(self.output, "{}", self.wording.texts.unreadable_picture)
            }
        }
    }
}

impl<W: Write> View for TextLines<W> {
    fn show(&mut self, event: &PairingEvent, now: SystemTime) -> io::Result<()> {
        match &event.kind {
            EventKind::Preparing => writeln!(self.output, "{}", self.wording.preparing())?,
            EventKind::CodeReady {
                expires_at,
                expiry,
                code,
            } => {
                let left = expires_at.duration_since(now).unwrap_or_default();
                let life = self.wording.life(left, *expiry, event.round, event.attempt);
                writeln!(self.output, "{}", self.wording.instructions())?;
                self.code(&ShownCode::from_code(code))?;
                writeln!(self.output, "{life}")?;
            }
            EventKind::CodeExpired => writeln!(self.output, "{}", self.wording.texts.expired)?,
            EventKind::Retrying { retry_at, error } => {
                let wait = retry_at.duration_since(now).unwrap_or_default();
                writeln!(self.output, "{}", self.wording.retrying(error, wait))?;
            }
            EventKind::InteractionRequired if self.wording.can_ask => {
                writeln!(self.output, "{}", self.wording.nobody())?;
            }
            // The command says how it ended, also where nobody could be asked.
            EventKind::Finished { .. } => {}
            _ => {}
        }
        self.output.flush()
    }

    fn saved(&mut self, file: &str, _now: SystemTime) -> io::Result<()> {
        let saved = fill(self.wording.texts.saved, &[("file", &file)]);
        writeln!(self.output, "{saved}")?;
        self.output.flush()
    }
}

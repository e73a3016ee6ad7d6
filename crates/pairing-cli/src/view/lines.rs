//! Lines of text: for pipes, logs, and terminals that cannot be drawn on.

use std::io::{self, Write};
use std::time::SystemTime;

use pairing_core::{PairingEvent, PairingView, Screen};

use super::code::{self, QrColors, ShownCode};
use super::{View, Wording};
use crate::texts::fill;

/// Light modules around a code: what ISO/IEC 18004 asks for, as lines have room.
const QUIET_ZONE: usize = pairing_qr::QUIET_ZONE;

/// Writes what happens, line after line.
pub(crate) struct TextLines<W> {
    output: W,
    wording: Wording,
    colors: QrColors,
}

impl<W: Write> TextLines<W> {
    pub(crate) fn new(output: W, wording: Wording, colors: QrColors) -> Self {
        Self {
            output,
            wording,
            colors,
        }
    }

    fn code(&mut self, code: &ShownCode) -> io::Result<()> {
        match code {
            ShownCode::Qr(matrix) => {
                for line in code::draw(matrix, self.colors, QUIET_ZONE) {
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
    fn show(
        &mut self,
        _event: &PairingEvent,
        view: &PairingView,
        now: SystemTime,
    ) -> io::Result<()> {
        let texts = self.wording.texts;
        if let Some(retrying) = &view.retrying {
            let wait = retrying.retry_at.duration_since(now).unwrap_or_default();
            writeln!(
                self.output,
                "{}",
                self.wording.retrying(&retrying.error, wait)
            )?;
            return self.output.flush();
        }
        match &view.screen {
            Screen::Preparing => writeln!(self.output, "{}", self.wording.preparing())?,
            Screen::Code {
                expires_at,
                expiry,
                code,
            } => {
                let left = expires_at.duration_since(now).unwrap_or_default();
                let life = texts.life_in_round(left, *expiry, view);
                writeln!(self.output, "{}", texts.instructions(&view.method))?;
                self.code(&ShownCode::from_code(code))?;
                writeln!(self.output, "{life}")?;
            }
            Screen::CodeExpired => writeln!(self.output, "{}", texts.expired)?,
            Screen::Starting => writeln!(self.output, "{}", self.wording.starting())?,
            Screen::Linking => writeln!(self.output, "{}", texts.linking)?,
            Screen::PasskeyRequired { step } => {
                writeln!(self.output, "{}", self.wording.passkey(step))?;
            }
            Screen::Linked { phone } => {
                writeln!(self.output, "{}", self.wording.linked(phone.as_ref()))?;
            }
            Screen::WaitingForUser if self.wording.can_ask => {
                writeln!(self.output, "{}", self.wording.codes_unused())?;
            }
            // The command says how it ended.
            Screen::WaitingForUser | Screen::Finished { .. } => {}
        }
        self.output.flush()
    }

    fn saved(&mut self, file: &str, _now: SystemTime) -> io::Result<()> {
        let saved = fill(self.wording.texts.saved, &[("file", &file)]);
        writeln!(self.output, "{saved}")?;
        self.output.flush()
    }
}

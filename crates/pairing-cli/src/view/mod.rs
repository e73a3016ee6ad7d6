//! How a session is shown: drawn on a terminal, in lines, or as JSON.
//!
//! A [`View`] shows what core says and keeps time; it decides nothing about the session.

mod code;
mod json;
mod layout;
mod lines;
mod screen;
mod terminal;
mod wording;

use std::io;
use std::time::{Duration, SystemTime};

use pairing_core::{PairingEvent, PairingView};

pub(crate) use code::{QrColors, ShownCode, draw};
pub(crate) use json::{JsonLines, write_json};
pub(crate) use lines::TextLines;
pub(crate) use screen::Screen;
pub(crate) use terminal::{Size, restore_before_panic_message};
pub(crate) use wording::{Wording, retrying};

/// Shows one session.
pub(crate) trait View {
    /// Shows what an event has led to.
    fn show(&mut self, event: &PairingEvent, view: &PairingView, now: SystemTime)
    -> io::Result<()>;

    /// Says where the picture of the current code was saved.
    fn saved(&mut self, file: &str, now: SystemTime) -> io::Result<()>;

    /// Brings what is shown up to date: time has passed, or the window has another size.
    /// What has been written as lines stays as it is, here and below.
    fn refresh(&mut self, _now: SystemTime) -> io::Result<()> {
        Ok(())
    }

    /// How long what is shown stays true. `None`: until the next event.
    fn fresh_for(&self, _now: SystemTime) -> Option<Duration> {
        None
    }

    /// Leaves the terminal as it was, for as long as the program is suspended.
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Takes the terminal again.
    fn resume(&mut self, _now: SystemTime) -> io::Result<()> {
        Ok(())
    }
}

//! The terminal's alternate screen: a live code is a login secret, and what is drawn there
//! does not stay in the scrollback.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Size {
    /// Of the terminal on standard output; 80 x 24 if it does not say.
    pub(crate) fn of_terminal() -> Self {
        let (columns, rows) = terminal_size::terminal_size_of(io::stdout())
            .map_or((80, 24), |(width, height)| (width.0, height.0));
        Self {
            columns: columns.into(),
            rows: rows.into(),
        }
    }
}

// Control sequences of xterm, which every terminal in use understands.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// Whether the alternate screen is on, for the panic hook: only one screen is drawn at a
/// time.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Holds the alternate screen and hides the cursor. Dropping it brings the normal screen
/// back.
pub(crate) struct AlternateScreen<W: Write> {
    output: W,
}

impl<W: Write> AlternateScreen<W> {
    pub(crate) fn enter(output: W) -> io::Result<Self> {
        let mut screen = Self { output };
        screen.take()?;
        Ok(screen)
    }

    /// Draws without having taken anything, so that tests do not share a screen.
    #[cfg(test)]
    pub(crate) fn for_tests(output: W) -> Self {
        Self { output }
    }

    /// Takes the screen.
    pub(crate) fn take(&mut self) -> io::Result<()> {
        ENTERED.store(true, Ordering::SeqCst);
        self.output.write_all(ENTER.as_bytes())?;
        self.output.flush()
    }

    /// Gives it back, if it is taken.
    pub(crate) fn give_back(&mut self) -> io::Result<()> {
        if !ENTERED.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        self.output.write_all(LEAVE.as_bytes())?;
        self.output.flush()
    }

    /// Shows these lines and nothing else. They must fit in the terminal.
    pub(crate) fn draw(&mut self, lines: &[String], size: Size) -> io::Result<()> {
        let mut frame = String::from("\x1b[H");
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                frame.push_str("\r\n");
            }
            // Erased before it is written: erasing what follows a line that ends in the
            // last column would take its last character.
            frame.push_str("\x1b[2K");
            frame.push_str(line);
        }
        // A line break after the last row would scroll.
        if lines.len() < size.rows {
            frame.push_str("\r\n\x1b[J");
        }
        // The cursor rests at the top: what people type is echoed there, and Enter does
        // not scroll the code away.
        frame.push_str("\x1b[H");
        self.output.write_all(frame.as_bytes())?;
        self.output.flush()
    }
}

impl<W: Write> Drop for AlternateScreen<W> {
    fn drop(&mut self) {
        // The terminal may be gone; then there is nothing to restore.
        let _ = self.give_back();
    }
}

/// Makes sure that a panic's message appears on the normal screen, where it stays.
pub(crate) fn restore_before_panic_message() {
    let message = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if ENTERED.swap(false, Ordering::SeqCst) {
            let mut output = io::stdout();
            let _ = output.write_all(LEAVE.as_bytes());
            let _ = output.flush();
        }
        message(panic);
    }));
}

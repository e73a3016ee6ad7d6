//! Standard input and output: what they are, what is typed, and whether the output is still read.

use std::io::{self, BufRead, IsTerminal};

use tokio::sync::mpsc;

use crate::view::QrColors;

/// What the program may do with its terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Console {
    /// A person reads standard output.
    pub(crate) output_is_terminal: bool,
    /// A person can answer.
    pub(crate) can_ask: bool,
    /// The terminal understands control sequences, and nothing else writes to it.
    pub(crate) can_draw: bool,
    /// Colours are wanted: <https://no-color.org>.
    pub(crate) colours: bool,
}

impl Console {
    /// Looks at the process's own streams. With `diagnostics`, tracing writes to standard
    /// error, which must not be drawn over.
    pub(crate) fn of_process(diagnostics: bool) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let output_is_terminal = io::stdout().is_terminal();
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb") && cfg!(unix);
        let shared = diagnostics && io::stderr().is_terminal();
        Self {
            output_is_terminal,
            can_ask: output_is_terminal && io::stdin().is_terminal(),
            can_draw: output_is_terminal && !dumb && !shared,
            colours: output_is_terminal && !dumb && !set("NO_COLOR"),
        }
    }

    /// What a QR code is drawn with; `invert` is for a light background.
    pub(crate) fn qr_colors(self, invert: bool) -> QrColors {
        match (invert, self.colours) {
            (true, _) => QrColors::DarkModules,
            (false, true) => QrColors::BlackOnWhite,
            (false, false) => QrColors::LightModules,
        }
    }
}

/// Lines typed on standard input, read by a thread that never keeps the process from
/// ending: a blocked read cannot be cancelled.
pub(crate) struct TypedLines(mpsc::UnboundedReceiver<String>);

impl TypedLines {
    /// Starts reading. What is typed before a question is read as well, so that it does not answer a
    /// question that comes later.
    pub(crate) fn read() -> io::Result<Self> {
        let (sender, receiver) = mpsc::unbounded_channel();
        std::thread::Builder::new()
            .name("typed-lines".to_owned())
            .spawn(move || {
                for line in io::stdin().lock().lines() {
                    let Ok(line) = line else { return };
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self(receiver))
    }

    /// The next line; `None` after the last.
    pub(crate) async fn next(&mut self) -> Option<String> {
        self.0.recv().await
    }
}

/// Notices that the reader of standard output has gone, even while nothing is written.
pub(crate) struct Reader(platform::Reader);

impl Reader {
    /// Watches standard output where it is a pipe.
    pub(crate) fn of_output() -> Self {
        Self(platform::Reader::of_output())
    }

    /// Waits until the reader has gone. For ever, where that cannot be known.
    pub(crate) async fn gone(&self) {
        self.0.gone().await;
    }
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;

    use tokio::io::Interest;
    use tokio::net::unix::pipe;

    pub(super) struct Reader(Option<pipe::Sender>);

    impl Reader {
        pub(super) fn of_output() -> Self {
            Self(Self::watch().ok().flatten())
        }

        fn watch() -> io::Result<Option<pipe::Sender>> {
            let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
            if !output.metadata()?.file_type().is_fifo() {
                return Ok(None);
            }
            // Only watched, never written through: unchecked, because checking would make
            // standard output non-blocking for everybody who shares it.
            pipe::Sender::from_file_unchecked(output).map(Some)
        }

        pub(super) async fn gone(&self) {
            let Some(output) = &self.0 else {
                return std::future::pending().await;
            };
            loop {
                match output.ready(Interest::WRITABLE).await {
                    Ok(ready) if ready.is_write_closed() => return,
                    // Only room to write: wait for the next change.
                    Ok(_) => {
                        let ask_again = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
                        let _ = output.try_io(ask_again);
                    }
                    Err(_) => return std::future::pending().await,
                }
            }
        }
    }
}

#[cfg(not(unix))]
mod platform {
    pub(super) struct Reader;

    impl Reader {
        pub(super) fn of_output() -> Self {
            Self
        }

        pub(super) async fn gone(&self) {
            std::future::pending().await
        }
    }
}

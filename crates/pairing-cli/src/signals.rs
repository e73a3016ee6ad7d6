//! What the system tells the program while it runs: stop, the window changed, suspend.

use std::io;

/// A signal that the program handles itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C, a request to terminate, or the terminal is gone.
    Quit,
    /// The window has another size.
    Resized,
    /// Ctrl-Z. Only told while a screen is drawn; see [`Signals::drawing`].
    Suspend,
}

/// Waits for signals.
pub(crate) struct Signals(platform::Signals);

impl Signals {
    /// Takes over what quits the program. To be called before anything that must be
    /// cleaned up.
    pub(crate) fn quitting() -> io::Result<Self> {
        platform::Signals::quitting().map(Self)
    }

    /// Takes over what concerns a screen that is being drawn, as well.
    pub(crate) fn drawing(&mut self) -> io::Result<()> {
        self.0.drawing()
    }

    pub(crate) async fn next(&mut self) -> Signal {
        self.0.next().await
    }

    /// Waits until the program is to quit.
    pub(crate) async fn quit(&mut self) {
        while self.next().await != Signal::Quit {}
    }
}

/// Stops the program as Ctrl-Z does, and returns once it is continued.
pub(crate) fn stop_here() {
    platform::stop_here();
}

#[cfg(unix)]
mod platform {
    use std::io;

    use rustix::process;
    use tokio::signal::unix::{self, SignalKind, signal};

    use super::Signal;

    pub(super) struct Signals {
        interrupt: unix::Signal,
        terminate: unix::Signal,
        hang_up: unix::Signal,
        drawing: Option<Drawing>,
    }

    struct Drawing {
        resize: unix::Signal,
        suspend: unix::Signal,
    }

    impl Signals {
        pub(super) fn quitting() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                drawing: None,
            })
        }

        pub(super) fn drawing(&mut self) -> io::Result<()> {
            self.drawing = Some(Drawing {
                resize: signal(SignalKind::window_change())?,
                suspend: signal(SignalKind::from_raw(process::Signal::TSTP.as_raw()))?,
            });
            Ok(())
        }

        pub(super) async fn next(&mut self) -> Signal {
            let drawing = self.drawing.as_mut();
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Quit,
                _ = self.terminate.recv() => Signal::Quit,
                _ = self.hang_up.recv() => Signal::Quit,
                signal = next_while_drawing(drawing) => signal,
            }
        }
    }

    async fn next_while_drawing(drawing: Option<&mut Drawing>) -> Signal {
        let Some(drawing) = drawing else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = drawing.resize.recv() => Signal::Resized,
            _ = drawing.suspend.recv() => Signal::Suspend,
        }
    }

    pub(super) fn stop_here() {
        // A signal to oneself that exists is always delivered.
        let _ = process::kill_process(process::getpid(), process::Signal::STOP);
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;

    use super::Signal;

    pub(super) struct Signals;

    impl Signals {
        pub(super) fn quitting() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn drawing(&mut self) -> io::Result<()> {
            Ok(())
        }

        pub(super) async fn next(&mut self) -> Signal {
            // Without a handler, the system ends the program at Ctrl-C by itself.
            match tokio::signal::ctrl_c().await {
                Ok(()) => Signal::Quit,
                Err(_) => std::future::pending().await,
            }
        }
    }

    pub(super) fn stop_here() {}
}

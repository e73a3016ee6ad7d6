//! What the system tells the program while it runs: stop, the window changed, suspend, reload.
//!
//! What the program was started with to ignore stays ignored: `nohup pairing serve &` outlives its
//! terminal, and Ctrl-C in that terminal is for another program.

#[cfg(unix)]
mod ignored;

use std::io;

/// A signal that the program handles itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C, a request to terminate, or the terminal is gone.
    Quit,
    /// Read the configuration again; see [`Signals::serving`].
    Reload,
    /// The window has another size.
    Resized,
    /// Ctrl-Z. Only reported while a screen is drawn; see [`Signals::drawing`].
    Suspend,
}

/// Waits for signals.
pub(crate) struct Signals {
    platform: platform::Signals,
    /// Came while nothing but the end was waited for.
    reload: bool,
}

impl Signals {
    /// Takes over what quits the program. To be called before anything that must be
    /// cleaned up.
    pub(crate) fn quitting() -> io::Result<Self> {
        Self::new(false)
    }

    /// The same for a program that serves: SIGHUP reloads it, unless its terminal is gone.
    pub(crate) fn serving() -> io::Result<Self> {
        Self::new(true)
    }

    fn new(reloads: bool) -> io::Result<Self> {
        Ok(Self {
            platform: platform::Signals::new(reloads)?,
            reload: false,
        })
    }

    /// Takes over what concerns a screen that is being drawn, as well.
    pub(crate) fn drawing(&mut self) -> io::Result<()> {
        self.platform.drawing()
    }

    pub(crate) async fn next(&mut self) -> Signal {
        if std::mem::take(&mut self.reload) {
            return Signal::Reload;
        }
        self.platform.next().await
    }

    /// Waits until the program is to quit. A reload that is asked for meanwhile comes next.
    pub(crate) async fn quit(&mut self) {
        loop {
            match self.platform.next().await {
                Signal::Quit => return,
                Signal::Reload => self.reload = true,
                Signal::Resized | Signal::Suspend => {}
            }
        }
    }
}

/// Stops the program as Ctrl-Z does, and returns once it is continued.
pub(crate) fn stop_here() {
    platform::stop_here();
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io;

    use rustix::process;
    use tokio::signal::unix::{self, SignalKind};

    use super::Signal;
    use super::ignored::Ignored;

    pub(super) struct Signals {
        ignored: Ignored,
        interrupt: Heard,
        terminate: Heard,
        hang_up: Heard,
        on_hang_up: OnHangUp,
        drawing: Option<Drawing>,
    }

    enum OnHangUp {
        Quit,
        Reload {
            /// Whether there was a terminal whose end the signal may tell of.
            had_terminal: bool,
        },
    }

    struct Drawing {
        resize: Heard,
        suspend: Heard,
    }

    /// A signal, if the program was not started to ignore it.
    struct Heard(Option<unix::Signal>);

    impl Heard {
        fn new(kind: SignalKind, ignored: Ignored) -> io::Result<Self> {
            let wanted = !ignored.has(kind.as_raw_value());
            Ok(Self(wanted.then(|| unix::signal(kind)).transpose()?))
        }

        async fn recv(&mut self) {
            if let Some(signal) = &mut self.0
                && signal.recv().await.is_some()
            {
                return;
            }
            std::future::pending().await
        }
    }

    impl Signals {
        pub(super) fn new(reloads: bool) -> io::Result<Self> {
            // Asked before the first is taken over.
            let ignored = Ignored::of_process();
            Ok(Self {
                ignored,
                interrupt: Heard::new(SignalKind::interrupt(), ignored)?,
                terminate: Heard::new(SignalKind::terminate(), ignored)?,
                hang_up: Heard::new(SignalKind::hangup(), ignored)?,
                on_hang_up: match reloads {
                    true => OnHangUp::Reload {
                        had_terminal: has_terminal(),
                    },
                    false => OnHangUp::Quit,
                },
                drawing: None,
            })
        }

        pub(super) fn drawing(&mut self) -> io::Result<()> {
            let suspend = SignalKind::from_raw(process::Signal::TSTP.as_raw());
            self.drawing = Some(Drawing {
                resize: Heard::new(SignalKind::window_change(), self.ignored)?,
                suspend: Heard::new(suspend, self.ignored)?,
            });
            Ok(())
        }

        pub(super) async fn next(&mut self) -> Signal {
            let drawing = self.drawing.as_mut();
            tokio::select! {
                () = self.interrupt.recv() => Signal::Quit,
                () = self.terminate.recv() => Signal::Quit,
                () = self.hang_up.recv() => self.on_hang_up.signal(),
                signal = next_while_drawing(drawing) => signal,
            }
        }
    }

    impl OnHangUp {
        fn signal(&self) -> Signal {
            match self {
                Self::Reload { had_terminal } if !had_terminal || has_terminal() => Signal::Reload,
                _ => Signal::Quit,
            }
        }
    }

    /// Whether the process has a controlling terminal: the device that stands for it cannot be
    /// opened once its window is closed.
    fn has_terminal() -> bool {
        File::open("/dev/tty").is_ok()
    }

    async fn next_while_drawing(drawing: Option<&mut Drawing>) -> Signal {
        let Some(drawing) = drawing else {
            return std::future::pending().await;
        };
        tokio::select! {
            () = drawing.resize.recv() => Signal::Resized,
            () = drawing.suspend.recv() => Signal::Suspend,
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
        pub(super) fn new(_reloads: bool) -> io::Result<Self> {
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

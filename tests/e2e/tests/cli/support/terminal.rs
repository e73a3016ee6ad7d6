//! Runs the binary in its own terminal, and looks at the screen as a person does.

use std::num::NonZero;
use std::path::Path;

use pty_process::{OwnedReadPty, OwnedWritePty, Size};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;
use tokio::time::timeout;
use vt100::{Parser, Screen};

use super::{HANG, Pairing};

/// Columns and rows.
pub(crate) type Window = (u16, u16);

/// Large enough for every QR code and the words around it.
pub(crate) const LARGE: Window = (110, 50);

impl Pairing {
    /// Starts in a terminal of this size, in English.
    pub(crate) fn start_in(self, window: Window) -> Terminal {
        let (pty, terminal) = pty_process::open().unwrap();
        pty.resize(Size::new(window.1, window.0)).unwrap();
        let (program, arguments) = self.command_line();
        let child = pty_process::Command::new(program)
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm-256color")
            .envs(self.environment)
            .current_dir(self.folder.path())
            .kill_on_drop(true)
            .spawn(terminal)
            .unwrap();
        let (output, input) = pty.into_split();
        let (columns, rows) = (cells(window.0), cells(window.1));
        Terminal {
            child,
            output,
            input,
            parser: Parser::new(rows, columns, 1000),
            unseen: Vec::new(),
            folder: self.folder,
        }
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

/// A terminal with the program in it. Dropping it kills the program.
pub(crate) struct Terminal {
    child: Child,
    output: OwnedReadPty,
    input: OwnedWritePty,
    parser: Parser,
    unseen: Vec<u8>,
    folder: TempDir,
}

/// Brings the cursor to the top.
const TOP: &[u8] = b"\x1b[H";

impl Terminal {
    pub(crate) fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until the screen shows what is looked for, and gives it. Looks only at whole
    /// pictures, which the program ends with the cursor at the top, and at the normal screen.
    pub(crate) async fn see<T>(&mut self, what: &str, look: impl Fn(&Screen) -> Option<T>) -> T {
        loop {
            let screen = self.screen();
            let whole = !screen.alternate_screen() || screen.cursor_position() == (0, 0);
            if whole && let Some(seen) = look(screen) {
                return seen;
            }
            let goes_on = self.read(what).await;
            assert!(
                goes_on,
                "ends without {what}:\n{}",
                self.screen().contents()
            );
        }
    }

    /// Waits until these words stand on the screen.
    pub(crate) async fn see_words(&mut self, words: &str) {
        self.see(words, |screen| says(screen, words).then_some(()))
            .await;
    }

    /// Lets the screen go on by one picture at most, so that none is missed, however late this
    /// reads; `false` at the end.
    async fn read(&mut self, what: &str) -> bool {
        let mut begun = begins_top(&self.unseen);
        if self.unseen.len() == begun {
            let mut bytes = [0; 4096];
            let read = timeout(HANG, self.output.read(&mut bytes)).await;
            let Ok(read) = read else {
                panic!("no {what} on this screen:\n{}", self.screen().contents());
            };
            // Linux says EIO once the program has closed its side.
            let read = read.unwrap_or(0);
            self.unseen.extend(&bytes[..read]);
            // At the end nothing follows what has begun.
            begun = if read == 0 {
                0
            } else {
                begins_top(&self.unseen)
            };
        }
        let ends = self
            .unseen
            .windows(TOP.len())
            .position(|bytes| bytes == TOP);
        let whole = self.unseen.len() - begun;
        let count = ends.map_or(whole, |start| start + TOP.len());
        self.parser.process(&self.unseen[..count]);
        self.unseen.drain(..count);
        count > 0 || begun > 0
    }

    pub(crate) async fn press(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).await.unwrap();
    }

    pub(crate) fn resize(&mut self, window: Window) {
        self.parser.set_size(cells(window.1), cells(window.0));
        self.input.resize(Size::new(window.1, window.0)).unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("the child still runs");
        let pid = Pid::from_raw(id.cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits until the program has stopped, as Ctrl-Z wants it.
    pub(crate) async fn stopped(&self) {
        let id = self.child.id().expect("the child still runs");
        let pid = Pid::from_raw(id.cast_signed()).unwrap();
        let wait = move || waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED);
        let stopped = timeout(HANG, tokio::task::spawn_blocking(wait)).await;
        stopped.expect("does not stop").unwrap().unwrap();
    }

    /// Closes the window, and waits for the end: the exit code.
    pub(crate) async fn close(self) -> Option<i32> {
        let Self {
            mut child,
            output,
            input,
            ..
        } = self;
        drop((output, input));
        let status = timeout(HANG, child.wait()).await;
        status
            .expect("does not end with its window")
            .unwrap()
            .code()
    }

    /// Waits for the end. The terminal must then be as it was: the normal screen, the cursor,
    /// and no code on it or above it.
    pub(crate) async fn finish(mut self) -> Left {
        while self.read("end").await {}
        let status = timeout(HANG, self.child.wait()).await;
        let text = everything(&mut self.parser);
        let Ok(status) = status else {
            panic!("the program does not end:\n{text}");
        };
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "left on the alternate screen");
        assert!(!screen.hide_cursor(), "left without a cursor");
        assert!(!text.contains("panicked at"), "{text}");
        Left {
            code: status.unwrap().code(),
            text,
            folder: self.folder,
        }
    }
}

/// How many bytes at the end may be the beginning of [`TOP`]: it may come in two reads.
fn begins_top(bytes: &[u8]) -> usize {
    let mut parts = (1..TOP.len()).rev();
    parts
        .find(|count| bytes.ends_with(&TOP[..*count]))
        .unwrap_or(0)
}

/// What the program leaves in the terminal.
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    /// The normal screen and the scrollback above it, with lines that wrap joined.
    pub(crate) text: String,
    folder: TempDir,
}

impl Left {
    /// No code, drawn or to type, can be read any more.
    #[track_caller]
    pub(crate) fn assert_no_code(&self, codes: &[&str]) {
        assert!(!self.text.contains(['█', '▀', '▄']), "{}", self.text);
        for code in codes {
            assert!(!self.text.contains(code), "{}", self.text);
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The words on the screen, wherever the lines break.
pub(crate) fn says(screen: &Screen, words: &str) -> bool {
    let mut contents = screen.contents();
    contents.retain(|char| !['█', '▀', '▄'].contains(&char));
    let on_screen: Vec<_> = contents.split_whitespace().collect();
    on_screen.join(" ").contains(words)
}

fn everything(parser: &mut Parser) -> String {
    let mut pages = String::new();
    let above = parser.screen().scrollback_len();
    let rows = usize::from(parser.screen().size().0.get());
    for back in (0..=above).rev().step_by(rows).chain([0]) {
        parser.screen_mut().set_scrollback(back);
        pages.push_str(&parser.screen().contents());
        pages.push('\n');
    }
    pages
}

//! Writes lines without ever waiting for their reader: what does not fit into a bounded queue is left
//! out, and counted. For a server's log; a session's events wait for their reader, who asked for all
//! of them.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The queue: some five thousand lines of a log, for a reader that pauses.
const MOST_BYTES: usize = 1024 * 1024;

/// An output in front of a thread that does the waiting. All clones are the same one.
#[derive(Clone)]
pub(crate) struct Lossy(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: Vec<u8>,
    /// Lines since those in the queue.
    left_out: u64,
    is_writing: bool,
}

impl State {
    fn is_done(&self) -> bool {
        self.queue.is_empty() && self.left_out == 0 && !self.is_writing
    }
}

impl Lossy {
    /// # Errors
    ///
    /// When the system has no thread for it.
    pub(crate) fn over(output: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let written = shared.clone();
        std::thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || written.write_to(output))?;
        Ok(Self(shared))
    }

    /// Queues a line, with its end, or leaves it out.
    pub(crate) fn line(&self, line: &[u8]) {
        let mut state = self.0.lock();
        // Once one is left out, so are the next, until a line reports the gap.
        if state.left_out > 0 || state.queue.len() + line.len() > MOST_BYTES {
            state.left_out += 1;
        } else {
            state.queue.extend_from_slice(line);
        }
        self.0.changed.notify_all();
    }

    /// Waits until everything is written, for so long at most. Whether it is.
    pub(crate) fn flush_within(&self, patience: Duration) -> bool {
        let unwritten = |state: &mut State| !state.is_done();
        let state = self.0.lock();
        let waited = self
            .0
            .changed
            .wait_timeout_while(state, patience, unwritten);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_done()
    }
}

impl Shared {
    fn write_to(&self, mut output: impl Write) {
        loop {
            let nothing = |state: &mut State| state.queue.is_empty() && state.left_out == 0;
            let state = self.changed.wait_while(self.lock(), nothing);
            let mut state = state.unwrap_or_else(PoisonError::into_inner);
            let mut lines = std::mem::take(&mut state.queue);
            let left_out = std::mem::take(&mut state.left_out);
            state.is_writing = true;
            drop(state);
            if left_out > 0 {
                let gap = format!("{left_out} lines are missing here: nobody read the log\n");
                lines.extend_from_slice(gap.as_bytes());
            }
            // A failure here has no reader.
            let _ = output.write_all(&lines).and_then(|()| output.flush());
            self.lock().is_writing = false;
            self.changed.notify_all();
        }
    }

    /// A panic while it is held leaves the state whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever is written at once is a line.
impl Write for Lossy {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.line(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const LONG: Duration = Duration::from_secs(120);

    /// A pipe into which nothing fits until the test reads it.
    struct Unread(mpsc::SyncSender<Vec<u8>>);

    impl Write for Unread {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn unread() -> (Lossy, mpsc::Receiver<Vec<u8>>) {
        let (sender, receiver) = mpsc::sync_channel(0);
        (Lossy::over(Unread(sender)).unwrap(), receiver)
    }

    /// Everything that is written until all of it is.
    fn read(output: &Lossy, pipe: &mpsc::Receiver<Vec<u8>>) -> String {
        let mut read = Vec::new();
        while !output.flush_within(Duration::ZERO) {
            read.extend(
                pipe.recv_timeout(Duration::from_millis(10))
                    .unwrap_or_default(),
            );
        }
        String::from_utf8(read).unwrap()
    }

    #[test]
    fn lines_arrive_whole_and_in_order() {
        let (output, pipe) = unread();
        let lines: Vec<_> = (0..1000).map(|number| format!("line {number}\n")).collect();
        for line in &lines {
            output.line(line.as_bytes());
        }
        assert_eq!(read(&output, &pipe), lines.concat());
    }

    #[test]
    fn waiting_for_the_end_loses_no_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let output = Lossy::over(file.reopen().unwrap()).unwrap();
        let line = "a line of the log\n";
        for _ in 0..10_000 {
            output.line(line.as_bytes());
        }
        assert!(output.flush_within(LONG));
        let written = std::fs::read_to_string(file.path()).unwrap();
        assert_eq!(written, line.repeat(10_000));
    }

    #[test]
    fn an_unread_output_blocks_no_writer_and_the_gap_is_reported() {
        let (output, pipe) = unread();
        let line = vec![b'x'; 999]
            .into_iter()
            .chain([b'\n'])
            .collect::<Vec<_>>();
        // Far more than fits, and this thread is the only one that could read.
        for _ in 0..10_000 {
            output.line(&line);
        }
        assert!(!output.flush_within(Duration::ZERO));
        let text = read(&output, &pipe);
        let kept = text.lines().filter(|line| line.starts_with('x')).count();
        let missing: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_suffix(" lines are missing here: nobody read the log"))
            .map(|count| count.parse::<usize>().unwrap())
            .collect();
        assert!(kept >= 1000, "{kept} lines are kept");
        assert_eq!(kept + missing.iter().sum::<usize>(), 10_000);
        output.line(b"and on it goes\n");
        assert_eq!(read(&output, &pipe), "and on it goes\n");
    }

    #[test]
    fn an_output_that_is_gone_is_no_reason_to_wait() {
        let (output, pipe) = unread();
        drop(pipe);
        output.line(b"nobody reads this\n");
        assert!(output.flush_within(LONG));
    }
}

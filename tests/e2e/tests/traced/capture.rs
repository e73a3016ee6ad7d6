//! Everything that any crate logs in this process, by `tracing` or by `log`, at trace level.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn log() -> MutexGuard<'static, Vec<u8>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        log().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let (target, level) = (record.target(), record.level());
        // Memory takes every write.
        let _ = writeln!(Capture, "{level} {target}: {}", record.args());
    }

    fn flush(&self) {}
}

/// From now on, for the whole process.
pub(crate) fn start() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(|| Capture)
        .init();
    log::set_logger(&Capture).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
}

pub(crate) fn text() -> String {
    String::from_utf8(log().clone()).unwrap()
}

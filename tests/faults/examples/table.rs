//! Prints both tables for readers, with the bounds of the default policy: what
//! `docs/reliability.md` shows.

use std::io::{self, Write as _};

use anyhow::Result;

fn main() -> Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", pairing_faults::sessions_table()?)?;
    write!(output, "{}", pairing_faults::calls_table()?)?;
    Ok(())
}

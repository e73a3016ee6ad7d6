//! Prints the tables for readers, with the bounds of the default policy: what `docs/proofs.md`
//! and the README of each gateway show.

use std::io::{self, Write as _};

use anyhow::Result;
use pairing_faults::{Rows, calls_table, sessions_table};
use pairing_providers::immediate_dialects;

fn main() -> Result<()> {
    let mut output = io::stdout().lock();
    let own = immediate_dialects().iter().map(|dialect| {
        let file = format!("crates/gateways/{dialect}/README.md");
        (file, Rows::Own(*dialect))
    });
    let common = ("docs/proofs.md".to_owned(), Rows::Common);
    for (file, rows) in std::iter::once(common).chain(own) {
        writeln!(output, "{file}\n")?;
        writeln!(output, "{}\n{}", sessions_table(rows)?, calls_table(rows)?)?;
    }
    Ok(())
}

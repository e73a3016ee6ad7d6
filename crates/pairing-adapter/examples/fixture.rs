//! Writes the beginnings of fixtures from a record that a user attached to a bug report:
//! `cargo run -p pairing-adapter --features test-util --example fixture -- record.jsonl`

use std::error::Error;

use pairing_adapter::testing::fixture_skeletons;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os()
        .nth(1)
        .ok_or("which record? Name its file")?;
    for fixture in fixture_skeletons(&std::fs::read_to_string(file)?)? {
        serde_json::to_writer_pretty(std::io::stdout(), &fixture)?;
        std::io::Write::write_all(&mut std::io::stdout(), b"\n")?;
    }
    Ok(())
}

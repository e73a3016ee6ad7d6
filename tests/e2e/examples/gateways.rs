//! Writes the tables of gateways in the documents again.
//!
//! ```console
//! $ cargo run -p pairing-e2e --example gateways
//! ```

use std::error::Error;
use std::fs;
use std::path::Path;

use pairing_e2e::page::Section;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for section in Section::all() {
        let path = root.join(section.file);
        let document = section.put_into(&fs::read_to_string(&path)?)?;
        fs::write(&path, document)?;
    }
    Ok(())
}

//! What the figures were measured on, and what they are compared with.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::workspace::Workspace;

/// The peers, and how each tells its version.
const PEERS: &[(&str, &[&str])] = &[
    ("go", &["version"]),
    ("node", &["--version"]),
    (PYTHON, &["--version"]),
    ("curl", &["--version"]),
    ("qrencode", &["--version"]),
    ("zbarimg", &["--version"]),
];
/// The one that the programs of `benches/` make for themselves.
const PYTHON: &str = ".tools/benches/python/bin/python3";
/// What the peers stand on, and where its version is pinned.
const LIBRARIES: &[(&str, &str)] = &[
    ("httpx", "benches/peers/python/requirements.txt"),
    ("express", "benches/peers/express/package.json"),
];

/// One sentence with the versions of the peers.
pub(super) fn peers(workspace: &Workspace) -> Result<String> {
    let mut peers = Vec::new();
    for (peer, arguments) in PEERS {
        let name = peer.rsplit('/').next().unwrap_or(peer);
        let program = workspace.root().join(peer);
        let program = if program.exists() {
            program
        } else {
            name.into()
        };
        let mut about = Command::new(program);
        // One of them tells it as an error.
        let about = about.args(*arguments).output()?;
        let about = String::from_utf8_lossy(&[about.stdout, about.stderr].concat()).into_owned();
        peers.push((name, about));
    }
    for (library, file) in LIBRARIES {
        let pins = fs::read_to_string(workspace.root().join(file))?;
        let pin = pins
            .lines()
            .find(|line| line.contains(library) && version_in(line).is_some());
        peers.push((library, pin.unwrap_or_default().to_owned()));
    }
    let versions: Vec<String> = peers
        .iter()
        .map(|(name, about)| {
            format!(
                "{name} {}",
                version_in(about).unwrap_or("of an unknown version")
            )
        })
        .collect();
    Ok(format!("Compared with {}.", versions.join(", ")))
}

/// The first number with a point in it.
fn version_in(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()))
}

/// One sentence about the machine and the compiler; nothing that names it.
pub(super) fn describe(workspace: &Workspace) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let compiler = command::output(&mut command::program(workspace, "rustc", &["--version"]))?;
    let kernel = command::output(Command::new("uname").arg("-sr"))?;
    // What follows the numbers names whoever built it.
    let kernel = kernel.split('-').next().unwrap_or_default();
    let processor = fs::read_to_string("/proc/cpuinfo").ok();
    let processor = processor.as_deref().and_then(processor_of);
    let memory = fs::read_to_string("/proc/meminfo").ok();
    let memory = memory.as_deref().and_then(gigabytes_of);
    Ok(format!(
        "{cores} cores of {}, {} of memory, {} {}, {}.",
        processor.unwrap_or("an unnamed processor"),
        memory.map_or_else(
            || "an unknown amount".to_owned(),
            |size| format!("{size:.0} GB")
        ),
        kernel.trim(),
        std::env::consts::ARCH,
        compiler.trim(),
    ))
}

fn processor_of(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn gigabytes_of(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_every_form() {
        for (told, version) in [
            ("go version go1.19.8 linux/amd64", "1.19.8"),
            ("v20.20.2\n", "20.20.2"),
            ("qrencode version 4.1.1", "4.1.1"),
            ("    \"express\": \"5.3.0\",", "5.3.0"),
            ("httpx==0.28.1", "0.28.1"),
        ] {
            assert_eq!(version_in(told), Some(version));
        }
        assert_eq!(version_in("version 3 of ..."), None);
    }

    #[test]
    fn processor_and_memory_are_found() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Some CPU @ 2.0GHz\nflags\t: x\n";
        assert_eq!(processor_of(cpuinfo), Some("Some CPU @ 2.0GHz"));
        assert_eq!(gigabytes_of("MemTotal:    15625000 kB\n"), Some(16.0));
    }
}

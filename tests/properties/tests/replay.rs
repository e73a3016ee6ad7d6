//! Everything the fuzzer ever found, and everything it starts from, on every run.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pairing_properties::{TARGETS, Target};

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz");

/// Each file of a folder in `fuzz/`; crashes are rare, so theirs may be missing.
fn files(kind: &str, target: &Target) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(FUZZ).join(kind).join(target.name);
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), fs::read(&path).unwrap())
    };
    entries.map(read).collect()
}

fn replay(target: &Target, inputs: impl IntoIterator<Item = (String, Vec<u8>)>) -> usize {
    let mut replayed = 0;
    for (name, data) in inputs {
        let result = catch_unwind(AssertUnwindSafe(|| (target.check)(&data)));
        assert!(result.is_ok(), "{}: {name} breaks a promise", target.name);
        replayed += 1;
    }
    replayed
}

#[test]
fn every_seed_keeps_the_promises() {
    for target in &TARGETS {
        let seeds = (target.seeds)().into_iter().enumerate();
        let named = seeds.map(|(index, data)| (format!("seed {index}"), data));
        assert!(replay(target, named) > 0, "{}", target.name);
    }
}

#[test]
fn every_input_of_the_corpora_keeps_the_promises() {
    for target in &TARGETS {
        assert!(
            replay(target, files("corpus", target)) > 0,
            "{}: no corpus",
            target.name
        );
    }
}

#[test]
fn every_crash_of_the_past_is_mended() {
    for target in &TARGETS {
        replay(target, files("crashes", target));
    }
}

#[test]
fn every_target_has_a_program_that_fuzzes_it() {
    let manifest = fs::read_to_string(Path::new(FUZZ).join("Cargo.toml")).unwrap();
    for target in &TARGETS {
        let program = Path::new(FUZZ).join(format!("fuzz_targets/{}.rs", target.name));
        let source = fs::read_to_string(&program).unwrap();
        assert!(
            source.contains(&format!("\"{}\"", target.name)),
            "{}",
            program.display()
        );
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)));
    }
}

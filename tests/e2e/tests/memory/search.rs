//! Searching the memory of another process, as a core dump or a debugger would show it.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

/// A freed block loses its first bytes to the allocator and others to whoever gets it next, so
/// any piece of a secret counts as the secret.
const PIECE: usize = 8;

/// What was found: how many pieces of each secret.
pub(crate) type Found = BTreeMap<&'static str, usize>;

/// What to look for.
#[derive(Default)]
pub(crate) struct Secrets {
    /// By the first bytes of each piece; the names are for messages.
    pieces: HashMap<[u8; PIECE], Piece>,
}

struct Piece {
    name: &'static str,
    /// What must follow.
    rest: Vec<u8>,
}

impl Secrets {
    /// Adds a text of letters and digits without words in it, also in lower case.
    pub(crate) fn add_text(&mut self, name: &'static str, text: &str) {
        for text in [text, &text.to_lowercase()] {
            for window in text.as_bytes().windows(PIECE) {
                self.add_whole(name, window);
            }
        }
    }

    /// Adds bytes without the pieces that could be anybody's, such as zeros.
    pub(crate) fn add_bytes(&mut self, name: &'static str, bytes: &[u8]) {
        for window in bytes.windows(PIECE) {
            let mut distinct = window.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() == PIECE {
                self.add_whole(name, window);
            }
        }
    }

    /// Adds a secret that only counts as a whole.
    pub(crate) fn add_whole(&mut self, name: &'static str, bytes: &[u8]) {
        let (start, rest) = bytes.split_first_chunk().unwrap();
        let rest = rest.to_vec();
        self.pieces.insert(*start, Piece { name, rest });
    }

    /// How many pieces there are of one secret.
    pub(crate) fn pieces_of(&self, name: &str) -> usize {
        let pieces = self.pieces.values();
        pieces.filter(|piece| piece.name == name).count()
    }

    /// What a process has of them in memory that it may write to.
    pub(crate) fn in_memory_of(&self, process: u32) -> Found {
        let mut starts = vec![false; 1 << 16];
        for piece in self.pieces.keys() {
            starts[start(piece)] = true;
        }
        let memory = File::open(format!("/proc/{process}/mem")).unwrap();
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
        let mut found = Found::new();
        let mut searched = 0;
        for region in maps.lines().filter_map(writable) {
            let mut bytes = vec![0; usize::try_from(region.end - region.start).unwrap()];
            memory.read_exact_at(&mut bytes, region.start).unwrap();
            searched += bytes.len();
            for (at, window) in bytes.windows(PIECE).enumerate() {
                if starts[start(window)]
                    && let Some(piece) = self.pieces.get(window)
                    && bytes[at + PIECE..].starts_with(&piece.rest)
                {
                    *found.entry(piece.name).or_default() += 1;
                }
            }
        }
        assert!(searched > 100_000, "only {searched} bytes were searched");
        found
    }
}

fn start(piece: &[u8]) -> usize {
    usize::from(u16::from_le_bytes([piece[0], piece[1]]))
}

/// The range of a line of `maps` that may be read and written.
fn writable(line: &str) -> Option<Range<u64>> {
    let (range, rest) = line.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).unwrap();
    rest.starts_with("rw").then(|| number(start)..number(end))
}

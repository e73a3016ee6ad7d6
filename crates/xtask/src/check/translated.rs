//! Pages in Portuguese: their code is that of the English ones.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::verdict;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Result<()> {
    let read = |file: &Path| {
        fs::read_to_string(workspace.root().join(file)).with_context(|| file.display().to_string())
    };
    let mut violations = Vec::new();
    for file in workspace.tracked_files()? {
        let name = file.to_string_lossy();
        let Some(stem) = name.strip_suffix(".pt-BR.md") else {
            continue;
        };
        if file.starts_with("bindings") || file.starts_with("docs") {
            let original = format!("{stem}.md");
            let (english, translated) = (read(Path::new(&original))?, read(&file)?);
            let other = other_code(&english, &translated).into_iter();
            violations.extend(other.map(|block| {
                let first = block.lines().nth(1).unwrap_or_default();
                format!("{name}: code that {original} lacks: {first}")
            }));
        }
    }
    verdict(&violations)
}

/// The fenced code of the translation that the original lacks.
fn other_code<'a>(original: &str, translation: &'a str) -> Vec<&'a str> {
    let known: Vec<_> = code(original).collect();
    let blocks = code(translation);
    blocks.filter(|block| !known.contains(block)).collect()
}

fn code(page: &str) -> impl Iterator<Item = &str> {
    page.split("```").skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translation_has_fewer_blocks_of_code_but_no_other() {
        let original = "One:\n```c\na();\n```\nTwo:\n```c\nb();\n```\n";
        assert!(other_code(original, "Dois:\n```c\nb();\n```\n").is_empty());
        let changed = "Um:\n```c\na(1);\n```\nDois:\n```c\nb();\n```\n";
        assert_eq!(other_code(original, changed), ["c\na(1);\n"]);
    }
}

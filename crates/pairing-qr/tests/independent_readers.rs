//! Programs that share no code with this crate read what it draws: `zbarimg`
//! reads codes, `rsvg-convert` turns the SVG into a picture for it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "only tests come here")]

mod common;

use std::{fs, io::ErrorKind, path::Path, process::Command};

use common::{LINK_TEXT, SOCKET_TEXT, terminal_picture};
use pairing_qr::{QrMatrix, TerminalStyle};
use tempfile::TempDir;

const TEXTS: [&str; 2] = [SOCKET_TEXT, LINK_TEXT];

/// Runs a program and returns what it printed; fails if it is not installed.
#[track_caller]
fn run(program: &str, package: &str, arguments: &[&Path]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!(
                "{program} is missing: install it with `apt-get install {package}` \
                 (Debian, Ubuntu) or see the package of that name elsewhere"
            ),
            _ => panic!("{program} could not be started: {error}"),
        });
    assert!(
        output.status.success(),
        "{program} found nothing to read: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn assert_zbar_reads(png: &[u8], text: &str) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("code.png");
    fs::write(&file, png).unwrap();
    let arguments = ["--raw".as_ref(), "-q".as_ref(), file.as_path()];
    let read = run("zbarimg", "zbar-tools", &arguments);
    assert_eq!(read.strip_suffix('\n'), Some(text));
}

#[test]
fn zbar_reads_the_png() {
    for text in TEXTS {
        for pixels_per_module in [2, 4, 10] {
            let png = QrMatrix::encode(text).unwrap().to_png(pixels_per_module);
            assert_zbar_reads(&png.unwrap(), text);
        }
    }
}

#[test]
fn zbar_reads_codes_of_many_sizes() {
    // Version 1, the first with version information, and the larger ones.
    for bytes in [10, 150, 500, 1200, 2900] {
        let text: String = SOCKET_TEXT.chars().cycle().take(bytes).collect();
        let png = QrMatrix::encode(&text).unwrap().to_png(4).unwrap();
        assert_zbar_reads(&png, &text);
    }
}

#[test]
fn zbar_reads_the_terminal() {
    for (inverted, ink, paper) in [(false, 229, 29), (true, 29, 255)] {
        for text in TEXTS {
            let style = TerminalStyle::default().with_inverted(inverted);
            let drawing = QrMatrix::encode(text).unwrap().to_terminal(style);
            assert_zbar_reads(&terminal_picture(&drawing, ink, paper).to_png(), text);
        }
    }
}

#[test]
fn zbar_reads_the_svg_as_another_program_draws_it() {
    for text in TEXTS {
        let folder = TempDir::new().unwrap();
        let (svg, png) = (
            folder.path().join("code.svg"),
            folder.path().join("code.png"),
        );
        fs::write(&svg, QrMatrix::encode(text).unwrap().to_svg()).unwrap();
        let arguments = [
            "--width=300".as_ref(),
            "--keep-aspect-ratio".as_ref(),
            "--output".as_ref(),
            png.as_path(),
            svg.as_path(),
        ];
        run("rsvg-convert", "librsvg2-bin", &arguments);
        assert_zbar_reads(&fs::read(&png).unwrap(), text);
    }
}

//! Reads QR codes with programs that know nothing of ours: Debian's `zbarimg`, and
//! `rsvg-convert` for what is drawn as SVG.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use vt100::{Color, Screen};

/// The text of the only QR code in this picture file, if there is one.
pub(crate) fn read_picture(path: &Path) -> Option<String> {
    if path.extension().is_some_and(|extension| extension == "svg") {
        let png = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
        // On white, as a browser shows it.
        let mut convert = Command::new("rsvg-convert");
        convert.args(["--width=800", "--background-color=white", "--output"]);
        let output = run(convert.arg(png.path()).arg(path), "librsvg2-bin");
        assert!(output.status.success(), "{output:?}");
        return read_picture(png.path());
    }
    let mut zbarimg = Command::new("zbarimg");
    zbarimg.args([
        "--quiet",
        "--raw",
        "--nodbus",
        "-Sdisable",
        "-Sqrcode.enable",
    ]);
    let output = run(zbarimg.arg(path), "zbar-tools");
    // It leaves with 4 if there is none.
    assert!(
        [Some(0), Some(4)].contains(&output.status.code()),
        "{output:?}"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let code = text.strip_suffix('\n')?;
    assert!(!code.contains('\n'), "more than one code: {code}");
    Some(code.to_owned())
}

fn run(command: &mut Command, package: &str) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => panic!(
            "{:?} is missing: install it with `apt install {package}`",
            command.get_program()
        ),
        Err(error) => panic!("{error}"),
    }
}

/// The terminal's own colours.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Theme {
    LightOnDark,
    DarkOnLight,
}

/// What a camera in front of this screen reads.
pub(crate) fn read_screen(screen: &Screen, theme: Theme) -> Option<String> {
    /// Pixels to a module, which is one cell wide and half a cell high.
    const SCALE: usize = 6;
    let (rows, columns) = screen.size();
    let mut picture = Vec::new();
    for row in 0..rows.get() {
        let mut halves = [Vec::new(), Vec::new()];
        for column in 0..columns.get() {
            let (upper, lower) = modules(screen, row, column, theme);
            halves[0].extend([upper; SCALE]);
            halves[1].extend([lower; SCALE]);
        }
        for half in halves {
            picture.extend(half.repeat(SCALE));
        }
    }
    let (width, height) = (
        usize::from(columns.get()) * SCALE,
        usize::from(rows.get()) * 2 * SCALE,
    );
    let mut file = format!("P5 {width} {height} 255\n").into_bytes();
    file.extend(picture);
    let path = tempfile::Builder::new().suffix(".pgm").tempfile().unwrap();
    std::fs::write(&path, file).unwrap();
    read_picture(path.path())
}

/// The two modules of a cell, as shades of grey. Letters do not matter: only their ground.
fn modules(screen: &Screen, row: u16, column: u16, theme: Theme) -> (u8, u8) {
    let (letters, ground) = match theme {
        Theme::LightOnDark => (255, 0),
        Theme::DarkOnLight => (0, 255),
    };
    let cell = screen.cell(row, column).unwrap();
    let ink = shade(cell.fgcolor(), letters);
    let paper = shade(cell.bgcolor(), ground);
    match cell.contents() {
        "█" => (ink, ink),
        "▀" => (ink, paper),
        "▄" => (paper, ink),
        _ => (paper, paper),
    }
}

fn shade(color: Color, default: u8) -> u8 {
    match color {
        Color::Default => default,
        // White and black in the cube of 256 colours.
        Color::Idx(231) => 255,
        Color::Idx(16) => 0,
        other => panic!("a QR code in {other:?}"),
    }
}

/// Whether any part of a QR code is drawn.
pub(crate) fn has_drawing(screen: &Screen) -> bool {
    screen.contents().contains(['█', '▀', '▄'])
}

//! Films `pairing demo` in a pseudo-terminal and prints the film as an animated SVG: the
//! picture in the README.
//!
//! ```console
//! $ cargo build --release -p pairing-cli
//! $ cargo run -p pairing-e2e --example demo_picture -- target/release/pairing > docs/demo.svg
//! ```

#![allow(clippy::print_stdout, reason = "the SVG goes to stdout")]

use std::error::Error;
use std::fmt::Write as _;
use std::io::Read as _;
use std::num::NonZero;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, open};

const COLUMNS: NonZero<u16> = NonZero::new(82).expect("not zero");
const ROWS: NonZero<u16> = NonZero::new(38).expect("not zero");
/// A cell of the picture, in pixels.
const CELL: (usize, usize) = (8, 16);
/// Shorter frames are half-drawn screens.
const SHORTEST: Duration = Duration::from_millis(60);
/// How long the last frame stays.
const LAST: Duration = Duration::from_secs(4);

struct Frame {
    at: Duration,
    rows: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let program = std::env::args()
        .nth(1)
        .ok_or("which program? Give its path")?;
    let frames = film(&program)?;
    println!("{}", draw(&frames)?);
    Ok(())
}

fn film(program: &str) -> Result<Vec<Frame>, Box<dyn Error>> {
    let (mut pty, pts) = open()?;
    pty.resize(Size::new(ROWS.get(), COLUMNS.get()))?;
    let command = Command::new(program)
        .args(["--lang", "en", "demo", "--provider", "zapi"])
        .env("TERM", "xterm-256color");
    let mut child = command.spawn(pts)?;
    let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
    let start = Instant::now();
    let mut frames: Vec<Frame> = Vec::new();
    let mut buffer = [0; 64 * 1024];
    // The end of a pseudo-terminal is an error on Linux.
    while let Ok(read @ 1..) = pty.read(&mut buffer) {
        terminal.process(&buffer[..read]);
        let rows: Vec<String> = terminal.screen().rows(0, COLUMNS.get()).collect();
        let at = start.elapsed();
        if let Some(last) = frames.last()
            && at - last.at < SHORTEST
        {
            let at = last.at;
            frames.pop();
            frames.push(Frame { at, rows });
        } else if frames.last().is_none_or(|last| last.rows != rows) {
            frames.push(Frame { at, rows });
        }
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("the demo failed: {status}").into());
    }
    Ok(frames)
}

fn draw(frames: &[Frame]) -> Result<String, Box<dyn Error>> {
    let last = frames.last().ok_or("nothing was shown")?;
    let length = (last.at + LAST).as_secs_f64();
    let (width, height) = (
        usize::from(COLUMNS.get()) * CELL.0,
        usize::from(ROWS.get()) * CELL.1,
    );
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -16 {} {}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" fill="#e6e6e6">
<title>pairing demo</title>
<rect x="-16" y="-16" width="100%" height="100%" rx="8" fill="#16181d"/>
<animate id="film" attributeName="visibility" from="visible" to="visible" begin="0s;film.end" dur="{length:.2}s"/>
"##,
        width + 32,
        height + 32,
    );
    // Without animation the first frame that shows a code is the picture.
    let still = frames
        .iter()
        .position(|frame| frame.rows.iter().any(|row| row.contains('▄')));
    for (index, frame) in frames.iter().enumerate() {
        let begin = frame.at.as_secs_f64();
        let end = frames
            .get(index + 1)
            .map_or(length, |next| next.at.as_secs_f64());
        let visibility = if Some(index) == still {
            "visible"
        } else {
            "hidden"
        };
        writeln!(
            svg,
            r#"<g visibility="{visibility}"><set attributeName="visibility" to="hidden" begin="film.begin" dur="{begin:.2}s"/><set attributeName="visibility" to="visible" begin="film.begin+{begin:.2}s" dur="{:.2}s"/><set attributeName="visibility" to="hidden" begin="film.begin+{end:.2}s" dur="{:.2}s"/>"#,
            end - begin,
            (length - end).max(0.01),
        )?;
        draw_rows(&mut svg, &frame.rows)?;
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>");
    Ok(svg)
}

fn draw_rows(svg: &mut String, rows: &[String]) -> Result<(), Box<dyn Error>> {
    let mut blocks = String::new();
    for (row, text) in rows.iter().enumerate() {
        let mut words = String::new();
        for (column, character) in text.chars().enumerate() {
            let (x, y) = (column * CELL.0, row * CELL.1);
            let half = CELL.1 / 2;
            match character {
                '█' => write!(blocks, "M{x} {y}h{}v{}h-{0}z", CELL.0, CELL.1)?,
                '▀' => write!(blocks, "M{x} {y}h{}v{half}h-{0}z", CELL.0)?,
                '▄' => write!(blocks, "M{x} {}h{}v{half}h-{1}z", y + half, CELL.0)?,
                _ => {}
            }
            words.push(if "█▀▄".contains(character) {
                ' '
            } else {
                character
            });
        }
        let words = words.trim_end();
        if !words.is_empty() {
            let y = row * CELL.1 + CELL.1 * 3 / 4;
            let length = words.chars().count() * CELL.0;
            let words = words
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            write!(
                svg,
                r#"<text xml:space="preserve" y="{y}" textLength="{length}">{words}</text>"#
            )?;
        }
    }
    if !blocks.is_empty() {
        write!(
            svg,
            r##"<path shape-rendering="crispEdges" fill="#fff" d="{blocks}"/>"##
        )?;
    }
    Ok(())
}

//! Drawing and reading QR codes: against the crates beneath alone, in instructions, and against
//! the programs `qrencode` and `zbarimg`, in time.

#![allow(
    clippy::print_stderr,
    reason = "a person at the terminal wants to see how far it is"
)]

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use fast_qr::{ECL, Mode, QRBuilder};
use pairing_benches::callgrind::instructions_each;
use pairing_benches::timing::{Subject, in_turns};
use pairing_benches::{Measured, Record, size};
use pairing_qr::QrMatrix;

/// As long as WhatsApp's are.
const TEXT: &str = "2@kYq0eXhbUm9gIGEgcmVhbCBjb2RlLCBidXQgYXMgbG9uZyBhcyBvbmUgb2YgV2hhdHNBcHAncyBhcmU\
gaW4gMjAyNiwgd2l0aCBhbGwgZml2ZSBwYXJ0cw==,q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng=,\
q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng=,q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng=,1";

/// Pixels a module.
const SCALE: u32 = 8;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, file, times] = &arguments[..] {
        let picture = std::fs::read(file)?;
        for _ in 0..times.parse::<u32>()? {
            repeat(what, &picture)?;
        }
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("code.png");
    let picture = QrMatrix::encode(TEXT)?.to_png(SCALE)?;
    std::fs::write(&file, &picture)?;
    for read in [
        pairing_qr::decode(&picture)?,
        read_with_crates(&picture)?,
        zbarimg(&file)?,
    ] {
        ensure!(read == TEXT, "a subject reads something else");
    }
    count_instructions(&file)?;
    measure_time(&picture, &file)
}

/// What is counted and timed, by name.
fn repeat(what: &str, picture: &[u8]) -> Result<()> {
    match what {
        "encode" => drop(black_box(QrMatrix::encode(black_box(TEXT))?)),
        "fast_qr" => encode_with_crate()?,
        "draw" => drop(black_box(QrMatrix::encode(black_box(TEXT))?.to_png(SCALE)?)),
        "decode" => drop(black_box(pairing_qr::decode(black_box(picture))?)),
        "rqrr" => drop(black_box(read_with_crates(black_box(picture))?)),
        _ => bail!("nothing is called {what}"),
    }
    Ok(())
}

fn encode_with_crate() -> Result<()> {
    let builder = &mut QRBuilder::new(black_box(TEXT));
    let code = builder.mode(Mode::Byte).ecl(ECL::L).build();
    black_box(code.map_err(|error| anyhow::anyhow!("{error}"))?);
    Ok(())
}

/// `png` and `rqrr` as their documentation shows them.
fn read_with_crates(picture: &[u8]) -> Result<String> {
    let mut decoder = png::Decoder::new(Cursor::new(picture));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().context("a small picture")?;
    let mut luma = vec![0; size];
    let frame = reader.next_frame(&mut luma)?;
    let (width, height) = (frame.width as usize, frame.height as usize);
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let grids = prepared.detect_grids();
    let (_, text) = grids.first().context("no code")?.decode()?;
    Ok(text)
}

fn zbarimg(file: &Path) -> Result<String> {
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]);
    let output = command.arg(file).output();
    let output = output.context("cannot start zbarimg, which Debian has in zbar-tools")?;
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn qrencode() -> Result<()> {
    let mut command = Command::new("qrencode");
    command.args(["--type=PNG", "--output=-", "--level=L", "--8bit"]);
    command.arg(format!("--size={SCALE}")).arg(TEXT);
    let output = command.stdin(Stdio::null()).output();
    let output = output.context("cannot start qrencode, which Debian has in qrencode")?;
    ensure!(!output.stdout.is_empty(), "qrencode drew nothing");
    Ok(())
}

fn count_instructions(file: &Path) -> Result<()> {
    let program = std::env::current_exe()?;
    let file = file.to_str().context("a temporary file has a plain name")?;
    for (what, subject, metric, goal) in [
        (
            "encode",
            "pairing",
            "text to modules",
            Some("<= 1.1x fast_qr"),
        ),
        ("fast_qr", "fast_qr", "text to modules", None),
        (
            "decode",
            "pairing",
            "PNG to text",
            Some("<= 1.1x png + rqrr"),
        ),
        ("rqrr", "png + rqrr", "PNG to text", None),
    ] {
        eprintln!("{subject}: {metric}, instructions");
        let count = instructions_each(&program, &[what, file], size(50, 2))?;
        let metric = format!("{metric}, instructions");
        let count = Measured::once(count);
        let mut record = Record::new("qr", subject, &metric, "instructions", count);
        record.goal = goal.map(str::to_owned);
        record.print()?;
    }
    Ok(())
}

fn measure_time(picture: &[u8], file: &Path) -> Result<()> {
    let of_ours = |what: &'static str| -> Box<dyn FnMut() -> Result<()> + '_> {
        Box::new(move || repeat(what, picture))
    };
    let drawing: [Subject<'_>; 2] = [
        ("pairing", of_ours("draw")),
        ("qrencode, a process", Box::new(qrencode)),
    ];
    let reading: [Subject<'_>; 3] = [
        ("pairing", of_ours("decode")),
        ("png + rqrr", of_ours("rqrr")),
        ("zbarimg, a process", Box::new(|| zbarimg(file).map(drop))),
    ];
    for (metric, mut subjects) in [
        ("text to PNG, time", Vec::from(drawing)),
        ("PNG to text, time", Vec::from(reading)),
    ] {
        eprintln!("{metric}");
        let measured = in_turns(&mut subjects, size(21, 2), size(20, 1))?;
        for ((subject, _), measured) in subjects.iter().zip(measured) {
            Record::new("qr", subject, metric, "ns", measured).print()?;
        }
    }
    Ok(())
}

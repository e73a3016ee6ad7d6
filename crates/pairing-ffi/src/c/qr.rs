//! Drawing QR codes, so that a program needs no QR library of its own.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use ::pairing_qr::{QrMatrix, TerminalStyle};
use secrecy::zeroize::Zeroizing;

use super::arguments::{non_null, text};
use super::buffer::pairing_buffer;
use super::event::pairing_event;
use super::guard::{catch_or, guard};
use super::last_error::Failure;
use super::status::pairing_status;
use crate::{ErrorCode, PairingError, drawing};

/// A QR code as a square of dark and light modules.
pub struct pairing_qr {
    matrix: QrMatrix,
}

/// The QR code of an event. `PAIRING_STATUS_NOT_DRAWABLE` for an event without a code, for a
/// phone code, and for a picture in which no code can be read: show
/// `pairing_event_get_code_image` then. No event has a picture of anything but a pairing code, as far
/// as it can be read.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_from_event(
    event: Option<&pairing_event>,
    qr: Option<&mut MaybeUninit<Box<pairing_qr>>>,
) -> pairing_status {
    guard(|| {
        let (event, out) = (non_null(event)?, non_null(qr)?);
        let code = event
            .code()
            .ok_or_else(|| PairingError::new(ErrorCode::NotDrawable, "this event has no code"))?;
        let matrix = drawing::matrix(code)?;
        out.write(Box::new(pairing_qr { matrix }));
        Ok(())
    })
}

/// The QR code for any text of 1 to 2953 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_qr_from_text(
    content: *const c_char,
    qr: Option<&mut MaybeUninit<Box<pairing_qr>>>,
) -> pairing_status {
    guard(|| {
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        let content = unsafe { text(content) }?;
        let out = non_null(qr)?;
        let matrix = QrMatrix::encode(content)?;
        out.write(Box::new(pairing_qr { matrix }));
        Ok(())
    })
}

/// Modules per side: 21 to 177. Leave at least 4 light ones around the code.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_get_width(qr: Option<&pairing_qr>) -> usize {
    qr.map_or(0, |qr| qr.matrix.width())
}

/// Whether the module in column `x` of row `y`, counted from 0 at the top left, is dark.
/// Everything outside the code is light.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_is_dark(qr: Option<&pairing_qr>, x: usize, y: usize) -> bool {
    qr.is_some_and(|qr| qr.matrix.is_dark(x, y))
}

/// Draws as SVG, black on white, with the light frame that scanners need.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_to_svg(
    qr: Option<&pairing_qr>,
    svg: Option<&mut MaybeUninit<Box<pairing_buffer>>>,
) -> pairing_status {
    guard(|| {
        let (qr, out) = (non_null(qr)?, non_null(svg)?);
        hand_over(out, qr.matrix.to_svg().into_bytes());
        Ok(())
    })
}

/// Draws as a PNG file, with the light frame that scanners need. A module is a square of
/// `pixels_per_module` pixels a side, 1 to 64; 8 suits most screens.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_to_png(
    qr: Option<&pairing_qr>,
    pixels_per_module: u32,
    png: Option<&mut MaybeUninit<Box<pairing_buffer>>>,
) -> pairing_status {
    guard(|| {
        let (qr, out) = (non_null(qr)?, non_null(png)?);
        let file = qr.matrix.to_png(pixels_per_module).map_err(|error| {
            let mut failure = Failure::from(error);
            failure.status = pairing_status::InvalidArgument;
            failure
        })?;
        hand_over(out, file);
        Ok(())
    })
}

/// Draws for a terminal: lines of half blocks in UTF-8, two rows of modules to a line, joined
/// by '\n', without escape sequences. `dark_on_light` says which way round the terminal's
/// colours are; `quiet_zone` is the width of the light frame in modules, 4 or, where space is
/// short, 2.
///
/// The drawing is as many columns wide as the code has modules, plus the frame on both sides;
/// check that it fits, because a line that the terminal wraps makes the code unreadable.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_to_terminal(
    qr: Option<&pairing_qr>,
    dark_on_light: bool,
    quiet_zone: usize,
    drawing: Option<&mut MaybeUninit<Box<pairing_buffer>>>,
) -> pairing_status {
    guard(|| {
        let (qr, out) = (non_null(qr)?, non_null(drawing)?);
        let style = TerminalStyle::default()
            .with_inverted(dark_on_light)
            .with_quiet_zone(quiet_zone);
        hand_over(out, qr.matrix.to_terminal(style).into_bytes());
        Ok(())
    })
}

fn hand_over(out: &mut MaybeUninit<Box<pairing_buffer>>, drawing: Vec<u8>) {
    let drawing = Zeroizing::new(drawing);
    out.write(Box::new(pairing_buffer::new(&drawing)));
}

/// Frees a QR code. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_qr_free(qr: Option<Box<pairing_qr>>) {
    catch_or((), || drop(qr));
}

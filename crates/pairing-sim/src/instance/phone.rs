//! The phone's side: it scans, types and unlinks.

use std::sync::MutexGuard;
use std::time::Duration;

use pairing_core::PhoneNumber;

use super::{Instance, State};
use crate::codes::as_typed;

/// Why a scan did not link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The instance is linked already.
    #[error("the instance is already linked: unlink it first")]
    AlreadyLinked,
    /// A code of this instance that has been replaced.
    #[error("this QR code has died: scan the one that is valid now")]
    Dead,
    /// Not a code of this instance, or one it has never handed out.
    #[error("this QR code is not one of the instance's")]
    Unknown,
    /// There is no code to scan.
    #[error("the instance has no valid QR code: ask its gateway for one first")]
    NoCode,
    /// No QR code could be read in the picture.
    #[error("there is no readable QR code in the picture")]
    Unreadable,
}

/// Why typing a phone code did not link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// The instance is linked already.
    #[error("the instance is already linked: unlink it first")]
    AlreadyLinked,
    /// The code was this instance's last, and its life is over.
    #[error("this phone code has died: ask the gateway for another")]
    Dead,
    /// Not the instance's code, or one that was replaced.
    #[error("this is not the instance's phone code")]
    Unknown,
    /// The code was made for another number than this phone's.
    #[error("the phone code was made for another number than the one of the simulated phone")]
    OtherPhone,
    /// There is no code to type.
    #[error("the instance has no valid phone code: ask its gateway for one first")]
    NoCode,
}

impl Instance {
    /// Scans a QR code: links if it is the valid one.
    ///
    /// # Errors
    ///
    /// [`ScanError`] says why the phone did not link.
    pub fn scan(&self, qr_text: &str) -> Result<(), ScanError> {
        let now = self.now();
        let state = self.state();
        if state.linked.is_some() {
            return Err(ScanError::AlreadyLinked);
        }
        if state.qr.current(now).as_deref() != Some(qr_text) || !state.qr.was_issued(qr_text) {
            return Err(if state.qr.was_issued(qr_text) {
                ScanError::Dead
            } else {
                ScanError::Unknown
            });
        }
        self.set_linked(state, now, self.phone());
        Ok(())
    }

    /// Scans a picture (PNG or JPEG) of a QR code.
    ///
    /// # Errors
    ///
    /// As [`scan`](Self::scan), and [`ScanError::Unreadable`].
    pub fn scan_picture(&self, picture: &[u8]) -> Result<(), ScanError> {
        let text = pairing_qr::decode(picture).map_err(|_| ScanError::Unreadable)?;
        self.scan(&text)
    }

    /// Scans whatever code is valid now: a person who looks at the screen.
    ///
    /// # Errors
    ///
    /// [`ScanError::NoCode`] if no code was requested, or as [`scan`](Self::scan).
    pub fn scan_current(&self) -> Result<(), ScanError> {
        if self.is_linked() {
            return Err(ScanError::AlreadyLinked);
        }
        self.scan(&self.current_qr().ok_or(ScanError::NoCode)?)
    }

    /// Types a phone code, in any case, with or without the hyphen.
    ///
    /// # Errors
    ///
    /// [`TypeError`] says why the phone did not link.
    pub fn type_code(&self, code: &str) -> Result<(), TypeError> {
        let now = self.now();
        let state = self.state();
        if state.linked.is_some() {
            return Err(TypeError::AlreadyLinked);
        }
        let code = as_typed(code);
        match state.phone_codes.current(now) {
            Some((valid, phone)) if valid == code => {
                if !phone.is_same_account(&self.0.phone) {
                    return Err(TypeError::OtherPhone);
                }
            }
            _ if state.phone_codes.is_last(&code) => return Err(TypeError::Dead),
            _ => return Err(TypeError::Unknown),
        }
        self.set_linked(state, now, self.phone());
        Ok(())
    }

    /// Types whatever phone code is valid now.
    ///
    /// # Errors
    ///
    /// [`TypeError::NoCode`] if there is none, or as [`type_code`](Self::type_code).
    pub fn type_current(&self) -> Result<(), TypeError> {
        if self.is_linked() {
            return Err(TypeError::AlreadyLinked);
        }
        self.type_code(&self.current_phone_code().ok_or(TypeError::NoCode)?)
    }

    /// Links the simulated phone without a code, as if it had been done elsewhere.
    pub fn link(&self) {
        self.link_as(self.phone());
    }

    /// Links another number than the simulated phone's: the wrong account.
    pub fn link_as(&self, phone: PhoneNumber) {
        let now = self.now();
        self.set_linked(self.state(), now, phone);
    }

    /// Unlinks, as from the phone's list of linked devices. Nothing happens when no phone is
    /// linked.
    pub fn unlink(&self) {
        let now = self.now();
        let mut state = self.state();
        if state.linked.take().is_none() {
            return;
        }
        state.link_changed = now;
        // The dialect looks at the instance to write the webhook.
        drop(state);
        if let Some(webhook) = self.dialect().unlinked(self) {
            self.send_webhook(webhook);
        }
    }

    fn set_linked(&self, mut state: MutexGuard<'_, State>, now: Duration, phone: PhoneNumber) {
        state.qr.close(now);
        state.phone_codes.close();
        state.linked = Some(phone);
        state.link_changed = now;
        drop(state);
        self.report_link();
    }
}

//! Calls that use handles: sessions and their events, single calls, drawings, answers.

use std::ptr;

use super::choice::pointer;
use super::gateway::Planned;
use super::handles::made;
use super::header::*;
use super::judge::{event_is_sound, judged, read};
use super::program::Program;

impl Program<'_> {
    pub(super) fn next(&mut self) {
        let session = self.sessions.pick(&mut self.choice);
        let timeout = i64::from(self.choice.below(3));
        let (status, event) = if self.choice.below(4) == 0 {
            let (status, view) = made!(self, views, |out| pairing_session_next_view(
                session, timeout, out
            ));
            // SAFETY: NULL, or a view that is held.
            (status, unsafe { pairing_view_get_screen(view) })
        } else {
            let (status, event) = made!(self, events, |out| pairing_session_next(
                session, timeout, out
            ));
            (status, event.cast_const())
        };
        if !session.is_null() && status != NULL_ARGUMENT {
            // SAFETY: there is an event if the status says so.
            unsafe { self.ledger.next(session, status, event) };
        }
    }

    pub(super) fn session(&mut self) {
        let session = self.sessions.pick(&mut self.choice);
        let (text, body) = (self.choice.text(), self.choice.body());
        let what = self.choice.below(8);
        if what == 7 || (what == 5 && self.choice.below(4) > 0) {
            made!(self, views, |out| pairing_session_view(session, out));
            return;
        }
        let mut fd = -1;
        // SAFETY: NULL, or what the header asks for.
        let status = judged(unsafe {
            match what {
                0 => pairing_session_resume(session),
                1 => pairing_session_switch_to_qr(session),
                2 => pairing_session_switch_to_phone_code(session, pointer(&text)),
                3 => pairing_session_notify(session, body.as_ptr(), body.len()),
                4 => {
                    let (name, value) = (c"X-Webhook-Hmac".as_ptr(), pointer(&text));
                    let count = usize::from(!value.is_null());
                    pairing_session_notify_with_headers(
                        session,
                        body.as_ptr(),
                        body.len(),
                        &raw const name,
                        &raw const value,
                        count,
                    )
                }
                5 => pairing_session_cancel(session),
                _ => pairing_session_fd(session, &raw mut fd),
            }
        });
        assert_eq!(what == 6 && status == OK, fd >= 0);
        assert!(!session.is_null() || status == NULL_ARGUMENT);
    }

    /// Every getter of one handle of each type.
    pub(super) fn look(&mut self) {
        let event = self.events.pick(&mut self.choice);
        let view = self.views.pick(&mut self.choice);
        let status = self.statuses.pick(&mut self.choice);
        let provider = self.providers.pick(&mut self.choice);
        let buffer = self.buffers.pick(&mut self.choice);
        let number = self.choice.below(30);
        // SAFETY: NULL, or a handle that is held.
        unsafe {
            event_is_sound(event);
            let (screen, retrying) = (
                pairing_view_get_screen(view),
                pairing_view_get_retrying(view),
            );
            event_is_sound(screen);
            assert_ne!(pairing_event_get_kind(screen), EVENT_RETRYING);
            event_is_sound(retrying);
            assert!(retrying.is_null() || pairing_event_get_kind(retrying) == EVENT_RETRYING);
            let method = pairing_view_get_method(view);
            assert_eq!(method == 2, read(pairing_view_get_phone(view)).is_some());
            assert_eq!(pairing_view_get_codes_per_round(view) == 0, view.is_null());
            assert!(!pairing_view_can(view, number) || (1..=4).contains(&number));
            let connected = pairing_instance_status_get_connected(status);
            assert!(connected || pairing_instance_status_get_phone(status).is_null());
            let phase = pairing_instance_status_get_phase(status);
            assert!(read(pairing_instance_phase_name(phase)).is_some());
            for passkey in [
                pairing_instance_status_get_passkey_url(status),
                pairing_instance_status_get_passkey_confirmation_code(status),
            ] {
                assert!(!connected || read(passkey).is_none());
            }
            assert_eq!(
                read(pairing_provider_get_name(provider)).is_some(),
                !provider.is_null()
            );
            pairing_provider_can(provider, number);
            let (data, size) = (
                pairing_buffer_get_data(buffer),
                pairing_buffer_get_size(buffer),
            );
            assert_eq!(data.is_null(), buffer.is_null());
            if let Some(text) = (!pairing_buffer_get_text(buffer).is_null())
                .then(|| std::slice::from_raw_parts(data, size))
            {
                assert_eq!(
                    *pairing_buffer_get_text(buffer).add(text.len()),
                    0,
                    "no NUL behind it"
                );
            }
            for name in [
                pairing_status_name(number),
                pairing_event_kind_name(number),
                pairing_outcome_name(number),
                pairing_instance_phase_name(number),
            ] {
                assert!(read(name).is_some());
            }
            assert_eq!(
                read(pairing_providers_get_name(number as usize)).is_some(),
                (number as usize) < pairing_providers_get_count()
            );
            let setting = read(pairing_providers_get_setting(number as usize, 0));
            assert_eq!(
                setting.is_some(),
                (number as usize) < pairing_providers_get_count(),
                "every provider has a setting"
            );
            assert_eq!(read(pairing_version()), Some(env!("CARGO_PKG_VERSION")));
        }
    }

    /// Single calls, which wait a moment for their answer.
    pub(super) fn ask(&mut self) {
        let provider = self.providers.pick(&mut self.choice);
        let timeout = i64::from(self.choice.below(3));
        match self.choice.below(4) {
            // SAFETY: NULL, or what the header asks for.
            0 => _ = judged(unsafe { pairing_provider_unlink(provider, timeout) }),
            // SAFETY: NULL, or what the header asks for.
            1 => _ = judged(unsafe { pairing_provider_abandon(provider, timeout) }),
            _ => {
                made!(self, statuses, |out| pairing_provider_status(
                    provider, timeout, out
                ));
            }
        }
    }

    pub(super) fn draw(&mut self) {
        let event = self.events.pick(&mut self.choice);
        let code = self.codes.pick(&mut self.choice);
        let (text, number, flag) = (
            self.choice.text(),
            self.choice.below(80),
            self.choice.below(2) == 0,
        );
        match self.choice.below(6) {
            0 => made!(self, codes, |out| pairing_qr_from_event(event, out)).0,
            1 => made!(self, buffers, |out| pairing_qr_to_svg(code, out)).0,
            2 => {
                made!(self, buffers, |out| pairing_qr_to_png(
                    code,
                    number % 4,
                    out
                ))
                .0
            }
            3 => {
                let zone = number as usize;
                made!(self, buffers, |out| pairing_qr_to_terminal(
                    code, flag, zone, out
                ))
                .0
            }
            _ => made!(self, codes, |out| pairing_qr_from_text(pointer(&text), out)).0,
        };
        // SAFETY: NULL, or a handle that is held.
        let (code, width) = unsafe {
            let code = self.codes.pick(&mut self.choice);
            (code, pairing_qr_get_width(code))
        };
        let (x, y) = (width.wrapping_sub(1), number as usize);
        // SAFETY: NULL, or a handle that is held.
        let dark = unsafe { pairing_qr_is_dark(code, x, y) };
        assert!(!dark || y < width, "dark outside the code");
    }

    /// What nobody should do, and everybody does: answers to no exchange.
    pub(super) fn nobody(&mut self) {
        let body = self.choice.body();
        // SAFETY: NULL is allowed everywhere.
        let statuses = unsafe {
            [
                pairing_http_exchange_fail(ptr::null_mut(), 1),
                pairing_http_exchange_set_date(ptr::null(), c"now".as_ptr()),
                pairing_http_exchange_complete(
                    ptr::null_mut(),
                    200,
                    ptr::null(),
                    ptr::null(),
                    body.as_ptr(),
                    body.len(),
                ),
            ]
        };
        assert_eq!(statuses, [NULL_ARGUMENT; 3]);
        // SAFETY: NULL is allowed everywhere.
        assert!(!unsafe { pairing_http_exchange_is_cancelled(ptr::null()) });
    }

    pub(super) fn answer(&mut self) {
        let (answer, which) = (self.choice.planned(), self.choice.below(4));
        if self.gateways.is_empty() || matches!(answer, Planned::Later) {
            return;
        }
        let gateway = which as usize % self.gateways.len();
        if let Some(status) = self.gateways[gateway].answer_one(which as usize, &answer) {
            judged(status);
        }
    }
}

//! The program: a byte or two is one call, and in the end everything is given back.

use std::ptr;
use std::sync::Arc;

use super::choice::Choice;
use super::gateway::Gateway;
use super::handles::Shelf;
use super::header::*;
use super::judge::{Ledger, judged};

/// Long enough for any machine; only what must come is waited for.
const LONG_MS: i64 = 20_000;

pub(super) struct Program<'a> {
    pub(super) choice: Choice<'a>,
    pub(super) gateways: Vec<Arc<Gateway>>,
    pub(super) ledger: Ledger,
    pub(super) settings: Shelf<Settings>,
    pub(super) providers: Shelf<Provider>,
    pub(super) policies: Shelf<Policy>,
    pub(super) options: Shelf<Options>,
    pub(super) sessions: Shelf<Session>,
    pub(super) events: Shelf<Event>,
    pub(super) views: Shelf<View>,
    pub(super) statuses: Shelf<InstanceStatus>,
    pub(super) codes: Shelf<Qr>,
    pub(super) buffers: Shelf<Buffer>,
}

impl<'a> Program<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self {
            choice: Choice::new(data),
            gateways: Vec::new(),
            ledger: Ledger::default(),
            settings: Shelf::new(pairing_settings_free),
            providers: Shelf::new(pairing_provider_free),
            policies: Shelf::new(pairing_policy_free),
            options: Shelf::new(pairing_options_free),
            sessions: Shelf::new(pairing_session_free),
            events: Shelf::new(pairing_event_free),
            views: Shelf::new(pairing_view_free),
            statuses: Shelf::new(pairing_instance_status_free),
            codes: Shelf::new(pairing_qr_free),
            buffers: Shelf::new(pairing_buffer_free),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.choice.is_over()
    }

    pub(super) fn call(&mut self) {
        match self.choice.below(20) {
            0 => self.set_up(),
            1 => self.open(),
            2 => self.policy(),
            3 => self.option(),
            4 | 5 => self.start(),
            6..=8 => self.next(),
            9 | 10 => self.session(),
            11 => self.look(),
            12 => self.ask(),
            13 => self.draw(),
            14 => self.nobody(),
            15 | 16 => self.answer(),
            17 => {
                let answer = self.choice.planned();
                if let Some(gateway) = self.gateways.last() {
                    gateway.plan(answer);
                }
            }
            _ => self.free(),
        }
    }

    fn free(&mut self) {
        let choice = &mut self.choice;
        match choice.below(12) {
            0 => self.settings.free_one(choice),
            1 => self.providers.free_one(choice),
            2 => self.policies.free_one(choice),
            3 => self.options.free_one(choice),
            4 => self.sessions.free_one(choice),
            5 => self.events.free_one(choice),
            6 => self.views.free_one(choice),
            7 => self.statuses.free_one(choice),
            8 => self.codes.free_one(choice),
            _ => self.buffers.free_one(choice),
        }
    }

    /// Every session comes to its one end, and everything is given back.
    pub(super) fn end(mut self) {
        for session in self.sessions.held().to_vec() {
            if self.choice.below(2) == 0 {
                self.finish(session);
            }
        }
        if self.choice.below(2) == 0 {
            self.providers.free_all();
        }
        self.sessions.free_all();
        self.providers.free_all();
        self.settings.free_all();
        self.policies.free_all();
        self.options.free_all();
        self.events.free_all();
        self.views.free_all();
        self.statuses.free_all();
        self.codes.free_all();
        self.buffers.free_all();
        for gateway in &self.gateways {
            gateway.end();
        }
    }

    fn finish(&mut self, session: *mut Session) {
        // SAFETY: a session that is held.
        judged(unsafe { pairing_session_cancel(session) });
        loop {
            let mut event = ptr::null_mut();
            // SAFETY: a session that is held.
            let status = judged(unsafe { pairing_session_next(session, LONG_MS, &raw mut event) });
            // SAFETY: there is an event if the status says so.
            unsafe { self.ledger.next(session, status, event) };
            match status {
                OK => self.events.put(event),
                END => return,
                status => panic!("status {status}: a cancelled session without an end"),
            }
        }
    }
}

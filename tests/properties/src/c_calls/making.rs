//! Calls that make handles: settings, providers, policies, options, sessions.

use std::ptr;
use std::sync::Arc;

use super::choice::pointer;
use super::gateway::Gateway;
use super::handles::made;
use super::header::*;
use super::judge::judged;
use super::program::Program;

impl Program<'_> {
    /// Settings that make sense more often than not.
    pub(super) fn set_up(&mut self) {
        if self.choice.below(4) > 0 {
            // SAFETY: it takes nothing.
            let settings = unsafe { pairing_settings_new() };
            self.settings.put(settings);
            if self.choice.below(4) > 0 {
                for (name, value) in [(c"instance", c"canary-1"), (c"token", c"canary-2")] {
                    // SAFETY: valid strings.
                    judged(unsafe {
                        pairing_settings_set(settings, name.as_ptr(), value.as_ptr())
                    });
                }
            }
            return;
        }
        let (settings, name, value) = (
            self.settings.pick(&mut self.choice),
            self.choice.text(),
            self.choice.text(),
        );
        // SAFETY: NULL, or what the header asks for.
        let status =
            judged(unsafe { pairing_settings_set(settings, pointer(&name), pointer(&value)) });
        let missing = settings.is_null() || name.is_none() || value.is_none();
        assert!(!missing || status != OK, "NULL, and nobody minds");
    }

    pub(super) fn open(&mut self) {
        let name = if self.choice.below(4) > 0 {
            Some(c"zapi".to_owned())
        } else {
            self.choice.text()
        };
        let settings = self.settings.pick(&mut self.choice);
        let gateway = Arc::new(Gateway::default());
        let mut http = gateway.http();
        let whole = self.choice.below(16) > 0;
        if !whole {
            http.send = None;
        }
        let opened = made!(self, providers, |out| pairing_provider_open(
            pointer(&name),
            settings,
            &raw const http,
            out
        ));
        if opened.0 == OK {
            assert!(whole, "HTTP without a function that sends");
            for _ in 0..self.choice.below(4) {
                let answer = self.choice.planned();
                gateway.plan(answer);
            }
            self.gateways.push(gateway);
        } else {
            Gateway::forget(&http);
        }
    }

    pub(super) fn policy(&mut self) {
        let provider = self.providers.pick(&mut self.choice);
        let policy = self.policies.pick(&mut self.choice);
        let (field, value) = (self.choice.below(23), self.choice.number());
        let (what, factor) = (self.choice.below(6), self.choice.below(u32::MAX));
        if what > 3 {
            made!(self, policies, |out| pairing_policy_recommended(
                provider, out
            ));
            return;
        }
        let mut read = 0;
        // SAFETY: NULL, or what the header asks for.
        unsafe {
            match what {
                0 => {
                    let set = judged(pairing_policy_set(policy, field, value));
                    let got = judged(pairing_policy_get(policy, field, &raw mut read));
                    assert!(
                        set != OK || (got == OK && read == value),
                        "{field}: {value}, {read}"
                    );
                }
                1 => {
                    judged(pairing_policy_get(policy, field, ptr::null_mut()));
                }
                2 => {
                    judged(pairing_policy_speed_up(policy, factor));
                }
                _ => {
                    judged(pairing_policy_validate(policy));
                }
            }
        }
    }

    pub(super) fn option(&mut self) {
        let options = self.options.pick(&mut self.choice);
        let (policy, text) = (self.policies.pick(&mut self.choice), self.choice.text());
        // SAFETY: NULL, or what the header asks for.
        unsafe {
            match self.choice.below(7) {
                0 => judged(pairing_options_use_qr(options)),
                1 => judged(pairing_options_use_phone_code(options, pointer(&text))),
                2 => judged(pairing_options_expect_phone(options, pointer(&text))),
                3 => judged(pairing_options_set_policy(options, policy)),
                4 => judged(pairing_options_expect_webhooks(options)),
                _ => {
                    self.options.put(pairing_options_new());
                    OK
                }
            };
        }
    }

    pub(super) fn start(&mut self) {
        let provider = self.providers.pick(&mut self.choice);
        let options = self.options.pick(&mut self.choice);
        let (status, session) = made!(self, sessions, |out| pairing_session_start(
            provider, options, out
        ));
        if status == OK {
            self.ledger.opened(session);
        }
    }
}

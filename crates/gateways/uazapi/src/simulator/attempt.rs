//! What the server keeps of an instance: its attempts, the moments after a scan, and why the last one
//! ended.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pairing_core::PhoneNumber;
use pairing_sim::{Instance, Webhook};

use super::answers;
use super::options::{LinkState, Options};

/// An instance at the server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) options: Options,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    attempt: Option<Attempt>,
    /// How many attempts there were: what an earlier one has planned is not done.
    attempts: u64,
    /// Simulated time at which a scan has become a link.
    linked_at: Duration,
    /// The last number that was linked: it outlives its link.
    owner: Option<PhoneNumber>,
    last_end: &'static str,
    second_attempts: u64,
}

#[derive(Debug)]
struct Attempt {
    /// `None` for one by QR code.
    phone: Option<PhoneNumber>,
    has_code: bool,
}

/// The words of `instance.status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Disconnected,
    Connecting,
    Connected,
}

impl Phase {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
        }
    }
}

/// WhatsApp makes no phone code.
pub(super) struct Overlimit;

const TIMEOUT: &str = "QR Code timeout";
const LOGGED_OUT: &str = "401: logged out from another device";
const LOGGED_OUT_BY_US: &str = "Logged out by request";

impl Server {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options,
            kept: Mutex::new(Kept::default()),
        }
    }

    pub(super) fn of(instance: &Instance) -> &Self {
        let own = instance.own();
        own.expect("the dialect makes one for each of its instances")
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self, instance: &Instance) -> Phase {
        let kept = self.kept();
        match (instance.is_linked(), &kept.attempt) {
            (true, _) if instance.now() < kept.linked_at => match self.options.link_state {
                LinkState::Connecting => Phase::Connecting,
                LinkState::Disconnected => Phase::Disconnected,
            },
            (true, _) => Phase::Connected,
            (false, Some(_)) => Phase::Connecting,
            (false, None) => Phase::Disconnected,
        }
    }

    /// The method of the attempt that runs: whether by QR code.
    pub(super) fn is_by_qr(&self) -> bool {
        let kept = self.kept();
        let attempt = kept.attempt.as_ref();
        attempt.is_some_and(|attempt| attempt.phone.is_none())
    }

    pub(super) fn owner(&self) -> Option<PhoneNumber> {
        self.kept().owner.clone()
    }

    pub(super) fn last_end(&self) -> &'static str {
        self.kept().last_end
    }

    pub(super) fn second_attempts(&self) -> u64 {
        self.kept().second_attempts
    }

    /// Starts an attempt in place of one that runs, and waits a while for its code.
    pub(super) async fn start(
        &self,
        instance: &Instance,
        phone: Option<PhoneNumber>,
    ) -> Result<(), Overlimit> {
        if instance.is_linked() {
            // It breaks a link that is being made.
            if self.phase(instance) != Phase::Connected {
                self.kept().second_attempts += 1;
            }
            return Ok(());
        }
        instance.close_codes();
        let lasts = self.options.attempt_lasts(phone.is_none());
        let this = {
            let mut kept = self.kept();
            kept.attempts += 1;
            let has_code = false;
            kept.attempt = Some(Attempt { phone, has_code });
            kept.attempts
        };
        let delay = self.options.code_delay();
        instance.schedule(delay, move |instance| {
            let _ = Self::of(instance).make_code(instance, this);
        });
        instance.schedule(lasts, move |instance| {
            Self::of(instance).time_out(instance, this);
        });
        if delay > self.options.connect_waits() {
            instance.wait(self.options.connect_waits()).await;
            return Ok(());
        }
        instance.wait(delay).await;
        self.make_code(instance, this)
    }

    /// The first code of an attempt, unless it is there or another attempt runs.
    fn make_code(&self, instance: &Instance, this: u64) -> Result<(), Overlimit> {
        let phone = {
            let mut kept = self.kept();
            match Self::attempt(&mut kept, this) {
                Some(attempt) if !attempt.has_code => {
                    attempt.has_code = true;
                    attempt.phone.clone()
                }
                _ => return Ok(()),
            }
        };
        let made = match phone {
            None => {
                instance.open_qr();
                Ok(())
            }
            Some(phone) => instance.renew_phone_code(phone),
        };
        if made.is_err() {
            self.end(instance);
            return Err(Overlimit);
        }
        instance.send_webhook(answers::webhook(instance));
        Ok(())
    }

    /// The attempt with this number, if it still runs.
    fn attempt(kept: &mut Kept, this: u64) -> Option<&mut Attempt> {
        let is_this = kept.attempts == this;
        kept.attempt.as_mut().filter(|_| is_this)
    }

    fn time_out(&self, instance: &Instance, this: u64) {
        if Self::attempt(&mut self.kept(), this).is_none() {
            return;
        }
        self.kept().last_end = TIMEOUT;
        self.end(instance);
        instance.send_webhook(answers::webhook(instance));
    }

    /// Ends the attempt that runs; its codes die.
    fn end(&self, instance: &Instance) {
        self.kept().attempt = None;
        instance.close_codes();
    }

    /// Unlinks, and ends an attempt.
    pub(super) fn disconnect(&self, instance: &Instance) {
        self.end(instance);
        instance.unlink();
        self.kept().last_end = LOGGED_OUT_BY_US;
    }

    /// A phone was linked. Gives the webhook where that takes no time: not by a code.
    pub(super) fn linked(&self, instance: &Instance, phone: &PhoneNumber) -> Option<Webhook> {
        let by_code = {
            let mut kept = self.kept();
            kept.owner = Some(phone.clone());
            kept.attempt.take().is_some()
        };
        let takes = self.options.link_takes();
        if !by_code || takes.is_zero() {
            return Some(answers::webhook(instance));
        }
        self.kept().linked_at = instance.now() + takes;
        instance.schedule(takes, |instance| {
            if Self::of(instance).phase(instance) == Phase::Connected {
                instance.send_webhook(answers::webhook(instance));
            }
        });
        None
    }

    /// The phone has removed the device.
    pub(super) fn unlinked(&self, instance: &Instance) -> Webhook {
        self.kept().last_end = LOGGED_OUT;
        answers::webhook(instance)
    }
}

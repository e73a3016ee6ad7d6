//! Phone codes: one at a time, each with its own life, a handful before WhatsApp says no.

use std::time::Duration;

use pairing_core::PhoneNumber;

use crate::random::Random;

/// The characters of WhatsApp's phone codes (whatsmeow and Baileys).
const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// The phone codes of one instance. All times are simulated.
#[derive(Debug)]
pub(crate) struct PhoneCodes {
    seed: u64,
    instance: String,
    life: Duration,
    limit: Option<u32>,
    requests: u32,
    live: Option<Live>,
    last: Option<String>,
}

#[derive(Debug)]
struct Live {
    code: String,
    phone: PhoneNumber,
    dies: Duration,
}

/// WhatsApp hands out no more codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overlimit;

impl PhoneCodes {
    pub(crate) fn new(life: Duration, limit: Option<u32>, seed: u64, instance: &str) -> Self {
        Self {
            seed,
            instance: format!("{instance}/phone"),
            life,
            limit,
            requests: 0,
            live: None,
            last: None,
        }
    }

    /// Makes a code for this phone; the one before it is dead. Also says how long it lives.
    pub(crate) fn issue(
        &mut self,
        now: Duration,
        phone: PhoneNumber,
    ) -> Result<(String, Duration), Overlimit> {
        if self.limit.is_some_and(|limit| self.requests >= limit) {
            return Err(Overlimit);
        }
        let mut random = Random::new(self.seed, &self.instance, self.requests.into());
        self.requests = self.requests.saturating_add(1);
        let code = random.text(ALPHABET, LENGTH);
        self.last = Some(code.clone());
        self.live = Some(Live {
            code: code.clone(),
            phone,
            dies: now.saturating_add(self.life),
        });
        Ok((code, self.life))
    }

    /// The living code, without a hyphen, and the phone it was made for.
    pub(crate) fn current(&self, now: Duration) -> Option<(&str, &PhoneNumber)> {
        let live = self.live.as_ref().filter(|live| now < live.dies)?;
        Some((&live.code, &live.phone))
    }

    /// The living code, without a hyphen, and how long it lives on.
    pub(crate) fn valid(&self, now: Duration) -> Option<(&str, Duration)> {
        let live = self.live.as_ref().filter(|live| now < live.dies)?;
        Some((&live.code, live.dies.saturating_sub(now)))
    }

    /// Whether this was the last code handed out, dead or alive.
    pub(crate) fn is_last(&self, code: &str) -> bool {
        self.last.as_deref() == Some(code)
    }

    /// A phone code lives only as long as the connection that made it.
    pub(crate) fn close(&mut self) {
        self.live = None;
    }
}

/// As servers that send the hyphen write it: `ABCD-1234`.
pub(crate) fn with_hyphen(code: &str) -> String {
    let middle = code.len() / 2;
    match (code.get(..middle), code.get(middle..)) {
        (Some(left), Some(right)) => format!("{left}-{right}"),
        _ => code.to_owned(),
    }
}

/// As a person may type it: any case, with or without hyphens and spaces.
pub(crate) fn as_typed(code: &str) -> String {
    code.chars()
        .filter(|letter| !matches!(letter, '-' | ' '))
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Duration = Duration::from_secs(160);

    fn phone() -> PhoneNumber {
        "+5511999998888".parse().unwrap()
    }

    #[test]
    fn a_code_dies_of_age_and_by_the_next_one() {
        let mut codes = PhoneCodes::new(LIFE, None, 1, "instance");
        let (first, lives) = codes.issue(Duration::ZERO, phone()).unwrap();
        assert_eq!(lives, LIFE);
        assert!(first.len() == LENGTH && first.bytes().all(|letter| ALPHABET.contains(&letter)));
        let last_moment = LIFE - Duration::from_millis(1);
        assert_eq!(codes.current(last_moment), Some((&*first, &phone())));
        assert_eq!(codes.current(LIFE), None);
        let (second, _) = codes.issue(Duration::from_secs(1), phone()).unwrap();
        assert_ne!(first, second);
        assert_eq!(codes.current(last_moment), Some((&*second, &phone())));
    }

    #[test]
    fn after_the_limit_there_is_no_code_and_the_last_one_lives_on() {
        let mut codes = PhoneCodes::new(LIFE, Some(1), 1, "instance");
        let (code, _) = codes.issue(Duration::ZERO, phone()).unwrap();
        assert_eq!(codes.issue(Duration::ZERO, phone()), Err(Overlimit));
        assert_eq!(codes.current(Duration::ZERO), Some((&*code, &phone())));
    }

    #[test]
    fn people_may_type_it_as_they_see_it() {
        assert_eq!(with_hyphen("ABCD1234"), "ABCD-1234");
        assert_eq!(as_typed("abcd-1234"), "ABCD1234");
        assert_eq!(as_typed(" ABCD 1234 "), "ABCD1234");
    }
}

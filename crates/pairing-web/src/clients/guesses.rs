//! How many wrong secrets each address may present, in a table that cannot grow beyond a bound.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Addresses in each half of a table: 8 192 slots of 41 bytes, which are two thirds of a MiB for both.
const HALF: usize = 7_000;

/// An address may guess wrongly `burst` times at once, and once more each `interval`.
pub(crate) struct Guesses {
    burst: u32,
    interval: Duration,
    table: Mutex<Table>,
}

/// When all that an address guessed is forgotten. `None` is everybody whose address the server does
/// not say. Once the young half is full it becomes the old one, which is dropped: who has not
/// guessed for longest is forgotten first.
#[derive(Default)]
struct Table {
    young: HashMap<Option<IpAddr>, Instant>,
    old: HashMap<Option<IpAddr>, Instant>,
}

/// Too many wrong guesses: how long until the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Guesses {
    /// Admin tokens: 20 at once, then 20 a minute.
    pub(crate) fn at_admin_tokens() -> Self {
        Self::new(20, Duration::from_secs(3))
    }

    /// Links and webhook secrets: 60 at once, then one a second.
    pub(crate) fn at_links() -> Self {
        Self::new(60, Duration::from_secs(1))
    }

    fn new(burst: u32, interval: Duration) -> Self {
        Self {
            burst,
            interval,
            table: Mutex::default(),
        }
    }

    /// Whether another wrong guess of this address would be too many.
    pub(crate) fn check(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        self.next(&self.table(), address, Instant::now()).map(drop)
    }

    /// Notes a wrong guess, unless it is one too many.
    pub(crate) fn count(&self, address: Option<IpAddr>) -> Result<(), Wait> {
        let mut table = self.table();
        let forgotten = self.next(&table, address, Instant::now())?;
        if table.young.len() >= HALF {
            table.old = std::mem::take(&mut table.young);
        }
        table.young.insert(address, forgotten);
        Ok(())
    }

    /// When this guess and those before it would be forgotten.
    fn next(&self, table: &Table, address: Option<IpAddr>, now: Instant) -> Result<Instant, Wait> {
        let before = table.young.get(&address).or(table.old.get(&address));
        let forgotten = before.map_or(now, |before| (*before).max(now)) + self.interval;
        let most = self.interval * self.burst;
        match (forgotten - now).checked_sub(most) {
            Some(surplus) if !surplus.is_zero() => Err(Wait(surplus)),
            _ => Ok(forgotten),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // A panic while it is held leaves every entry whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(number: u32) -> Option<IpAddr> {
        Some(Ipv4Addr::from(number).into())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_guesses_so_many_times_and_then_at_a_pace() {
        let guesses = Guesses::new(3, Duration::from_secs(2));
        let one = address(1);
        for _ in 0..3 {
            assert_eq!(guesses.check(one), Ok(()));
            assert_eq!(guesses.count(one), Ok(()));
        }
        // Asking in vain makes nothing longer.
        for _ in 0..10 {
            assert_eq!(guesses.check(one), Err(Wait(Duration::from_secs(2))));
            assert_eq!(guesses.count(one), Err(Wait(Duration::from_secs(2))));
        }
        // Others, and those without an address, have their own.
        assert_eq!(guesses.count(address(2)), Ok(()));
        assert_eq!(guesses.count(None), Ok(()));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(guesses.count(one), Ok(()));
        assert_eq!(guesses.count(one), Err(Wait(Duration::from_secs(2))));
        tokio::time::advance(Duration::from_secs(3600)).await;
        for _ in 0..3 {
            assert_eq!(guesses.count(one), Ok(()));
        }
        assert!(guesses.count(one).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn however_many_addresses_guess_the_table_stays_small_and_the_latest_are_remembered() {
        let guesses = Guesses::new(1, Duration::from_secs(3600));
        for number in 0..200_000 {
            assert_eq!(guesses.count(address(number)), Ok(()));
            let table = guesses.table();
            assert!(table.young.len() + table.old.len() <= 2 * HALF);
        }
        for number in 200_000 - HALF as u32..200_000 {
            assert!(guesses.count(address(number)).is_err(), "{number}");
        }
    }
}

//! How many connections an address has open: no single one may have them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clients::{Networks, customer};

/// Counts the open connections of each address.
#[derive(Debug, Clone)]
pub(super) struct PerAddress(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    limit: usize,
    proxies: Networks,
    /// Of addresses with a connection: no more than there are connections.
    open: Mutex<HashMap<IpAddr, usize>>,
    has_warned: AtomicBool,
}

impl PerAddress {
    /// `proxies` are not counted.
    pub(super) fn new(limit: usize, proxies: Networks) -> Self {
        Self(Arc::new(Counts {
            limit,
            proxies,
            open: Mutex::default(),
            has_warned: AtomicBool::new(false),
        }))
    }

    /// Counts a connection for as long as the value lives; `None` if its peer has as many as it may.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Admitted> {
        let peer = peer.to_canonical();
        if self.0.proxies.contain(peer) {
            return Some(Admitted(None));
        }
        let address = customer(peer);
        let mut open = self.0.open();
        let count = open.entry(address).or_default();
        if *count < self.0.limit {
            *count += 1;
            return Some(Admitted(Some((self.0.clone(), address))));
        }
        if *count == 0 {
            open.remove(&address);
        }
        drop(open);
        if !self.0.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                limit = self.0.limit,
                "an address has as many connections open as one may have, and further ones are \
                 refused: if it is a proxy, name it in trusted_proxies"
            );
        }
        None
    }
}

impl Counts {
    /// A panic elsewhere leaves the numbers as they are, and every one of them is valid.
    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is counted, or one of a proxy.
#[derive(Debug)]
pub(super) struct Admitted(Option<(Arc<Counts>, IpAddr)>);

impl Drop for Admitted {
    fn drop(&mut self) {
        let Some((counts, address)) = self.0.take() else {
            return;
        };
        let mut open = counts.open();
        if let Some(count) = open.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(limit: usize) -> PerAddress {
        let proxies = ["127.0.0.0/8".to_owned(), "fd00::/8".to_owned()];
        PerAddress::new(limit, Networks::parse(&proxies).unwrap())
    }

    fn admit(counts: &PerAddress, peer: &str) -> Option<Admitted> {
        counts.admit(peer.parse().unwrap())
    }

    #[test]
    fn each_address_has_its_own_limit_and_a_closed_connection_makes_room() {
        let counts = counting(2);
        let first = admit(&counts, "192.0.2.1").unwrap();
        let _second = admit(&counts, "::ffff:192.0.2.1").unwrap();
        assert!(admit(&counts, "192.0.2.1").is_none());
        let _other = admit(&counts, "192.0.2.2").unwrap();
        drop(first);
        let _third = admit(&counts, "192.0.2.1").unwrap();
        assert!(admit(&counts, "192.0.2.1").is_none());
    }

    #[test]
    fn one_customer_of_ipv6_is_one_address() {
        let counts = counting(1);
        let _first = admit(&counts, "2001:db8:1:2::1").unwrap();
        assert!(admit(&counts, "2001:db8:1:2:ffff::2").is_none());
        let _other = admit(&counts, "2001:db8:1:3::1").unwrap();
    }

    #[test]
    fn a_proxy_has_no_limit() {
        let counts = counting(1);
        let kept: Vec<_> = (0..9)
            .map(|_| [admit(&counts, "127.0.0.1"), admit(&counts, "fd00::1")])
            .collect();
        assert!(kept.iter().flatten().all(Option::is_some));
    }

    #[test]
    fn an_address_without_a_connection_takes_no_memory() {
        for limit in [0, 2] {
            let counts = counting(limit);
            for host in 0..200_u8 {
                drop(counts.admit([192, 0, 2, host].into()));
            }
            assert!(counts.0.open().is_empty(), "{limit}");
        }
    }
}

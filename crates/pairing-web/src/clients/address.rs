//! Whose request it is, for limits by address: the peer, or, behind a proxy that is trusted, the
//! nearest address in its header that is no trusted proxy.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName};

/// A provider of IPv6 gives each customer at least this much of the address.
const CUSTOMER_BITS: u32 = 64;

/// Which proxies are trusted, and in which header they say who asked.
#[derive(Debug)]
pub(crate) struct Addresses {
    proxies: Networks,
    header: HeaderName,
    has_warned: AtomicBool,
}

/// An address or a network that is no valid one, or a header that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidAddresses {
    Proxy,
    Header,
}

impl Addresses {
    pub(crate) fn new(proxies: &[String], header: &str) -> Result<Self, InvalidAddresses> {
        Ok(Self {
            proxies: Networks::parse(proxies).ok_or(InvalidAddresses::Proxy)?,
            header: header.parse().map_err(|_| InvalidAddresses::Header)?,
            has_warned: AtomicBool::new(false),
        })
    }

    /// The address, an IPv6 one as the network of its customer. `None` where the server says
    /// nothing about the peer.
    pub(crate) fn client(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
        let peer = peer.ip().to_canonical();
        if self.proxies.contain(peer) {
            return Some(customer(self.forwarded(peer, headers)));
        }
        if headers.contains_key(&self.header) && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                header = %self.header,
                "requests come through a proxy that trusted_proxies does not name: the limits by \
                 address count everybody behind it as one"
            );
        }
        Some(customer(peer))
    }

    /// From the last address to the first: each was written by the proxy behind it, so what stands
    /// before one that is not trusted may be invented. One that cannot be read leaves it at the
    /// proxy that wrote it.
    fn forwarded(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_forwarded = self.header == "forwarded";
        let mut nearest = peer;
        for value in headers.get_all(&self.header).iter().rev() {
            let Ok(value) = value.to_str() else {
                return nearest;
            };
            for element in value.rsplit(',') {
                let text = match is_forwarded {
                    true => forwarded_for(element),
                    false => Some(element),
                };
                let Some(address) = text.and_then(node) else {
                    return nearest;
                };
                nearest = address;
                if !self.proxies.contain(address) {
                    return nearest;
                }
            }
        }
        nearest
    }
}

/// `for=` of an element of `Forwarded`, RFC 7239. Its quoted texts hold no comma where they are
/// addresses.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_for = name.trim().eq_ignore_ascii_case("for");
        is_for.then(|| value.trim().trim_matches('"'))
    })
}

/// An address, perhaps with a port.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = match bracketed {
        Some(inside) => inside.parse().ok(),
        None => text.parse().ok(),
    };
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// An IPv4 address, or the network of an IPv6 one's customer.
pub(crate) fn customer(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let network = u128::from(six) & (u128::MAX << (128 - CUSTOMER_BITS));
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

/// Addresses and networks by which proxies are known.
#[derive(Debug, Clone)]
pub(crate) struct Networks(Vec<Network>);

impl Networks {
    /// `None` if one of the texts is neither an address nor a network.
    pub(crate) fn parse(texts: &[String]) -> Option<Self> {
        let networks: Option<_> = texts.iter().map(|text| Network::parse(text)).collect();
        networks.map(Self)
    }

    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// `10.0.0.0/8`, `fd00::/8`, or a single address.
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
            None => width,
        };
        (bits <= width).then_some(Self { address, bits })
    }

    fn contains(self, other: IpAddr) -> bool {
        let (own, other, width) = match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (u32::from(own).into(), u32::from(other).into(), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => (u128::from(own), u128::from(other), 128),
            _ => return false,
        };
        let differing: u128 = own ^ other;
        // A shift by the whole width is none of the bits.
        differing.checked_shr(width - self.bits).unwrap_or(0) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(proxies: &[&str], header: &str) -> Addresses {
        let proxies: Vec<_> = proxies.iter().map(|text| (*text).to_owned()).collect();
        Addresses::new(&proxies, header).unwrap()
    }

    fn client(addresses: &Addresses, peer: &str, values: &[&str]) -> String {
        let mut extensions = Extensions::new();
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        extensions.insert(ConnectInfo(peer));
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(addresses.header.clone(), value.parse().unwrap());
        }
        addresses.client(&extensions, &headers).unwrap().to_string()
    }

    #[test]
    fn without_a_trusted_proxy_the_header_says_nothing() {
        let addresses = addresses(&[], "X-Forwarded-For");
        assert_eq!(
            client(&addresses, "192.0.2.1", &["198.51.100.1"]),
            "192.0.2.1"
        );
        assert_eq!(client(&addresses, "::ffff:192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(
            addresses.client(&Extensions::new(), &HeaderMap::new()),
            None
        );
    }

    #[test]
    fn the_last_address_that_is_no_trusted_proxy_counts() {
        let addresses = addresses(&["127.0.0.1", "10.0.0.0/8", "fd00::/8"], "X-Forwarded-For");
        for (values, expected) in [
            (&[][..], "127.0.0.1"),
            (&["198.51.100.1"], "198.51.100.1"),
            // What the client wrote itself stands first.
            (&["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            (&["203.0.113.9", "198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            (&["198.51.100.1, fd00::1,10.1.2.3"], "198.51.100.1"),
            (&["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
            (&["198.51.100.1:5678"], "198.51.100.1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["[2001:db8:1:2:3::4]:99"], "2001:db8:1:2::"),
            (&["[2001:db8:1:2:3::4]"], "2001:db8:1:2::"),
            (&["2001:db8:1:2:ffff::4"], "2001:db8:1:2::"),
            // The proxy that wrote what cannot be read answers for it.
            (&["198.51.100.1, unknown"], "127.0.0.1"),
            (&["198.51.100.1, nonsense, 10.1.2.3"], "10.1.2.3"),
            (&["198.51.100.1,"], "127.0.0.1"),
            (&[""], "127.0.0.1"),
        ] {
            assert_eq!(
                client(&addresses, "127.0.0.1", values),
                expected,
                "{values:?}"
            );
        }
        // The header of any other peer is ignored.
        assert_eq!(
            client(&addresses, "192.0.2.1", &["198.51.100.1"]),
            "192.0.2.1"
        );
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_the_one() {
        let addresses = addresses(&["127.0.0.1", "10.0.0.0/8"], "Forwarded");
        for (values, expected) in [
            (&["for=198.51.100.1"][..], "198.51.100.1"),
            (
                &["for=203.0.113.9, For=198.51.100.1;proto=https;by=10.0.0.1"],
                "198.51.100.1",
            ),
            (
                &["proto=https; for=\"198.51.100.1:80\", for=10.0.0.2"],
                "198.51.100.1",
            ),
            (&["for=\"[2001:db8:1:2::7]:4711\""], "2001:db8:1:2::"),
            (&["for=198.51.100.1, for=_hidden"], "127.0.0.1"),
            (&["for=198.51.100.1, proto=https"], "127.0.0.1"),
        ] {
            assert_eq!(
                client(&addresses, "127.0.0.1", values),
                expected,
                "{values:?}"
            );
        }
    }

    #[test]
    fn networks_are_read_and_nothing_else_is() {
        let contains = |network: &str, address: &str| {
            Network::parse(network)
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(contains("0.0.0.0/0", "255.1.2.3"));
        assert!(contains("192.0.2.128/25", "192.0.2.200"));
        assert!(!contains("192.0.2.128/25", "192.0.2.1"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(contains("2001:db8::/33", "2001:db8:7fff::1"));
        assert!(!contains("2001:db8::/33", "2001:db8:8000::1"));
        assert!(!contains("::/0", "192.0.2.1"));
        assert!(contains("::1", "::1") && !contains("::1", "::2"));
        for bad in [
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/+8",
            "10",
            "host",
            "10.0.0.1:80",
        ] {
            assert!(Network::parse(bad).is_none(), "{bad}");
        }
        let refused = Addresses::new(&["host".to_owned()], "X-Forwarded-For");
        assert_eq!(refused.unwrap_err(), InvalidAddresses::Proxy);
        assert_eq!(
            Addresses::new(&[], "a b").unwrap_err(),
            InvalidAddresses::Header
        );
    }
}

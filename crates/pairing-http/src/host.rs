//! What the host of an address is, judged once for every rule that depends on it: which addresses
//! may go without TLS, and which must not go through a proxy.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host as clients understand it: an IP address in its usual spelling, or a name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// In lower case; an IPv6 address in brackets.
    pub(crate) text: String,
    /// Whether it is this machine.
    pub(crate) is_loopback: bool,
    /// Whether it lies in a network that is not the Internet, this machine included.
    pub(crate) is_private: bool,
}

impl Host {
    /// Reads the host of a URL. `None` for anything but plain names and addresses, so that no
    /// client can read another host out of it than this check did.
    pub(crate) fn read(host: &str) -> Option<Self> {
        if let Some(address) = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let address: Ipv6Addr = address.parse().ok()?;
            return Some(Self::of_address(format!("[{address}]"), address.into()));
        }
        let name = host.to_ascii_lowercase();
        let labels = name.strip_suffix('.').unwrap_or(&name);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if labels
            .split('.')
            .any(|label| label.is_empty() || !label.bytes().all(plain))
        {
            return None;
        }
        if labels.rsplit('.').next().is_some_and(is_number) {
            let address = ipv4(labels)?;
            return Some(Self::of_address(address.to_string(), address.into()));
        }
        Some(Self {
            is_loopback: is_local_name(&name),
            is_private: is_local_name(&name) || is_private_name(labels),
            text: name,
        })
    }

    fn of_address(text: String, address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self {
            text,
            is_loopback: address.is_loopback(),
            is_private: address.is_loopback() || is_private_address(address),
        }
    }
}

/// Whether the Internet routes no packet to this address: the ranges for private networks
/// (RFC 1918, RFC 4193), for the link (RFC 3927, RFC 4291) and behind a shared address (RFC 6598),
/// which overlay networks use as well.
fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Whether the Internet has no such name: a single label, such as a service of a compose file, or a
/// name below a domain that is reserved for private networks (RFC 6762, RFC 8375, and ICANN's
/// `internal`).
fn is_private_name(labels: &str) -> bool {
    !labels.contains('.')
        || [".internal", ".local", ".home.arpa"]
            .iter()
            .any(|domain| labels.ends_with(domain))
}

/// Whether a name in lower case is reserved for this machine: `localhost` and every name below it
/// (RFC 6761, section 6.3).
pub(crate) fn is_local_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether clients take a host that ends with this label for an IPv4 address.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").is_some_and(|digits| {
        digits
            .bytes()
            .all(|character| character.is_ascii_hexdigit())
    });
    hexadecimal || label.bytes().all(|character| character.is_ascii_digit())
}

/// An IPv4 address in any spelling that clients take (WHATWG URL, "IPv4 parser"): up to four
/// numbers, each decimal, octal after `0` or hexadecimal after `0x`, the last of which fills what
/// the others leave.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    if first.len() > 3 || first.iter().any(|number| *number > 255) {
        return None;
    }
    let filled = 8 * (4 - first.len());
    if u64::from(*last) >= 1 << filled {
        return None;
    }
    let start = first
        .iter()
        .zip([24, 16, 8])
        .fold(0, |bits, (number, shift)| bits | (number << shift));
    Some(Ipv4Addr::from_bits(start | last))
}

fn number(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x") {
        return match digits {
            "" => Some(0),
            digits => u32::from_str_radix(digits, 16).ok(),
        };
    }
    // `from_str_radix` takes a sign as well, which no label has: it holds digits alone.
    if !text.bytes().all(|character| character.is_ascii_digit()) {
        return None;
    }
    match text.strip_prefix('0') {
        None | Some("") => text.parse().ok(),
        Some(octal) => u32::from_str_radix(octal, 8).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(host: &str) -> Option<(String, bool)> {
        Host::read(host).map(|host| (host.text, host.is_loopback))
    }

    #[test]
    fn this_machine_is_known_in_every_spelling() {
        for (host, text) in [
            ("localhost", "localhost"),
            ("LocalHost.", "localhost."),
            ("zapi.localhost", "zapi.localhost"),
            ("zapi.localhost.", "zapi.localhost."),
            ("127.0.0.1", "127.0.0.1"),
            ("127.0.0.1.", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
            ("127.0.1", "127.0.0.1"),
            ("127.8.9", "127.8.0.9"),
            ("2130706433", "127.0.0.1"),
            ("0x7f000001", "127.0.0.1"),
            ("0X7F.1", "127.0.0.1"),
            ("0177.0.0.01", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("127.0x.0x0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[0:0:0:0:0:0:0:1]", "[::1]"),
            ("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"),
            ("[::FFFF:7f00:1]", "[::ffff:127.0.0.1]"),
        ] {
            assert_eq!(judged(host), Some((text.to_owned(), true)), "{host}");
        }
    }

    #[test]
    fn another_machine_is_not_this_one() {
        for (host, text) in [
            ("api.z-api.io", "api.z-api.io"),
            ("localhost.example.com", "localhost.example.com"),
            ("mylocalhost", "mylocalhost"),
            ("127.0.0.1.example.com", "127.0.0.1.example.com"),
            ("127-0-0-1", "127-0-0-1"),
            ("0x7fg", "0x7fg"),
            ("128.1", "128.0.0.1"),
            ("3232235521", "192.168.0.1"),
            ("0", "0.0.0.0"),
            ("[::]", "[::]"),
            ("[::ffff:192.168.0.1]", "[::ffff:192.168.0.1]"),
            ("[64:ff9b::7f00:1]", "[64:ff9b::7f00:1]"),
        ] {
            assert_eq!(judged(host), Some((text.to_owned(), false)), "{host}");
        }
    }

    #[test]
    fn what_clients_refuse_or_read_differently_is_refused() {
        for host in [
            "",
            ".",
            "..",
            "localhost..",
            "a..b",
            ".localhost",
            "127.0.0.256",
            "127.0.0.0.1",
            "256.1",
            "127.16777216",
            "4294967296",
            "08.0.0.1",
            "a.1",
            "127.0.0.0x1.0x",
            "1.2.3.0x100000000",
            "+1",
            "1.+1",
            "[::1",
            "[::1%25lo]",
            "[127.0.0.1]",
            "127.0.0.1%00",
            "localhost\u{ff0e}",
        ] {
            assert_eq!(judged(host), None, "{host}");
        }
    }

    #[test]
    fn a_private_host_is_one_that_the_internet_does_not_reach() {
        for host in [
            "localhost",
            "gateway",
            "My_Gateway",
            "host.docker.internal",
            "gateway.default.svc.cluster.local",
            "gateway.home.arpa.",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "0xc0a80001",
            "169.254.1.1",
            "100.64.0.1",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "[::1]",
        ] {
            assert!(Host::read(host).unwrap().is_private, "{host}");
        }
        for host in [
            "gateway.example.com",
            "internal.example.com",
            "mylocal.com",
            "172.32.0.1",
            "172.15.0.1",
            "192.169.0.1",
            "100.128.0.1",
            "0.0.0.0",
            "8.8.8.8",
            "[2001:db8::1]",
            "[::ffff:8.8.8.8]",
            "[::]",
        ] {
            assert!(!Host::read(host).unwrap().is_private, "{host}");
        }
    }

    proptest! {
        #[test]
        fn every_spelling_of_an_ipv4_address_is_the_same_address(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let [a, b, c, d] = address.octets();
            let (three, two) = (bits & 0xff_ffff, bits & 0xffff);
            for spelling in [
                format!("{a}.{b}.{c}.{d}"),
                format!("{bits}"),
                format!("{bits:#x}"),
                format!("0{bits:o}"),
                format!("{a}.{three}"),
                format!("{a:#x}.{b}.{two:#X}").to_lowercase(),
                format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}."),
            ] {
                prop_assert_eq!(
                    judged(&spelling),
                    Some((address.to_string(), address.is_loopback())),
                    "{}", spelling
                );
            }
        }

        #[test]
        fn no_text_panics_and_what_is_read_stays_what_it_is(text in ".{0,40}") {
            if let Some(host) = Host::read(&text) {
                prop_assert_eq!(Host::read(&host.text), Some(host));
            }
        }
    }
}

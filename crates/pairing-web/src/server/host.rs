//! The `Host` of a request, as RFC 9112, 3.2 asks for it. Two of them would let a proxy and this
//! server see different hosts in one request.

use http::uri::Authority;
use http::{HeaderMap, Version, header};

/// Whether the request names its host as HTTP requires: exactly once from HTTP/1.1 on, and with
/// a host and perhaps a port.
pub(super) fn is_well_named(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(host), None) => host.to_str().is_ok_and(is_host),
        (Some(_), Some(_)) => false,
    }
}

/// Empty where the address has no host, says the RFC. A comma joins what were two.
fn is_host(text: &str) -> bool {
    text.is_empty()
        || (!text.contains(['@', ','])
            && text
                .parse::<Authority>()
                .is_ok_and(|authority| !authority.host().is_empty()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn well_named(version: Version, hosts: &[&'static str]) -> bool {
        let hosts = hosts
            .iter()
            .map(|host| (header::HOST, HeaderValue::from_static(host)));
        is_well_named(version, &hosts.collect())
    }

    #[test]
    fn one_host_is_required_from_http_1_1_on() {
        assert!(!well_named(Version::HTTP_11, &[]));
        assert!(well_named(Version::HTTP_10, &[]));
        for version in [Version::HTTP_10, Version::HTTP_11] {
            assert!(well_named(version, &["pair.example.com"]));
            assert!(!well_named(version, &["a.example", "b.example"]));
            assert!(!well_named(version, &["a.example", "a.example"]));
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for good in [
            "localhost",
            "h:1",
            "127.0.0.1:80",
            "[::1]",
            "[::1]:80",
            "null",
            "",
        ] {
            assert!(well_named(Version::HTTP_11, &[good]), "{good}");
        }
        for bad in [
            "a b",
            "a/b",
            "user@host",
            "a,b",
            "http://a",
            ":80",
            "[::1",
            "a:b:c",
        ] {
            assert!(!well_named(Version::HTTP_11, &[bad]), "{bad}");
        }
    }
}

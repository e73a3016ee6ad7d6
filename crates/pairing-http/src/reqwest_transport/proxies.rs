//! Whether a proxy stands between this machine and a gateway, by the variables of the environment
//! that reqwest reads, and by the same rules.

use std::env;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

/// Stands for a proxy whose address cannot be used, so that `NO_PROXY` still decides who needs it.
const PLACEHOLDER: &str = "http://proxy.invalid";

/// How a request over TLS gets to its gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Direct,
    ThroughProxy,
    /// The environment names a proxy by an address that cannot be used. reqwest would connect
    /// without the proxy.
    Unusable,
}

/// The proxy of the environment. It holds no credentials of the proxy beyond the client's own.
pub(super) struct Proxies {
    matcher: Option<Matcher>,
    is_usable: bool,
}

impl Proxies {
    /// As the environment says now. The client reads it at the same time.
    pub(super) fn of_environment() -> Self {
        Self::read(|name| env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&str; 2]| names.into_iter().find_map(&variable).unwrap_or_default();
        let candidates = [
            first(["HTTPS_PROXY", "https_proxy"]),
            first(["ALL_PROXY", "all_proxy"]),
        ];
        let named = candidates.iter().find(|value| !value.trim().is_empty());
        // In a CGI program, a header of the request could name a proxy.
        let Some(named) = named.filter(|_| variable("REQUEST_METHOD").is_none()) else {
            return Self {
                matcher: None,
                is_usable: true,
            };
        };
        let is_usable = is_address_of_a_proxy(named);
        Self {
            matcher: Some(
                Matcher::builder()
                    .https(PLACEHOLDER)
                    .no(first(["NO_PROXY", "no_proxy"]))
                    .build(),
            ),
            is_usable,
        }
    }

    /// How a request to this address, over TLS, gets there.
    pub(super) fn route(&self, url: &Url) -> Route {
        let origin = url.origin().ascii_serialization();
        let proxied = match (&self.matcher, origin.parse()) {
            (Some(matcher), Ok(origin)) => matcher.intercept(&origin).is_some(),
            _ => false,
        };
        match (proxied, self.is_usable) {
            (false, _) => Route::Direct,
            (true, true) => Route::ThroughProxy,
            (true, false) => Route::Unusable,
        }
    }
}

/// Whether the client can make something of it, and there is a host to connect to.
fn is_address_of_a_proxy(value: &str) -> bool {
    let gateway = http::Uri::from_static("https://gateway.invalid/");
    let matcher = Matcher::builder().https(value.to_owned()).build();
    let Some(proxy) = matcher.intercept(&gateway) else {
        return false;
    };
    let Some(authority) = proxy.uri().authority() else {
        return false;
    };
    let host = authority.host();
    // `http::Uri` takes anything for a port.
    let is_port = authority.as_str() == host || authority.port_u16().is_some();
    !host.is_empty() && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(variables: &[(&str, &str)], url: &str) -> Route {
        let proxies = Proxies::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        proxies.route(&url.parse().unwrap())
    }

    const GATEWAY: &str = "https://gateway.example.com:8443/canary";

    #[test]
    fn a_proxy_of_any_kind_that_the_client_takes_is_one() {
        for value in [
            "http://proxy.example.com:8080",
            "https://user:password@proxy.example.com",
            "proxy.example.com:8080",
            "192.0.2.1:3128",
            "http://[2001:db8::1]:3128",
            "socks5://127.0.0.1:1080",
            "socks5h://user:password@127.0.0.1:1080",
            "socks4://127.0.0.1",
            "socks4a://proxy.example.com:1080",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                assert_eq!(
                    route(&[(name, value)], GATEWAY),
                    Route::ThroughProxy,
                    "{value}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_address_of_a_proxy_is_not_passed_over() {
        for value in [
            "ftp://proxy.example.com",
            "socks://127.0.0.1:1080",
            "socks5:/127.0.0.1",
            "http://",
            "http:///",
            "://proxy.example.com",
            "http://proxy.example.com:port",
            "http://proxy.example.com:99999",
            "http://proxy example.com",
            " http://proxy.example.com",
            "/usr/bin/proxy",
            "b\u{fc}ro:8080",
        ] {
            let variables = [("HTTPS_PROXY", value)];
            assert_eq!(route(&variables, GATEWAY), Route::Unusable, "{value}");
            let with_exception = [("ALL_PROXY", value), ("NO_PROXY", ".example.com")];
            assert_eq!(route(&with_exception, GATEWAY), Route::Direct, "{value}");
        }
    }

    #[test]
    fn without_a_proxy_the_way_is_direct() {
        let proxy = "http://proxy.example.com:8080";
        for variables in [
            &[][..],
            &[("HTTPS_PROXY", "")],
            &[("HTTPS_PROXY", " "), ("ALL_PROXY", "")],
            &[("HTTP_PROXY", proxy)],
            &[("HTTPS_PROXY", proxy), ("NO_PROXY", "*")],
            &[("HTTPS_PROXY", proxy), ("no_proxy", "gateway.example.com")],
            &[("HTTPS_PROXY", proxy), ("REQUEST_METHOD", "GET")],
        ] {
            assert_eq!(route(variables, GATEWAY), Route::Direct, "{variables:?}");
        }
        let variables = [("HTTPS_PROXY", proxy), ("NO_PROXY", "other.example.com")];
        assert_eq!(route(&variables, GATEWAY), Route::ThroughProxy);
    }
}

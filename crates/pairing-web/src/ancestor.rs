//! Who may show the page in a frame: what may stand in the policy's `frame-ancestors`.

use std::net::Ipv6Addr;

/// Schemes whose pages are no app's, or that carry their content in the address.
const NEVER: [&str; 9] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "javascript",
    "ws",
    "wss",
];

/// Whether the text is an origin of the web (`https://app.example.com`), one of an app in a web
/// view (`capacitor://localhost`), or all subdomains of a domain (`https://*.example.com`), and
/// nothing that could end or widen a directive of a policy.
pub(crate) fn is_ancestor(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    match (scheme, rest.strip_prefix("*.")) {
        ("http" | "https", Some(domain)) => is_domain(domain),
        ("http" | "https", None) => is_host_and_port(rest),
        (_, None) => is_scheme(scheme) && !NEVER.contains(&scheme) && is_host_and_port(rest),
        (_, Some(_)) => false,
    }
}

fn is_scheme(text: &str) -> bool {
    let rest =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(rest)
}

/// What a wildcard may stand before: more than `com`, and no address.
fn is_domain(text: &str) -> bool {
    let (host, port) = host_and_port(text);
    let last = host.rsplit('.').next().unwrap_or_default();
    is_name(host)
        && host.contains('.')
        && !last.bytes().all(|byte| byte.is_ascii_digit())
        && port.is_none_or(is_port)
}

fn is_host_and_port(text: &str) -> bool {
    let (host, port) = host_and_port(text);
    (is_name(host) || is_ipv6(host)) && port.is_none_or(is_port)
}

fn host_and_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_ipv6(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_sites_and_apps_and_subdomains_of_a_domain_may_be_named() {
        for good in [
            "https://app.example.com",
            "https://app.example.com:8443",
            "http://127.0.0.1:8080",
            "https://[::1]:8443",
            "https://[::1]",
            "https://localhost",
            "http://localhost",
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "https://tauri.localhost",
            "http://tauri.localhost",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "https://*.example.com",
            "https://*.shop.example.com:8443",
            "https://xn--caf-dma.example",
        ] {
            assert!(is_ancestor(good), "{good}");
        }
    }

    #[test]
    fn whatever_could_widen_or_end_the_policy_is_refused() {
        for bad in [
            "",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://*.",
            "https://*.com",
            "https://*.0.0.1",
            "https://*.*.example.com",
            "https://a.*.example.com",
            "https://*example.com",
            "https://*.example.com:*",
            "https://app.example.com:*",
            "https://app.example.com:",
            "https://app.example.com:0",
            "https://app.example.com:+1",
            "https://app.example.com:65536",
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com/x",
            "https://app.example.com?x",
            "https://app.example.com#x",
            "https://user@app.example.com",
            "https://-a.example",
            "https://a..example",
            "https://a.example; script-src *",
            "https://a.example;script-src",
            "https://a.example script-src",
            "https://a.example, https://b.example",
            "https://a.example\r\nX: y",
            "https://a.example\t",
            "https://ex\u{e4}mple.com",
            "https://[::1",
            "https://[*]",
            "https://[fe80::1%25eth0]",
            "ftp://app.example.com",
            "file://localhost",
            "data://x",
            "javascript://localhost",
            "blob://x",
            "capacitor:",
            "capacitor://",
            "capacitor://*",
            "capacitor://*.example.com",
            "capacitor://localhost/x",
            "Capacitor://localhost",
            "1app://localhost",
            "'self'",
            "'none'",
            "'self'://x",
        ] {
            assert!(!is_ancestor(bad), "{bad}");
        }
    }
}

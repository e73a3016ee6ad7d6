//! The limits of a public server.

use std::time::Duration;

/// What [`serve`](crate::serve) allows a connection.
///
/// ```
/// use std::time::Duration;
///
/// let options = pairing_web::ServeOptions::default().with_grace(Duration::from_secs(1));
/// assert_eq!(options.connections, 20_000);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServeOptions {
    /// Connections open at a time; 20 000 by default. The next ones are answered 503.
    ///
    /// Each takes a file descriptor: the limit of the process must be higher.
    pub connections: usize,
    /// Connections of one address open at a time; 1 000 by default, a twentieth of all. An office
    /// behind one address has up to six for each browser. The next ones are answered 503. An
    /// address is an IPv4 address or the first 64 bits of an IPv6 one.
    pub connections_per_address: usize,
    /// Addresses and networks, such as `10.0.0.0/8`, that
    /// [`connections_per_address`](Self::connections_per_address) does not limit: proxies, which
    /// connect for everybody. This machine by default (`127.0.0.0/8` and `::1`).
    pub trusted_proxies: Vec<String>,
    /// How long a request's head may take to arrive, from its first byte or the beginning of the
    /// connection; 10 s by default.
    pub head_timeout: Duration,
    /// How long a connection may be idle between two requests; 75 s by default. A stream of events
    /// is not idle. A proxy in front must give up its idle connections first: nginx and AWS's load
    /// balancers do so after 60 s.
    pub keep_alive: Duration,
    /// Connections that are idle between two requests at a time; 10 000 by default, half of all.
    /// Above it, connections end with their answers, which say so.
    pub idle_connections: usize,
    /// How long a request's body may take to arrive; 10 s by default. The largest is a
    /// webhook.
    pub body_timeout: Duration,
    /// How long a peer may read nothing of what waits for it; 30 s by default, which a phone
    /// needs that changes from one network to the next.
    pub write_timeout: Duration,
    /// How long answers may take to end once the server is to stop; 5 s by default.
    pub grace: Duration,
}

impl ServeOptions {
    /// The most bytes of a request's head. Browsers send about 1 KiB without cookies, of
    /// which the page has none.
    pub const HEAD_BYTES: usize = 16 * 1024;
    /// The most headers of a request. Browsers send about 20, proxies add a few.
    pub const HEADERS: usize = 64;
    /// What the system may keep of an answer that the peer does not read. The page and its
    /// script fit.
    pub(super) const SEND_BUFFER: usize = 64 * 1024;
    /// Connections above [`connections`](Self::connections) that get a refusal at one time; more are
    /// closed without an answer.
    pub(super) const REFUSALS: usize = 64;
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 1_000,
            trusted_proxies: vec!["127.0.0.0/8".to_owned(), "::1".to_owned()],
            head_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            idle_connections: 10_000,
            body_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            grace: Duration::from_secs(5),
        }
    }
}

setters!(ServeOptions {
    with_connections => connections: usize;
    with_connections_per_address => connections_per_address: usize;
    with_trusted_proxies => trusted_proxies: Vec<String>;
    with_head_timeout => head_timeout: Duration;
    with_keep_alive => keep_alive: Duration;
    with_idle_connections => idle_connections: usize;
    with_body_timeout => body_timeout: Duration;
    with_write_timeout => write_timeout: Duration;
    with_grace => grace: Duration;
});

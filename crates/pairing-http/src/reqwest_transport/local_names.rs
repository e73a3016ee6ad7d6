//! Names that mean this machine, resolved without asking a server of names: what goes there may go
//! without TLS, so no server may send it elsewhere.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::host::is_local_name;

/// The system's resolver, except for `localhost` and the names below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalNames;

impl Resolve for LocalNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client sets the port.
            let addresses: Vec<SocketAddr> = if is_local_name(name.as_str()) {
                vec![
                    (Ipv4Addr::LOCALHOST, 0).into(),
                    (Ipv6Addr::LOCALHOST, 0).into(),
                ]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

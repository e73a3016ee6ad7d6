//! A listener with a queue for as many connections as the server may have.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be accepted. tokio's own `bind` has 128, which a burst of browsers fills
/// within milliseconds: the ones above it try again after a second. The system lowers this to its
/// own limit, on Linux `net.core.somaxconn`.
const WAITING: u32 = 20_000;

/// Listens on `address` for [`serve`](crate::serve), with room for 20 000 connections that wait to
/// be accepted, or for as many as the system allows: on Linux `net.core.somaxconn`, usually 4 096.
///
/// # Errors
///
/// When the address is taken, foreign or forbidden.
///
/// # Panics
///
/// Outside of a tokio runtime with IO enabled.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // As tokio's `bind` does: a restart need not wait for old connections to time out. Windows
    // would let two programs share the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

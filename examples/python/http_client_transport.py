"""An HTTP transport of one's own, over Python's `http.client` in threads.

Programs that have an HTTP client already (aiohttp, httpx) write the same few lines over it. Not
`urllib.request`: it follows redirects, and what it raises quotes URLs, which may hold the token.
"""

import asyncio
import http.client
import socket
import ssl
from urllib.parse import urlsplit

import pairing

# For all of a request. Gateways wait up to 10 s themselves before they answer.
TIMEOUT_SECONDS = 20


class HttpClientTransport(pairing.HttpTransport):
    """One connection for each request: enough for one every few seconds."""

    def __init__(self):
        self._tls = ssl.create_default_context()

    async def send(self, request):
        url = urlsplit(request.expose_url())
        if url.scheme == "https":
            connection = http.client.HTTPSConnection(
                url.netloc, timeout=TIMEOUT_SECONDS, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(url.netloc, timeout=TIMEOUT_SECONDS)
        exchange = Exchange(connection)
        target = url.path + ("?" + url.query if url.query else "")
        body = request.expose_body()
        answer = asyncio.to_thread(
            exchange.run,
            request.method(),
            target,
            body and body.encode(),
            request.expose_headers(),
        )
        try:
            # The time-out of a connection is for each read: a server may drip for ever.
            return await asyncio.wait_for(answer, TIMEOUT_SECONDS)
        except asyncio.TimeoutError:
            raise pairing.TransportError.Timeout() from None
        finally:
            exchange.stop()


class Exchange:
    """One request in a thread, which cannot be stopped, but its connection can be shut."""

    def __init__(self, connection):
        self._connection = connection
        self._socket = None
        self._stopped = False

    def stop(self):
        """Lets the thread come to its end: at once, or as soon as it has connected."""
        self._stopped = True
        if self._socket is not None:
            try:
                # Not the method of a TLS socket, which is not for two threads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                pass  # closed already

    def run(self, method, target, body, headers):
        """What it raises says no more than what kind of failure it was."""
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._stopped:
                raise pairing.TransportError.Interrupted()
            return exchanged(self._connection, method, target, body, headers)
        except TimeoutError:
            raise pairing.TransportError.Timeout() from None
        except ssl.SSLError:
            raise pairing.TransportError.Tls() from None
        except (http.client.HTTPException, ConnectionResetError):
            raise pairing.TransportError.Interrupted() from None
        except OSError:
            raise pairing.TransportError.Connect() from None
        finally:
            self._connection.close()


def exchanged(connection, method, target, body, headers):
    connection.request(method, target, body, headers)
    with connection.getresponse() as response:
        limit = pairing.max_body_bytes()
        body = response.read(limit + 1)
        if len(body) > limit:
            raise pairing.TransportError.BodyTooLarge()
        return pairing.HttpResponse(
            response.status,
            body,
            response.getheader("content-type"),
            response.getheader("retry-after"),
            response.getheader("date"),
        )

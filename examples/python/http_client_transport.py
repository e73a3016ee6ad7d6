"""An HTTP transport of one's own, over Python's `http.client` in threads.

Programs that have an HTTP client already (aiohttp, httpx) write the same few lines over it. Not
`urllib.request`: it follows redirects, and what it raises quotes URLs, which may hold the token.
"""

import asyncio
import http.client
import ssl
from urllib.parse import urlsplit

import pairing

# Gateways wait up to 10 s themselves before they answer.
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
        target = url.path + ("?" + url.query if url.query else "")
        try:
            return await asyncio.to_thread(
                exchange, connection, request.method(), target, request.expose_headers()
            )
        except asyncio.CancelledError:
            # The thread cannot be stopped, but its socket can be shut.
            if connection.sock is not None:
                connection.sock.close()
            raise


def exchange(connection, method, target, headers):
    """Runs in a thread. What it raises says no more than what kind of failure it was."""
    try:
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        limit = pairing.max_body_bytes()
        body = response.read(limit + 1)
        if len(body) > limit:
            raise pairing.TransportError.BodyTooLarge()
        return pairing.HttpResponse(
            response.status,
            body,
            response.getheader("content-type"),
            response.getheader("retry-after"),
        )
    except TimeoutError:
        raise pairing.TransportError.Timeout() from None
    except ssl.SSLError:
        raise pairing.TransportError.Tls() from None
    except (http.client.HTTPException, ConnectionResetError):
        raise pairing.TransportError.Interrupted() from None
    except OSError:
        raise pairing.TransportError.Connect() from None
    finally:
        connection.close()

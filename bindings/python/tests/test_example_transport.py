"""The example's HTTP against servers that take for ever."""

import asyncio
import socket
import threading
import unittest
from unittest import mock

import http_client_transport
import pairing
from http_client_transport import HttpClientTransport
from pairing import ErrorCode
from support import Case, Instance


class Dripping:
    """A server on loopback that never comes to the end of its answer."""

    def __init__(self, head):
        self.asked = threading.Event()
        self.left = threading.Event()
        self._head = head
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            self.asked.set()
            connection.settimeout(0.01)
            drips = self._head
            try:
                while True:
                    connection.sendall(drips)
                    drips = b" "
                    try:
                        if connection.recv(1) == b"":
                            break
                    except TimeoutError:
                        pass
            except OSError:
                pass
        self.left.set()


class ExampleTransport(Case):
    def served(self, head):
        server = Dripping(head)
        self.addCleanup(server.close)
        instance = Instance("zapi")
        instance.settings["base_url"] = server.url
        return server, instance.open(HttpClientTransport())

    async def test_an_answer_that_drips_ends_in_time(self):
        for head in (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200 OK\r\nx:"):
            with self.subTest(head=head):
                server, provider = self.served(head)
                with mock.patch.object(http_client_transport, "TIMEOUT_SECONDS", 0.3):
                    with self.assertRaises(pairing.PairingError) as caught:
                        await provider.status()
                self.assertIs(caught.exception.code, ErrorCode.TIMED_OUT)
                self.assertTrue(await asyncio.to_thread(server.left.wait, 10))

    async def test_cancelling_ends_the_thread_and_its_connection(self):
        server, provider = self.served(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        status = asyncio.ensure_future(provider.status())
        self.assertTrue(await asyncio.to_thread(server.asked.wait, 10))
        status.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await status
        self.assertTrue(await asyncio.to_thread(server.left.wait, 10))


if __name__ == "__main__":
    unittest.main()

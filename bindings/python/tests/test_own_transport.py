"""HTTP by the app's own client, written in Python."""

import asyncio
import contextlib
import io
import socket
import unittest

import pairing
from http_client_transport import HttpClientTransport
from pairing import ErrorCode, EventKind, HttpResponse, TransportError
from support import PROVIDERS, Case, Instance


class Answering(pairing.HttpTransport):
    def __init__(self, answer):
        self.answer = answer

    async def send(self, request):
        return await self.answer(request)


class OwnTransport(Case):
    def setUp(self):
        self.instance = Instance("zapi")

    async def outcome_with(self, answer):
        provider = self.instance.open(Answering(answer))
        session = self.instance.session(provider=provider, speed=1000)
        return await self.outcome(session, EventKind.PREPARING, EventKind.RETRYING)

    async def test_links_over_the_example(self):
        for dialect in PROVIDERS:
            for by_phone in (False, True):
                with self.subTest(dialect=dialect, by_phone=by_phone):
                    instance = Instance(dialect)
                    provider = instance.open(HttpClientTransport())
                    method = instance.by_phone_code() if by_phone else None
                    session = instance.session(method, provider=provider)
                    code = (await self.until(session, EventKind.CODE_READY)).kind.code
                    instance.use(code)
                    outcome = await self.outcome(session)
                    self.assertEqual(outcome.phone, instance.phone)

    async def test_the_example_tells_that_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as closed_at_once:
            port = closed_at_once.getsockname()[1]
        self.instance.settings["base_url"] = f"http://127.0.0.1:{port}"
        provider = self.instance.open(HttpClientTransport())
        with self.assertRaises(pairing.PairingError) as caught:
            await provider.status()
        self.assertIs(caught.exception.code, ErrorCode.UNAVAILABLE)

    async def test_the_request_says_what_to_send(self):
        asked = []

        async def refuse(request):
            asked.append(request)
            return HttpResponse(401, b"{}", "application/json")

        await self.outcome_with(refuse)
        (request,) = asked
        self.assertEqual(request.method(), "GET")
        self.assertIn(self.instance.settings["token"], request.expose_url())
        self.assertIn(self.instance.settings["client_token"], request.expose_headers().values())

    async def test_an_unexpected_exception_becomes_an_error_that_says_nothing(self):
        async def fail(request):
            raise ValueError(f"cannot open {request.expose_url()}")

        printed = io.StringIO()
        with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
            outcome = await self.outcome_with(fail)
        self.assertIs(outcome.error.code, ErrorCode.INTERNAL)
        self.assertNotIn(self.instance.settings["token"], str(outcome))
        self.assertEqual(printed.getvalue(), "")

    async def test_each_declared_failure_has_its_code(self):
        for failure, code in (
            (TransportError.Connect, ErrorCode.UNAVAILABLE),
            (TransportError.Tls, ErrorCode.UNAVAILABLE),
            (TransportError.Timeout, ErrorCode.TIMED_OUT),
            (TransportError.Interrupted, ErrorCode.UNAVAILABLE),
            (TransportError.BodyTooLarge, ErrorCode.MALFORMED_REPLY),
            (TransportError.Other, ErrorCode.INTERNAL),
        ):
            with self.subTest(failure.__name__):

                async def fail(request):
                    raise failure()

                outcome = await self.outcome_with(fail)
                self.assertIs(outcome.error.code, code)

    async def test_a_body_that_is_too_large_is_refused(self):
        async def flood(request):
            return HttpResponse(200, b" " * (pairing.max_body_bytes() + 1), "application/json")

        outcome = await self.outcome_with(flood)
        self.assertIs(outcome.error.code, ErrorCode.MALFORMED_REPLY)

    async def test_something_else_than_a_response_is_an_error(self):
        async def text(request):
            return "200 OK"

        outcome = await self.outcome_with(text)
        self.assertIs(outcome.error.code, ErrorCode.INTERNAL)

    async def test_cancelling_reaches_the_request(self):
        begun, cancelled = asyncio.Event(), asyncio.Event()

        async def hang(request):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        provider = self.instance.open(Answering(hang))
        for how in ("the session", "the call of a provider"):
            with self.subTest(how):
                begun.clear()
                cancelled.clear()
                if how == "the session":
                    cancel = self.instance.session(provider=provider).cancel
                else:
                    cancel = asyncio.create_task(provider.status()).cancel
                await begun.wait()
                cancel()
                # Nothing else wakes this loop.
                await cancelled.wait()

    def test_a_transport_is_handed_over_where_a_loop_runs(self):
        with self.assertRaisesRegex(RuntimeError, "inside a coroutine"):
            self.instance.open(HttpClientTransport())


if __name__ == "__main__":
    unittest.main()

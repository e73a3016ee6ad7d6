"""A gateway of the app's own, written in Python."""

import asyncio
import contextlib
import io
import unittest
from datetime import timedelta

import pairing
from pairing import (
    Capabilities,
    CodePurpose,
    CodeReply,
    CodeRequest,
    ErrorCode,
    EventKind,
    InstancePhase,
    InstanceStatus,
    PairingCode,
    PairingError,
    PairingMethod,
    PairingSession,
    ProviderDescription,
    SessionOptions,
    WebhookHint,
)
from support import QUICK, Case

PHONE = "+5511999998888"
SECRET = "https://gateway.example/token/0123456789"


class Gateway(pairing.PairingProvider):
    """One that a test changes as it needs."""

    def __init__(self, **calls):
        self.linked = False
        self.requests = []
        self.calls = calls

    def describe(self):
        if "describe" in self.calls:
            return self.calls["describe"]()
        can = Capabilities(
            qr_text=True, phone_code=True, status=True, linked_phone=True, webhooks=True
        )
        policy = pairing.default_policy()
        policy.status_interval = QUICK
        return ProviderDescription(name="own", capabilities=can, recommended_policy=policy)

    async def request_code(self, request):
        self.requests.append(request)
        if "request_code" in self.calls:
            return await self.calls["request_code"]()
        if isinstance(request.method, PairingMethod.PHONE_CODE):
            return CodeReply.CODE(PairingCode.from_phone_code("ABCD1234"), None)
        return CodeReply.CODE(PairingCode.from_qr_text("2@own"), timedelta(seconds=20))

    async def status(self):
        if "status" in self.calls:
            return await self.calls["status"]()
        if self.linked:
            return InstanceStatus(phase=InstancePhase.LINKED, phone=PHONE)
        return InstanceStatus(phase=InstancePhase.NOT_LINKED)

    async def unlink(self):
        self.linked = False

    def read_webhook(self, webhook):
        if "read_webhook" in self.calls:
            return self.calls["read_webhook"]()
        if webhook.expose_header("x-signature") not in (None, "right"):
            raise PairingError.Failed(ErrorCode.INVALID_SIGNATURE, "not signed", False, None)
        is_linked = webhook.expose_body() == b"linked"
        return WebhookHint.CONNECTED if is_linked else WebhookHint.IRRELEVANT


def session(gateway, method=None):
    return PairingSession(gateway, SessionOptions(method=method or PairingMethod.QR()))


class Hanging:
    """A call that ends only by cancellation, and tells when it began and when it was."""

    def __init__(self):
        self.begun = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self):
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class OwnProvider(Case):
    async def test_links(self):
        for method, text in (
            (PairingMethod.QR(), "2@own"),
            (PairingMethod.PHONE_CODE(PHONE), "ABCD-1234"),
        ):
            gateway = Gateway()
            one = session(gateway, method)
            ready = await self.until(one, EventKind.CODE_READY)
            self.assertEqual(ready.kind.code.expose_text(), text)
            gateway.linked = True
            self.assertIs(one.notify(b"linked"), WebhookHint.CONNECTED)
            outcome = await self.outcome(one)
            self.assertEqual(outcome, pairing.PairingOutcome.CONNECTED(phone=PHONE))

    async def test_is_told_why_a_code_is_asked_for(self):
        gateway = Gateway()
        with session(gateway) as one:
            await self.until(one, EventKind.CODE_READY)
        self.assertEqual(gateway.requests, [CodeRequest(method=PairingMethod.QR())])
        self.assertIs(gateway.requests[0].purpose, CodePurpose.START_ATTEMPT)

    async def test_ends_the_attempt_that_is_left(self):
        abandoned = asyncio.Event()

        class Ending(Gateway):
            def describe(self):
                description = super().describe()
                description.capabilities.abandon = True
                return description

            async def abandon(self):
                abandoned.set()

        with session(Ending()) as one:
            await self.until(one, EventKind.CODE_READY)
        await abandoned.wait()

    async def test_cannot_end_an_attempt_unless_it_says_how(self):
        with self.assertRaises(PairingError) as caught:
            await Gateway().abandon()
        self.assertIs(caught.exception.code, ErrorCode.UNSUPPORTED)

    async def test_reads_the_headers_of_a_webhook(self):
        with session(Gateway()) as one:
            hint = one.notify(b"{}", {"X-Signature": "right"})
            self.assertIs(hint, WebhookHint.IRRELEVANT)
            with self.assertRaises(PairingError) as caught:
                one.notify(b"{}", {"X-Signature": "wrong"})
            self.assertIs(caught.exception.code, ErrorCode.INVALID_SIGNATURE)

    async def test_a_declared_error_keeps_its_code_and_message(self):
        async def refuse():
            raise PairingError.Failed(ErrorCode.SUBSCRIPTION_LAPSED, "pay first", False, None)

        outcome = await self.outcome(session(Gateway(request_code=refuse)))
        self.assertTrue(outcome.is_REJECTED())
        self.assertIs(outcome.error.code, ErrorCode.SUBSCRIPTION_LAPSED)
        self.assertEqual(outcome.error.message, "pay first")

    async def test_whatever_else_goes_wrong_is_an_internal_error_that_says_nothing(self):
        async def raises():
            raise RuntimeError(SECRET)

        async def gives_nothing():
            return None

        async def gives_a_negative_time():
            return CodeReply.CODE(PairingCode.from_qr_text("2@own"), timedelta(seconds=-1))

        async def raises_what_has_no_variant():
            raise PairingError(SECRET)

        async def raises_a_half_made_error():
            raise PairingError.Failed("bad", SECRET, None, None)

        async def cancels_itself():
            raise asyncio.CancelledError(SECRET)

        def is_not_asynchronous():
            return None

        for call in (
            raises,
            gives_nothing,
            gives_a_negative_time,
            raises_what_has_no_variant,
            raises_a_half_made_error,
            cancels_itself,
            is_not_asynchronous,
        ):
            with self.subTest(call.__name__):
                printed = io.StringIO()
                with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
                    outcome = await self.outcome(session(Gateway(request_code=call)))
                self.assertTrue(outcome.is_REJECTED())
                self.assertIs(outcome.error.code, ErrorCode.INTERNAL)
                self.assertNotIn(SECRET, str(outcome))
                self.assertEqual(printed.getvalue(), "")

    async def test_a_provider_that_cannot_describe_itself_starts_no_session(self):
        def fails():
            raise RuntimeError(SECRET)

        def refuses():
            raise PairingError.Failed(ErrorCode.INVALID_SETTINGS, "no address", False, None)

        for describe, code in (
            (fails, ErrorCode.INTERNAL),
            (lambda: None, ErrorCode.INTERNAL),
            (refuses, ErrorCode.INVALID_SETTINGS),
        ):
            with self.assertRaises(PairingError) as caught:
                session(Gateway(describe=describe))
            self.assertIs(caught.exception.code, code)
            self.assertNotIn(SECRET, str(caught.exception))

    async def test_a_webhook_that_cannot_be_read_is_an_error_and_the_session_goes_on(self):
        def fails():
            raise RuntimeError(SECRET)

        gateway = Gateway(read_webhook=fails)
        with session(gateway) as one:
            await self.until(one, EventKind.CODE_READY)
            with self.assertRaises(PairingError) as caught:
                one.notify(b"linked")
            self.assertIs(caught.exception.code, ErrorCode.INTERNAL)
            gateway.linked = True
            self.assertTrue((await self.outcome(one)).is_CONNECTED())

    async def test_cancelling_the_session_cancels_the_call(self):
        hanging = Hanging()
        one = session(Gateway(request_code=hanging))
        await hanging.begun.wait()
        one.cancel()
        await hanging.cancelled.wait()
        self.assertTrue((await self.outcome(one)).is_CANCELLED())

    async def test_dropping_the_session_cancels_the_call(self):
        hanging = Hanging()
        one = session(Gateway(request_code=hanging))
        await hanging.begun.wait()
        del one
        # Nothing else wakes this loop.
        await hanging.cancelled.wait()

    def test_a_provider_is_handed_over_where_a_loop_runs(self):
        with self.assertRaisesRegex(RuntimeError, "inside a coroutine"):
            session(Gateway())

    def test_a_provider_whose_loop_ends_fails_and_nothing_hangs(self):
        async def start():
            one = session(Gateway(request_code=Hanging()))
            await self.until(one, EventKind.PREPARING)
            return one

        with asyncio.Runner() as runner:
            one = runner.run(start())
        with asyncio.Runner() as runner:
            outcome = runner.run(self.outcome(one))
        self.assertIs(outcome.error.code, ErrorCode.INTERNAL)


if __name__ == "__main__":
    unittest.main()

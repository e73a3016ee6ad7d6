"""What a screen shows."""

import asyncio
import unittest
from datetime import timedelta

import pairing
from pairing import ErrorCode, PairingError, PairingMethod, PairingOutcome, Screen
from support import Case
from test_own_provider import Gateway

SOON, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)


class Views(Case):
    async def test_a_view_keeps_its_code_while_retrying_and_ends(self):
        seen = asyncio.Event()
        session = self.failing_after_one_code(seen)
        shown = await self.view(session, lambda view: isinstance(view.screen, Screen.CODE))
        self.assertEqual(shown.method, PairingMethod.QR())
        self.assertEqual((shown.round, shown.attempt, shown.codes_per_round), (1, 1, 3))

        seen.set()
        retrying = await self.view(session, lambda view: view.retrying is not None)
        self.assertEqual(retrying.screen.code.expose_text(), "2@own")
        self.assertEqual(retrying.retrying.error.message, "down")
        self.assertTrue(retrying.actions.switch_to_phone_code and retrying.actions.cancel)
        self.assertFalse(retrying.actions.resume)

        session.cancel()
        last = await session.next_view()
        self.assertEqual(last.screen.outcome, PairingOutcome.CANCELLED())
        self.assertFalse(last.actions.cancel)
        self.assertIsNone(await session.next_view())

    async def test_leaving_the_loop_ends_the_session(self):
        session = self.failing_after_one_code(asyncio.Event())
        views = pairing.views(session)
        await anext(views)
        await views.aclose()
        self.assertEqual(session.view().screen.outcome, PairingOutcome.CANCELLED())

    def failing_after_one_code(self, seen):
        """Asks for the next code immediately, which fails once the first is `seen`, and again a
        minute later."""

        async def request_code():
            if replies:
                return replies.pop()
            await seen.wait()
            raise PairingError.Failed(ErrorCode.UNAVAILABLE, "down", True, None)

        code = pairing.PairingCode.from_qr_text("2@own")
        replies = [pairing.CodeReply.CODE(code, MINUTE)]
        policy = pairing.default_policy()
        policy.refresh_min = policy.refresh_interval = SOON
        policy.retry.min_delay = policy.retry.max_delay = MINUTE
        options = pairing.SessionOptions(method=PairingMethod.QR(), policy=policy)
        return pairing.PairingSession(Gateway(request_code=request_code), options)

    async def view(self, session, fits):
        while (view := await session.next_view()) is not None:
            if fits(view):
                return view
        self.fail("the session ended before it")


if __name__ == "__main__":
    unittest.main()

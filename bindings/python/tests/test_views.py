"""What a screen shows."""

import asyncio
import unittest
from datetime import timedelta

import pairing
from pairing import (
    CodeReply,
    ErrorCode,
    EventKind,
    InstancePhase,
    InstanceStatus,
    PairingError,
    PairingMethod,
    PairingOutcome,
    PasskeyStep,
    Screen,
)
from support import Case
from test_own_provider import Gateway

SOON, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)


CODE = CodeReply.CODE(pairing.PairingCode.from_qr_text("2@own"), MINUTE)


class Answers:
    """A gateway that gives these replies to requests for codes, one after the other."""

    def __init__(self, *replies):
        self._replies = list(replies)
        self.status = InstanceStatus(phase=InstancePhase.NOT_LINKED)
        # What it answers before `status`.
        self.statuses = []

    def session(self, **policy):
        async def request_code():
            return self._replies.pop(0)

        async def status():
            return self.statuses.pop(0) if self.statuses else self.status

        numbers = pairing.default_policy()
        numbers.status_interval = numbers.linking_status_interval = 20 * SOON
        for name, value in policy.items():
            setattr(numbers, name, value)
        options = pairing.SessionOptions(method=PairingMethod.QR(), policy=numbers)
        return pairing.PairingSession(Gateway(request_code=request_code, status=status), options)


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

    async def test_a_gateway_that_starts_and_links_shows_it(self):
        answers = Answers(CodeReply.STARTING(SOON), CODE)
        session = answers.session()
        await self.until(session, EventKind.STARTING)
        await self.until(session, EventKind.CODE_READY)
        answers.status = InstanceStatus(phase=InstancePhase.LINKING)
        await self.until(session, EventKind.LINKING)
        self.assertIsInstance(session.view().screen, Screen.LINKING)
        session.cancel()

    async def test_a_passkey_is_shown_and_codes_can_be_asked_for_again(self):
        url, code = "https://example.com/passkey", "12-34"
        step = PasskeyStep(url, code)
        answers = Answers(CodeReply.PASSKEY_REQUIRED(step), CODE)
        answers.status = InstanceStatus(phase=InstancePhase.PASSKEY_REQUIRED, passkey=step)
        session = answers.session()
        asked = await self.view(session, lambda view: view.screen.is_PASSKEY_REQUIRED())
        self.assertTrue(asked.actions.resume)
        shown = asked.screen.step
        self.assertEqual((shown.expose_url(), shown.expose_confirmation_code()), (url, code))
        session.resume()
        await self.view(session, lambda view: view.screen.is_CODE())
        session.cancel()

    async def test_a_link_that_is_lost_before_it_is_confirmed_is_told(self):
        answers = Answers(CODE)
        answers.statuses = [InstanceStatus(phase=InstancePhase.LINKED, phone="+5511999998888")]
        session = answers.session(link_confirmation=SOON)
        await self.until(session, EventKind.CODE_READY)
        linked = await self.until(session, EventKind.LINKED)
        self.assertEqual(linked.kind.phone, "+5511999998888")
        self.assertEqual(await self.outcome(session), PairingOutcome.LINK_DROPPED())

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

"""Whatever is cancelled ends at once, and loses nothing."""

import asyncio
import contextlib
import unittest

import pairing
from pairing import EventKind
from support import Case, Instance


class Cancelling(Case):
    def setUp(self):
        self.instance = Instance("zapi")

    async def test_cancel_while_a_code_is_shown(self):
        session = self.instance.session()
        await self.until(session, EventKind.CODE_READY)
        session.cancel()
        session.cancel()
        self.assertTrue((await self.outcome(session)).is_CANCELLED())
        self.assertEqual(self.instance.calls()["code_qr_text"], 1)

    async def test_cancel_while_the_gateway_lets_one_wait(self):
        self.instance.fail("hang")
        session = self.instance.session()
        await self.until(session, EventKind.PREPARING)
        session.cancel()
        self.assertTrue((await self.outcome(session)).is_CANCELLED())

    async def test_the_end_of_a_with_block_is_the_end_of_the_session(self):
        with self.instance.session() as session:
            await self.until(session, EventKind.CODE_READY)
        self.assertTrue((await self.outcome(session)).is_CANCELLED())

    async def test_an_abandoned_call_loses_no_event(self):
        for turns in range(200):
            session = self.instance.session()
            session.cancel()
            numbers, event = [], None
            while event is None or not event.kind.is_FINISHED():
                call = asyncio.create_task(session.next_event())
                # Somewhere between not begun and almost done.
                for _ in range(turns % 7):
                    await asyncio.sleep(0)
                turns += 1
                call.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    event = await call
                    self.assertIsNotNone(event, "the end was lost")
                    numbers.append(event.seq)
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    async def test_a_cancelled_task_ends_the_session_it_reads(self):
        session = self.instance.session()
        shown = asyncio.Event()

        async def watch():
            async for event in pairing.events(session):
                if event.kind.is_CODE_READY():
                    shown.set()

        task = asyncio.create_task(watch())
        await shown.wait()
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertTrue((await self.outcome(session)).is_CANCELLED())

    async def test_a_loop_that_is_left_early_ends_the_session(self):
        session = self.instance.session()
        async with contextlib.aclosing(pairing.events(session)) as events:
            async for event in events:
                if event.kind.is_CODE_READY():
                    break
        self.assertTrue((await self.outcome(session)).is_CANCELLED())


if __name__ == "__main__":
    unittest.main()

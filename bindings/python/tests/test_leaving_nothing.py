"""A thousand sessions leave no thread, no descriptor and no call behind.

With a provider in Python, so that every count can be exact; the scenarios do the same over HTTP and
look at memory as well.
"""

import os
import unittest

from pairing import EventKind, _calls
from support import Case
from test_own_provider import Gateway, Hanging, session


def taken_up():
    return {kind: len(os.listdir(f"/proc/self/{kind}")) for kind in ("task", "fd")}


class LeavingNothing(Case):
    async def run_one(self, number):
        if number % 2:
            hanging = Hanging()
            one = session(Gateway(request_code=hanging))
            await hanging.begun.wait()
            one.cancel()
            await hanging.cancelled.wait()
        else:
            one = session(Gateway())
            await self.until(one, EventKind.CODE_READY)
            one.cancel()
        self.assertTrue((await self.outcome(one)).is_CANCELLED())

    async def test_a_thousand_sessions(self):
        await self.run_one(0)
        await self.run_one(1)
        before = taken_up()
        for number in range(1000):
            await self.run_one(number)
        # Fewer is fine: an idle connection of before may have been closed meanwhile.
        for what, count in taken_up().items():
            self.assertLessEqual(count, before[what], what)
        self.assertEqual(len(_calls._under_way), 0)


if __name__ == "__main__":
    unittest.main()

"""The program ends while the library's thread is still in Python."""

import os
import subprocess
import sys
import unittest

from support import Instance

# Every call from the library's thread takes its time before it returns, as on a busy machine. What
# it brought is known by then: the program ends, and the interpreter with it, which takes its time
# as well. A thread that asks the interpreter for anything from then on is unwound.
PROGRAM = """
import asyncio, os, sys, threading, time
import pairing

class SlowToReturn(asyncio.SelectorEventLoop):
    def call_soon_threadsafe(self, *arguments, **named):
        handle = super().call_soon_threadsafe(*arguments, **named)
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.3)
        return handle

class SlowToGo:
    def __del__(self, sleep=time.sleep):
        sleep(1)

sys.modules["goes_with_the_interpreter"] = SlowToGo()

class NeverAnswers(pairing.HttpTransport):
    async def send(self, request):
        asked.set()
        await asyncio.Event().wait()

def start(transport=None):
    settings = {name[2:]: value for name, value in os.environ.items() if name.startswith("S_")}
    return pairing.PairingSession(
        pairing.open_provider("zapi", settings, transport),
        pairing.SessionOptions(method=pairing.PairingMethod.QR()),
    )

async def main():
    global asked, session, waiting
    asked = asyncio.Event()
    {until}

loop = SlowToReturn()
# Whoever ends in the middle leaves tasks behind, which asyncio has something to say about.
loop.set_exception_handler(lambda *_: None)
loop.run_until_complete(main())
{then}
"""

SHOWN = "session = start(); await session.next_event(); await session.next_event()"
WAITING = SHOWN + "; waiting = asyncio.ensure_future(session.next_event()); await asyncio.sleep(0)"
ASKED = "session = start(NeverAnswers()); await asked.wait()"

# What has happened when the program ends, which holds the session, if it says no more, for as long
# as there is an interpreter.
MOMENTS = {
    "before the first event": "session = start()",
    "after the first event": "session = start(); await session.next_event()",
    "with a code on screen": SHOWN,
    "with a code on screen, which nobody holds": SHOWN + "; del session",
    "with a code on screen, by an exception": SHOWN + "; sys.exit()",
    "as the session is cancelled": SHOWN + "; session.cancel()",
    "while an event is waited for": WAITING,
    "while an event that is waited for is on its way": WAITING + "; session.cancel()",
    "while the app's transport is asked": ASKED,
    "while the app's transport is asked, in a ring of references": ASKED
    + "; waiting = [session]; waiting.append(waiting); del session",
    "as the app's transport is no more waited for": ASKED + "; session.cancel()",
    "between two sessions": SHOWN + "; session = start()",
    "after the end": SHOWN + "; session.cancel(); [_ async for _ in pairing.events(session)]",
}

# However busy the machine: what takes longer stands still.
FOR_EVER = 120


class Exiting(unittest.TestCase):
    def test_the_interpreter_ends_in_order_at_each_moment_of_a_session(self):
        programs = {
            (moment, then): self.begin(until, then)
            for moment, until in MOMENTS.items()
            for then in ("loop.close()", "")
        }
        for (moment, then), program in programs.items():
            with self.subTest(moment, then=then):
                # Raises when the time is over, which fails the test and not the suite.
                _, errors = program.communicate(timeout=FOR_EVER)
                self.assertEqual((program.returncode, errors), (0, ""))

    def begin(self, until, then):
        settings = {f"S_{name}": value for name, value in Instance("zapi").settings.items()}
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.replace("{until}", until).replace("{then}", then)],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        # What stands still is not left behind either.
        self.addCleanup(program.__exit__, None, None, None)
        self.addCleanup(program.kill)
        return program


if __name__ == "__main__":
    unittest.main()

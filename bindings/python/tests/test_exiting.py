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

async def main():
    settings = {name[2:]: value for name, value in os.environ.items() if name.startswith("S_")}
    session = pairing.PairingSession(
        pairing.open_provider("zapi", settings),
        pairing.SessionOptions(method=pairing.PairingMethod.QR()),
    )
    {until}

loop = SlowToReturn()
loop.run_until_complete(main())
loop.close()
"""


class Exiting(unittest.TestCase):
    def run_until(self, until, instance):
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM.replace("{until}", until)],
            env=os.environ | {f"S_{name}": value for name, value in instance.settings.items()},
            capture_output=True,
            text=True,
        )
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_after_the_end_of_a_session(self):
        instance = Instance("zapi")
        instance.link()
        self.run_until("[event async for event in pairing.events(session)]", instance)

    def test_in_the_middle_of_a_session(self):
        two = "await session.next_event(); await session.next_event()"
        self.run_until(two, Instance("zapi"))


if __name__ == "__main__":
    unittest.main()

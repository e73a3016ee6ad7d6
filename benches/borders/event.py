"""What it costs a Python program to be handed a view with everything in it: nanoseconds each,
so many times as the argument says. The gateway is in the environment."""

import asyncio
import os
import sys
import time

import pairing


async def main(times):
    settings = {
        name: os.environ[f"PAIRING_ZAPI_{name.upper()}"] for name in ("instance", "token", "base_url")
    }
    gateway = pairing.open_provider("zapi", settings)
    options = pairing.SessionOptions(method=pairing.PairingMethod.QR())
    with pairing.PairingSession(gateway, options) as session:
        while not isinstance((await session.next_event()).kind, pairing.EventKind.CODE_READY):
            pass
        seen = 0
        start = time.perf_counter_ns()
        for _ in range(times):
            view = session.view()
            if view.seq > 0:
                seen += len(view.screen.code.expose_text())
        each = (time.perf_counter_ns() - start) / times
    if seen < times * 100:
        sys.exit("no code in the events")
    print(each)


asyncio.run(main(int(sys.argv[1])))

"""What Z-API's page describes, in Python: asyncio, and one shared httpx client.

loop.py BASE_URL SESSIONS UNIT_MS SPREAD_MS

UNIT_MS is how long a second lasts, SPREAD_MS the time over which the sessions start.
"""

import asyncio
import base64
import sys

import httpx

BASE_URL, SESSIONS, UNIT, SPREAD = sys.argv[1], *map(int, sys.argv[2:5])
SECOND = UNIT / 1000

told = {"shown": 0, "linked": 0, "abandoned": 0, "errors": 0}


class Session:
    def __init__(self, client, number):
        self.client = client
        self.path = f"/instances/bench-{number:026}/token/F0E1D2C3B4A5968778695A4B"
        self.picture = None

    async def get(self, what):
        response = await self.client.get(self.path + what)
        response.raise_for_status()
        return response.json()

    async def codes(self):
        for attempt in range(3):
            started = asyncio.get_running_loop().time()
            try:
                answer = await self.get("/qr-code/image")
                if answer.get("connected"):
                    return "linked"
                self.picture = base64.b64decode(answer["value"].split(",")[1])
            except httpx.HTTPError:
                told["errors"] += 1
            if attempt == 0:
                told["shown"] += 1
                if told["shown"] == SESSIONS:
                    print("waiting", flush=True)
            spent = asyncio.get_running_loop().time() - started
            await asyncio.sleep(max(0, 20 * SECOND - spent))
        return "abandoned"

    async def statuses(self):
        while True:
            await asyncio.sleep(5 * SECOND)
            try:
                answer = await self.get("/status")
                if answer["connected"]:
                    return "linked"
            except httpx.HTTPError:
                told["errors"] += 1

    async def link(self, delay):
        await asyncio.sleep(delay)
        tasks = [asyncio.create_task(self.codes()), asyncio.create_task(self.statuses())]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        told[done.pop().result()] += 1


async def main():
    # The pool is httpx's own (100 connections); waiting for a place in it is no error.
    timeout = httpx.Timeout(20, pool=None)
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=timeout) as client:
        delays = (SPREAD / 1000 * number / SESSIONS for number in range(SESSIONS))
        links = (Session(client, number).link(delay) for number, delay in enumerate(delays))
        await asyncio.gather(*links)
    print(f"ended {told['linked']} {told['abandoned']} {told['errors']}", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())

"""The simulated gateways that the suite started, and sessions with them."""

import asyncio
import contextlib
import json
import os
import unittest
import urllib.request
from datetime import timedelta

import pairing
from pairing import EventKind, PairingMethod

BASE_URL = os.environ["PAIRING_SIM"]
QUICK = timedelta(milliseconds=100)
# Two that answer the first request for a code with one, and two that must be started: what Python adds is the
# same for each. The scenarios link with every gateway.
PROVIDERS = {info.name: info for info in pairing.providers()[:4]}


class Instance:
    """An instance of one's own at a simulated gateway, and the phone that belongs to it."""

    def __init__(self, dialect, **setup):
        view = control("POST", "instances", {"dialect": dialect, **setup})
        self.dialect, self.id, self.phone = dialect, view["id"], view["phone"]
        self.settings = {**view["settings"], "base_url": BASE_URL}
        secret = [field.name for field in PROVIDERS[dialect].fields if field.secret]
        # The name of the setting that unlocks the instance.
        self.credential = "token" if "token" in self.settings else "api_key"
        self.secrets = [self.settings[name] for name in secret if name in self.settings]

    def open(self, transport=None):
        return pairing.open_provider(self.dialect, self.settings, transport)

    def session(self, method=None, speed=1, provider=None):
        """A session that notices quickly when the phone is linked."""
        provider = provider or self.open()
        policy = pairing.scaled_down_policy(provider.describe().recommended_policy, speed)
        policy.status_interval = QUICK
        # The simulator takes its time, however fast the session is.
        policy.not_ready_limit = 10_000
        # However quick the rest: a busy machine may take its time.
        policy.deadline = timedelta(minutes=5)
        options = pairing.SessionOptions(method=method or PairingMethod.QR(), policy=policy)
        return pairing.PairingSession(provider, options)

    def by_phone_code(self):
        return PairingMethod.PHONE_CODE(self.phone)

    def use(self, code):
        """What the person with the phone does: scan or type."""
        if code.form() is pairing.CodeForm.PHONE_CODE:
            self._do("type", {"code": code.expose_text()})
        elif code.form() is pairing.CodeForm.QR_TEXT:
            self._do("scan", {"text": code.expose_text()})
        else:
            # The picture itself is read in the scenarios; here the phone scans what is valid.
            self._do("scan")

    def link(self):
        self._do("link")

    def fail(self, *faults):
        control("PUT", f"instances/{self.id}/faults", list(faults))

    def calls(self):
        return control("GET", f"instances/{self.id}/calls")

    def webhook(self):
        """The body that the gateway has sent last."""
        body = control("GET", f"instances/{self.id}/webhook")["bodies"][-1]
        return body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def _do(self, what, body=None):
        control("POST", f"instances/{self.id}/{what}", body)


def control(method, path, body=None):
    request = urllib.request.Request(f"{BASE_URL}/_sim/{path}", method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
    with urllib.request.urlopen(request) as response:
        text = response.read()
    return json.loads(text) if text else None


class Case(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # Tests ask the simulator within the loop; no need to be told that this takes a while.
        asyncio.get_running_loop().slow_callback_duration = float("inf")

    async def until(self, session, kind, *between):
        """Reads on to the first event of this kind; before it only those named `between`, and what
        a gateway says of its own steps."""
        passing = (*(between or (EventKind.PREPARING,)), EventKind.STARTING, EventKind.LINKING)
        while (event := await session.next_event()) is not None:
            if isinstance(event.kind, kind):
                return event
            self.assertIsInstance(event.kind, passing)
        self.fail(f"the session ended without {kind.__name__}")

    async def outcome_resuming(self, session):
        """How the session ended. Asks for codes again where a round is over: on a busy machine that may
        be before the session has seen that a code was used."""
        async for event in pairing.events(session):
            if isinstance(event.kind, EventKind.INTERACTION_REQUIRED):
                # Refused once it has seen the link.
                with contextlib.suppress(pairing.PairingError):
                    session.resume()
            elif isinstance(event.kind, EventKind.FINISHED):
                return event.kind.outcome
        self.fail("the session ended without an outcome")

    async def outcome(self, session, *between):
        """How the session ended, which must be the end of its events."""
        event = await self.until(session, EventKind.FINISHED, *between)
        self.assertIsNone(await session.next_event())
        return event.kind.outcome

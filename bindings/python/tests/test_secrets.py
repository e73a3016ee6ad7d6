"""No description of anything holds a credential or a live code."""

import base64
import dataclasses
import pprint
import traceback
import unittest

import pairing
from pairing import CodeReply, EventKind, PairingCode, SessionOptions
from support import PROVIDERS, Case, Instance


def descriptions(thing):
    yield from (repr(thing), str(thing), f"{thing}", pprint.pformat(thing))
    yield from (pprint.pformat(getattr(thing, "__dict__", None)),)
    if dataclasses.is_dataclass(thing):
        yield str(dataclasses.astuple(thing))
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))


def spellings(picture):
    """What would show a picture, or the beginning of it, to whoever sees it printed."""
    head = picture[:15]
    yield repr(head)[2:-1]
    yield repr(list(head))[1:-1]
    yield head.hex()
    yield base64.b64encode(head).decode()
    yield head[1:].decode("latin-1")


class Spy(pairing.HttpTransport):
    """Sees requests, and answers none."""

    async def send(self, request):
        self.request = request
        raise pairing.TransportError.Connect() from ValueError(request)


class Secrets(Case):
    def assert_silent(self, secrets, *things):
        self.assertTrue(all(secrets))
        for thing in things:
            for text in descriptions(thing):
                for secret in secrets:
                    self.assertNotIn(secret, text, type(thing).__name__)

    async def test_sessions_events_and_codes(self):
        for dialect in PROVIDERS:
            for by_phone in (False, True):
                with self.subTest(dialect=dialect, by_phone=by_phone):
                    await self.check_session(Instance(dialect), by_phone)

    async def check_session(self, instance, by_phone):
        provider = instance.open()
        method = instance.by_phone_code() if by_phone else None
        with instance.session(method, provider=provider) as session:
            event = await self.until(session, EventKind.CODE_READY)
            code, view = event.kind.code, session.view()
        text = code.expose_text()
        secrets = [*instance.secrets, *([text] if text else spellings(code.expose_image()))]
        if by_phone:
            secrets.append(text.replace("-", ""))
        things = [provider, provider.describe(), session, view, view.screen, event, event.kind, code]
        if code.form() is pairing.CodeForm.QR_TEXT:
            things.append(code.qr())
        self.assert_silent(secrets, *things)

    def test_passkeys_and_webhooks(self):
        step = pairing.PasskeyStep("https://example.com/passkey", "CODE-1234")
        phase = pairing.InstancePhase.PASSKEY_REQUIRED
        things = [
            step,
            CodeReply.PASSKEY_REQUIRED(step),
            EventKind.PASSKEY_REQUIRED(step),
            pairing.Screen.PASSKEY_REQUIRED(step),
            pairing.InstanceStatus(phase=phase, passkey=step),
            pairing.IncomingWebhook(b"a-live-code", {"authorization": "a-live-code"}),
        ]
        self.assert_silent(["example.com", "CODE-1234", "a-live-code"], *things)

    def test_codes_of_the_app(self):
        codes = [
            PairingCode.from_qr_text("2@secret"),
            PairingCode.from_phone_code("SECRET42"),
            CodeReply.CODE(PairingCode.from_qr_text("2@secret"), None),
            pairing.QrMatrix("2@secret"),
        ]
        self.assert_silent(["2@secret", "SECRET42", "SECR-ET42"], *codes)

    async def test_requests_responses_and_transports(self):
        instance, spy = Instance("zapi"), Spy()
        provider = instance.open(spy)
        with self.assertRaises(pairing.PairingError) as caught:
            await provider.status()
        response = pairing.HttpResponse(200, b"2@secret", None, None)
        things = (spy.request, provider, spy, caught.exception, response)
        self.assert_silent([*instance.secrets, "2@secret"], *things)

    def test_errors_of_settings_and_numbers(self):
        instance = Instance("zapi")
        for changed in (
            {"base_url": "ftp://user:a-wrong-secret@gateway.example"},
            {"token": "a wrong\nsecret"},
            {"follow_ups": "a-wrong-secret"},
            {"qr_form": "a-wrong-secret"},
        ):
            with self.subTest(changed):
                instance_settings = instance.settings | changed
                with self.assertRaises(pairing.PairingError) as caught:
                    pairing.open_provider("zapi", instance_settings)
                values = [*instance.secrets, *changed.values(), "wrong"]
                self.assert_silent(values, caught.exception)

    async def test_a_call_with_arguments_of_a_wrong_type(self):
        instance = Instance("zapi")
        with self.assertRaises((TypeError, AttributeError)) as caught:
            pairing.open_provider("zapi", {"token": instance.secrets[0], "instance": 7})
        self.assert_silent(instance.secrets, caught.exception)
        with self.assertRaisesRegex(TypeError, "must be a PairingMethod") as caught:
            pairing.PairingSession(instance.open(), SessionOptions(method="qr"))
        self.assert_silent(instance.secrets, caught.exception)


if __name__ == "__main__":
    unittest.main()

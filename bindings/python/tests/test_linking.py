"""A phone is linked, with every gateway and in both ways."""

import unittest

import pairing
from pairing import (
    CodeForm,
    CodeRequest,
    ErrorCode,
    EventKind,
    PairingMethod,
    PairingOutcome,
    Screen,
)
from support import PROVIDERS, Case, Instance


class Linking:
    dialect: str

    def setUp(self):
        self.instance = Instance(self.dialect)
        sends_text = self.instance.open().describe().capabilities.qr_text
        self.form = CodeForm.QR_TEXT if sends_text else CodeForm.QR_IMAGE

    async def test_links_by_qr_code(self):
        session = self.instance.session()
        ready = await self.until(session, EventKind.CODE_READY)
        self.assertEqual((ready.round, ready.attempt), (1, 1))
        self.assertIs(ready.kind.code.form(), self.form)
        self.instance.use(ready.kind.code)
        outcome = await self.outcome(session)
        self.assertEqual(outcome, PairingOutcome.CONNECTED(phone=self.instance.phone))

    async def test_links_by_phone_code(self):
        session = self.instance.session(self.instance.by_phone_code())
        code = (await self.until(session, EventKind.CODE_READY)).kind.code
        self.assertIs(code.form(), CodeForm.PHONE_CODE)
        self.assertRegex(code.expose_text(), r"^[A-Z0-9]{4}-[A-Z0-9]{4}$")
        self.instance.use(code)
        outcome = await self.outcome(session)
        self.assertEqual(outcome, PairingOutcome.CONNECTED(phone=self.instance.phone))

    async def test_goes_on_after_a_round_that_nobody_used(self):
        session = self.instance.session(speed=40)
        passing = (EventKind.PREPARING, EventKind.CODE_READY, EventKind.CODE_EXPIRED)
        waiting = await self.until(session, EventKind.INTERACTION_REQUIRED, *passing)
        self.assertEqual(waiting.round, 1)
        session.resume()
        ready = await self.until(session, EventKind.CODE_READY)
        self.assertEqual((ready.round, ready.attempt), (2, 1))
        self.instance.link()
        session.notify(self.instance.webhook())
        outcome = await self.outcome_resuming(session)
        self.assertTrue(outcome.is_CONNECTED(), outcome)

    async def test_changes_from_qr_code_to_phone_code(self):
        session = self.instance.session()
        await self.until(session, EventKind.CODE_READY)
        session.switch_method(self.instance.by_phone_code())
        await self.until(session, EventKind.CODE_EXPIRED)
        code = (await self.until(session, EventKind.CODE_READY)).kind.code
        self.assertEqual(session.view().method, self.instance.by_phone_code())
        self.instance.use(code)
        self.assertTrue((await self.outcome(session)).is_CONNECTED())

    async def test_events_are_an_async_iterator(self):
        kinds = []
        async for event in pairing.events(self.instance.session()):
            kinds.append(type(event.kind))
            if isinstance(event.kind, EventKind.CODE_READY):
                self.instance.use(event.kind.code)
        # Some gateways say that they start, and that a code was used.
        kinds = [kind for kind in kinds if kind not in (EventKind.STARTING, EventKind.LINKING)]
        expected = [EventKind.PREPARING, EventKind.CODE_READY, EventKind.FINISHED]
        self.assertEqual(kinds, expected)

    async def test_views_are_an_async_iterator(self):
        codes = self.instance.open().describe().recommended_policy.codes_per_round
        async for view in pairing.views(self.instance.session()):
            if isinstance(view.screen, Screen.CODE):
                numbers = (view.round, view.attempt, view.codes_per_round)
                self.assertEqual(numbers, (1, 1, codes))
                self.instance.use(view.screen.code)
        expected = PairingOutcome.CONNECTED(phone=self.instance.phone)
        self.assertEqual(view.screen.outcome, expected)

    async def test_an_opened_provider_can_be_asked_directly(self):
        provider = self.instance.open()
        self.assertTrue(provider.describe().capabilities.status)
        self.assertFalse((await provider.status()).connected)
        self.instance.link()
        reply = await provider.request_code(CodeRequest(method=PairingMethod.QR()))
        self.assertTrue(reply.is_ALREADY_CONNECTED())
        status = await provider.status()
        self.assertEqual((status.connected, status.phone), (True, self.instance.phone))
        await provider.unlink()
        self.assertFalse((await provider.status()).connected)


for name in PROVIDERS:
    test_case = type(f"Linking_{name}", (Linking, Case), {"dialect": name})
    globals()[test_case.__name__] = test_case
del test_case


class Refusals(Case):
    def assert_refused(self, code, call, *arguments):
        with self.assertRaises(pairing.PairingError) as caught:
            call(*arguments)
        self.assertIs(caught.exception.code, code)

    def test_settings_that_make_no_sense(self):
        self.assert_refused(ErrorCode.INVALID_SETTINGS, pairing.open_provider, "nobody", {})
        self.assert_refused(ErrorCode.INVALID_SETTINGS, pairing.open_provider, "zapi", {})

    async def test_what_a_session_cannot_do_now(self):
        instance = Instance("zapi")
        with instance.session() as session:
            await self.until(session, EventKind.CODE_READY)
            self.assert_refused(ErrorCode.NOT_WAITING, session.resume)
            self.assert_refused(ErrorCode.MALFORMED_REPLY, session.notify, b"not JSON")
            self.assert_refused(
                ErrorCode.INVALID_PHONE, session.switch_method, PairingMethod.PHONE_CODE("12")
            )
        self.assertTrue((await self.outcome(session)).is_CANCELLED())
        self.assert_refused(ErrorCode.SESSION_FINISHED, session.resume)

    async def test_a_wrong_token_ends_the_session(self):
        for dialect in PROVIDERS:
            with self.subTest(dialect=dialect):
                instance = Instance(dialect)
                instance.settings[instance.credential] = "a-token-that-is-wrong"
                outcome = await self.outcome(instance.session())
                self.assertIs(outcome.error.code, ErrorCode.INVALID_CREDENTIALS)
                self.assertFalse(outcome.error.retryable)

    def test_every_error_code_has_a_name_of_its_own(self):
        for code in ErrorCode:
            self.assertEqual(pairing.error_code_name(code), code.name.lower())

    def test_what_was_typed_becomes_an_international_number(self):
        self.assertEqual(pairing.normalize_phone("+55 (11) 99999-8888"), "+5511999998888")
        self.assert_refused(ErrorCode.INVALID_PHONE, pairing.normalize_phone, "12")

    def test_a_form_can_be_made_of_the_list_of_providers(self):
        self.assertGreater(len(PROVIDERS), 1)
        secret = {field.name for field in PROVIDERS["zapi"].fields if field.secret}
        self.assertLessEqual({"token", "client_token"}, secret)
        self.assertNotIn("base_url", secret)


if __name__ == "__main__":
    unittest.main()

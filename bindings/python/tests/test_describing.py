"""What errors, events and records say of themselves; that none tells a secret is tested apart."""

import unittest
from datetime import timedelta

import pairing
from pairing import EventKind, PairingCode, PairingError, PairingMethod, PairingOutcome


class Describing(unittest.TestCase):
    def test_errors_say_the_message_and_the_stable_name(self):
        with self.assertRaises(PairingError) as caught:
            pairing.open_provider("zapi", {})
        error = caught.exception
        self.assertEqual(str(error), f"{error.message} (invalid_settings)")
        self.assertEqual(repr(error), f"PairingError.Failed({error})")

    def test_errors_that_an_app_made_wrongly_are_described_all_the_same(self):
        self.assertEqual(str(PairingError.Failed("x", "no luck", False, None)), "no luck")

    def test_records_and_kinds_name_their_fields_in_a_list_too(self):
        (field,) = (f for f in pairing.providers()[0].fields if f.name == "token")
        self.assertIn("name=token", repr(field))
        self.assertIn("name=token", str(pairing.providers()))
        outcome = PairingOutcome.RATE_LIMITED(timedelta(seconds=7))
        self.assertEqual(repr([outcome]), f"[{outcome}]")
        self.assertIn("0:00:07", repr(EventKind.FINISHED(outcome)))
        self.assertEqual(repr(PairingMethod.QR()), "PairingMethod.QR()")

    def test_a_reply_shows_its_fields_and_not_the_code(self):
        described = repr(pairing.CodeReply.CODE(PairingCode.from_qr_text("2@secret"), None))
        self.assertTrue(described.startswith("CodeReply.CODE(code=<"), described)
        self.assertNotIn("secret", described)

    def test_every_record_is_covered(self):
        plain = [
            name
            for name, kind in vars(pairing).items()
            if hasattr(kind, "__dataclass_fields__") and kind.__repr__ is not kind.__str__
        ]
        self.assertEqual(plain, [])


if __name__ == "__main__":
    unittest.main()

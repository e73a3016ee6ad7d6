"""The example program, started as one starts it."""

import contextlib
import io
import os
import subprocess
import sys
import unittest

import link
from pairing import PairingCode
from support import Instance


def run(instance, *arguments):
    names = {key: f"PAIRING_{instance.dialect}_{key}".upper().replace("-", "_") for key in instance.settings}
    environment = {name: instance.settings[key] for key, name in names.items()}
    return subprocess.run(
        [sys.executable, link.__file__, *arguments],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


class Example(unittest.TestCase):
    def test_says_that_an_instance_is_linked(self):
        instance = Instance("zapi")
        instance.link()
        ended = run(instance, "zapi")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn("ALREADY_CONNECTED", ended.stdout)

    def test_says_what_is_wrong_and_fails(self):
        instance = Instance("zapi")
        instance.settings["token"] = "a-token-that-is-wrong"
        ended = run(instance, "zapi")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("invalid_credentials".upper(), ended.stdout)
        instance.settings.clear()
        ended = run(instance, "zapi")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("(invalid_settings)", ended.stderr)

    def test_shows_both_forms_of_a_code(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            link.show(PairingCode.from_qr_text("2@simulated"))
            link.show(PairingCode.from_phone_code("ABCD1234"))
        self.assertIn("█", printed.getvalue())
        self.assertIn("ABCD-1234", printed.getvalue())


if __name__ == "__main__":
    unittest.main()

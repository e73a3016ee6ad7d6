"""What a program is told whose copy of the package lacks the right shared library."""

import _ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pairing

PACKAGE = Path(pairing.__file__).parent
(LIBRARY,) = PACKAGE.glob("*pairing_ffi.*")


class Importing(unittest.TestCase):
    def check(self, library, cause):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "pairing")
            shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns(LIBRARY.name))
            if library:
                shutil.copy(library, copy / LIBRARY.name)
            ended = subprocess.run(
                [sys.executable, "-c", "import pairing"],
                env=os.environ | {"PYTHONPATH": folder},
                capture_output=True,
                text=True,
            )
        self.assertEqual(ended.returncode, 1)
        self.assertIn(cause, ended.stderr)
        last = ended.stderr.splitlines()[-1]
        self.assertRegex(last, "^ImportError: libpairing_ffi is missing beside .*_native.py, or")
        self.assertIn("bindings/python/README.md", last)

    def test_without_a_library(self):
        self.check(None, "OSError")

    def test_with_a_library_that_lacks_the_functions(self):
        # Any other library that loads; for one without `uniffi` it is the same.
        self.check(_ctypes.__file__, "AttributeError")


if __name__ == "__main__":
    unittest.main()

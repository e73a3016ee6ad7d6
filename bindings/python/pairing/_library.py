"""Loads the generated code, and says it when the shared library that it needs cannot be used."""

import atexit
import os

try:
    from . import _native

    _at_exit = _native._UniffiLib.pairing_ffi_at_exit
except (AttributeError, OSError) as error:
    # `OSError` without a library, `AttributeError` with one that lacks the functions for Python.
    raise ImportError(
        f"libpairing_ffi is missing beside {os.path.dirname(__file__)}{os.sep}_native.py, or was"
        " built without the feature `uniffi`: see bindings/python/README.md"
    ) from error

from . import _waiting

# The interpreter ends before the process does. A thread of the library that calls it then, or has
# not yet returned to the library, would be unwound through frames that must not be: an abort.
_at_exit.restype = None


def _end():
    _at_exit()
    _waiting.close_all()


atexit.register(_end)

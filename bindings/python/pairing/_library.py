"""Loads the generated code, and says it when the shared library that it needs cannot be used."""

import os

try:
    from . import _native
except (AttributeError, OSError) as error:
    # `OSError` without a library, `AttributeError` with one that lacks the functions for Python.
    raise ImportError(
        f"libpairing_ffi is missing beside {os.path.dirname(__file__)}{os.sep}_native.py, or was"
        " built without the feature `uniffi`: see bindings/python/README.md"
    ) from error

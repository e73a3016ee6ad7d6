"""Calls that wait for the library, such as for the next event.

A program may end while one waits: a task that was not cancelled, a loop that stands still. Python
closes what is left of it last, when the functions of this package are gone already, and with them
what the library calls when a wait is given up: the process would crash. So the calls that wait are
known here, and are closed before that.
"""

import weakref

from . import _native

_under_way = weakref.WeakSet()
_is_over = False
_generated = _native._uniffi_rust_call_async


async def _call(*arguments):
    call = _generated(*arguments)
    _under_way.add(call)
    return await call


@_native._UNIFFI_RUST_FUTURE_CONTINUATION_CALLBACK
def _go_on(handle, poll_code):
    loop, future = _native._UniffiContinuationHandleMap.remove(handle)
    if _is_over:
        return
    try:
        loop.call_soon_threadsafe(_native._uniffi_set_future_result, future, poll_code)
    except RuntimeError:
        pass  # Its loop is closed: nothing waits any more.


def _calls():
    while True:
        try:
            return list(_under_way)
        except RuntimeError:
            pass  # Another thread has just begun one.


def close_all():
    """Gives up every wait, as the interpreter is about to end."""
    global _is_over
    _is_over = True
    for call in _calls():
        try:
            call.close()
        except ValueError:
            pass  # Another thread is in it right now, and will not get far.


_native._uniffi_rust_call_async = _call
_native._uniffi_continuation_callback = _go_on

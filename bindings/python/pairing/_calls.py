"""Calls from the library into a provider or transport that the app wrote in Python.

The library calls from a thread of its own, where no event loop runs. The generated code cannot
find one there: the call would wait for ever. It would also print the text of an unexpected
exception, which may hold a URL with a token, and its cancellation would not wake a loop at rest.
So this module takes the place of that one function of the generated code.
"""

from . import _native

_Status = _native._UniffiRustCallStatus

# What is under way, by the number that the library gives back when it loses interest.
_under_way = _native._UniffiHandleMap()


class Call:
    """One call of a coroutine function of the app, on the event loop the app chose."""

    def __init__(self, loop, function, arguments, check):
        self._loop = loop
        self._function = function
        self._arguments = arguments
        self._check = check
        self._task = None
        self._dropped = False

    def start(self, succeed, fail, declared, lower):
        """Begins, from any thread. Ends in exactly one call of `succeed` or `fail`."""

        def begin():
            self._task = self._loop.create_task(self._run())
            self._task.add_done_callback(deliver)
            if self._dropped:
                self._task.cancel()

        def deliver(task):
            if task.cancelled() or self._dropped:
                # No caller is left to release what an answer holds.
                fail(_Status.CALL_UNEXPECTED_ERROR, _nothing())
                return
            try:
                try:
                    answer = task.result()
                except declared as error:
                    refusal = lower(sound(error, declared, lower.__self__))
                    fail(_Status.CALL_ERROR, refusal)
                else:
                    succeed(answer)
            except BaseException:
                fail(_Status.CALL_UNEXPECTED_ERROR, _nothing())

        try:
            self._loop.call_soon_threadsafe(begin)
        except RuntimeError:
            # The app's loop is closed: nothing can run this any more.
            fail(_Status.CALL_UNEXPECTED_ERROR, _nothing())

    def drop(self):
        """The library waits no more. Comes from any thread, after every call."""
        self._dropped = True
        task = self._task
        if task is not None and not task.done():
            try:
                self._loop.call_soon_threadsafe(task.cancel)
            except RuntimeError:
                pass  # With its loop closed, the task is over.

    async def _run(self):
        answer = await self._function(*self._arguments)
        self._check(answer)
        return answer


def sound(error, declared, converter):
    """The error, if the library can read it."""
    if type(error) is declared:
        raise TypeError(f"{declared.__name__} itself says nothing: raise one of its variants")
    converter.check_lower(error)
    return error


def _nothing():
    """In place of the text of an exception, which stays where it was raised."""
    return _native._UniffiFfiConverterString.lower("")


def _begin(make_call, out_dropped, succeed, fail, declared, lower):
    call = make_call()
    handle = _under_way.insert(call)
    out_dropped[0] = _native._UniffiForeignFutureDroppedCallbackStruct(handle, _on_dropped)
    call.start(succeed, fail, declared, lower)


@_native._UNIFFI_FOREIGN_FUTURE_DROPPED_CALLBACK
def _on_dropped(handle):
    _under_way.remove(handle).drop()


_native._uniffi_trait_interface_call_async_with_error = _begin

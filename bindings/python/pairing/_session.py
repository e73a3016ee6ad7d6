"""Python's idioms over the generated code: `open_provider`, `PairingSession`, `views`, `events`."""

from . import _app, _native


def open_provider(name, settings, transport=None):
    """Opens an instance at a gateway that the library knows.

    `name` is one that `providers()` lists, such as `zapi`; `settings` are the values for its
    fields, all as text. Without a `transport` of your own the library uses its HTTP client.
    Nothing is sent yet, and the environment is not read.

    Raises `PairingError` with `INVALID_SETTINGS`, whose message names the field and never a value.
    A transport of your own is called on the event loop that runs now: `RuntimeError` if none does.
    """
    return _native.open_provider(name, settings, _app.transport(transport))


class PairingSession(_native.PairingSession):
    """One run that tries to link one instance. Creating it starts it.

    A screen reads its views, a log its events: both are the same stream, so read one of them. Each
    ends after exactly one `FINISHED`. `with` ends the session: it is cancelled after the block,
    unless it has ended.

    Raises `PairingError` with `INVALID_PHONE`, `INVALID_POLICY`, `UNSUPPORTED` for a method that
    the provider does not have, and `PHONE_NOT_VERIFIABLE`. A provider of your own is called on the
    event loop that runs now: `RuntimeError` if none does.
    """

    def __init__(self, provider, options):
        if not isinstance(options.method, _native.PairingMethod):
            raise TypeError("method must be a PairingMethod, such as PairingMethod.QR()")
        super().__init__(_app.provider(provider), options)

    async def next_view(self):
        """The present at the first call, then the latest view after each change; `None` after the
        last. Views between two calls are skipped.

        Cancelling the call, with `asyncio.wait_for` or otherwise, loses nothing. One call at a
        time.
        """
        return await _next(self.wait_for_view, self.take_view)

    async def next_event(self):
        """The next event, or `None` after the last; otherwise as `next_view`."""
        return await _next(self.wait_for_event, self.take_event)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cancel()


async def _next(wait, take):
    while await wait():
        if (taken := take()) is not None:
            return taken
    return None


def views(session):
    """The present and each change of a session, up to and including `FINISHED`. A slow loop skips
    to the latest view.

    Leaving the loop early ends the session, by `break`, by an exception, or because the task was
    cancelled. To go on later instead, call `next_view`.
    """
    return _owning(session, session.next_view)


def events(session):
    """Every event of a session, up to and including `FINISHED`; otherwise as `views`."""
    return _owning(session, session.next_event)


async def _owning(session, next):
    try:
        while (taken := await next()) is not None:
            yield taken
    finally:
        session.cancel()

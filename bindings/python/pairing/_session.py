"""What Python adds to the generated code: `open_provider`, `PairingSession` and `events`."""

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
    """One run that tries to link one instance. Starts at once.

    Its events end after exactly one `FINISHED`. `with` ends it: whatever happens inside the
    block, the session is cancelled afterwards, unless it has ended.

    Raises `PairingError` with `INVALID_PHONE`, `INVALID_POLICY`, `UNSUPPORTED` for a method that
    the provider does not have, and `PHONE_NOT_VERIFIABLE`. A provider of your own is called on the
    event loop that runs now: `RuntimeError` if none does.
    """

    def __init__(self, provider, options):
        if not isinstance(options.method, _native.PairingMethod):
            raise TypeError("method must be a PairingMethod, such as PairingMethod.QR()")
        super().__init__(_app.provider(provider), options)

    async def next_event(self):
        """The next event, or `None` after the last.

        Cancelling the call, with `asyncio.wait_for` or otherwise, loses no event. One call at a
        time: of two, each gets events that the other does not see.
        """
        while await self.wait_for_event():
            event = self.take_event()
            if event is not None:
                return event
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cancel()


async def events(session):
    """The events of a session, up to and including `FINISHED`.

    Leaving the loop early ends the session, by `break`, by an exception, or because the task was
    cancelled. To go on later instead, ask with `next_event`.
    """
    try:
        while (event := await session.next_event()) is not None:
            yield event
    finally:
        session.cancel()

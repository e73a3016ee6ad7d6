"""A provider or transport of the app, as the generated code is to see it."""

import asyncio

from . import _native
from ._calls import Call, sound


def _running_loop(what):
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            f"{what} of your own is called on the event loop that runs when you hand it over:"
            " do so inside a coroutine"
        ) from None


def provider(given):
    """What to hand to the library in place of `given`, which may be one of its own."""
    if isinstance(given, _native.PairingProvider) and not isinstance(
        given, (_native.PairingProviderImpl, _Provider)
    ):
        return _Provider(given)
    return given


def transport(given):
    """The same for a transport."""
    if isinstance(given, _native.HttpTransport) and not isinstance(given, _Transport):
        return _Transport(given)
    return given


class _Transport(_native.HttpTransport):
    def __init__(self, app):
        self._app = app
        self._loop = _running_loop("a transport")

    def send(self, request):
        check = _native._UniffiFfiConverterTypeHttpResponse.check_lower
        return Call(self._loop, self._app.send, (request,), check)


class _Provider(_native.PairingProvider):
    def __init__(self, app):
        self._app = app
        self._loop = _running_loop("a provider")

    def describe(self):
        description = _at_once(self._app.describe)
        _native._UniffiFfiConverterTypeProviderDescription.check_lower(description)
        return description

    def request_code(self, request):
        check = _native._UniffiFfiConverterTypeCodeReply.check_lower
        return Call(self._loop, self._app.request_code, (request,), check)

    def status(self):
        check = _native._UniffiFfiConverterTypeInstanceStatus.check_lower
        return Call(self._loop, self._app.status, (), check)

    def abandon(self):
        return Call(self._loop, self._app.abandon, (), lambda _: None)

    def unlink(self):
        return Call(self._loop, self._app.unlink, (), lambda _: None)

    def read_webhook(self, webhook):
        hint = _at_once(self._app.read_webhook, webhook)
        _native._UniffiFfiConverterTypeWebhookHint.check_lower(hint)
        return hint


def _at_once(method, *arguments):
    try:
        return method(*arguments)
    except _native.PairingError as error:
        raise sound(error, _native.PairingError, _native._UniffiFfiConverterTypePairingError)

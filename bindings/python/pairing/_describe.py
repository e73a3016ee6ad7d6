"""Completes `str` and `repr` of the generated classes."""

from . import _native


def _error(self):
    # An app may raise one of its own with whatever in it.
    known = isinstance(self.code, _native.ErrorCode)
    return f"{self.message} ({_native.error_code_name(self.code)})" if known else f"{self.message}"


_native.PairingError.Failed.__str__ = _error

_RECORDS = (
    _native.Actions,
    _native.Capabilities,
    _native.CodeRequest,
    _native.FailureReport,
    _native.FieldSpec,
    _native.InstanceStatus,
    _native.PairingEvent,
    _native.PairingPolicy,
    _native.PairingView,
    _native.ProviderDescription,
    _native.ProviderInfo,
    _native.Retrying,
    _native.RetryPolicy,
    _native.SessionOptions,
)
_UNIONS = (
    _native.CodeReply,
    _native.EventKind,
    _native.PairingMethod,
    _native.PairingOutcome,
    _native.Screen,
)
_VARIANTS = (kind for union in _UNIONS for kind in vars(union).values() if isinstance(kind, type))

# Their `repr` names no field at all. Their `str` does, and codes in it are objects that show nothing.
for _class in (*_RECORDS, *_VARIANTS):
    _class.__repr__ = _class.__str__

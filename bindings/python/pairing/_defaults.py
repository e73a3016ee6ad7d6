"""Completes the generated classes: what a program may leave out, and what follows from the rest."""

from . import _native


async def _abandon(self):
    """For gateways that cannot end an attempt: `UNSUPPORTED`."""
    code = _native.ErrorCode.UNSUPPORTED
    message = "this provider does not support the request"
    raise _native.PairingError.Failed(code, message, False, None)


# Of a class of the app; the library's own providers have theirs.
_native.PairingProvider.abandon = _abandon

# `CodeRequest(method=…)` is for a first code, by a program that has shown none.
_native.CodeRequest.__init__.__kwdefaults__["purpose"] = _native.CodePurpose.START_ATTEMPT

_native.InstanceStatus.connected = property(
    lambda status: status.phase is _native.InstancePhase.LINKED,
    doc="Whether a number is linked.",
)

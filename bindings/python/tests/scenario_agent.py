"""The agent in Python: `tests/scenarios/PROTOCOL.md` says what it is told and what it answers."""

import asyncio
import sys
from datetime import datetime, timedelta, timezone

import pairing
from pairing import CodeForm, EventKind, Expiry, PairingMethod, PairingOutcome

EPOCH = datetime.fromtimestamp(0, timezone.utc)


class BadCommand(Exception):
    pass


class Held:
    """A session and what came from it last."""

    def __init__(self, provider, session):
        self.provider = provider
        self.session = session
        self.last = None

    def everything(self):
        yield from (self.provider, self.session, self.session.view())
        if self.last is not None:
            yield from (self.last, self.last.kind)
            if isinstance(self.last.kind, EventKind.CODE_READY):
                code = self.last.kind.code
                yield code
                if code.form() is CodeForm.QR_TEXT:
                    yield code.qr()


class Agent:
    def __init__(self):
        self._held = {}

    async def answer(self, command):
        try:
            return await self._execute(command)
        except pairing.PairingError.Failed as error:
            name = pairing.error_code_name(error.code)
            return f"error {name} {int(error.retryable)} {error.message}"
        except BadCommand as error:
            return f"error bad_command 0 {error}"

    async def _execute(self, command):
        word, _, rest = command.partition(" ")
        id, _, rest = rest.partition(" ")
        match word:
            case "start":
                self._held[id] = open_session(rest)
            case "next":
                return await self._next(id, number(rest))
            case "resume":
                self._session(id).resume()
            case "switch_qr":
                self._session(id).switch_method(PairingMethod.QR())
            case "switch_phone":
                self._session(id).switch_method(PairingMethod.PHONE_CODE(rest))
            case "notify":
                self._session(id).notify(rest.encode())
            case "cancel":
                self._session(id).cancel()
            case "view":
                return view(self._session(id).view())
            case "shows":
                things = self._get(id).everything()
                return "shows " + " ".join(f"{thing!r} {thing}" for thing in things)
            case "drop":
                self._get(id)
                del self._held[id]
            case "repeat":
                await repeat(number(id), rest)
            case _:
                raise BadCommand("there is no such command")
        return "ok"

    async def _next(self, id, milliseconds):
        held = self._get(id)
        try:
            event = await asyncio.wait_for(held.session.next_event(), milliseconds / 1000)
        except TimeoutError:
            return "timeout"
        if event is None:
            return "end"
        held.last = event
        return "event " + told(event)

    def _get(self, id):
        try:
            return self._held[id]
        except KeyError:
            raise BadCommand("there is no session of this id") from None

    def _session(self, id):
        return self._get(id).session


def open_session(fields):
    try:
        name, method, phone, expected, speed, *pairs = fields.split(" ")
        values = dict(pair.split("=", 1) for pair in pairs)
    except ValueError:
        raise BadCommand("a field is missing") from None
    expect_webhooks = values.pop("expect_webhooks", None) == "1"
    changes = {
        key.removeprefix("policy."): number(value)
        for key, value in values.items()
        if key.startswith("policy.")
    }
    settings = {key: value for key, value in values.items() if not key.startswith("policy.")}
    provider = pairing.open_provider(name, settings)
    policy = pairing.scaled_down_policy(provider.describe().recommended_policy, number(speed))
    for key, value in changes.items():
        change(policy, key, value)
    options = pairing.SessionOptions(
        method=read_method(method, phone),
        policy=policy,
        expected_phone=None if expected == "-" else expected,
        expect_webhooks=expect_webhooks,
    )
    return Held(provider, pairing.PairingSession(provider, options))


def read_method(method, phone):
    if method == "qr":
        return PairingMethod.QR()
    if method == "phone_code":
        return PairingMethod.PHONE_CODE(phone)
    raise BadCommand("the method is qr or phone_code")


def change(policy, key, value):
    if key == "codes_per_round":
        policy.codes_per_round = value
    elif key in ("deadline_ms", "status_interval_ms", "webhook_status_interval_ms"):
        setattr(policy, key.removesuffix("_ms"), timedelta(milliseconds=value))
    else:
        raise BadCommand("this policy key is unknown")


def number(text):
    if not (text.isascii() and text.isdigit()):
        raise BadCommand("a number is expected")
    return int(text)


async def repeat(times, rest):
    until, _, rest = rest.partition(" ")
    leave, _, fields = rest.partition(" ")
    for _ in range(times):
        session = open_session(fields).session
        if until != "start":
            await read(session, until)
        if leave == "cancel":
            session.cancel()
        # Before the next is there.
        del session


async def read(session, until):
    while (event := await session.next_event()) is not None:
        told(event)
        if until == "code" and isinstance(event.kind, EventKind.CODE_READY):
            return
    if until == "end":
        return
    code = pairing.ErrorCode.INTERNAL
    raise pairing.PairingError.Failed(code, "the session ended without a code", False, None)


def view(view):
    match view.method:
        case PairingMethod.PHONE_CODE(phone=phone):
            method = f"method=phone_code phone={phone}"
        case PairingMethod.QR():
            method = "method=qr phone=-"
    return f"view {method} {numbers(view)} screen={word(view.screen)}"


def numbers(of):
    return f"seq={of.seq} round={of.round} attempt={of.attempt}"


def word(variant):
    return type(variant).__name__.rpartition(".")[2].lower()


def told(event):
    return " ".join([numbers(event), f"kind={word(event.kind)}", *more(event.kind)])


def more(kind):
    match kind:
        case EventKind.CODE_READY(code=code, expires_at=expires_at, expiry=expiry):
            sure = "exact" if expiry is Expiry.EXACT else "upper_bound"
            yield f"expires_at={milliseconds(expires_at)} expiry={sure} {shown(code)}"
        case EventKind.RETRYING(retry_at=retry_at, error=error):
            yield f"retry_at={milliseconds(retry_at)} {failure(error)}"
        case EventKind.PASSKEY_REQUIRED(step=step):
            yield f"url={step.expose_url() or '-'}"
            yield f"confirmation_code={step.expose_confirmation_code() or '-'}"
        case EventKind.LINKED(phone=phone):
            yield f"phone={phone or '-'}"
        case EventKind.FINISHED(outcome=outcome):
            yield end(outcome)


def shown(code):
    match code.form():
        case CodeForm.QR_TEXT:
            matrix = code.qr()
            dark = sum(matrix.modules())
            return f"form=qr_text width={matrix.width()} dark={dark} code={code.expose_text()}"
        case CodeForm.QR_IMAGE:
            return f"form=qr_image code={code.expose_image().hex()}"
        case CodeForm.PHONE_CODE:
            return f"form=phone_code code={code.expose_text()}"


def failure(error):
    return (
        f"error={pairing.error_code_name(error.code)} retryable={int(error.retryable)}"
        f" retry_after={seconds(error.retry_after)} message={error.message}"
    )


def end(outcome):
    name = "outcome=" + word(outcome)
    match outcome:
        case (
            PairingOutcome.CONNECTED(phone=phone)
            | PairingOutcome.ALREADY_CONNECTED(phone=phone)
            | PairingOutcome.WRONG_ACCOUNT(phone=phone)
        ):
            return f"{name} phone={phone or '-'}"
        case PairingOutcome.REJECTED(error=error) | PairingOutcome.UNAVAILABLE(error=error):
            return f"{name} {failure(error)}"
        case PairingOutcome.RATE_LIMITED(retry_after=retry_after):
            return f"{name} retry_after={seconds(retry_after)}"
        case _:
            return name


def seconds(duration):
    return "-" if duration is None else duration // timedelta(seconds=1)


def milliseconds(moment):
    return (moment - EPOCH) // timedelta(milliseconds=1)


def main():
    agent = Agent()
    # Not `asyncio.run`: the loop rests while the next command is awaited, in this one thread.
    with asyncio.Runner() as runner:
        for line in sys.stdin.buffer:
            answer = runner.run(agent.answer(line.decode().rstrip("\n")))
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

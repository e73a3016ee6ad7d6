"""Links an instance from the terminal: `python3 link.py zapi`, with `--phone NUMBER` by code.

The settings come from the environment, as for the `pairing` program: PAIRING_ZAPI_INSTANCE,
PAIRING_ZAPI_TOKEN and so on. Never take them from arguments: every user of the machine sees those.
"""

import argparse
import asyncio
import os

import pairing


def settings_of(provider):
    info = next(info for info in pairing.providers() if info.name == provider)
    variables = {
        field.name: f"PAIRING_{provider}_{field.name}".upper().replace("-", "_") for field in info.fields
    }
    return {
        field: os.environ[variable]
        for field, variable in variables.items()
        if variable in os.environ
    }


def show(code):
    if code.form() is pairing.CodeForm.PHONE_CODE:
        print(f"Type into WhatsApp: {code.expose_text()}")
    else:
        # With windows one would show `to_svg()`, or a picture as it came: `expose_image()`.
        print(code.qr().to_terminal(inverted=False))


def show_passkey(step):
    print("WhatsApp wants a passkey for this account. Finish as follows, or at the provider.")
    if url := step.expose_url():
        print(f"Open this page: {url}")
    if code := step.expose_confirmation_code():
        print(f"Compare this code with the phone's: {code}")


async def link(provider, phone):
    method = pairing.PairingMethod.PHONE_CODE(phone) if phone else pairing.PairingMethod.QR()
    gateway = pairing.open_provider(provider, settings_of(provider))
    with pairing.PairingSession(gateway, pairing.SessionOptions(method=method)) as session:
        printed = None
        async for view in pairing.views(session):
            # A terminal keeps what was printed: the same screen is not printed twice.
            screen = (view.round, view.attempt, type(view.screen))
            # What a passkey needs may change while the screen stays.
            is_new_step = view.screen.is_PASSKEY_REQUIRED() and not view.retrying
            if screen != printed or is_new_step:
                printed = screen
                match view.screen:
                    case pairing.Screen.CODE(code=code):
                        show(code)
                    case pairing.Screen.STARTING():
                        print("The gateway is starting. This can take minutes.")
                    case pairing.Screen.LINKING():
                        print("The code was used. Finishing.")
                    case pairing.Screen.PASSKEY_REQUIRED(step=step):
                        show_passkey(step)
                    case pairing.Screen.LINKED():
                        print("Linked. Checking that it stays so.")
                    case pairing.Screen.CODE_EXPIRED():
                        print("That code has expired. Wait for the next one.")
                    case pairing.Screen.WAITING_FOR_USER():
                        await asyncio.to_thread(input, "The codes expired unused. Enter for more: ")
                        session.resume()
                    case pairing.Screen.FINISHED(outcome=outcome):
                        return outcome
            if view.retrying:
                print(f"{view.retrying.error.message}; trying again.")


def main():
    parser = argparse.ArgumentParser(description="Link an instance.")
    parser.add_argument("provider", choices=[info.name for info in pairing.providers()])
    parser.add_argument("--phone", help="link with a phone code for this number")
    arguments = parser.parse_args()
    try:
        outcome = asyncio.run(link(arguments.provider, arguments.phone))
    except pairing.PairingError.Failed as error:
        raise SystemExit(f"{error.message} ({pairing.error_code_name(error.code)})")
    print(outcome)
    raise SystemExit(not (outcome.is_CONNECTED() or outcome.is_ALREADY_CONNECTED()))


if __name__ == "__main__":
    main()

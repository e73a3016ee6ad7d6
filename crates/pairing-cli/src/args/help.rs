//! What `--help` adds to the list of options.

pub(super) const SHORT: &str = "`pairing --help` adds examples, the environment and the exit \
codes; `pairing COMMAND --help` says more about one command.";

const EXAMPLES: &str = "\
Examples:
  pairing demo                              see it work, without an account
  pairing link --provider zapi              show QR codes until one is scanned
  pairing link --provider zapi --phone +5511999998888
                                            the same with a code to type on that phone
  pairing status --provider megaapi --output json
  pairing link --config shop.toml --output json | your-program";

const FILE: &str = "\
Configuration file (--config), with any of these; the environment goes before the file, and
the arguments before both:
  provider = \"zapi\"
  [zapi]                                    the fields that `pairing providers` lists
  instance = \"…\"
  token = \"…\"
  [policy]
  deadline = \"10m\"                          see the documentation of PairingPolicy";

const EXIT_CODES: &str = "\
Exit codes:
  0    linked, or the command did what it was asked for
  2    the arguments, the configuration or the environment are wrong
  3    a person is needed: nobody used the codes, or WhatsApp wants a passkey
  4    the provider refused, or another number than the expected one is linked
  5    the provider cannot be reached, is failing, or asks for fewer requests; or the one
       code that was asked for is not ready yet
  6    the deadline of the session passed
  130  interrupted: Ctrl-C, SIGTERM, SIGHUP, or nobody reads the output any more";

/// Examples, environment, file and exit codes.
pub(super) fn long() -> String {
    let mut variables = String::new();
    for (name, about) in crate::provider::variables() {
        variables.push_str(&format!("  {name}\n      {about}\n"));
    }
    format!(
        "{EXAMPLES}\n\nEnvironment (secrets come from here or from the file, never from \
         arguments):\n{variables}\n{FILE}\n\n{EXIT_CODES}"
    )
}

pub(super) const DEMO: &str = "\
The simulators run inside this process and are spoken to over the loopback interface; nothing
leaves this computer. Without --provider, each gateway has its turn. At the default speed, all
of it is over within 20 seconds.

Examples:
  pairing demo
  pairing demo --provider megaapi --method phone
  pairing demo --never-scan                 three unused codes, then a person is asked for
  pairing demo --output json                the events, with the provider's name in each

Exit codes: as for `pairing link`.";

pub(super) const LINK: &str = "\
On a terminal the code is drawn with its remaining time, and after three unused codes Enter asks
for more. Elsewhere, and with --output json, the session prints lines and leaves with exit code 3
at that point. Ctrl-C ends it at any time; nothing is asked of the gateway afterwards.

The code is drawn on the terminal's alternate screen and does not stay in the scrollback: until
it expires, whoever scans it links a phone.

Examples:
  pairing link --provider zapi
  pairing link --provider zapi --expect-phone +5511999998888
  pairing link --provider megaapi --phone +5511999998888
  pairing link --provider zapi --save-qr code.png --output json

JSON: one event a line, the last one with \"event\":\"finished\" and its \"outcome\".

Exit codes: 0 linked, 2 usage or configuration, 3 a person is needed, 4 refused, 5 unavailable or
rate limited, 6 deadline, 130 interrupted.";

pub(super) const CODE: &str = "\
Prints a QR code as a drawing on a terminal, and as its text elsewhere. A gateway that sends a
picture: the text in it.

Examples:
  pairing code --provider zapi
  pairing code --provider zapi --form image --output json
  pairing code --provider megaapi --phone +5511999998888 --no-retry

JSON: {\"reply\":\"code\",\"code\":{…}}, or \"not_ready\", \"already_connected\",
\"passkey_required\"; a failure is {\"error\":{\"kind\":…,\"message\":…,\"retryable\":…}}.

Exit codes: 0 a code, or already connected; 2 usage or configuration, 3 passkey required,
4 refused, 5 not ready, unavailable or rate limited, 130 interrupted.";

pub(super) const STATUS: &str = "\
Examples:
  pairing status --provider zapi
  pairing status --provider zapi --output json

JSON: {\"connected\":true,\"phone\":\"+55…\"}, the phone only if the gateway names it; a failure is
{\"error\":{\"kind\":…,\"message\":…,\"retryable\":…}}.

Exit codes: 0 answered, whether connected or not; 2 usage or configuration, 4 refused,
5 unavailable or rate limited, 130 interrupted.";

pub(super) const UNLINK: &str = "\
Sends one request, which is never repeated: between two of them somebody may have linked another
phone.

Example:
  pairing unlink --provider zapi --yes

JSON: {\"unlinked\":true}

Exit codes: 0 unlinked, 2 usage or configuration (also: nobody confirmed), 4 refused,
5 unavailable or rate limited, 130 interrupted.";

pub(super) const SIM: &str = "\
Serves one instance of each gateway on 127.0.0.1 and prints what to paste into another terminal.
Below its control URL, a phone can be made to scan or type codes, calls are counted and faults
switched on: open it, it explains itself. Runs until Ctrl-C.

Example:
  pairing sim --speed 5";

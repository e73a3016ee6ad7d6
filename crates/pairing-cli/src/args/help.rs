//! What `--help` adds to the list of options.

use crate::gateways::{self, ADMIN_TOKEN};

pub(super) const SHORT: &str = "`pairing --help` adds examples, the environment and the exit \
codes; `pairing COMMAND --help` says more about one command.";

const EXAMPLES: &str = "\
Examples:
  pairing demo                              see it work, without an account
  pairing link --provider zapi              show QR codes until one is scanned
  pairing link --provider zapi --phone +5511999998888
                                            the same with a code to type on that phone
  pairing status --provider zapi --output json
  pairing check --provider zapi --live      is everything in order?
  pairing serve --config shop.toml          the pairing page, for your own application
  pairing link --config shop.toml --output json | your-program";

const FILE: &str = "\
Configuration file (--config), with any of these; the environment goes before the file, and
the arguments before both:
  provider = \"zapi\"
  [zapi]                                    the fields that `pairing providers` lists
  instance = \"…\"
  token = \"…\"
  [policy]
  deadline = \"10m\"                          see the documentation of PairingPolicy
  [serve], [instances.NAME]                 see `pairing serve --help`";

const EXIT_CODES: &str = "\
Exit codes:
  0    linked, or the command did what it was asked for
  2    the arguments, the configuration or the environment are wrong
  3    a person is needed: nobody used the codes, or WhatsApp wants a passkey and the
       provider cannot say when it was used
  4    the provider refused, or another number than the expected one is linked
  5    the provider cannot be reached, is failing, or asks for fewer requests; or the one
       code that was asked for cannot be had yet
  6    the deadline of the session passed
  7    the number was linked, and WhatsApp removed the link within seconds: do not try again
       in a loop
  130  interrupted: Ctrl-C, SIGTERM, SIGHUP, or nobody reads the output any more; for
       `pairing serve` see its own help";

/// Examples, environment, file and exit codes.
pub(super) fn long() -> String {
    let mut variables = String::new();
    for (name, about) in gateways::variables() {
        variables.push_str(&format!("  {name}\n      {about}\n"));
    }
    variables.push_str(&format!(
        "  {ADMIN_TOKEN}\n      what your application sends to `pairing serve`\n"
    ));
    format!(
        "{EXAMPLES}\n\nEnvironment (secrets come from here or from the file, never from \
         arguments):\n{variables}\n{FILE}\n\n{EXIT_CODES}"
    )
}

pub(super) const DEMO: &str = "\
The simulators run inside this process and are spoken to over the loopback interface; nothing
leaves this computer. Without --provider, each gateway has its turn. At the default speed, all
of it is over within 20 seconds.

With --web, each gateway has a link to open in a browser, and gets a fresh one when a pairing has
ended; the simulated phone picks up whatever the page shows. Runs until Ctrl-C.

Examples:
  pairing demo
  pairing demo --provider zapi --method phone
  pairing demo --never-scan                 three unused codes, then a person is asked for
  pairing demo --output json                the events, with the provider's name in each
  pairing demo --web --speed 1              the page, as slow as in reality

JSON with --web: one line for each link, {\"provider\":…,\"url\":…}, and one for each ending,
{\"provider\":…,\"outcome\":…}.

Exit codes: as for `pairing link`.";

pub(super) const LINK: &str = "\
On a terminal the code is drawn with its remaining time, and after three unused codes Enter asks
for more. Elsewhere, and with --output json, the session prints lines and leaves with exit code 3
at that point. Ctrl-C ends it at any time; nothing is asked of the gateway afterwards, except to end
the attempt where it can.

Where WhatsApp wants a passkey, the session says what to do and waits until the number is linked or
its deadline passes, also where nobody can press Enter. The link and the code that it prints for that
are secrets.

The code is drawn on the terminal's alternate screen and does not stay in the scrollback: until
it expires, whoever scans it links a phone.

Examples:
  pairing link --provider zapi
  pairing link --provider zapi --expect-phone +5511999998888
  pairing link --provider zapi --phone +5511999998888
  pairing link --provider zapi --save-qr code.png --output json

JSON: one event a line, the last one with \"event\":\"finished\" and its \"outcome\". None is left out: a
reader that pauses is waited for.

Exit codes: 0 linked, 2 usage or configuration, 3 a person is needed, 4 refused, 5 unavailable or
rate limited, 6 deadline, 7 linked and removed again, 130 interrupted.";

pub(super) const CODE: &str = "\
Prints a QR code as a drawing on a terminal, and as its text elsewhere. A gateway that sends a
picture: the text in it.

It takes one step towards a code. Where the gateway must start the instance first, that is the step,
and the answer says so: run the command again. An attempt by another method or number goes on. `pairing
link` waits for a start and ends such an attempt.

Examples:
  pairing code --provider zapi
  pairing code --provider zapi --form image --output json
  pairing code --provider zapi --phone +5511999998888 --no-retry

JSON: {\"reply\":\"code\",\"code\":{…}}, or \"not_ready\", \"starting\", \"linking\",
\"already_connected\", \"another_attempt\", \"passkey_required\" with its \"url\" and
\"confirmation_code\" if there are any; a failure is
{\"error\":{\"kind\":…,\"message\":…,\"retryable\":…}}.

Exit codes: 0 a code, or already connected; 2 usage or configuration, 3 passkey required,
4 refused, or another attempt is under way; 5 not ready, starting, linking, unavailable or rate
limited; 130 interrupted.";

pub(super) const STATUS: &str = "\
Examples:
  pairing status --provider zapi
  pairing status --provider zapi --output json

JSON: {\"connected\":true,\"phase\":\"linked\",\"phone\":\"+55…\"}, the phone only if the gateway names it.
The phase is \"not_linked\", \"idle\", \"starting\", \"waiting_for_phone\", \"linking\",
\"passkey_required\" or \"linked\"; a failure is {\"error\":{\"kind\":…,\"message\":…,\"retryable\":…}}.

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

pub(super) const CHECK: &str = "\
Checks the configuration and asks the gateway nothing. With --live it also asks for the status,
twice: is the gateway reached, by TLS, does it accept the credentials, are its answers understood,
how long do they take, does its clock agree? No code is requested and nothing is changed, unless
--request-code asks for one code: that starts an attempt to link at some gateways, and the code
is not shown. Nothing is requested while a number is linked or somebody is linking one.

Examples:
  pairing check --provider zapi
  pairing check --provider zapi --live
  pairing check --provider zapi --live --request-code --output json

JSON: one line for each check, {\"check\":…,\"result\":\"ok\"|\"warning\"|\"failed\"|\"skipped\"}, and more
where it says more; the last one is {\"passed\":…}.

Exit codes: 0 no check failed, 2 usage or configuration, 4 refused, 5 unavailable or rate limited,
130 interrupted.";

pub(super) const RECORD: &str = "\
Makes calls, or with --session links a number as `pairing link` does, and writes one line of JSON
for each call: the gateway's HTTP status, names of headers, the structure of its JSON, lengths in
bands and well-known words. No value, number, code, token, host or name is written, and nothing of
a request but its method. Attach the file to a bug report; docs/support.md explains it.

The calls are made once, in the order given; without any, the status. Recorded is whatever the
gateway answers, and a failure does not end it.

Examples:
  pairing record --provider zapi
  pairing record status code status --provider zapi --output-file record.jsonl
  pairing record code --provider zapi --phone +5511999998888
  pairing record --session --provider zapi --output-file record.jsonl

Exit codes: 0 recorded, whatever the gateway answered; with --session as for `pairing link`;
2 usage or configuration, or the record cannot be written; 130 interrupted.";

pub(super) const PROVIDERS: &str = "\
Asks no gateway anything. With a name, it says all about that gateway and prints a configuration
file to fill in: the required fields first, then the optional ones as comments. `pairing serve`
takes the same fields in [instances.NAME].

Examples:
  pairing providers
  pairing providers zapi
  pairing providers --output json

JSON: one line for each gateway, {\"provider\":…,\"title\":…,\"needs\":…,\"documentation\":…,
\"capabilities\":{…},\"fields\":[…],\"configuration\":…}. A field has its \"name\", its \"kind\" (\"text\",
\"url\", \"flag\" or \"qr_form\"), whether it is \"secret\" and \"required\", its \"help\" and the
\"environment\" variables that set it. The configuration is the file to fill in.

Exit codes: 0 listed, 2 usage.";

pub(super) const SERVE: &str = "\
Serves the pairing page on this computer, until it is told to stop. Your application creates a
pairing with the admin token and sends the person to the link it gets; everything below api/ and
/metrics needs that token. The token comes from PAIRING_ADMIN_TOKEN or from the file, and has at
least 16 characters; `openssl rand -hex 32` makes one.

Other machines reach it only with an address of theirs in --listen. A link is a login secret, so
put a reverse proxy with TLS in front, and say in public_url where people find it.

Configuration file:
  [serve]
  listen = \"127.0.0.1:8910\"
  admin_token = \"…\"                         if not in PAIRING_ADMIN_TOKEN
  public_url = \"https://pair.example.com\"   so that links are whole URLs
  frame_ancestors = [\"https://app.example.com\"]
                                            who may show the page in a frame; otherwise nobody
  trusted_proxies = [\"127.0.0.1\"]           proxies that say who asked, in X-Forwarded-For or in
                                            client_address_header: limits are for each address
  state_file = \"pairing.state\"              links survive a restart; one process for each file
  link_lifetime = \"30m\"                     until a link is opened
  linger = \"60s\"                            how long a link shows how its pairing ended
  keep_alive = \"75s\"                        how long a connection may be idle: longer than the
                                            proxy in front keeps its own
  max_pairings = 1000                       max_viewers, max_viewers_per_pairing,
                                            max_links_per_pairing, max_ended_pairings and
                                            max_actions_per_minute limit the rest
  [policy]                                  for all instances
  [instances.shop-1]
  provider = \"zapi\"
  instance = \"…\"                            the fields that `pairing providers` lists
  token = \"…\"
  webhook_secret = \"…\"                      for /webhooks/shop-1/SECRET, and only once that is
                                            entered at the gateway: the status is then asked
                                            every 20 s instead of 5; `openssl rand -hex 16`
  expect_phone = \"+5511999998888\"           refuse any other number
  policy.deadline = \"5m\"                    for this instance alone

With [instances.NAME], providers are described there and nowhere else: --provider, --base-url and
the environment are for one gateway. Without, that one gateway is served, without webhooks, as an
instance named after its provider.

Examples:
  PAIRING_ADMIN_TOKEN=… pairing serve --provider zapi
  pairing serve --config shop.toml
  curl http://127.0.0.1:8910/api/pairings -H @admin.header -H 'Content-Type: application/json' \\
    -d '{\"instance\":\"shop-1\"}'            with a file that says Authorization: Bearer TOKEN,
                                            because other users can read arguments

JSON: one line as soon as it listens, {\"base_url\":…,\"instances\":[…]}.

SIGHUP reads the configuration file again, without a restart: instances that are new in it appear,
those that are gone end, and one that is written otherwise begins anew. All others go on undisturbed,
and with a file that cannot be used everything does. Changes in [serve] need a restart. When its
terminal is closed the program stops instead; with nohup it does neither.

Nobody has to read the log on standard error: lines that nobody reads are left out, and counted in it.

Exit codes: 0 told to stop (Ctrl-C, SIGTERM), and everything has ended in order; 2 usage or
configuration, 130 told a second time before that, or nobody reads the output any more.";

pub(super) const SIM: &str = "\
Serves one instance of each gateway on 127.0.0.1 and prints what to paste into another terminal.
Below its control URL, a phone can be made to scan or type codes, calls are counted and faults
switched on: open it, it explains itself. Runs until Ctrl-C.

Example:
  pairing sim --speed 5";

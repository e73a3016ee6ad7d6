// The pairing page: connects events, clicks and the clock with what is shown.
//
// Hooks that tests and embedders may rely on:
//   <main data-state>   connecting, preparing, qr, expired, interaction, number, phone_code,
//                       linked, already_linked, passkey, wrong_account, refused, rate_limited,
//                       unavailable, deadline, cancelled, gone, busy
//   <body data-offline> there while the server cannot be reached
//   #qr                 the place of the drawing (svg or img); empty without a live code
//   #phone-code         the code to type, ABCD-1234; empty without a live code
//   #copy               copies it, without the hyphen
//   #countdown          what is left of the code, m:ss
//   #resume             new codes after a round that nobody used
//   #use-phone, #other-number   open the form; #back closes it
//   #number, #number-submit, #number-error   the form
//   #use-qr             from the phone number back to the QR code
//   #cancel             ends the pairing; inside a <details> that must be opened first
//   #offline, #retrying, #failure   notices; #live: what a screen reader is told

import { minutes, setServerTime } from "./clock.js";
import { tellFinished } from "./frame.js";
import { eventsUrl, post } from "./post.js";
import { drawModules, drawPicture } from "./qr.js";
import { Session } from "./session.js";
import { openStream } from "./stream.js";
import { $, duration, hasWord, say, setText, show, word } from "./view.js";

const session = new Session();
let offer = { methods: [], codes_per_round: 0, expect_phone: null };
let formOpen = false;
// Why there is no stream: null, "offline", "closing", "busy" or "gone".
let trouble = null;
// What this visitor asked for and no event has confirmed yet: `{ action, body }`.
let chosen = null;
let drawn = "";
let timer = null;

// A phone cannot scan its own screen.
const onPhone =
  navigator.userAgentData?.mobile === true ||
  /iPhone|iPod|Android.*Mobile|Windows Phone/i.test(navigator.userAgent) ||
  (matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600);

// ---- what is shown

function visibleState() {
  if (session.finished) return session.state;
  if (trouble === "gone") return "gone";
  if (trouble === "busy" && !session.code) return "busy";
  return formOpen ? "number" : session.state;
}

function render() {
  clearTimeout(timer);
  const left = session.remaining();
  const state = visibleState();
  showCode();
  showReason();
  $("back").hidden = !session.running;
  show(state, {
    method: state === "number" ? "phone_code" : (session.method ?? "qr"),
    methods: offer.methods,
    phone: session.finished ? session.finished.phone : session.phone,
  });
  setText($("countdown"), left > 0 ? minutes(left) : "");
  setText(
    $("attempt"),
    session.code && session.attempt > 0 && offer.codes_per_round > 0
      ? word("attempt", { attempt: session.attempt, attempts: offer.codes_per_round })
      : "",
  );
  setText($("retrying"), session.retrying && !session.finished ? word("retrying") : "");
  const offline = trouble === "offline" || trouble === "closing";
  document.body.toggleAttribute("data-offline", offline);
  setText($("offline"), offline ? word(trouble) : "");
  // At the next full second, and at the code's end.
  if (left > 0) timer = setTimeout(render, left % 1000 || 1000);
}

// A dead code is taken out of the document, not only out of sight.
function showCode() {
  const { code } = session;
  const drawing = code ? `${code.seq} ${code.modules ? "drawn" : "sent"}` : "";
  if (drawn === drawing) return;
  drawn = drawing;
  $("qr").replaceChildren();
  $("phone-code").replaceChildren();
  $("phone-code").removeAttribute("aria-label");
  if (code?.modules) {
    $("qr").append(drawModules(code.modules, word("qr.label")));
  } else if (code?.kind === "qr_image") {
    $("qr").append(drawPicture(code, word("qr.label")));
  } else if (code?.kind === "phone_code") {
    $("phone-code").textContent = code.code;
    // Letter by letter, with a pause in the middle.
    $("phone-code").setAttribute("aria-label", [...code.code.replace("-", ",")].join(" "));
  }
}

// Why it failed, and whom to ask for what.
function showReason() {
  const { finished } = session;
  const kind = hasWord(`error.${finished?.error?.kind}.what`) ? finished.error.kind : "other";
  setText($("reason-what"), word(`error.${kind}.what`));
  setText($("reason-next"), word(`error.${kind}.next`));
  const wait = finished?.retry_after_seconds;
  setText($("wait"), wait ? word("wait", { time: duration(wait) }) : "");
}

// ---- what the visitor wants

// Starts the session, or switches it. Resolves to null or the kind of the failure.
async function ask(body) {
  const action = session.running ? "method" : "start";
  chosen = { action, body };
  const failure = await send(action, body);
  if (failure) chosen = null;
  return failure;
}

async function send(action, body) {
  setText($("failure"), "");
  const failure = await post(action, body);
  // The link may be gone: the stream finds out.
  if (failure === "not_found") stream.reconnect();
  return failure;
}

function tellFailure(kind) {
  if (!kind || kind === "under_way" || kind === "not_found") return;
  setText($("failure"), word(kind === "offline" ? "failure.offline" : "failure.other"));
  say($("failure").textContent);
}

const act = (action) => async () => tellFailure(await send(action));

// Nobody has started the session yet, or the server has restarted: go on as before.
async function begin() {
  const { method, phone } = session;
  const known = method === "phone_code" ? phone && { method, phone } : method && { method };
  const typing = offer.methods.includes("phone_code");
  if (!known && typing && (method || onPhone || !offer.methods.includes("qr"))) {
    formOpen = true;
    return;
  }
  const failure = await send("start", known || { method: "qr" });
  if (!failure) return;
  tellFailure(failure);
  setTimeout(() => session.state === "connecting" && !trouble && !formOpen && begin(), 5_000);
}

function setForm(open) {
  formOpen = open;
  setText($("failure"), "");
  numberError("");
  render();
  if (open) $("number").focus();
}

function numberError(text) {
  setText($("number-error"), text);
  $("number").setAttribute("aria-invalid", String(text !== ""));
}

$("use-phone").onclick = () => setForm(true);
$("other-number").onclick = () => setForm(true);
$("back").onclick = () => setForm(false);
$("resume").onclick = act("resume");
$("cancel").onclick = act("cancel");

$("use-qr").onclick = async () => {
  if (session.running && session.method === "qr") setForm(false);
  else tellFailure(await ask({ method: "qr" }));
};

$("number-form").onsubmit = async (event) => {
  event.preventDefault();
  numberError("");
  const kind = await ask({ method: "phone_code", phone: $("number").value.trim() });
  if (!hasWord(`number.${kind}`)) return tellFailure(kind);
  numberError(word(`number.${kind}`));
  $("number").focus();
};

$("copy").onclick = async () => {
  const code = session.code?.code?.replace("-", "");
  if (!code) return;
  try {
    await navigator.clipboard.writeText(code);
    say(word("copied"));
    $("copy").textContent = word("copied");
    setTimeout(() => ($("copy").textContent = word("copy")), 3_000);
  } catch {
    // Not allowed here: the visitor copies what is selected.
    getSelection().selectAllChildren($("phone-code"));
  }
};

// ---- what the server tells

const stream = openStream(eventsUrl, {
  page(data) {
    setServerTime(data.now);
    offer = data;
    trouble = null;
    const { value, defaultValue } = $("number");
    if (data.expect_phone && value === defaultValue) $("number").value = data.expect_phone;
    session.connected(data);
    if (data.state === "idle") begin();
    render();
  },
  message(event) {
    if (!session.apply(event)) return;
    if (session.finished) {
      stream.close();
      tellFinished(event.outcome);
    }
    render();
  },
  qr(drawing) {
    if (session.setModules(drawing)) render();
  },
  method(data) {
    session.setMethod(data);
    if (chosen?.body.method === data.method) {
      chosen = null;
      formOpen = false;
    } else if (chosen?.action === "start") {
      // Someone else started it first, the other way.
      ask(chosen.body).then(tellFailure);
    }
    render();
  },
  ping(data) {
    setServerTime(data.now);
  },
  closing() {
    trouble = "closing";
    render();
  },
  lost(why) {
    if (why === "gone") session.forget();
    if (why !== "offline" || trouble !== "closing") trouble = why;
    render();
  },
});

// A device that slept: no dead code may be there when it wakes.
document.addEventListener("visibilitychange", render);
window.addEventListener("pageshow", render);

for (const node of document.querySelectorAll("[data-on-phone]")) node.hidden = !onPhone;
render();

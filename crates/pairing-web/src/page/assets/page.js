// The pairing page: connects events, clicks and the clock with what is shown.
//
// The oldest browsers it is for are Safari of iOS 15.5 and Chrome 100: the phones that WhatsApp
// runs on have no newer ones. What is newer is not used, or nothing but looks depends on it; so
// for all scripts and the style. tests/web/tests/old_browsers.test.js checks it.
//
// Hooks that tests and embedders may rely on:
//   <main data-state>   connecting, preparing, qr, unreadable, expired, interaction, number,
//                       phone_code, linked, already_linked, passkey, wrong_account, refused,
//                       rate_limited, unavailable, deadline, cancelled, gone, busy
//   <body data-offline> there while the server cannot be reached
//   #qr                 the place of the drawing (svg); empty without a live code
//   #phone-code         the code to type, ABCD-1234; empty without a live code
//   #copy               copies it, without the hyphen
//   #countdown          what is left of the code, m:ss
//   #resume             new codes after a round that nobody used
//   #use-phone, #other-number                open the form; #back closes it
//   #number, #number-submit, #number-error   the form
//   #use-qr             from the phone number back to the QR code
//   #cancel             ends the pairing; inside a <details> that must be opened first
//   #offline, #retrying, #failure            notices; #live: what a screen reader is told

import { minutes, setServerTime } from "./clock.js";
import { showCode } from "./code.js";
import { prefill, setNumberError, tellNumberError, typedNumber } from "./form.js";
import { tellFinished } from "./frame.js";
import { showFailure, showReason, showRetrying, showTrouble } from "./notices.js";
import { eventsUrl, post } from "./post.js";
import { Session } from "./session.js";
import { openStream } from "./stream.js";
import { $, setText, show, word } from "./view.js";

const session = new Session();
let offer = { methods: [], codes_per_round: 0, expect_phone: null };
let formOpen = false;
// Why there is no stream: null, "offline", "closing", "busy" or "gone".
let trouble = null;
// What this visitor asked for and no event has confirmed yet: `{ action, body }`.
let chosen = null;
let timer = null;

// A phone cannot scan its own screen.
const onPhone =
  navigator.userAgentData?.mobile === true ||
  /iPhone|iPod|Android.*Mobile|Windows Phone/i.test(navigator.userAgent) ||
  (matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600);

// ---- what is shown

function visibleState() {
  if (session.finished || trouble === "gone") return session.state;
  if (trouble === "busy" && !session.code) return "busy";
  return formOpen ? "number" : session.state;
}

function render() {
  clearTimeout(timer);
  const left = session.remaining();
  const { code, attempt, finished } = session;
  const state = visibleState();
  showCode(code);
  showReason(finished);
  $("back").hidden = !session.running;
  show(state, {
    // Who is typing a number may still scan instead.
    method: state === "number" ? "phone_code" : (session.method ?? "qr"),
    methods: offer.methods,
    phone: finished ? finished.phone : session.phone,
  });
  setText($("countdown"), left > 0 && state !== "unreadable" ? minutes(left) : "");
  const values = { attempt, attempts: offer.codes_per_round };
  setText($("attempt"), code && code.kind !== "phone_code" ? word("attempt", values) : "");
  const life = $("countdown").closest(".life");
  life.classList.toggle("over", $("countdown").hidden);
  life.classList.toggle("alone", $("attempt").hidden);
  showTrouble(trouble);
  showRetrying(session.retrying);
  // At the next full second, and at the code's end.
  if (left > 0) timer = setTimeout(render, left % 1000 || 1000);
}

function setForm(open) {
  formOpen = open;
  showFailure(null);
  setNumberError("");
  render();
  if (open) $("number").focus();
}

// ---- what the visitor wants

async function send(action, body) {
  showFailure(null);
  const failure = await post(action, body);
  // The link may be gone: the stream finds out.
  if (failure === "not_found") stream.reconnect();
  return failure;
}

// Starts the session, or switches it. Resolves to null or the kind of the failure.
async function choose(body) {
  const action = session.running ? "method" : "start";
  chosen = { action, body };
  const failure = await send(action, body);
  if (failure) chosen = null;
  return failure;
}

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
  showFailure(failure);
  setTimeout(() => session.state === "connecting" && !trouble && !formOpen && begin(), 5_000);
}

$("use-phone").onclick = () => setForm(true);
$("other-number").onclick = () => setForm(true);
$("back").onclick = () => setForm(false);
$("resume").onclick = async () => showFailure(await send("resume"));
$("cancel").onclick = async () => showFailure(await send("cancel"));

$("use-qr").onclick = async () => {
  if (session.running && session.method === "qr") setForm(false);
  else showFailure(await choose({ method: "qr" }));
};

$("number-form").onsubmit = async (event) => {
  event.preventDefault();
  setNumberError("");
  const failure = await choose({ method: "phone_code", phone: typedNumber() });
  if (!tellNumberError(failure)) showFailure(failure);
};

// ---- what the server tells

const stream = openStream(eventsUrl, {
  page(data) {
    setServerTime(data.now);
    offer = data;
    trouble = null;
    prefill(data.expect_phone);
    session.connected(data);
    if (data.state === "idle") begin();
    render();
  },
  message(event) {
    if (!session.apply(event)) return;
    if (session.finished) {
      stream.close();
      trouble = null;
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
      choose(chosen.body).then(showFailure);
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
    // A restart stays one until the server is back.
    if (why !== "offline" || trouble !== "closing") trouble = why;
    render();
  },
});

// A device that slept: no dead code may be there when it wakes.
document.addEventListener("visibilitychange", render);
window.addEventListener("pageshow", render);

for (const node of document.querySelectorAll("[data-on-phone]")) node.hidden = !onPhone;
render();

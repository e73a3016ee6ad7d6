// The pairing page: connects views, clicks and the clock with what is shown.
//
// The oldest browsers it is for are Safari of iOS 15.5 and Chrome 100: the phones that WhatsApp
// runs on have no newer ones. What is newer is not used, or nothing but looks depends on it; so
// for all scripts and the style. tests/web/tests/old_browsers.test.js checks it.
//
// Hooks that tests and embedders may rely on:
//   <main data-state>   connecting, start, preparing, starting, qr, unreadable, expired, linking,
//                       passkey_step, confirming, interaction, number, phone_code, linked,
//                       already_linked, passkey, link_dropped, wrong_account, refused,
//                       rate_limited, unavailable, deadline, cancelled, gone, busy
//   <body data-offline> there while the server cannot be reached
//   #qr                 the place of the drawing (svg); empty without a live code
//   #phone-code         the code to type, ABCD-1234; empty without a live code
//   #copy               copies it, without the hyphen
//   #countdown          what is left of the code, m:ss
//   #start              begins, where nobody has yet
//   #again              begins anew after a session that nobody used
//   #resume             new codes after a round that nobody used
//   #passkey-link, #passkey-code             where to go on with a passkey, and what to compare
//   #codes              codes again, in place of the passkey
//   #use-phone, #other-number                open the form; #back closes it
//   #number, #number-submit, #number-error   the form
//   #use-qr             from the phone number back to the QR code
//   #help               what to do about what the phone says; a <details>
//   #cancel             ends the pairing; inside a <details> that must be opened first
//   #offline, #retrying, #failure            notices; #live: what a screen reader is told

import { openChannel } from "./channel.js";
import { hearServerTime, minutes, setServerTime } from "./clock.js";
import { showCode } from "./code.js";
import { prefill, setNumberError, tellNumberError, typedNumber } from "./form.js";
import { framed, tellFinished } from "./frame.js";
import { showFailure, showReason, showRetrying, showTrouble } from "./notices.js";
import { showPasskey } from "./passkey.js";
import { eventsUrl, post, stateUrl } from "./post.js";
import { remaining, stateOf } from "./screen.js";
import { $, announce, say, setText, show, word } from "./view.js";

// The latest view of the session; null before the first.
let view = null;
let running = false;
// By which method the last session went on: `{ method, phone }`.
let used = {};
let offer = { methods: [], expect_phone: null };
let formOpen = false;
// The session waits for a click on `#start`.
let ready = false;
// Why there is no stream: null, "offline", "closing", "busy" or "gone".
let trouble = null;
// What this visitor asked for and no view has confirmed yet: `{ body, done }`.
let chosen = null;
let timer = null;

// A phone cannot scan its own screen.
const onPhone =
  navigator.userAgentData?.mobile === true ||
  /iPhone|iPod|Android.*Mobile|Windows Phone/i.test(navigator.userAgent) ||
  (matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600);

// A page that was only opened has perhaps been opened by a program that tries links. Where another
// page has put it into a frame, or somebody has just clicked for it, a person is there.
const startsAlone = framed || new URLSearchParams(location.search).get("start") === "now";

// ---- what is shown

const present = () => view?.screen;
const finished = () => (present()?.kind === "finished" ? present() : null);

function visibleState() {
  if (trouble === "gone") return "gone";
  const state = view ? stateOf(view.screen) : "connecting";
  if (finished()) return state;
  if (trouble === "busy" && !present()?.code) return "busy";
  if (formOpen) return "number";
  return ready ? "start" : state;
}

function render() {
  clearTimeout(timer);
  const left = remaining(present());
  // A code that is over is forgotten here and now.
  if (left === 0 && present()?.code) view.screen = { kind: "code_expired" };
  const state = visibleState();
  const code = present()?.code;
  const end = finished();
  showCode(code, code && view.drawing);
  showReason(end);
  const isOtherStep = showPasskey(state === "passkey_step" ? present() : null);
  $("back").hidden = !running && !ready;
  const changed = show(state, {
    // Who is typing a number may still scan instead.
    method: state === "number" ? "phone_code" : (used.method ?? "qr"),
    methods: offer.methods,
    phone: end || state === "confirming" ? present().phone : used.phone,
  });
  if (isOtherStep && !changed) announce(state);
  setText($("countdown"), left > 0 && state !== "unreadable" ? minutes(left) : "");
  const values = code && { attempt: view.attempt, attempts: view.codes_per_round };
  setText($("attempt"), code && code.kind !== "phone_code" ? word("attempt", values) : "");
  const life = $("countdown").closest(".life");
  life.classList.toggle("over", $("countdown").hidden);
  life.classList.toggle("alone", $("attempt").hidden);
  showTrouble(trouble);
  showRetrying(Boolean(view?.retrying));
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
  if (failure === "not_found") channel.reconnect();
  else if (!failure) channel.answered(() => chosen !== null);
  return failure;
}

// Switches the session, and starts it if nobody has. Resolves to null or the kind of the failure.
async function choose(body) {
  const own = (chosen = { body, done: false });
  const failure = await send("method", body);
  own.done = !failure;
  if (failure) chosen = null;
  return failure;
}

// The session goes on by this method.
function confirm(method) {
  if (chosen?.body.method !== method) return;
  chosen = null;
  formOpen = false;
}

// Nobody has started the session yet, or the server has restarted: then it goes on as before,
// unless nobody used the codes (`waited`).
async function begin(waited) {
  const { method, phone } = used;
  const known = method === "phone_code" ? phone && { method, phone } : method && { method };
  const goesOn = known && !waited;
  const typing = offer.methods.includes("phone_code");
  const isTypist = method ? method === "phone_code" : onPhone || !offer.methods.includes("qr");
  if (!goesOn && typing && isTypist) {
    formOpen = true;
    return;
  }
  if (!goesOn && (waited || !startsAlone)) {
    ready = true;
    return;
  }
  const failure = await send("start", known || { method: "qr" });
  if (!failure) return;
  showFailure(failure);
  setTimeout(() => visibleState() === "connecting" && !trouble && begin(false), 5_000);
}

// After a session that nobody used, its link may start another.
async function offerAgain() {
  try {
    const answer = await fetch(stateUrl, { cache: "no-store" });
    const { page } = await answer.json();
    if (page.state !== "idle") return;
  } catch {
    // The words that are there say what to do.
    return;
  }
  $("again").hidden = false;
  setText($("deadline-next"), word("again"));
  say(word("again"));
}

$("start").onclick = async () => showFailure(await choose({ method: "qr" }));
$("again").onclick = async () => {
  const { method, phone } = used;
  const failure = await post("start", phone ? { method, phone } : { method: "qr" });
  if (failure) showFailure(failure);
  else location.reload();
};

$("use-phone").onclick = () => setForm(true);
$("other-number").onclick = () => setForm(true);
$("back").onclick = () => setForm(false);
$("resume").onclick = async () => showFailure(await send("resume"));
$("codes").onclick = async () => showFailure(await send("resume"));
$("cancel").onclick = async () => showFailure(await send("cancel"));

$("use-qr").onclick = async () => {
  if (running && used.method === "qr") setForm(false);
  else showFailure(await choose({ method: "qr" }));
};

$("number-form").onsubmit = async (event) => {
  event.preventDefault();
  setNumberError("");
  const failure = await choose({ method: "phone_code", phone: typedNumber() });
  if (!tellNumberError(failure)) showFailure(failure);
};

// ---- what the server tells

const channel = openChannel({ eventsUrl, stateUrl }, {
  page(data, asked) {
    setServerTime(data.now, asked);
    const waited = present()?.kind === "waiting_for_user";
    offer = data;
    ready = false;
    trouble = null;
    prefill(data.expect_phone);
    running = data.state === "running";
    if (data.state === "idle") {
      view = null;
      begin(waited);
    }
    render();
  },
  view(data) {
    const isNewRound = view?.round !== data.round;
    view = data;
    ready = false;
    const end = finished();
    running = !end;
    if (end) {
      channel.close();
      if (end.outcome === "deadline") offerAgain();
      trouble = null;
      tellFinished(end.outcome);
    } else {
      used = { method: data.method, phone: data.phone };
      // A round that was open before may be of the number before.
      if (isNewRound || chosen?.done) confirm(data.method);
    }
    render();
  },
  ping(data) {
    hearServerTime(data.now);
  },
  closing() {
    trouble = "closing";
    render();
  },
  lost(why) {
    // The right to show the code is gone with the link.
    if (why === "gone") [view, running] = [null, false];
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

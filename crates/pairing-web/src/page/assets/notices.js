// What is said beside the state: no connection, a failing provider, a click that did nothing,
// and after a failure why, and whom to ask for what.

import { $, duration, hasWord, say, setText, word } from "./view.js";

// Said aloud when it appears.
function notice(id, text) {
  if (setText($(id), text) && text) say(text);
}

// `trouble`: null, "offline", "closing", or what has a state of its own.
export function showTrouble(trouble) {
  const offline = trouble === "offline" || trouble === "closing";
  document.body.toggleAttribute("data-offline", offline);
  notice("offline", offline ? word(trouble) : "");
}

export const showRetrying = (retrying) => notice("retrying", retrying ? word("retrying") : "");

// `kind` is what `post` resolves to; null takes the notice away.
export function showFailure(kind) {
  if (kind === "under_way") return;
  const own = `failure.${kind}`;
  const text = hasWord(own) ? word(own) : word("failure.other");
  notice("failure", kind && kind !== "not_found" ? text : "");
}

// `finished`: the last screen of the session, if it is over.
export function showReason(finished) {
  const kind = hasWord(`error.${finished?.error?.kind}.what`) ? finished.error.kind : "other";
  setText($("reason-what"), word(`error.${kind}.what`));
  setText($("reason-next"), word(`error.${kind}.next`));
  const wait = finished?.retry_after_seconds;
  setText($("wait"), wait ? word("wait", { time: duration(wait) }) : "");
}

// What the visitor asks of the server. One request at a time; while it is under way no button
// takes a click, so a double click is one click.

import { keepFocus } from "./view.js";

// The page's path ends with its token and no slash.
const base = location.pathname.replace(/\/+$/, "");

export const eventsUrl = `${base}/events`;
export const stateUrl = `${base}/state`;

// In milliseconds, for the answer and its body.
const LONGEST = 20_000;

let underWay = false;

// Null if it was done, or comes too late, which the events tell anyway; else the kind of the
// failure: "offline", "under_way", "not_found", what the server calls it, or "failed".
export async function post(action, body = {}) {
  if (underWay) return "under_way";
  underWay = true;
  const focused = document.activeElement;
  const buttons = [...document.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  // `AbortSignal.timeout` is newer than the oldest browser the page is for.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST);
  try {
    const answer = await fetch(`${base}/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: stop.signal,
    });
    if (answer.ok || answer.status === 410) return null;
    if (answer.status === 404) return "not_found";
    const kind = (await answer.json()).error?.kind ?? "failed";
    // Somebody else has resumed it: the events tell.
    return kind === "not_waiting" ? null : kind;
  } catch (error) {
    return error instanceof SyntaxError ? "failed" : "offline";
  } finally {
    clearTimeout(timer);
    underWay = false;
    for (const button of buttons) button.disabled = false;
    // A disabled element loses the focus.
    if (focused !== document.body && document.activeElement === document.body) keepFocus(focused);
  }
}

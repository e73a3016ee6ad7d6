// Asks for the present state again and again, where no event stream arrives.

import { mark } from "./clock.js";

// The server answers as many pages as may watch, if each asks no more often.
const INTERVAL = 3_000;
const LONGEST_INTERVAL = 15_000;
// In milliseconds, for the answer and its body.
const LONGEST = 10_000;

// `handlers` as those of a stream.
export function createPolling(url, handlers) {
  let tag = null;
  let timer = null;
  let failures = 0;
  let running = false;
  // How often it was started.
  let run = 0;
  let underWay = null;

  // Resolves to null, or to why there was no answer, as a stream tells it. `began` says, with the
  // first question, why there is no stream. An answer that `isWanted` no longer wants is dropped: a
  // stream that began meanwhile has told what happened since.
  async function ask(began, isWanted) {
    const asked = mark();
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), LONGEST);
    try {
      const answer = await fetch(began ? `${url}?began=${began}` : url, {
        cache: "no-store",
        headers: tag ? { "If-None-Match": tag } : {},
        signal: stop.signal,
      });
      if (answer.status === 304) return null;
      if (answer.status === 404 || answer.status === 410) return "gone";
      if (!answer.ok) return answer.status === 503 ? "busy" : "offline";
      const { page, view } = await answer.json();
      if (!isWanted()) return null;
      tag = answer.headers.get("ETag");
      handlers.page(page, asked);
      if (view) handlers.view(view);
      return null;
    } catch {
      return "offline";
    } finally {
      clearTimeout(limit);
    }
  }

  function later() {
    if (!running) return;
    clearTimeout(timer);
    timer = setTimeout(now, Math.min(INTERVAL * 2 ** failures, LONGEST_INTERVAL));
  }

  // One question at a time. What happened during one is asked for after it, and its answer dropped.
  async function now() {
    if (!running) return;
    if (underWay) {
      underWay.again = true;
      return;
    }
    clearTimeout(timer);
    const own = (underWay = { again: false });
    const began = run;
    const why = await ask(null, () => running && began === run && !own.again);
    underWay = null;
    if (!running) return;
    if (why) {
      failures += 1;
      // What is shown then is out of date: the next answer is told whole.
      tag = null;
      if (why === "gone") stop();
      handlers.lost(why);
    } else {
      failures = 0;
    }
    if (own.again && !why) now();
    else later();
  }

  // The present, told whole.
  function anew(isWanted) {
    tag = null;
    if (running) now();
    else if (isWanted()) ask(null, isWanted);
  }

  function start() {
    running = true;
    run += 1;
    failures = 0;
    later();
  }

  function stop() {
    running = false;
    tag = null;
    clearTimeout(timer);
  }

  return { anew, ask, now, start, stop };
}

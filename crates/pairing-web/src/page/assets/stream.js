// The event stream, kept open through every kind of interruption.
//
// The browser's own reconnecting is not used: it repeats once a second without end, and hides
// whether the server is away, full, or does not know the link any more. Every connection here is
// a newcomer's, who is told the present first: nothing that was missed is worth showing.

import { mark, since } from "./clock.js";

// The server pings every 20 seconds.
const SILENCE = 50_000;
// The first message comes with the answer; a slow connection may take so long.
const FIRST_MESSAGE = 5_000;
// What comes so long after the first message was not held back together with it.
const LATER = 2_000;
// In which a stream that is passed on as it should be brings a ping.
const PROOF = 30_000;
// A stream that was heard so lately, while the page was out of sight, was not cut.
const LATELY = 3_000;
// So long one connection is given before another is begun in its place.
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
const EVENTS = ["page", "view", "ping", "closing"];

// `handlers` has one function for each of EVENTS; `lost(why)` with "offline", "busy" or "gone";
// `isReachable(isWanted)`, which asks the server without a stream, and drops an answer that is no
// longer wanted; and `gaveUp()`, for when it answers then.
// After "gone", `gaveUp()` and `close()`, nothing more happens.
export function openStream(url, handlers) {
  let source = null;
  let timer = null;
  let heard = mark();
  // The last message of the stream there is, the beginning of its connection, and since when the
  // page is out of sight.
  let received = null;
  let begun = mark();
  let hidden = document.hidden ? mark() : null;
  let failures = 0;
  // It is being found out why there is no stream.
  let losing = false;
  let closed = false;
  const listeners = new AbortController();

  function wait(milliseconds, then) {
    clearTimeout(timer);
    timer = setTimeout(then, milliseconds);
  }

  function close() {
    closed = true;
    listeners.abort();
    clearTimeout(timer);
    source?.close();
  }

  function listening() {
    heard = mark();
    wait(SILENCE, () => lost({ silent: true }));
  }

  function connect() {
    if (closed) return;
    source?.close();
    source = new EventSource(url);
    losing = false;
    received = null;
    begun = mark();
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        listening();
        received = heard;
        if (name === "page") failures = 0;
        handlers[name](event.data ? JSON.parse(event.data) : {}, begun);
      });
    }
    const own = source;
    own.onerror = () => {
      // Closed for good means that there was an answer, and it was no stream.
      if (own === source) lost({ answered: own.readyState === EventSource.CLOSED });
    };
    heard = begun;
    wait(FIRST_MESSAGE, () => lost({ silent: true }));
  }

  // `answered`: the server refused. `silent`: the connection is there and brings nothing.
  async function lost({ answered = false, silent = false } = {}) {
    if (closed || losing) return;
    losing = true;
    clearTimeout(timer);
    source.close();
    const own = source;
    // Meanwhile it may have been closed, or connected again.
    const isWanted = () => !closed && own === source;
    const why = answered ? await reason(url) : "offline";
    // One failure is an interruption. Who then gets through without a stream needs none.
    const isHeldBack =
      why === "offline" && (silent || failures > 0) && (await handlers.isReachable(isWanted));
    if (!isWanted()) return;
    losing = false;
    if (isHeldBack) {
      close();
      handlers.gaveUp();
      return;
    }
    if (why === "gone") close();
    else retryLater();
    handlers.lost(why ?? "offline");
  }

  // Twice as long each time, and no two pages at the same moment.
  function retryLater() {
    const longest = Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT);
    failures += 1;
    wait(longest * (0.5 + Math.random() / 2), connect);
  }

  // Several events tell of one return: what they have begun is not begun again.
  const beginning = () =>
    source.readyState === EventSource.CONNECTING && since(begun) < FIRST_WAIT;

  // Timers may have slept with the device.
  const wake = (anyway) => {
    if (!closed && !beginning() && (anyway || since(heard) > SILENCE)) connect();
  };

  // An iPhone cuts the connections of a page that another app hides, and tells it nothing. Only a
  // message that came meanwhile, and just now, shows that this one lives.
  function alive(away) {
    if (source.readyState !== EventSource.OPEN || !received) return false;
    const silent = since(received);
    return silent < LATELY && silent <= since(away);
  }

  function visibility() {
    if (document.hidden) {
      hidden = hidden ?? mark();
      return;
    }
    const away = hidden;
    hidden = null;
    wake(away !== null && !alive(away));
  }
  const { signal } = listeners;
  window.addEventListener("online", () => wake(true), { signal });
  window.addEventListener("offline", () => lost(), { signal });
  window.addEventListener("pageshow", (event) => wake(event.persisted), { signal });
  document.addEventListener("visibilitychange", visibility, { signal });

  connect();
  return { close, reconnect: () => wake(true) };
}

// Whether a stream arrives, and not in one piece: more comes some time after its beginning.
export function arrives(url) {
  return new Promise((resolve) => {
    const source = new EventSource(url);
    let first = null;
    const end = (verdict) => {
      clearTimeout(timer);
      source.close();
      resolve(verdict);
    };
    let timer = setTimeout(end, FIRST_MESSAGE, false);
    for (const name of EVENTS) {
      source.addEventListener(name, () => {
        if (first && since(first) >= LATER) return end(true);
        if (first) return;
        first = mark();
        clearTimeout(timer);
        timer = setTimeout(end, PROOF, false);
      });
    }
    source.onerror = () => end(false);
  });
}

// Why the server gives no stream: EventSource does not tell. Null if it gives one now.
async function reason(url) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), FIRST_MESSAGE);
  try {
    const { status, headers } = await fetch(url, { cache: "no-store", signal: stop.signal });
    if (status === 404 || status === 410) return "gone";
    if (status === 503) return "busy";
    return headers.get("Content-Type")?.startsWith("text/event-stream") ? null : "offline";
  } catch {
    return "offline";
  } finally {
    clearTimeout(limit);
    stop.abort();
  }
}

// The event stream, kept open through every kind of interruption.
//
// The browser's own reconnecting is not used: it repeats once a second without end, and hides
// whether the server is away, full, or does not know the link any more. Every connection here is
// a newcomer's, who is told the present first: nothing that was missed is worth showing.

import { mark, since } from "./clock.js";

// The server pings every 20 seconds.
const SILENCE = 50_000;
// A stream that was heard so lately, while the page was out of sight, was not cut.
const LATELY = 3_000;
// So long one connection is given before another is begun in its place.
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;
const EVENTS = ["page", "message", "qr", "method", "ping", "closing"];

// `handlers` has one function for each of EVENTS, and `lost(why)` with "offline", "busy" or
// "gone". After "gone", and after `close()`, nothing more happens.
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
  let closed = false;

  function wait(milliseconds, then) {
    clearTimeout(timer);
    timer = setTimeout(then, milliseconds);
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    source?.close();
  }

  function listening() {
    heard = mark();
    wait(SILENCE, lost);
  }

  function connect() {
    if (closed) return;
    source?.close();
    source = new EventSource(url);
    received = null;
    begun = mark();
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        listening();
        received = heard;
        if (name === "page") failures = 0;
        handlers[name](event.data ? JSON.parse(event.data) : {});
      });
    }
    const own = source;
    own.onerror = () => {
      // Closed for good means that there was an answer, and it was no stream.
      if (own === source) lost(own.readyState === EventSource.CLOSED);
    };
    listening();
  }

  async function lost(answered = false) {
    if (closed) return;
    clearTimeout(timer);
    source.close();
    const own = source;
    const why = answered ? await reason(url) : "offline";
    // Meanwhile it may have been closed, or connected again.
    if (closed || own !== source) return;
    if (why === "gone") close();
    else retryLater();
    handlers.lost(why);
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
  window.addEventListener("online", () => wake(true));
  window.addEventListener("offline", () => lost());
  window.addEventListener("pageshow", (event) => wake(event.persisted));
  document.addEventListener("visibilitychange", visibility);

  connect();
  return { close, reconnect: () => wake(true) };
}

// Why the server gives no stream: EventSource does not tell.
async function reason(url) {
  const stop = new AbortController();
  try {
    const { status } = await fetch(url, { cache: "no-store", signal: stop.signal });
    if (status === 404 || status === 410) return "gone";
    return status === 503 ? "busy" : "offline";
  } catch {
    return "offline";
  } finally {
    stop.abort();
  }
}

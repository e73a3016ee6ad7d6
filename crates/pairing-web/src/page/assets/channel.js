// How the page learns what happens: by the event stream, or by polling where none arrives.

import { createPolling } from "./polling.js";
import { giveSlot, takeSlot } from "./slots.js";
import { arrives, openStream } from "./stream.js";

// After so long a stream is tried again, and then ever more rarely.
const FIRST_TRIAL = 30_000;
const LONGEST_TRIAL = 300_000;

// `handlers` has a function for each message, with its data and the moment since when it may have
// been under way; and `lost(why)` with "offline", "busy" or "gone". After "gone", and after
// `close()`, nothing more happens.
export function openChannel({ eventsUrl, stateUrl }, handlers) {
  let stream = null;
  let timer = null;
  let closed = false;

  const lost = (why) => {
    if (why === "gone") close();
    handlers.lost(why);
  };
  const polling = createPolling(stateUrl, { ...handlers, lost });

  function close() {
    closed = true;
    stream?.close();
    stream = null;
    polling.stop();
    clearTimeout(timer);
    giveSlot();
  }

  function watch() {
    polling.stop();
    stream = openStream(eventsUrl, {
      ...handlers,
      lost,
      async isReachable(isWanted) {
        const why = await polling.ask("silent", isWanted);
        if (why === "gone" && !closed) lost(why);
        return why === null;
      },
      gaveUp() {
        stream = null;
        if (!closed) poll(FIRST_TRIAL, () => arrives(eventsUrl));
      },
    });
  }

  // Until `mayWatch` says otherwise.
  function poll(wait, mayWatch) {
    polling.start();
    timer = setTimeout(async () => {
      const may = await mayWatch();
      if (closed) return;
      if (may) watch();
      else poll(Math.min(wait * 2, LONGEST_TRIAL), mayWatch);
    }, wait);
  }

  async function begin() {
    if (await takeSlot()) {
      if (!closed) watch();
      return;
    }
    const why = await polling.ask("tabs", () => !closed);
    if (closed) return;
    if (why) lost(why);
    if (!closed) poll(FIRST_TRIAL, takeSlot);
  }

  // The page is looked at again.
  const refresh = () => polling.now();
  window.addEventListener("online", refresh);
  window.addEventListener("pageshow", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());

  begin();
  return {
    close,
    // A click was answered. One that changed nothing is followed by no event: while `isWanted`, the
    // present is asked for beside the stream.
    answered: (isWanted) => polling.anew(isWanted),
    // The link may be gone.
    reconnect: () => (stream ? stream.reconnect() : refresh()),
  };
}

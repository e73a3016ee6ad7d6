// The server's clock, as far as this browser can know it. A code's life is told in it: the
// visitor's own clock may be hours off.

// Two clocks measure what has passed. One of them may stand still while the device sleeps, the
// other may be set back: the greater difference is believed, because it never keeps a dead code.
export const mark = () => ({ steady: performance.now(), wall: Date.now() });

export const since = (start) =>
  Math.max(performance.now() - start.steady, Date.now() - start.wall);

// A stream that is later than this is not used.
const MOST_DELAY = 5_000;

let told = { server: Date.now(), at: mark() };

// `now` as the server wrote it, in RFC 3339, after the moment `asked` at the earliest. It may have
// been under way since then: the time is never taken for earlier than it is.
export function setServerTime(now, asked) {
  const server = Date.parse(now);
  if (!Number.isNaN(server)) told = { server, at: asked };
}

// Of a message that nobody asked for. What is a little behind has been under way.
export function hearServerTime(now) {
  const behind = serverNow() - Date.parse(now);
  if (behind < 0 || behind > MOST_DELAY) setServerTime(now, mark());
}

export const serverNow = () => told.server + since(told.at);

// 0:09, 2:40
export function minutes(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// The server's clock, as far as this browser can know it. A code's life is told in it: the
// visitor's own clock may be hours off.

// Two clocks measure what has passed. One of them may stand still while the device sleeps, the
// other may be set back: the greater difference is believed, because it never keeps a dead code.
export const mark = () => ({ steady: performance.now(), wall: Date.now() });

export const since = (start) =>
  Math.max(performance.now() - start.steady, Date.now() - start.wall);

let told = { server: Date.now(), at: mark() };

// `now` as the server writes it, in RFC 3339.
export function setServerTime(now) {
  const server = Date.parse(now);
  if (!Number.isNaN(server)) told = { server, at: mark() };
}

export const serverNow = () => told.server + since(told.at);

// 0:09, 2:40
export function minutes(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

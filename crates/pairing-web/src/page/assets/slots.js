// Leaves connections to the browser's other tabs.
//
// Over HTTP/1.1 a browser opens six connections to a host, for all its tabs. Six event streams take
// them all: the seventh tab does not even load, and no button works anywhere. So few tabs hold a
// stream at a time; the others poll. Where there are no locks, which a page without TLS has only on
// this machine, nobody can count.

const MOST = 4;

let release = null;

// HTTP/2 and later carry any number of streams over one connection.
function isMultiplexed() {
  const protocol = performance.getEntriesByType("navigation")[0]?.nextHopProtocol;
  return protocol === "h2" || protocol === "h3";
}

function take(name) {
  return new Promise((taken) => {
    const hold = (lock) => {
      taken(lock !== null);
      return lock && new Promise((done) => (release = done));
    };
    // Refused to pages in some frames, where nobody can count either.
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => taken(true));
  });
}

// Whether this tab may hold a stream, from now on until `giveSlot()` or its end.
export async function takeSlot() {
  if (release || !navigator.locks || isMultiplexed()) return true;
  for (let index = 0; index < MOST; index += 1) {
    if (await take(`pairing-stream-${index}`)) return true;
  }
  return false;
}

export function giveSlot() {
  release?.();
  release = null;
}

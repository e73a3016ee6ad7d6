// Leaves connections to the browser's other tabs.
//
// Over HTTP/1.1 a browser opens six connections to a host, for all its tabs. Six event streams take
// them all: the seventh tab does not even load, and no button works anywhere. So few tabs hold a
// stream at a time; the others poll.
//
// Locks count the tabs. A page without TLS has none, except on this machine: there each tab that
// holds a stream says so when another asks. Two that ask at the same moment may both begin; the two
// connections that are left have room for that.

const MOST = 4;
// In milliseconds, for the other tabs. They answer at once, in the background as well.
const ANSWERS = 250;

// Gives the lock back.
let release = null;
// This tab holds a stream and has no lock for it.
let holds = false;
let others = null;
// The tabs that have answered the question of this one.
let asked = null;
let answers = 0;

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
    // Refused to pages in some frames, where nobody can count.
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => taken(true));
  });
}

function listen() {
  others = new BroadcastChannel("pairing-streams");
  others.onmessage = ({ data: { question, answer } }) => {
    if (question && holds) others.postMessage({ answer: question });
    if (answer && answer === asked) answers += 1;
  };
}

async function ask() {
  if (!others) listen();
  asked = `${performance.timeOrigin} ${Math.random()}`;
  answers = 0;
  others.postMessage({ question: asked });
  await new Promise((done) => setTimeout(done, ANSWERS));
  asked = null;
  return answers;
}

// Whether this tab may hold a stream, from now on until `giveSlot()` or its end.
export async function takeSlot() {
  if (release || holds || isMultiplexed()) return true;
  if (!navigator.locks) {
    holds = (await ask()) < MOST;
    return holds;
  }
  for (let index = 0; index < MOST; index += 1) {
    if (await take(`pairing-stream-${index}`)) return true;
  }
  return false;
}

export function giveSlot() {
  release?.();
  release = null;
  holds = false;
}

// What Z-API's page describes, in Node: an interval for the picture, one for the status.
//
// node loop.js BASE_URL SESSIONS UNIT_MS SPREAD_MS
//
// UNIT_MS is how long a second lasts, SPREAD_MS the time over which the sessions start.
"use strict";

const [baseUrl, sessions, unit, spread] = process.argv.slice(2);
const second = Number(unit);
const count = Number(sessions);

const told = { shown: 0, linked: 0, abandoned: 0, errors: 0 };

function ended(outcome) {
  told[outcome] += 1;
  if (told.linked + told.abandoned === count) {
    console.log(`ended ${told.linked} ${told.abandoned} ${told.errors}`);
  }
}

async function get(path) {
  const response = await fetch(baseUrl + path, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}

function link(number) {
  const path = `/instances/bench-${String(number).padStart(26, "0")}/token/F0E1D2C3B4A5968778695A4B`;
  const session = { picture: null, attempts: 0, over: false };

  const end = (outcome) => {
    if (session.over) return;
    session.over = true;
    session.picture = null;
    clearInterval(session.codes);
    clearInterval(session.statuses);
    ended(outcome);
  };

  const nextCode = async () => {
    if (session.attempts === 3) {
      end("abandoned");
      return;
    }
    session.attempts += 1;
    try {
      const answer = await get(`${path}/qr-code/image`);
      if (answer.connected) {
        end("linked");
      } else if (!session.over) {
        session.picture = Buffer.from(answer.value.split(",")[1], "base64");
      }
    } catch {
      told.errors += 1;
    }
    if (session.attempts === 1) {
      told.shown += 1;
      if (told.shown === count) console.log("waiting");
    }
  };

  const status = async () => {
    try {
      const answer = await get(`${path}/status`);
      if (answer.connected) end("linked");
    } catch {
      told.errors += 1;
    }
  };

  session.codes = setInterval(nextCode, 20 * second);
  session.statuses = setInterval(status, 5 * second);
  nextCode();
}

for (let number = 0; number < count; number += 1) {
  setTimeout(link, (Number(spread) * number) / count, number);
}

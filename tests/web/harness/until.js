// Waits for what tells nobody that it has happened.

import { setTimeout } from 'node:timers/promises';

/** Whoever is asked should have time for others. */
const POLL_MS = 20;
/** Nothing takes so long, except what never happens. */
const PATIENCE_MS = 30_000;

/** Asks again and again, and gives the first answer that is not false. */
export async function until(question, what) {
  const start = performance.now();
  while (performance.now() - start < PATIENCE_MS) {
    const answer = await question();
    if (answer) {
      return answer;
    }
    await setTimeout(POLL_MS);
  }
  throw new Error(`waited in vain for ${what}`);
}

// Waits for what tells nobody that it has happened.

import { setTimeout } from 'node:timers/promises';

/** Whoever is asked should have time for others. */
const POLL_MS = 20;

/** Asks again and again, and gives the first answer that is not false. */
export async function until(question) {
  for (;;) {
    const answer = await question();
    if (answer) {
      return answer;
    }
    await setTimeout(POLL_MS);
  }
}

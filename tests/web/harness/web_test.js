// A test in a world of its own, with what must hold in every test.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';

import { graveViolations } from './accessibility.js';
import { closeBrowser } from './browser.js';
import { undocumented } from './openapi.js';
import { World } from './world.js';

/** Nothing takes so long, except what never ends. */
const TIMEOUT_MS = 90_000;

after(closeBrowser);

/**
 * Tests stand side by side, never in groups: the runner's report is counted by its outermost
 * lines.
 */
export function webTest(name, setup, body) {
  test(name, { timeout: TIMEOUT_MS }, async () => {
    const world = await World.create(setup);
    try {
      await body(world);
      await behaved(world);
    } finally {
      await world.end();
    }
  });
}

/** No error on the console, no request to strangers, and nothing that the API's page leaves out. */
async function behaved(world) {
  const { guard, server } = world;
  assert.deepEqual(guard.complaints(), []);
  const ours = guard.seen.filter(({ origin }) => origin === server.origin);
  assert.deepEqual(undocumented(server.description, [...ours, ...server.answers]), []);
}

export async function assertAccessible(pairing) {
  assert.deepEqual(await graveViolations(pairing.page, pairing.frame), []);
}
